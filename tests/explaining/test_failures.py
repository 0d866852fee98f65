from dataclasses import replace

from grader.explaining.findings import RANKED
from grader.model.assignment import Check
from grader.model.facts import NotReached
from grader.model.result import CheckResult, Fault
from grader.model.values import RaisedValue
from tests.explaining.test_diagnose import EXPECTED, diagnose, exercise, tensor

FREED = "Trying to backward through the graph a second time"
UNDEFINED = RaisedValue(type="NameError", message="name 'table' is not defined")


def told(*, line, hidden=False):
    """Diagnose a name that the cell did not come to, and a call that raises what stopped it."""
    checks = Check(expression="table"), Check(expression="f(x)", hidden=hidden)
    asked = exercise(*checks)
    raised = RaisedValue(type="RuntimeError", message=FREED, line=line)
    result = CheckResult(check="table", hidden=False, outcome="error", score=0, max_score=1)
    return diagnose(
        asked,
        actual={"table": UNDEFINED, "f(x)": raised},
        expected={"table": tensor(EXPECTED), "f(x)": tensor(EXPECTED)},
        checks=[
            replace(result, not_compared=NotReached()),
            replace(result, check="f(x)", hidden=hidden),
        ],
        fault=Fault(name="RuntimeError", message=FREED, line=3),
        ranked=RANKED,
    )


def test_of_a_name_that_was_not_reached_it_is_not_said_that_nothing_binds_it():
    for hidden in (False, True):
        (alone,) = told(line=3, hidden=hidden)
        assert alone.text.startswith("The code stops in line 3: `backward()` goes the same way")


def test_what_fails_in_another_line_is_told_beside_it():
    texts = [one.text for one in told(line=8)]
    assert len(texts) == 2
    assert texts[1].startswith("`f(x)` fails in line 8")
