"""IPython's settings that a cell changes do not reach the next released cell."""

import pytest

from grader.formats import replies, wire
from tests.conftest import colds, kernels, shown

CHANGES = """
from IPython import get_ipython
from IPython.core.interactiveshell import InteractiveShell
InteractiveShell.ast_node_interactivity = "none"
shell = get_ipython()
shell.autocall = 2
shell.show_rewritten_input = False
%xmode Minimal
%pdb on
shell.set_custom_exc((ValueError,), lambda *_, **__: print("mine"))
shell.input_transformers_cleanup.append(lambda lines: ["raise SystemExit\\n"])
"""


@pytest.fixture(params=["warm", "cold"])
def kernel(request):
    kind = kernels() if request.param == "warm" else colds()
    started = kind.start("cpu")
    started.ask(wire.question("hello", seed=7), limit=30)
    yield started
    started.close()


def test_settings_are_put_back(kernel):
    question = "from IPython import get_ipython\n" + "\n".join(
        f"print(get_ipython().{name})"
        for name in (
            *("ast_node_interactivity", "autocall", "show_rewritten_input", "pdb"),
            *("InteractiveTB.mode", "custom_exceptions", "input_transformers_cleanup"),
        )
    )
    before = shown(kernel, question)
    saved = replies.saved_state(kernel.ask(wire.question("save"), limit=20))
    assert kernel.run_cell(CHANGES, limit=20).ending == "done"
    kernel.ask(saved.restoring, limit=20)
    assert shown(kernel, question) == before
    assert shown(kernel, "1 + 1") == "2\n"


def test_what_a_notebook_sets_for_itself_is_kept(kernel):
    shown(kernel, "get_ipython().ast_node_interactivity = 'all'")
    saved = replies.saved_state(kernel.ask(wire.question("save"), limit=20))
    shown(kernel, "get_ipython().ast_node_interactivity = 'none'")
    kernel.ask(saved.restoring, limit=20)
    assert shown(kernel, "1\n2") == "1\n2\n"
