"""A solution that stands in place of a missing answer, which later code reads and tries to show."""

import pytest

from grader.feedback import feedback
from grader.formats import notebook
from grader.grade import grade
from grader.kernels.kernel import Limits
from grader.model.submission import Submission
from grader.reporting import html, record
from tests.conftest import kernels, notebook_of, reference_of, write_source
from tests.test_follow_through import FOLLOWED, shifted_by

SOURCE = """
# %%
import torch
torch.manual_seed(1)
data = torch.rand(4)

# %%
#| exercise: secret
#| points: 5
#| checks:
#|   - expr: secret(x)
#|     given: x = torch.rand(3)
#|   - total
#| blank: |
#|   def secret(x):
#|       ...
### BEGIN SOLUTION
def secret(x):
    "qwertz-canary"
    return x * 83.375 + 29.125

total = secret(data).sum()
### END SOLUTION

# %%
#| exercise: target
#| points: 2
#| checks:
#|   - twice(data)
#|   - expr: note
#|     constant: true
### BEGIN SOLUTION
def twice(x):
    return secret(x) * 2

note = "four"
### END SOLUTION

# %%
#| exercise: after
#| checks:
#|   - thrice(data)
### BEGIN SOLUTION
def thrice(x):
    return secret(x) * 3
### END SOLUTION
"""
SECRETS = ("qwertz", "canary", "83.375", "29.125", "83375", "29125", "83.37", "yranac")
READ = """
import inspect
def source():
    try:
        return inspect.getsource(secret)
    except Exception:
        return repr(secret.__code__.co_consts)
"""
# Its note is what it shows; all else is right.
TWICE = "def twice(x): return secret(x) * 2\n"
SHOWS = {
    "its source": "note = source()",
    "its constants": "note = repr(secret.__code__.co_consts)",
    "its numbers": "note = secret.__code__.co_consts[1:]",
    "its values": "note = secret(data)",
    "another value": "note = total",
    "the cells that ran": "note = repr(In)",
    "the history": "note = str(list(get_ipython().history_manager.get_range()))",
    "all functions there are": """
import gc
note = [f.__code__.co_consts for f in gc.get_objects() if hasattr(f, "__code__")
        and getattr(f, "__name__", "") == "secret"]""",
    "printed": "print(source())\nimport os\nfor n in (1, 2): os.write(n, source().encode())",
    "displayed": "display(source())\nget_ipython().display_formatter.format(source())",
    "an error": "raise ValueError(source())",
    "an error's type": "raise type(source()[-20:], (Exception,), {})",
    "an error's line": "exec(compile(source() + '\\n1 / 0', 'cell', 'exec'))",
    "a type": "note = type(source()[-30:], (), {})()",
    "a key": "note = {source(): 1}",
    "a name": "globals()['note'] = 1; globals()[''.join(c for c in source() if c.isalnum())] = 2",
    "a file": "for p in ('kept', '/tmp/kept', '/dev/shm/kept'): open(p, 'w').write(source())",
    "a warning": "import warnings\nwarnings.warn(source())",
    "a thread that goes on": """
import threading, time
def tell():
    while True:
        print(source(), flush=True)
        time.sleep(0.01)
threading.Thread(target=tell, daemon=True).start()""",
    "a call of a check": "def twice(x): raise ValueError(source())",
    "a check's value": "def twice(x): return source()",
    "a check's dictionary": "def twice(x): return {source(): secret(x)}",
    "a check that prints": "def twice(x):\n    print(source())\n    return secret(x) * 2",
    "magics": "%whos\n%pinfo2 secret\n%psource secret\n%history -g\nsecret??",
}


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    reference = reference_of(write_source(tmp_path_factory.mktemp("sealed"), SOURCE, "sealed"))
    yield reference
    reference.close()


def done(reference, target, *, secret=None, after="def thrice(x): return secret(x) * 3", **options):
    cells = ["import torch\ntorch.manual_seed(1)\ndata = torch.rand(4)"]
    answers = {"secret": secret, "target": target, "after": after}
    cells += [f"#| exercise: {name}\n{code}" for name, code in answers.items() if code is not None]
    cells += [
        "import os, glob",
        "print([open(p).read() for p in glob.glob('/tmp/k*')])",
        "print(In)",
    ]
    read = notebook.read(notebook_of(cells))
    submission = Submission(student="m", source="x", notebook=read, digest="0" * 64)
    limits = Limits(cell=3.0, submission=60.0)
    return grade(submission, reference, factory=kernels(), limits=limits, language="en", **options)


def results(done):
    return {one.exercise: one for one in done.report.exercises}


@pytest.mark.parametrize("secret", ["def secret(x): return x", "def secret(x):\n    ...", None])
@pytest.mark.parametrize("name", SHOWS)
def test_nothing_of_a_solution_is_shown(reference, name, secret):
    graded = done(reference, f"{READ}{TWICE}{SHOWS[name]}", secret=secret)
    told = (
        html.report(feedback(graded.report, reference.assignment)),
        record.dump(graded.report),
        graded.executed,
    )
    for text in map(str, told):
        assert not any(one in text for one in SECRETS), name
    found = results(graded)
    assert found["secret"].score == 0
    assert found["target"].score < 2
    assert found["after"].outcome == FOLLOWED
    for check in found["target"].checks:
        assert check.outcome in ("passed", "failed", "error")


def test_of_its_checks_only_passed_or_failed_is_told(reference):
    graded = done(reference, f"{READ}{TWICE}note = source()")
    first, second = results(graded)["target"].checks
    assert (first.outcome, first.score, first.max_score) == ("passed", 1, 1)
    assert (second.outcome, second.score, second.max_score) == ("failed", 0, 1)
    for check in (first, second):
        assert (check.seen, check.error, check.curve) == ("", None, None)
        assert (check.aspects, check.mismatches, check.differing) == ({}, (), {})
    assert results(graded)["target"].diagnoses == ()
    assert results(graded)["target"].output == ""
    assert graded.report.notes == done(reference, f"{TWICE}note = 'four'").report.notes


def test_a_bit_for_each_check_is_all_that_it_can_tell(reference):
    for guess, outcome in (("qwertz", "passed"), ("qwerty", "failed")):
        asks = f"note = 'four' if '{guess}' in secret.__doc__ else ''"
        assert results(done(reference, f"{TWICE}{asks}"))["target"].checks[1].outcome == outcome


@pytest.mark.parametrize(
    "target",
    [
        "import __main__\n__main__.secret_kept = secret",
        "total = secret(data).sum()",
        "open('/tmp/kept', 'w').write('x')\ndef secret(x): return x * 83.375 + 29.125",
        "import sys\nsys.modules['secret'] = secret\nglobals()['secret'] = secret",
    ],
)
def test_the_exercise_that_was_replaced_gains_nothing(reference, target):
    for secret in ("def secret(x): return x\ntotal = 1", "def secret(x):\n    ...", None):
        found = results(done(reference, f"{TWICE}{target}\nnote = 'four'", secret=secret))
        assert found["secret"].score == 0
        assert found["target"].outcome.startswith("right")


def test_what_is_typed_in_earns_nothing_so_either(reference):
    value = reference.expected["target"]["twice(data)"].data.tolist()
    other = shifted_by(reference, 5)
    typed = f"def twice(x): return torch.tensor({value})\nnote = 'four'"
    for last, first in (("", "right"), ("\nsecret(0)", "right"), ("\n1 / 0", "right")):
        wrong = {"secret": "def secret(x): return x"}
        assert results(done(reference, typed + last, **wrong))["target"].outcome == first
        assert results(done(reference, typed + last, other=other, **wrong))["target"].score == 1
    code = f"{TWICE}note = 'four'"
    assert results(done(reference, code, other=other))["target"].outcome == FOLLOWED
    other.reference.close()
