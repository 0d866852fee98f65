"""Of wrong answers as students write them, nothing is said but what is due, and of most something.

What is due was read, one by one, beside the code that it is said of.
"""

import pytest

from tests.conftest import TOP, reference_of
from tests.explaining.survey import NAMES, graded, kinds

pytestmark = pytest.mark.kernel

MOST = 0.85  # of the wrong answers to an assignment, of which hints say more than checks do


@pytest.fixture(scope="module", params=NAMES)
def told(request):
    reference = reference_of(TOP / "reference" / f"{request.param}.py")
    found = list(graded(request.param, reference))
    reference.close()
    return found


def test_nothing_is_said_but_what_is_due(told):
    said = {
        f"{wrong.exercise}, {wrong.name}": kinds(result) - set(wrong.due)
        for wrong, result in told
        if kinds(result) - set(wrong.due)
    }
    assert said == {}
    for wrong, result in told:
        assert result.score < result.max_score, wrong
        for one in result.diagnoses:
            assert not [word for word in wrong.never if word in one.text], wrong


def test_something_is_said_of_most(told):
    silent = [wrong for wrong, result in told if not result.diagnoses]
    assert len(silent) <= (1 - MOST) * len(told), silent
