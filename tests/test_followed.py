"""What is run on a student's own values: the solution, and mistakes only where they may fit."""

import pytest

from grader.reference import Reference
from tests.conftest import reference_of, write_source
from tests.test_follow_through import FOLLOWED, answers, graded, outcomes

# `tripled` has a mistake that its hidden call shows, whatever the numbers before are, and one that
# only these show.
SOURCE = """
# %%
import torch
torch.manual_seed(3)
data = torch.randn(12, 3) + 2

# %%
#| exercise: centre
#| checks:
#|   - centred
centred = data - data.mean(dim=0)  # SOLUTION

# %%
#| exercise: triple
#| checks:
#|   - tripled
#|   - expr: triple(numbers)
#|     hidden: true
#|     given: |
#|       numbers = torch.randn(4)
### BEGIN SOLUTION
def triple(x):
    return 3 * x

tripled = triple(centred)
### END SOLUTION

# %%
#| mistake: triple
#| name: doubled
#| help: How often is three times?
def triple(x):
    return 2 * x

tripled = triple(centred)

# %%
#| mistake: triple
#| name: not-centred
#| help: Which numbers are meant?
def triple(x):
    return 3 * x

tripled = triple(data)
"""
ONE_MEAN = "centred = data - data.mean()"
RIGHT = {
    "centre": "centred = data - data.mean(dim=0)",
    "triple": "def triple(x):\n    return 3 * x\n\ntripled = triple(centred)",
}


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    found = reference_of(write_source(tmp_path_factory.mktemp("triple"), SOURCE, "triple"))
    yield found
    found.close()


@pytest.fixture
def ran(monkeypatch):
    """Return a list that gets the code of each run on a student's values."""
    found = []
    again = Reference.run_again

    def counted(self, exercise, source, values, **limits):
        found.append(source)
        return again(self, exercise, source, values, **limits)

    monkeypatch.setattr(Reference, "run_again", counted)
    return found


def test_a_mistake_that_fails_a_call_with_data_of_its_own_is_not_run(reference, ran):
    exercise = reference.assignment.exercise("triple")
    mistakes = {one.name: one.solution for one in exercise.mistakes}
    report = graded(answers(RIGHT, centre=ONE_MEAN), reference)
    assert outcomes(report) == ["wrong", FOLLOWED]
    solution = reference.assignment.cell_of(exercise).solution
    assert ran == [solution, mistakes["not-centred"]]


def test_what_the_others_give_is_asked_where_an_answer_may_have_them(reference, ran):
    doubled = RIGHT["triple"].replace("3", "2")
    report = graded(answers(RIGHT, centre=ONE_MEAN, triple=doubled), reference)
    assert outcomes(report) == ["wrong", "wrong"]
    assert [one.mistake for one in report.exercises[1].diagnoses] == ["doubled"]
    assert len(ran) == len(set(ran)) == 3
