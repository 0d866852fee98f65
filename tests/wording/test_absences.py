from dataclasses import replace

import pytest

from grader.disclosure import disclosed
from grader.model.assignment import Check, Exercise
from grader.model.facts import NothingThere, Raised
from grader.model.result import CheckResult, ExerciseResult
from grader.wording.absences import reason

IN_CODE = Raised(
    type="TypeError",
    message="a secret",
    line="return x + y",
    number=3,
    step=2,
    asked="y = f(x)",
    within=True,
)


@pytest.mark.parametrize(
    ("within", "shown", "hidden"),
    [
        (
            True,
            "it raised TypeError in line 3: a secret; the check had come to `y = f(x)`",
            "it raised TypeError in line 3; the check had come to step 2",
        ),
        (
            False,
            "it raised TypeError: a secret, in the check itself (`y = f(x)`): none of your lines"
            " was running",
            "it raised TypeError, in the check itself (step 2): none of your lines was running",
        ),
    ],
)
def test_where_statements_raised_is_told_and_of_hidden_ones_no_code(within, shown, hidden):
    why = IN_CODE if within else replace(IN_CODE, line="", number=None, within=False)
    assert str(reason(why)) == shown
    check = Check(expression="y # run", run="x = 1\ny = f(x)", compared=("y",), hidden=True)
    result = CheckResult(
        check=check.expression,
        hidden=True,
        hides="data",
        outcome="error",
        score=0,
        max_score=1,
        not_compared=why,
    )
    whole = ExerciseResult(
        exercise="e",
        score=0,
        max_score=1,
        outcome="wrong",
        ruling=NothingThere(state="blank"),
        checks=(result,),
    )
    exercise = Exercise(name="e", title={"": "E"}, points=1, checks=(check,))
    told = disclosed(whole, exercise).checks[0].not_compared
    assert str(reason(told)) == hidden
