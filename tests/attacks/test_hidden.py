"""Hidden inputs, which a function keeps and other code then tries to show to the student."""

import pytest

from grader.feedback import feedback
from grader.formats import notebook
from grader.grade import grade
from grader.kernels.kernel import Limits
from grader.model.standing import standing_of
from grader.model.submission import Submission
from grader.reporting import html
from tests.conftest import kernels, notebook_of, reference_of, write_source

SOURCE = """
# %%
import torch

# %%
#| exercise: hide
#| checks:
#|   - expr: scale(t)
#|     hidden: true
#|     given: |
#|       t = torch.tensor([77.5625, 91.4375])
#|   - expr: shift(u)
#|     given: |
#|       u = torch.tensor([1.0])
#| blank: |
#|   ...
### BEGIN SOLUTION
def scale(x):
    return x * 83.375
def shift(x):
    return x + 1
### END SOLUTION

# %%
#| exercise: name
#| checks:
#|   - name
name = 2 + 2  # SOLUTION

# %%
#| exercise: show
#| checks:
#|   - expr: half(v)
#|     given: |
#|       v = torch.tensor([1.0])
#| blank: |
#|   ...
### BEGIN SOLUTION
def half(x):
    return x / 2
### END SOLUTION
"""
SECRETS = ("77.5625", "91.4375", "775625", "914375", "77562", "6466.7", "7623.6")

# The code of the first exercise, of the second, and of the third.
LEAKS = {
    "a name, by way of a global": (
        "def scale(x):\n    global name\n    name = x\n    return x\ndef shift(x): return x",
        "name = 3",
        "def half(x): return x",
    ),
    "a name, by way of a file and a thread": (
        """
import threading, time, os
def listen():
    while True:
        time.sleep(0.001)
        if os.path.exists("/tmp/kept"):
            globals()["name"] = open("/tmp/kept").read()
threading.Thread(target=listen, daemon=True).start()
def scale(x): open("/tmp/kept", "w").write(str(x))
def shift(x): return x
""",
        "name = 3",
        "def half(x): return x",
    ),
    "an exception's message": (
        "def scale(x): raise ValueError(str(x))\ndef shift(x): return x",
        "name = 3",
        "def half(x): return x",
    ),
    "an exception's source line": (
        """
import linecache
def scale(x):
    for name in list(linecache.cache):
        linecache.cache[name] = (9, None, [str(x)] * 99, name)
    raise ValueError
def shift(x): return x
""",
        "name = 3",
        "def half(x): return x",
    ),
    "the line of an exception": (
        """
def scale(x):
    lines = "\\n" * (int(x[0] * 10_000) - 1)
    exec(compile(lines + "raise ValueError", "<cell>", "exec"), globals())
def shift(x): return x
""",
        "name = 3",
        "def half(x): return x",
    ),
    "the name of a type": (
        "def scale(x): return type(f'T{x.tolist()}', (list,), {})()\ndef shift(x): return x",
        "name = 3",
        "def half(x): return x",
    ),
    "the output": (
        "import os\nout = os.dup(1)\n"
        "def scale(x):\n    print(x)\n    os.write(out, str(x).encode())\n    return x\n"
        "def shift(x): return x",
        "name = 3",
        "def half(x): return x",
    ),
    "a display that is updated": (
        "from IPython.display import display\nshown = display('here', display_id='x')\n"
        "def scale(x): shown.update(str(x))\ndef shift(x): return x",
        "name = 3",
        "def half(x): return x",
    ),
    "a visible call of the same exercise": (
        "kept = []\ndef scale(x):\n    kept.append(x)\n    return x\n"
        "def shift(x): return kept[0] if kept else x",
        "name = 3",
        "def half(x): return x",
    ),
    "a visible call of another exercise": (
        "def scale(x): open('/tmp/kept', 'w').write(str(x))\ndef shift(x): return x",
        "name = 3",
        "import os\n"
        "def half(x): return open('/tmp/kept').read() if os.path.exists('/tmp/kept') else x",
    ),
    "a cell that is run again": (
        "import os, time\nkept = []\n"
        "os.register_at_fork(after_in_child=lambda: time.sleep(60))\n"
        "def scale(x): kept.append(x)\ndef shift(x): return x",
        "name = 3",
        "if kept:\n    print(kept)\n    os._exit(1)\ndef half(x): return x",
    ),
    "a shape": (
        "def scale(x): return torch.zeros(*(int(v * 10_000) for v in x), 0)\n"
        "def shift(x): return x",
        "name = 3",
        "def half(x): return x",
    ),
    "a number of items": (
        "def scale(x): return [0] * int(x[0] * 1000)\ndef shift(x): return x",
        "name = 3",
        "def half(x): return x",
    ),
}


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    return reference_of(write_source(tmp_path_factory.mktemp("hidden"), SOURCE, "hidden"))


def graded(reference, hide, name, show):
    exercises = [
        f"#| exercise: {which}\n{code}"
        for which, code in (("hide", hide), ("name", name), ("show", show))
    ]
    read = notebook.read(notebook_of(["import torch", *exercises]))
    submission = Submission(student="m", source="x.ipynb", notebook=read, digest="0" * 64)
    limits = Limits(cell=2.0, submission=40.0)
    return grade(submission, reference, factory=kernels(), limits=limits, language="en")


@pytest.mark.parametrize("name", LEAKS)
def test_a_hidden_input_is_not_shown_by(name, reference):
    done = graded(reference, *LEAKS[name])
    page = html.report(feedback(done.report, reference.assignment))
    beside = html.executed(done.executed, standing_of(done.report))
    found = [
        (secret, where)
        for secret in SECRETS
        for where, text in (("report", page), ("notebook", done.executed), ("beside", beside))
        if secret in text
    ]
    assert not found
    assert done.report.exercises[0].score < done.report.exercises[0].max_score


def test_the_assignment_can_be_solved(reference):
    report = graded(
        reference,
        "def scale(x): return x * 83.375\ndef shift(x): return x + 1",
        "name = 4",
        "def half(x): return x / 2",
    ).report
    assert report.score == report.max_score
