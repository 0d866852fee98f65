"""What is asked on other data, and in which cells: from notebooks to marks, with real kernels."""

import pytest

from grader import marked_run
from grader.formats import notebook
from grader.grade import grade
from grader.kernels.kernel import Limits
from grader.model.submission import Submission
from grader.on_other_data import OtherData
from grader.running.run import Run
from tests.conftest import kernels, notebook_of, reference_of, write_source
from tests.marking.test_confirm import ELSEWHERE, ONLY_SHOWN
from tests.test_follow_through import FOLLOWED, graded, outcomes, shifted_by

# Functions with hidden data of their own, and functions whose hidden calls hang on the data shown:
# by what they read, by what they are given.
SOURCE = """
# %%
import torch
torch.manual_seed(3)
data = torch.randn(12, 3) + 2

# %%
#| exercise: halves
#| checks:
#|   - expr: half(numbers)
#|     hidden: true
#|     given: |
#|       numbers = torch.randn(4)
#|   - expr: size
#|     constant: true
### BEGIN SOLUTION
def half(x):
    return x / 2

size = len(data)
### END SOLUTION

# %%
#| exercise: centre
#| checks:
#|   - centred
centred = data - data.mean(dim=0)  # SOLUTION

# %%
#| alternative: centre
#| name: two-steps
middle = data.mean(dim=0)
centred = data - middle

# %%
#| exercise: predict
#| checks:
#|   - expr: predict(numbers)
#|     hidden: true
#|     given: |
#|       numbers = torch.randn(5, 3)
### BEGIN SOLUTION
means = data.mean(dim=0)

def predict(x):
    return x @ means
### END SOLUTION

# %%
#| exercise: total
#| checks:
#|   - expr: total(rows)
#|     hidden: true
#|     given: |
#|       rows = data[:4]
### BEGIN SOLUTION
def total(x):
    return x.sum()
### END SOLUTION

# %%
#| exercise: spread
#| points: 2
#| checks:
#|   - spread
spread = half(centred).abs().sum(dim=0)  # SOLUTION
"""
START = "import torch\ntorch.manual_seed(3)\ndata = torch.randn(12, 3) + 2"
# As the author has it, and right in other words.
AUTHORS = {
    "halves": "def half(x):\n    return x / 2\n\nsize = len(data)",
    "centre": "centred = data - data.mean(dim=0)",
    "predict": "means = data.mean(dim=0)\n\ndef predict(x):\n    return x @ means",
    "total": "def total(x):\n    return x.sum()",
    "spread": "spread = half(centred).abs().sum(dim=0)",
}
RIGHT = {
    "halves": "def half(x):\n    return 0.5 * x\n\nsize = len(data)",
    "centre": "centred = data - data.mean(0)",
    "predict": "means = data.mean(0)\n\ndef predict(x):\n    return x @ means",
    "total": "def total(x):\n    return torch.sum(x)",
    "spread": "spread = half(centred).abs().sum(0)",
}
NAMES = [*RIGHT]
OFFSET = 5


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    found = reference_of(write_source(tmp_path_factory.mktemp("halves"), SOURCE, "halves"))
    yield found
    found.close()


@pytest.fixture(scope="module")
def other(reference):
    found = shifted_by(reference, OFFSET)
    yield found
    found.reference.close()


@pytest.fixture
def plans(monkeypatch, reference, other):
    """Return a list that gets the plan of each run of a submission on other data."""
    found = []

    def opened(plan, **options):
        if plan.seed:
            found.append(plan)
        return Run(plan, **options)

    monkeypatch.setattr(marked_run, "Run", opened)
    return found


def handed_in(*own, **changes):
    """Return a submission's cells. own: cells of the student's below the given one."""
    cells = {**RIGHT, **changes}
    return [START, *own, *(f"#| exercise: {name}\n{code}" for name, code in cells.items())]


def asked(plans):
    """Return what was asked in each run, by exercise."""
    return [
        {one.name: [check.expression for check in one.checks] for one in plan.exercises}
        for plan in plans
    ]


EXPECTED = {
    "centre": ["centred"],
    "predict": ["predict(numbers)"],
    "total": ["total(rows)"],
    "spread": ["spread"],
}


def test_a_call_with_hidden_data_of_its_own_and_a_constant_are_not_asked(reference, other, plans):
    report = graded(handed_in(), reference, other=other)
    assert set(outcomes(report)) == {"right"}
    assert asked(plans) == [EXPECTED]
    assert report.other_data == OFFSET


def test_where_nothing_is_left_to_ask_nothing_is_run(reference, other, plans):
    blank = dict.fromkeys(["centre", "predict", "total", "spread"], "")
    report = graded(handed_in(**blank), reference, other=other)
    assert report.exercises[0].outcome == "right"
    assert not plans
    assert report.other_data is None


def test_without_a_mark_the_reference_is_not_run_on_other_data(reference):
    def never():
        raise AssertionError

    blank = graded(
        handed_in(**dict.fromkeys(RIGHT, "")),
        reference,
        other=OtherData(prepared=never, offset=OFFSET),
    )
    assert {*outcomes(blank)} == {"blank"}
    assert blank.other_data is None


TWO_STEPS = "middle = data.mean(dim=0)\n# the mean first\ncentred = (data - middle)"


@pytest.mark.parametrize("centre", [AUTHORS["centre"], TWO_STEPS])
def test_what_the_author_wrote_is_not_asked(reference, other, plans, centre):
    cells = handed_in(**{**AUTHORS, "centre": centre})
    report = graded(cells, reference, other=other)
    assert set(outcomes(report)) == {"right"}
    assert report.other_data is None
    assert not plans


def test_a_cell_of_the_student_s_below_an_author_s_answer_changes_nothing(reference, other, plans):
    cells = handed_in(**AUTHORS)
    report = graded([*cells[:3], "print(centred.shape)", *cells[3:]], reference, other=other)
    assert set(outcomes(report)) == {"right"}
    assert not plans


@pytest.mark.parametrize("above", ["data = data.clone()", "mean = torch.mean\ndata.add_(0)"])
def test_what_needs_a_cell_of_the_student_s_is_asked(reference, other, plans, above):
    report = graded(handed_in(above, **AUTHORS), reference, other=other)
    assert set(outcomes(report)) == {"right"}
    # The rows come with the call.
    assert asked(plans) == [{name: EXPECTED[name] for name in EXPECTED if name != "total"}]


def test_what_follows_from_a_typed_in_answer_is_asked(reference, other, plans):
    typed = reference.expected["centre"]["centred"].data.tolist()
    cells = handed_in(**{**AUTHORS, "centre": f"centred = torch.tensor({typed})"})
    report = graded(cells, reference, other=other)
    assert outcomes(report) == ["right", "wrong", "right", "right", "right"]
    assert asked(plans)[0] == {name: EXPECTED[name] for name in ("centre", "spread")}


def test_a_function_of_the_student_s_that_reads_more_is_asked(reference, other, plans):
    halves = "two = 2\ndef half(x):\n    return x / two\n\nsize = 12"
    report = graded(handed_in(halves=halves), reference, other=other)
    assert set(outcomes(report)) == {"right"}
    assert asked(plans) == [{"halves": ["half(numbers)"], **EXPECTED}]


MEANS, TOTAL = "torch.tensor({means})", "torch.tensor({total})"


@pytest.mark.parametrize(
    ("name", "code", "rule"),
    [
        ("predict", f"means = {MEANS}\n\ndef predict(x):\n    return x @ means", ELSEWHERE),
        ("predict", f"def predict(x):\n    return x @ {MEANS}", ELSEWHERE),
        ("predict", f"def predict(x, means={MEANS}):\n    return x @ means", ELSEWHERE),
        ("total", f"def total(x):\n    return {TOTAL}", ONLY_SHOWN),
    ],
)
def test_what_can_be_typed_into_a_function_earns_nothing(reference, other, name, code, rule):
    rows = reference.recording.given["total", "total(rows)"]["rows"].data
    means = rows - reference.expected["centre"]["centred"].data[:4]
    typed = code.format(means=means[0].tolist(), total=rows.sum().item())
    cells = handed_in(**{name: typed})
    assert set(outcomes(graded(cells, reference))) == {"right"}
    report = graded(cells, reference, other=other)
    found = dict(zip(NAMES, report.exercises, strict=True))
    lost = found.pop(name)
    assert (lost.outcome, lost.score) == ("wrong", 0)
    assert lost.rule.startswith(rule)
    assert {one.outcome for one in found.values()} == {"right"}


def test_what_cannot_be_seen_to_be_needed_is_run_all_the_same(reference, other, plans):
    own = "box = [0.0]", "fill = box.append\ndone = fill(data.mean(dim=0))"
    report = graded(handed_in(*own, centre="centred = data - box[-1]"), reference, other=other)
    assert set(outcomes(report)) == {"right"}
    first, whole = plans
    assert own[1] not in [step.source for step in first.steps]
    assert own[1] in [step.source for step in whole.steps]
    assert [one.name for one in whole.exercises] == ["centre", "spread"]


def test_cells_that_nobody_needs_are_not_run(reference, other, plans):
    own = "scratch = data * 2", "print(scratch.mean())"
    late = handed_in(*own, halves="size = len(data)\nwhile True: pass\n", spread="spread = ...")
    report = graded(late, reference, other=other)
    assert outcomes(report)[1:4] == ["right"] * 3
    (plan,) = plans
    sources = [step.source for step in plan.steps]
    assert not [one for one in sources if "scratch" in one or "while True" in one]
    assert len(sources) == 4


def test_a_slow_notebook_is_run_but_once_more(reference, other, plans):
    slow = "import time\nend = time.process_time() + 2\nwhile time.process_time() < end: pass"
    cells = notebook_of(handed_in(slow))
    grade(
        Submission(student="", source="", notebook=notebook.read(cells), digest=""),
        reference,
        factory=kernels(),
        limits=Limits(submission=3.5),
        language="en",
        other=other,
    )
    (plan,) = plans
    assert slow in [step.source for step in plan.steps]


def test_what_follows_a_mistake_is_confirmed_in_the_same_way(reference, other, plans):
    wrong = handed_in(centre="centred = data - data.mean()")
    report = graded(wrong, reference, other=other)
    assert outcomes(report) == ["right", "wrong", "right", "right", FOLLOWED]
    assert asked(plans) == [{name: EXPECTED[name] for name in ("predict", "total", "spread")}]


def test_typed_in_answers_do_not_vouch_for_each_other(reference, other):
    centred, spread = (reference.expected[name][name + end].data.tolist()
                       for name, end in (("centre", "d"), ("spread", "")))  # fmt: skip
    typed = {
        "centre": f"centred = torch.tensor({centred})",
        "spread": f"spread = torch.tensor({spread})",
    }
    assert set(outcomes(graded(handed_in(**typed), reference))) == {"right"}
    report = graded(handed_in(**typed), reference, other=other)
    assert outcomes(report) == ["right", "wrong", "right", "right", "wrong"]


def test_what_uses_what_it_may_not_is_not_asked(tmp_path, plans):
    source = SOURCE.replace("exercise: centre\n", "exercise: centre\n#| forbid: [torch.std]\n")
    banning = reference_of(write_source(tmp_path, source, "banning"))
    elsewhere = shifted_by(banning, OFFSET)
    plans.clear()
    used = RIGHT["centre"] + "\ndata.std()"
    report = graded(handed_in(centre=used), banning, other=elsewhere)
    assert report.exercises[1].score == 0
    assert asked(plans) == [{name: EXPECTED[name] for name in EXPECTED if name != "centre"}]
    banning.close()
    elsewhere.reference.close()
