"""What cannot be carried over, functions, classes, modules, is made up for by the reference's."""

import pytest

from grader import marked_run
from grader.formats import notebook
from grader.grade import grade
from grader.kernels.kernel import Limits
from grader.model.submission import Submission
from grader.running.run import Run
from tests.conftest import kernels, notebook_of, reference_of, write_source
from tests.test_follow_through import FOLLOWED, shifted_by

SOURCE = """
# %%
import torch
from torch import nn
torch.manual_seed(5)
data = torch.randn(8, 2) * torch.tensor([1.0, 4.0]) + 1

# %%
#| exercise: scale
#| points: 2
#| checks:
#|   - expr: scale(table)
#|     hidden: true
#|     given: |
#|       table = torch.randn(5, 2) * torch.tensor([1.0, 4.0])
#|   - expr: shift(table + 1)
#|     hidden: true
#|     given: |
#|       table = torch.randn(6, 2)
#| blank: |
#|   def scale(table):
#|       ...
#|
#|   def shift(table):
#|       ...
### BEGIN SOLUTION
def scale(table):
    return table / table.std(dim=0)

def shift(table):
    return table - table.mean(dim=0)
### END SOLUTION

# %%
#| exercise: normal
#| points: 3
#| checks:
#|   - expr: normal(table)
#|     hidden: true
#|     given: |
#|       table = torch.randn(7, 2) * torch.tensor([3.0, 1.0])
#|   - row
#|   - expr: row.shape
#|     constant: true
#| forbid:
#|   - torch.func
### BEGIN SOLUTION
def normal(table):
    return scale(shift(table))

row = normal(data)[0]
### END SOLUTION

# %%
#| exercise: model
#| checks:
#|   - model(data)
#|   - expr: isinstance(Model(), nn.Module)
#|     constant: true
### BEGIN SOLUTION
class Model(nn.Module):
    def forward(self, table):
        return normal(table).sum(dim=1)

model = Model()
line = nn.Linear(2, 1)
with torch.no_grad():
    line.weight.fill_(0.5)
    line.bias.fill_(2)
### END SOLUTION

# %%
#| exercise: output
#| points: 4
#| checks:
#|   - output
#|   - expr: twice(table)
#|     given: |
#|       table = torch.randn(3, 2)
### BEGIN SOLUTION
output = Model()(data) + line(data).detach()[:, 0]
def twice(table):
    return model(table) * 2
### END SOLUTION

# %%
#| exercise: last
#| checks:
#|   - last
last = data.sum()  # SOLUTION
"""
RIGHT = {
    "scale": "def scale(table): return table / table.std(dim=0)\n"
    "def shift(table): return table - table.mean(dim=0)",
    "normal": "def normal(table): return scale(shift(table))\nrow = normal(data)[0]",
    "model": "class Model(nn.Module):\n"
    "    def forward(self, table): return normal(table).sum(dim=1)\n"
    "model = Model()\nline = nn.Linear(2, 1)\n"
    "line.load_state_dict({'weight': torch.tensor([[0.5, 0.5]]), 'bias': torch.tensor([2.0])})",
    "output": "output = Model()(data) + line(data).detach()[:, 0]\n"
    "def twice(table): return model(table) * 2",
    "last": "last = data.sum()",
}
WRONG = {
    "scale": RIGHT["scale"].replace("std(dim=0)", "std()"),
    "normal": RIGHT["normal"].replace("scale(shift", "shift(shift"),
    "model": RIGHT["model"].replace("sum(", "mean(").replace("0.5, 0.5", "0.5, 0.7"),
}
START = (
    "import torch\nfrom torch import nn\ntorch.manual_seed(5)\n"
    "data = torch.randn(8, 2) * torch.tensor([1.0, 4.0]) + 1"
)
BLANK = {
    "scale": "def scale(table):\n    ...\n\ndef shift(table):\n    ...",
    "normal": "...",
    "model": "...",
}
BUT = "right, but for your "


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    reference = reference_of(write_source(tmp_path_factory.mktemp("substituted"), SOURCE, "tools"))
    yield reference
    reference.close()


@pytest.fixture(scope="module")
def other(reference):
    found = shifted_by(reference, 5)
    yield found
    found.reference.close()


def done(reference, *, other=None, extra=(), limit=10.0, **changes):
    """Return what grading gives; a change to None leaves an answer out; extra: cells after it."""
    assert set(changes) <= set(RIGHT)
    cells = [START]
    for name, code in {**RIGHT, **changes}.items():
        cells += [f"#| exercise: {name}\n{code}"] if code is not None else []
        cells += [cell for after, cell in extra if after == name]
    submission = Submission(
        student="s", source="x", notebook=notebook.read(notebook_of(cells)), digest="0" * 64
    )
    limits = Limits(cell=limit, submission=60.0)
    return grade(
        submission, reference, factory=kernels(), limits=limits, language="en", other=other
    )


def graded(reference, **options):
    report = done(reference, **options).report
    return {one.exercise: one for one in report.exercises}


def outcomes(results):
    return [one.outcome for one in results.values()]


@pytest.fixture
def runs(monkeypatch):
    """Count the runs of notebooks, and with how many exercises each was looked at."""
    seen = []

    def opened(plan, **options):
        seen.append([one.name for one in plan.exercises])
        return Run(plan, **options)

    monkeypatch.setattr(marked_run, "Run", opened)
    return seen


# What is made up for.


def test_where_all_is_right_nothing_is_run_again(reference, runs):
    assert outcomes(graded(reference)) == ["right"] * 5
    assert len(runs) == 1


@pytest.mark.parametrize("on_other", [False, True])
def test_a_wrong_function_costs_its_own_exercise_alone(reference, other, on_other):
    results = graded(reference, scale=WRONG["scale"], other=other if on_other else None)
    assert outcomes(results) == ["partly right", FOLLOWED, FOLLOWED, FOLLOWED, "right"]
    assert [one.score for one in results.values()] == [1, 3, 1, 4, 1]
    # The other function of the exercise is right, and not named.
    assert {results[name].rule for name in ("normal", "model", "output")} == {f"{BUT}`scale`"}


def test_what_rests_on_one_set_shares_one_run(reference, runs):
    graded(reference, scale=WRONG["scale"])
    assert runs == [[*RIGHT], ["normal", "model", "output"]]


@pytest.mark.parametrize("blank", [BLANK["scale"], "pass", None])
def test_a_missing_function_costs_its_own_exercise_alone(reference, other, blank):
    results = graded(reference, scale=blank, other=other)
    first = "missing" if blank is None else "blank"
    assert outcomes(results) == [first, FOLLOWED, FOLLOWED, FOLLOWED, "right"]
    rule = "right, with our `scale` and `shift` in place of the missing ones"
    assert results["normal"].rule == rule


def test_answers_in_between_stay_the_student_s(reference):
    late = {"scale": WRONG["scale"], "normal": WRONG["normal"], "model": RIGHT["model"]}
    results = graded(reference, **late)
    assert outcomes(results) == ["partly right", "partly right", FOLLOWED, FOLLOWED, "right"]
    assert results["normal"].score == 1  # of its shape
    assert results["model"].rule == f"{BUT}`scale` and `normal`"
    also = graded(reference, **late | {"model": WRONG["model"]})
    assert outcomes(also) == ["partly right", "partly right", "partly right", FOLLOWED, "right"]
    assert also["output"].rule == f"{BUT}`scale`, `normal`, `model` and 1 more"


@pytest.mark.parametrize("wrong", [WRONG["model"], BLANK["model"], None])
def test_a_class_and_a_module_are_made_up_for(reference, other, wrong):
    results = graded(reference, model=wrong, other=other)
    assert results["output"].outcome == FOLLOWED
    assert results["output"].score == 4
    assert results["model"].score < 1


def test_a_mistake_of_its_own_stays_its_own(reference, other):
    own = RIGHT["output"].replace("* 2", "* 3")
    results = graded(reference, scale=WRONG["scale"], output=own, other=other)
    output = results["output"]
    assert (output.outcome, output.score) == ("partly right", 2)
    assert output.rule == "1 of 2 checks passed, with our `scale` in place of yours"
    assert [check.outcome for check in output.checks] == ["passed", "failed"]
    late = graded(reference, scale=None, output=own)["output"]
    told = "1 of 2 checks passed, with our `scale` and `shift` in place of the missing ones"
    assert late.rule == told


def test_where_the_solution_would_not_have_helped_that_is_said(reference):
    own = "output = 1\ndef twice(table): return model(table) * 3"
    result = graded(reference, scale=WRONG["scale"], output=own)["output"]
    assert (result.outcome, result.score) == ("wrong", 0)
    assert result.rule == "0 of 2 checks passed; no more, with our `scale` in place of yours"
    assert result.diagnoses


def test_a_blank_of_its_own_stays_blank(reference, runs):
    results = graded(reference, scale=WRONG["scale"], normal="...", model=None, output="...")
    assert outcomes(results) == ["partly right", "blank", "missing", "blank", "right"]
    assert len(runs) == 1


def test_what_rests_on_nothing_wrong_is_not_run_again(reference, runs):
    graded(reference, output="output = 1\ndef twice(table): return model(table)", last="last = 2")
    assert len(runs) == 1


# What the student wrote beside an answer that is replaced.


@pytest.mark.parametrize(
    "beside",
    [
        "import math\nfrom math import exp as grow\nTWO = math.log(grow(2))\n",
        "def two(): return half() * 4\ndef half(): return 0.5\nTWO = two()\n",
        "class Twos:\n    def __iter__(self): yield 2\n(TWO,) = Twos()\n",
    ],
)
def test_helpers_and_imports_of_a_wrong_answer_stay(reference, other, beside):
    uses = RIGHT["output"].replace("* 2", "* TWO")
    results = graded(reference, scale=beside + WRONG["scale"], output=uses, other=other)
    assert results["output"].outcome == FOLLOWED


def test_cells_of_their_own_below_a_wrong_answer_stay(reference):
    extra = [("scale", "numbers = [n for n in range(3)]\nfor n in numbers: two = n")]
    uses = RIGHT["output"].replace("* 2", "* two")
    results = graded(reference, scale=WRONG["scale"], output=uses, extra=extra)
    assert results["output"].outcome == FOLLOWED
    # The answer itself stands below its cell.
    extra.append(("scale", WRONG["scale"]))
    results = graded(reference, scale=BLANK["scale"], output=uses, extra=extra)
    assert results["output"].outcome == FOLLOWED
    assert results["output"].rule == f"{BUT}`scale`"


def test_a_wrong_function_of_a_wrong_function(reference):
    beside = "def first(table): return scale(table - table.mean(dim=0))\nmine = first(data)[0]\n"
    for uses in ("row = normal(data)[0]", "row = mine"):
        uses = f"def normal(table): return first(table)\n{uses}"
        results = graded(reference, scale=WRONG["scale"] + f"\n{beside}", normal=uses)
        assert results["normal"].outcome == FOLLOWED


@pytest.mark.parametrize("place", ["scale", "normal"])
def test_cells_in_another_order(reference, place):
    cells = {**RIGHT, "scale": WRONG["scale"]}
    moved = cells.pop(place)
    read = notebook.read(
        notebook_of(
            [START, *(f"#| exercise: {n}\n{c}" for n, c in {**cells, place: moved}.items())]
        )
    )
    submission = Submission(student="s", source="x", notebook=read, digest="0" * 64)
    report = grade(submission, reference, factory=kernels(), limits=Limits(), language="en").report
    assert [one.outcome for one in report.exercises][1:] == [FOLLOWED] * 3 + ["right"]


def test_the_wrong_answer_may_end_its_kernel_or_never_end(reference):
    for wrong, outcome in (("import os\nos._exit(1)", "crashed"), ("while 1: pass", "timed out")):
        results = graded(reference, scale=f"{WRONG['scale']}\n{wrong}", limit=1.0)
        assert outcomes(results) == [outcome, *[FOLLOWED] * 3, "right"]


# What it must not give.


def test_forbidden_code_stays_forbidden(reference):
    uses = f"import torch.func\ntorch.func.vmap\n{RIGHT['normal']}"
    results = graded(reference, scale=WRONG["scale"], normal=uses)
    assert (results["normal"].outcome, results["normal"].score) == ("wrong", 0)


def test_scratch_work_below_uses_what_it_likes(reference):
    extra = [("normal", "import torch.func\ntorch.func.vmap")]
    results = graded(reference, scale=WRONG["scale"], extra=extra)
    assert results["normal"].outcome == FOLLOWED


FORBIDS = """
# %%
import torch
torch.manual_seed(3)
data = torch.randn(6)

# %%
#| exercise: slope
#| checks:
#|   - expr: slope(sharp, x)
#|     hidden: true
#|     given: x = torch.randn(4)
#| blank: |
#|   def slope(f, x):
#|       ...
def sharp(x): return (x ** 3).sum()
### BEGIN SOLUTION
def slope(f, x):
    return torch.autograd.functional.jacobian(f, x)
### END SOLUTION

# %%
#| exercise: by-hand
#| checks:
#|   - by_hand(data)
#| forbid:
#|   - torch.autograd
def by_hand(x):
    ### BEGIN SOLUTION
    return 3 * x ** 2
    ### END SOLUTION

# %%
#| exercise: slope-again
#| checks:
#|   - expr: slope(sharp, x + 1)
#|     given: x = torch.randn(3)
#|   - steep
#| blank: |
#|   ...
### BEGIN SOLUTION
def slope(f, x):
    return 3 * x ** 2
steep = slope(sharp, data) > 1
### END SOLUTION
"""
GIVEN = "import torch\ntorch.manual_seed(3)\ndata = torch.randn(6)"
SHARP = "def sharp(x): return (x ** 3).sum()\n"


@pytest.fixture(scope="module")
def slopes(tmp_path_factory):
    reference = reference_of(write_source(tmp_path_factory.mktemp("slopes"), FORBIDS, "slopes"))
    yield reference
    reference.close()


def sloped(reference, *answers):
    names = ("slope", "by-hand", "slope-again")
    cells = [f"#| exercise: {name}\n{code}" for name, code in zip(names, answers, strict=True)]
    read = notebook.read(notebook_of([GIVEN, *cells]))
    submission = Submission(student="s", source="x", notebook=read, digest="0" * 64)
    report = grade(submission, reference, factory=kernels(), limits=Limits(), language="en").report
    return {one.exercise: one for one in report.exercises}


AGAIN = "def slope(f, x): return 3 * x ** 2\nsteep = slope(sharp, data) > 1"


def test_a_solution_does_for_nobody_what_they_are_forbidden(slopes):
    asks = "def by_hand(x): return slope(sharp, x)"
    for wrong in (f"{SHARP}def slope(f, x):\n    ...", f"{SHARP}def slope(f, x): return x"):
        assert sloped(slopes, wrong, asks, "...")["by-hand"].score == 0


@pytest.mark.parametrize(
    "answer",
    [
        "...",
        "1 / 0\n" + AGAIN,
        "steep = slope(sharp, data) > 1",
        "def slop(f, x): return 3 * x ** 2\nsteep = slop(sharp, data) > 1",
    ],
)
def test_the_name_of_a_replaced_function_is_no_answer_to_a_later_exercise(slopes, answer):
    results = sloped(slopes, f"{SHARP}def slope(f, x): return x", "...", answer)
    assert results["slope-again"].outcome != FOLLOWED
    assert results["slope-again"].checks[0].score == 0


def test_a_wrong_function_of_the_same_name_is_not_the_earlier_one(slopes):
    wrong = AGAIN.replace("3 *", "4 *")
    result = sloped(slopes, f"{SHARP}def slope(f, x): return x", "...", wrong)["slope-again"]
    assert [check.outcome for check in result.checks] == ["failed", "passed"]


def test_an_author_turns_it_off(tmp_path):
    path = write_source(tmp_path, SOURCE.replace("#| forbid:", "#| builds_on: []\n#| forbid:"))
    results = graded(reference_of(path), scale=WRONG["scale"])
    assert outcomes(results)[1:] == ["partly right", FOLLOWED, FOLLOWED, "right"]
