"""What a student's answer rests on, read from the code alone."""

import pytest

from grader.authoring.dependencies import answered
from grader.authoring.source import load
from grader.marking.dependence import Dependence
from grader.model.submission import Step
from tests.conftest import write_source

SOURCE = """
# %%
table = [1, 2]

# %%
#| exercise: one
#| checks:
#|   - first(table)
#| blank: |
#|   ...
### BEGIN SOLUTION
def first(x): return x[0]
def other(x): return x[1]
start = first(table)
### END SOLUTION

# %%
#| exercise: two
#| checks:
#|   - second(table)
### BEGIN SOLUTION
def second(x): return other(x) + 1
middle = second(table) + start
### END SOLUTION

# %%
again = second

# %%
#| exercise: three
#| checks:
#|   - third
third = middle  # SOLUTION
"""
TOOLS = {("one", "first"), ("one", "other"), ("two", "second")}
ONE = "def first(x): return x[0]\ndef other(x): return x[1]\nstart = first(table)"
TWO = "def second(x): return other(x) + 1\nmiddle = second(table) + start"


@pytest.fixture
def found(tmp_path):
    assignment = load(write_source(tmp_path, SOURCE))

    def found(third, *, one=ONE, two=TWO, right=(), second=False):
        answers = {"one": one, "two": two, "three": third}
        steps = [Step(source="table = [1, 2]", role="given")]
        for name, code in answers.items():
            if name == "three":
                steps.append(Step(source="again = second", role="given"))
            if code is not None:
                steps.append(Step(source=code, role="exercise", exercise=name))
        dependence = Dependence(
            assignment,
            steps,
            answers={cell.exercise: answered(cell) for cell in assignment.cells if cell.exercise},
            is_tool=lambda owner, name: (owner, name) in TOOLS,
        )
        return dependence.of(assignment.exercise("two" if second else "three"), right)

    return found


@pytest.mark.parametrize(
    ("third", "expected"),
    [
        ("third = 1", {}),
        ("third = table", {}),
        ("third = first(table)", {"one": ("first",)}),
        ("third = second(table)", {"one": ("other",), "two": ("second",)}),
        ("third = again(table)", {"one": ("other",), "two": ("second",)}),
        # A value of another exercise that one of its functions computes from one of the first's.
        ("third = middle", {"one": ("first", "other"), "two": ("second",)}),
        # A value of the first that its own function computes can be carried.
        ("third = start", {}),
        ("third = start + first(table)", {"one": ("first",)}),
        ("first = max\nthird = first(table)", {}),
        ("def third(first): return first(table)", {}),
        ("def third(x): return [first(x) for x in x]", {"one": ("first",)}),
        ("class third:\n    def call(self, x): return first(x)", {"one": ("first",)}),
        ("third = (", {}),
    ],
)
def test_what_an_answer_rests_on(found, third, expected):
    assert found(third) == expected
    assert found(third, right={"one", "two"}) == {}


def test_what_is_right_is_looked_through_and_stays(found):
    assert found("third = second(table)", right={"two"}) == {"one": ("other",)}
    assert found("third = second(table)", right={"one"}) == {"two": ("second",)}
    alone = "def second(x): return x[1] + 1\nmiddle = 3"
    assert found("third = second(table)", two=alone, right={"two"}) == {}
    # Whose answer is wrong should have read what the solution reads.
    assert found("third = second(table)", two=alone) == {"one": ("other",), "two": ("second",)}


def test_what_nothing_binds_is_the_answer_that_should(found):
    for one in (None, "...", "def frist(x): return x[0]", "def first(x: return x"):
        assert found("third = first(table)", one=one) == {"one": ("first",)}


def test_a_helper_of_an_answer_is_looked_through(found):
    helper = f"{ONE}\ndef mine(x): return first(x)\nkept = mine(table)"
    for third in ("third = mine(table)", "third = kept"):
        assert found(third, one=helper) == {"one": ("first",)}


def test_nothing_rests_on_what_comes_later(found):
    assert found("first = 1", two="second = third", second=True) == {}


def test_a_long_chain_is_followed_to_its_end(found):
    chain = "\n".join(f"a{n} = a{n - 1}" for n in range(1, 3000))
    assert found(f"a0 = first(table)\n{chain}\nthird = a2999") == {"one": ("first",)}
