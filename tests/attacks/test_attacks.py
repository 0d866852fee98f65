"""Notebooks that attack, run for real: what each must not get, and what must stay as it was."""

import socket
import threading
from pathlib import Path

import pytest

from grader.feedback import feedback
from grader.formats import notebook
from grader.grade import grade
from grader.kernels import processes
from grader.kernels.kernel import Limits
from grader.model.submission import Submission
from grader.reporting import html, record
from tests.attacks.breaking import BREAKING
from tests.attacks.cheating import CHEATING
from tests.attacks.reading import FIND, READING
from tests.conftest import kernels, notebook_of, reference_of, write_source

SOURCE = """
# %%
import torch

# %%
#| exercise: first
#| checks:
#|   - first
first = 1 + 1  # SOLUTION

# %%
#| exercise: target
#| points: 3
#| checks:
#|   - anchor
#|   - expr: scale(t)
#|     hidden: true
#|     given: |
#|       t = torch.tensor([77.5625, 91.4375])
#| blank: |
#|   ...
### BEGIN SOLUTION
anchor = torch.tensor([49271.0625])
def scale(x):
    scale_secret = 83.375
    return x * scale_secret
### END SOLUTION

# %%
#| exercise: last
#| checks:
#|   - last
last = 2 + 2  # SOLUTION
"""
# Expected values, and the hidden input: 83.375 times it is what scale should give.
SECRETS = ("49271", "83.375", "6466.7", "7623.6", "77.5625", "91.4375", "scale_secret")
TAGS = ("<script", "<img", "<svg onload", "\x1b", "\x07")
ATTACKS = {**READING, **CHEATING, **BREAKING}


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    return reference_of(write_source(tmp_path_factory.mktemp("secret"), SOURCE, "secret"))


@pytest.fixture(scope="module")
def outside(tmp_path_factory, reference):
    """What attacks aim at, by the name that their cells have for it."""
    folder = tmp_path_factory.mktemp("outside")
    (folder / "out").mkdir()
    (folder / "canary").write_text("as it was")
    server = socket.create_server(("127.0.0.1", 0))
    unix = socket.socket(socket.AF_UNIX)
    unix.bind(str(folder / "socket"))
    unix.listen()
    abstract = socket.socket(socket.AF_UNIX)
    name = f"\0grader-attack-{threading.get_native_id()}"
    abstract.bind(name)
    abstract.listen()
    yield {
        "reference": str(reference.assignment.path),
        "canary": str(folder / "canary"),
        "out": str(folder / "out"),
        "port": server.getsockname()[1],
        "unix": str(folder / "socket"),
        "abstract": name,
    }
    for one in (server, unix, abstract):
        one.close()


def cells(attack):
    return ["import torch", "#| exercise: first\nfirst = 2", attack, "#| exercise: last\nlast = 4"]


def graded(reference, code, student="mallory"):
    read = notebook.read(notebook_of(cells(code)))
    submission = Submission(student=student, source="x.ipynb", notebook=read, digest="0" * 64)
    limits = Limits(cell=2.0, submission=40.0)
    return grade(submission, reference, factory=kernels(), limits=limits, language="en")


def target(code):
    return f"#| exercise: target\n{code}"


RIGHT = target("anchor = torch.tensor([49271.0625])\ndef scale(x): return x * 83.375")


def test_the_assignment_can_be_solved(reference):
    report = graded(reference, RIGHT).report
    assert report.score == report.max_score == 5


@pytest.mark.skipif(kernels().isolation.level != "full", reason="isolation is not full here")
@pytest.mark.parametrize("name", list(ATTACKS))
def test_an_attack_gets_nothing_and_breaks_nothing(name, reference, outside, tmp_path):
    code = ATTACKS[name].format(**outside)
    if "found(" in code:
        code = FIND + code
    before = reference.assignment.path.read_text()
    done = graded(reference, target(code))
    report = done.report
    results = {one.exercise: one for one in report.exercises}

    assert results["target"].score == 0, results["target"]
    assert results["first"].outcome == results["last"].outcome == "right", report.notes
    assert results["target"].outcome in ("wrong", "timed out", "crashed")
    assert results["target"].rule

    page = html.report(feedback(report, reference.assignment))
    said = "".join(part for one in results.values() for part in (one.output, str(one.error)))
    for secret in SECRETS:
        assert secret not in page
        assert secret not in done.executed
        assert secret[::-1] not in said
    assert "wrote" not in said
    assert "connected" not in said
    assert "became root" not in said
    assert not any(tag in page.lower() for tag in TAGS), name
    assert record.load(record.dump(report)) == report

    assert reference.assignment.path.read_text() == before
    assert Path(outside["canary"]).read_text() == "as it was"

    neighbour = graded(reference, RIGHT, "neighbour").report
    assert neighbour.score == 5, neighbour
    template = kernels().close.__self__
    template.fork("cpu").close()  # it waits for what ended before
    template._settle()
    assert len(processes.below(template._popen.pid)) <= 2, "more than the template and a spare"


def test_a_hidden_input_reaches_no_later_cell(reference):
    keeps = "kept = []\ndef scale(x):\n    kept.append(x)\n    open('/tmp/k', 'a').write(str(x))"
    shows = (
        "print(kept)\nimport os\nprint(open('/tmp/k').read() if os.path.exists('/tmp/k') else 0)"
    )
    read = notebook.read(notebook_of([*cells(target(keeps)), shows]))
    submission = Submission(student="m", source="x", notebook=read, digest="0" * 64)
    done = grade(submission, reference, factory=kernels(), limits=Limits(), language="en")
    for secret in SECRETS:
        assert secret not in done.executed
        assert secret not in html.report(feedback(done.report, reference.assignment))
    assert "[]" in done.executed


def test_names_of_students_and_files_are_text(reference):
    evil = "<script>alert(1)</script>\x1b[2J"
    page = html.report(graded(reference, RIGHT, evil).report)
    assert "<script" not in page
    assert "\x1b" not in page
