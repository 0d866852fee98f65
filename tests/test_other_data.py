"""Values that are typed in are right for the data shown alone, and earn nothing."""

import csv
import json

import nbformat
import pytest
import torch

from grader.comparing.walk import curve as numbers
from grader.model.values import MappingValue, NumberValue
from tests.command_line import grader
from tests.conftest import SMALL, TOP, notebook_of, reference_of, write_source
from tests.marking.test_confirm import ELSEWHERE, ONLY_SHOWN
from tests.test_follow_through import (
    CHAIN,
    FOLLOWED,
    ONE_MEAN,
    RIGHT,
    answers,
    graded,
    outcomes,
    rules,
    shifted_by,
)
from tests.test_reference import PUBLISHED

OFFSET = 5


@pytest.fixture(scope="module")
def chain(tmp_path_factory):
    reference = reference_of(write_source(tmp_path_factory.mktemp("chain"), CHAIN, "chain"))
    yield reference
    reference.close()


@pytest.fixture(scope="module")
def other(chain):
    found = shifted_by(chain, OFFSET)
    yield found
    found.reference.close()


@pytest.fixture(scope="module")
def typed(chain):
    """Return the answers to CHAIN as literals, by exercise."""
    found = chain.expected
    return {
        "centre": f"centred = torch.tensor({found['centre']['centred'].data.tolist()})",
        "spread": f"spread = torch.tensor({found['spread']['spread'].data.tolist()})",
        "count": f"count = {found['count']['count'].value}",
        "walk": f"curve = {numbers(found['walk']['curve'])}",
    }


def test_right_code_keeps_its_marks(chain, other):
    report = graded(answers(), chain, other=other)
    assert (outcomes(report), report.score) == (["right"] * 4, 7)
    assert report.other_data == OFFSET


def test_values_that_are_typed_in_earn_nothing(chain, other, typed):
    assert outcomes(graded(answers(**typed), chain)) == ["right"] * 4
    report = graded(answers(**typed), chain, other=other)
    assert (outcomes(report), report.score) == (["wrong"] * 4, 0)
    for result in report.exercises:
        assert result.rule == f"{ONLY_SHOWN} (0 of 1 checks hold there)"
        assert [check.error for check in result.checks] == [ONLY_SHOWN]


def test_what_is_right_by_luck_is_not_told_that_it_stays_the_same(chain, other):
    one, two = (each.expected["centre"]["centred"].data for each in (chain, other.reference))
    row, column = ((one > 0) & (two < 0)).nonzero()[0].tolist()
    # It is computed, changes with the data, and is right where one number is positive.
    luck = f"centred = data - data.mean(0)\ncentred = centred + (centred[{row}, {column}] < 0)"
    assert outcomes(graded(answers(centre=luck), chain))[0] == "right"
    result = graded(answers(centre=luck), chain, other=other).exercises[0]
    assert (result.outcome, result.score) == ("wrong", 0)
    assert [check.error for check in result.checks] == [ELSEWHERE]
    assert result.rule == f"{ELSEWHERE} (0 of 1 checks hold there)"


@pytest.mark.parametrize("name", list(RIGHT))
def test_one_typed_in_value_costs_its_own_exercise_alone(chain, other, typed, name):
    report = graded(answers(**{name: typed[name]}), chain, other=other)
    found = dict(zip(RIGHT, outcomes(report), strict=True))
    assert found.pop(name) == "wrong"
    assert set(found.values()) == {"right"}


def test_what_follows_a_mistake_can_be_typed_in_too(chain, other):
    data = chain.expected["centre"]["centred"].data
    assert data.shape == (12, 3)
    seen = graded(answers(centre=ONE_MEAN), chain)
    assert outcomes(seen)[1] == FOLLOWED
    torch.manual_seed(3)
    wrong = torch.randn(12, 3) + 2
    wrong = wrong - wrong.mean()
    literal = f"spread = torch.tensor({(wrong.T @ wrong / 12).tolist()})"
    cells = answers(centre=ONE_MEAN, spread=literal)
    assert outcomes(graded(cells, chain)) == ["wrong", FOLLOWED, FOLLOWED, FOLLOWED]
    report = graded(cells, chain, other=other)
    assert outcomes(report) == ["wrong", "wrong", FOLLOWED, FOLLOWED]
    assert rules(report)["spread"].startswith(ONLY_SHOWN)


OWN = [
    "torch.randn(99)",
    "import random, numpy\nrandom.random(), numpy.random.rand(), torch.rand(3)",
    "torch.manual_seed(99)\ntorch.randn(3)",
    "torch.manual_seed(3)\nassert torch.equal(data, torch.randn(12, 3) + 2)",
    "import numpy\nnumpy.random.seed(1)\nnumpy.random.default_rng(2).random()",
]


@pytest.mark.parametrize("own", OWN)
def test_draws_and_seeds_of_their_own_harm_nothing(chain, other, own):
    start, *rest = answers()
    cells = [start, own, *(part for cell in rest for part in (cell, own))]
    assert outcomes(graded(cells, chain, other=other)) == ["right"] * 4


def test_what_has_no_marks_is_not_run_again(chain, other):
    report = graded(answers(centre="centred = 1", spread="", count="", walk=""), chain, other=other)
    assert report.score == 0
    assert not any(ONLY_SHOWN in rule for rule in rules(report).values())
    assert report.other_data is None


# An unlucky seed: on it, even an answer that is known to be right comes out otherwise.
UNLUCKY = """
# %%
import torch
torch.manual_seed(3)
data = torch.randn(4)

# %%
#| exercise: steady
#| checks:
#|   - steady
steady = data.sum()  # SOLUTION

# %%
#| alternative: steady
#| name: by-hand
steady = data[0] + data[1] + data[2] + data[3]

# %%
#| exercise: shaky
#| checks:
#|   - shaky
shaky = data.sum()  # SOLUTION

# %%
#| alternative: shaky
#| name: other-order
shaky = data.sum() + (data[0] > 1)
"""


def test_an_unlucky_seed_is_not_held_against_a_student(tmp_path):
    reference = reference_of(write_source(tmp_path, UNLUCKY))
    first = {offset: float(torch.randn(4, generator=seeded(3 + offset))[0]) for offset in range(40)}
    assert first[0] < 1
    unlucky = next(offset for offset, value in first.items() if value > 1.1)
    total = reference.expected["steady"]["steady"].data.item()
    right = {"steady": f"steady = torch.tensor({total})", "shaky": f"shaky = torch.tensor({total})"}
    start = "import torch\ntorch.manual_seed(3)\ndata = torch.randn(4)"
    report = graded(answers(right, start), reference, other=shifted_by(reference, unlucky))
    assert outcomes(report) == ["wrong", "right"]
    lucky = next(offset for offset, value in first.items() if offset and value < 0.9)
    report = graded(answers(right, start), reference, other=shifted_by(reference, lucky))
    assert outcomes(report) == ["wrong", "wrong"]


def seeded(seed):
    return torch.Generator().manual_seed(seed)


# The lecture's assignment, and the numbers that it published.

LOSSES = {"descent": "losses", "five-features": "losses_5", "two-layers": "network_losses"}


@pytest.fixture(scope="module")
def other_descent(gradient_descent):
    found = shifted_by(gradient_descent, OFFSET)
    yield found
    found.reference.close()


@pytest.fixture
def perfect():
    """Return the perfect submission, with code added to the cells of some exercises."""
    path = TOP / "examples" / "submissions" / "perfect.ipynb"

    def changed(**added):
        read = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
        for cell in read.cells:
            name = cell.metadata.get("tensorgrader", {}).get("cell", "").removeprefix("exercise-")
            cell.source += added.get(name.replace("-", "_"), "")
        return nbformat.writes(read).encode()

    return changed


def literal(reference, exercise, name):
    value = reference.expected[exercise][name]
    found = numbers(value)
    if found is not None:
        return f"\n{name} = {found}"
    if isinstance(value, NumberValue):
        return f"\n{name} = {value.value}"
    if isinstance(value, MappingValue):
        entries = ", ".join(
            f"'{key}': torch.tensor({one.data.tolist()})" for key, one in value.entries.items()
        )
        return f"\n{name}.load_state_dict({{{entries}}})"
    return f"\n{name} = torch.tensor({value.data.tolist()})"


def by_check(report, exercise):
    result = next(one for one in report.exercises if one.exercise == exercise)
    return {check.check: check for check in result.checks}


def test_right_code_keeps_its_marks_on_other_data(gradient_descent, other_descent, perfect):
    report = graded(perfect(), gradient_descent, other=other_descent)
    assert set(outcomes(report)) == {"right"}
    assert report.score == 20


def test_published_numbers_earn_nothing(gradient_descent, other_descent, perfect):
    added = {}
    for (exercise, name), published in PUBLISHED.items():
        curve = numbers(gradient_descent.expected[exercise][name])
        for step, loss in published:
            curve[step - 1] = loss
        added[exercise.replace("-", "_")] = f"\n{name} = {curve}"
    added["predictions"] = "\nmse = torch.tensor(23.65750)"
    shown = graded(perfect(**added), gradient_descent)
    assert shown.score == 20
    report = graded(perfect(**added), gradient_descent, other=other_descent)
    for exercise, name in (*LOSSES.items(), ("predictions", "mse")):
        found = by_check(report, exercise)
        assert (found[name].outcome, found[name].error) == ("failed", ONLY_SHOWN)
        assert found[name].score == 0
        # Only what is typed in is lost.
        assert {check.outcome for key, check in found.items() if key != name} == {"passed"}
    assert outcomes(report) == [
        "partly right", "right", "right", "partly right", "right", "partly right", "right",
        "partly right",
    ]  # fmt: skip


def test_an_exercise_with_nothing_but_typed_in_values_earns_nothing(
    gradient_descent, other_descent, perfect
):
    exercises = {one.name: one for one in gradient_descent.gradable}
    added = {}
    for exercise in ("five-features", "two-layers"):
        names = {
            name
            for check in exercises[exercise].checks
            for name in (check.of or (check.expression.split(".")[0],))
        }
        lines = [literal(gradient_descent, exercise, name) for name in sorted(names)]
        added[exercise.replace("-", "_")] = "".join(lines)
    data = perfect(**added)
    assert graded(data, gradient_descent).score == 20
    report = graded(data, gradient_descent, other=other_descent)
    assert report.score == 20 - 1 - 4
    for exercise in ("five-features", "two-layers"):
        assert rules(report)[exercise].startswith(ONLY_SHOWN)


# The command line.


@pytest.fixture
def handed_in(tmp_path, small_answers):
    """Return the arguments to grade a right submission to SMALL, and one with a typed-in value."""
    source, folder = write_source(tmp_path, SMALL), tmp_path / "in"
    folder.mkdir()
    total = reference_of(source).expected["total"]["total"].data.item()
    typed = small_answers(total=f"#| exercise: total\ntotal = torch.tensor({total})")
    (folder / "right.ipynb").write_bytes(notebook_of(small_answers()))
    (folder / "typed.ipynb").write_bytes(notebook_of(typed))
    return ["grade", folder, "-a", source]


def table(folder):
    with (folder / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def recorded(folder):
    return {
        path.parts[-3]: json.loads(path.read_text(encoding="utf-8"))["other_data"]
        for path in folder.glob("results/*/*/result.json")
    }


def test_marks_on_other_data_do_not_depend_on_the_number_of_jobs(tmp_path, handed_in):
    tables = []
    for jobs in (1, 2):
        out = tmp_path / f"out{jobs}"
        done = grader(*handed_in, "-o", out, "--other-data", 77, "--jobs", jobs)
        assert done.returncode == 0, done.stderr
        assert "right (small): 6 of 6" in done.stderr
        assert "typed (small): 5 of 6" in done.stderr
        assert recorded(out) == {"right": 77, "typed": 77}
        tables.append(table(out))
    assert tables[0] == tables[1]
    shown = (out / "feedback" / "typed" / "small" / "report.html").read_text(encoding="utf-8")
    assert "Right only for the data shown" in shown


def test_other_data_can_be_turned_off(tmp_path, handed_in):
    done = grader(*handed_in, "-o", tmp_path / "out", "--other-data", "off", "--jobs", 1)
    assert "typed (small): 6 of 6" in done.stderr
    assert recorded(tmp_path / "out") == {"right": None, "typed": None}


@pytest.mark.parametrize("bad", ["bad", "0"])
def test_another_offset_is_wrong_usage(tmp_path, bad):
    (tmp_path / "a.ipynb").write_bytes(notebook_of(["x"]))
    source = write_source(tmp_path, SMALL)
    arguments = ["grade", tmp_path / "a.ipynb", "-a", source, "-o", tmp_path / "out"]
    done = grader(*arguments, f"--other-data={bad}")
    assert done.returncode == 2
    assert "--other-data is on, off, or a number from 1 to 1000000" in done.stderr
    assert "Traceback" not in done.stderr
