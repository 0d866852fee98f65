"""What a check may say: statements, bounds and views, and what does not go together."""

import pytest

from grader.authoring.source import load
from grader.errors import SourceError
from grader.model.check_name import as_written
from tests.conftest import write_source

SOURCE = """
# %%
import torch
torch.manual_seed(3)
data = torch.randn(4, 3)
weights = torch.ones(3)


def halves(x):
    return doubled(x) / 4


def doubled(x):
    return 2 * x

# %%
#| exercise: e
#| checks:
CHECK
slope = data.mean(dim=0)  # SOLUTION
"""


def loaded(folder, check):
    lines = "\n".join(f"#|   {line}" for line in check.strip("\n").split("\n"))
    return load(write_source(folder, SOURCE.replace("CHECK", lines)))


def checks_of(folder, check):
    return loaded(folder, check).exercises[0].checks


def refused(folder, check):
    with pytest.raises(SourceError) as error:
        loaded(folder, check)
    return error.value


RUN = """
- title: two steps
  run: |
    x = slope + 1
    y = x * data
  compare: [y, "x.sum()"]
"""


def test_statements_are_known_by_what_they_compare(tmp_path):
    (check,) = checks_of(tmp_path, RUN)
    assert check.expression == "y, x.sum() # run"
    assert check.statements == "x = slope + 1\ny = x * data"
    assert check.parts == ("y", "x.sum()")
    assert check.free_names == ("slope", "data")
    assert check.is_call


def test_of_those_that_compare_the_same_each_is_known_by_a_number(tmp_path):
    one, two = checks_of(tmp_path, RUN + RUN.replace("slope + 1", "slope + 2"))
    assert (one.expression, two.expression) == ("y, x.sum() # run", "y, x.sum() # run 2")


@pytest.mark.parametrize(
    ("known", "read"),
    [
        ("y # run", "y"),
        ("y, x.sum() # run 12", "y, x.sum()"),
        ("losses # run 2[0]", "losses[0]"),
        ("`y # run`: `y # run 2` is a gift", "`y`: `y` is a gift"),
        ("f(x) # value.sum()", "f(x) # value.sum()"),
        ("y # running", "y # running"),
    ],
)
def test_nobody_reads_what_tells_it_from_others(known, read):
    assert as_written(known) == read


def test_the_same_statements_twice_are_refused(tmp_path):
    assert "two checks run and compare the same" in str(refused(tmp_path, RUN + RUN))


def test_one_expression_may_stand_alone(tmp_path):
    check = "- title: a\n  run: x = slope\n  compare: x"
    assert checks_of(tmp_path, check)[0].parts == ("x",)


def test_a_view_is_compared_in_place_of_the_value(tmp_path):
    (check,) = checks_of(tmp_path, "- expr: slope\n  view: sorted(value, key=abs)")
    assert check.expression == "slope # sorted(value, key=abs)"
    assert check.parts == ("sorted(value, key=abs)",)
    assert check.free_names == ("slope",)


@pytest.mark.parametrize(
    ("check", "problem", "line"),
    [
        ("- run: x = 1\n  compare: x", "`run` comes with a `title`", "run"),
        ("- title: a\n  run: x = 1", "`run` comes with `compare`", "run"),
        ("- title: a\n  run: x = 1\n  compare: exact", "`run` comes with `compare`", "compare"),
        ("- title: a\n  run: x = 1\n  compare: [x]\n  expr: x", "either `expr`", "title"),
        ("- title: a\n  run: x = 1\n  compare: [x, x]", "`x` stands twice", "compare"),
        ("- title: a\n  run: x = 1\n  compare: [x +]", "not a Python expression", "compare"),
        ("- title: a\n  run: x = 1\n  compare: [x]\n  margin: 1", "`margin` belongs", "margin"),
        (
            "- title: a\n  run: x = 1\n  compare: [x]\n  raises: ValueError\n  valid: x",
            "`raises` belongs to `expr`, not to `run`",
            "raises",
        ),
        ("- title: a\n  run: |\n    x = 1\n    y = (\n  compare: x", "not Python code", "y = ("),
        ("- expr: slope\n  compare: [slope]", "a list stands beside `run`", "compare"),
        ("- expr: slope\n  at_least: .nan", "finite number", "at_least"),
        ("- expr: slope\n  at_least: 2\n  at_most: 1", "more than `at_most`", "at_least"),
        ("- expr: slope\n  at_least: 2\n  rtol: 1", "about the reference's value", "rtol"),
        ("- expr: slope\n  at_most: 2\n  public: true", "the text says the bound", "public"),
        (
            "- title: a\n  run: x = 1\n  compare: [x, slope]\n  at_most: 2",
            "`at_most` is about one expression",
            "compare",
        ),
        ("- expr: slope\n  view: slope", "an expression of `value`", "view"),
        ("- recompute: slope\n  of: slope\n  view: value", "`view` belongs to an `expr`", "view"),
    ],
)
def test_what_does_not_go_together_is_refused_at_its_line(tmp_path, check, problem, line):
    error = refused(tmp_path, check)
    assert problem in str(error)
    text = (tmp_path / "small.py").read_text(encoding="utf-8").split("\n")
    assert line in text[error.line - 1]


def test_a_recomputed_expression_gets_the_functions_that_it_calls(tmp_path):
    (check,) = checks_of(tmp_path, "- recompute: F.relu(halves(slope) @ weights)\n  of: slope")
    assert check.tools == (
        "from torch.nn import functional as F\n"
        "def halves(x):\n    return doubled(x) / 4\n"
        "def doubled(x):\n    return 2 * x"
    )
    assert {*check.free_names} == {"slope", "weights"}


def test_one_that_calls_none_gets_nothing(tmp_path):
    (check,) = checks_of(tmp_path, "- recompute: torch.mean(slope @ weights)\n  of: slope")
    assert check.tools == ""
    assert check.free_names == ("torch", "slope", "weights")


@pytest.mark.parametrize(
    ("one", "other", "todo"),
    [
        ("given: t = data + 1", "given: t = data + 2", "name their given data differently"),
        ("aspects: [shape]", "aspects: [values]", "compare all its aspects in one, with `credit`"),
        ("rtol: 1e-3", "rtol: 1e-3", "leave one of them out"),
        ("rtol: 1e-3", "hidden: true", "let one look at a part or a `view` of it"),
    ],
)
def test_the_same_expression_twice_is_refused_with_what_to_do(tmp_path, one, other, todo):
    checks = "".join(f"- expr: halves(data)\n  {key}\n" for key in (one, other))
    assert f"two checks are `halves(data)`; {todo}" in str(refused(tmp_path, checks)).replace(
        "make one of them, or ", ""
    )
