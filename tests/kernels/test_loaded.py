"""A template that has imported what the reference did: faster, and nothing else is different."""

import sys
from dataclasses import replace

import pytest

from grader.kernels import processes, template_process
from grader.kernels.sandbox import Bounds
from grader.kernels.warm import Template
from grader.reference import prepare
from grader.running.outputs import printed
from tests.conftest import kernels, load, write_source
from tests.kernels.notebooks import NOTEBOOKS
from tests.kernels.test_conformance import check

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="warm kernels need Linux")
SOURCE = """
# %%
import wave

# %%
#| exercise: name
#| checks:
#|   - parse('<a/>')
#| blank: |
#|   ...
### BEGIN SOLUTION
def parse(text):
    import xml.dom.minidom
    return xml.dom.minidom.parseString(text).documentElement.tagName
### END SOLUTION
"""
LOADED = "import sys\nprint([name for name in ('wave', 'xml.dom.minidom') if name in sys.modules])"


@pytest.fixture
def template():
    made = Template(Bounds())
    yield made
    made.close()


def shown(template):
    kernel = template.fork("cpu")
    try:
        return printed(kernel.run_cell(LOADED, limit=20).outputs)
    finally:
        kernel.close()


def test_what_the_reference_imports_is_there_from_the_start(tmp_path, template):
    told = []
    assignment = load(write_source(tmp_path, SOURCE, "imports"))
    kind = replace(kernels(), load=told.extend)
    reference = prepare(assignment, factory=kind, device="cpu")
    # What a cell imports, and what a function does once it is called.
    assert {"wave", "xml.dom.minidom"} <= set(told) == set(reference.recording.modules)
    assert shown(template) == "[]\n"
    template.load([*told, "no.such.module"])
    assert shown(template) == "['wave', 'xml.dom.minidom']\n"


def test_a_new_template_imports_it_too(template):
    template.load(["wave"])
    processes.kill([*processes.below(template._popen.pid), template._popen.pid])
    assert shown(template) == "['wave']\n"


def test_a_template_that_cannot_be_forked_any_more_is_replaced(template, monkeypatch):
    monkeypatch.setattr(template, "_import", lambda names: False)
    template.load(["wave"])
    assert shown(template) == "[]\n"


@pytest.mark.parametrize("name", ["figures", "displays", "errors", "warnings"])
def test_the_same_is_seen_of_the_same_cells(name, template):
    template.load(["matplotlib", "matplotlib.pyplot", "torch._dynamo", "torch.optim"])
    pair = template.fork("cpu"), kernels().start("cpu")
    try:
        for source, piece in NOTEBOOKS[name]:
            check(pair, source, piece)
    finally:
        for kernel in pair:
            kernel.close()


def test_what_is_known_early_is_loaded_before_the_first_kernel():
    begun = template_process.begin()
    begun.load(["wave", "xml.dom.minidom"])
    begun.load(["colorsys"])  # too late: it has been told
    made = Template(Bounds(), begun=begun)
    try:
        assert shown(made) == "['wave', 'xml.dom.minidom']\n"
        made.renew()  # another loads it too
        assert shown(made) == "['wave', 'xml.dom.minidom']\n"
    finally:
        made.close()


def test_what_starts_threads_is_not_loaded_early(monkeypatch):
    begun = template_process.begin()
    begun.load(["wave"])
    monkeypatch.setattr(template_process, "LOADED", b"another answer")
    made = Template(Bounds(), begun=begun)
    try:
        assert shown(made) == "[]\n"
    finally:
        made.close()
