"""What an exception shows: each cause by the message that Python or PyTorch really gives."""

from dataclasses import replace

import pytest
import torch

from grader.explaining.case import Task
from grader.explaining.failures import of_cell
from grader.explaining.findings import RANKED
from grader.model.assignment import Check
from grader.model.facts import NotReached
from grader.model.features import Count, Name
from grader.model.result import CheckResult, Fault
from grader.model.values import RaisedValue
from grader.wording.diagnoses import sentence
from tests.explaining.test_diagnose import EXPECTED, diagnose, exercise, tensor


def raised(code):
    """Return the fault of code that is run for real."""
    try:
        exec(code, {"torch": torch})
    except Exception as error:
        return Fault(name=type(error).__name__, message=str(error), line=1, source=code)
    raise AssertionError(f"nothing was raised by {code}")


def cause(fault):
    found = [*of_cell(fault)]
    return found[0].about["cause"].name if found else None


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("torch.ones(2, 3) @ torch.ones(2, 3)", "product"),
        ("torch.ones(2, requires_grad=True).numpy()", "numpy-gradient"),
        ("torch.tensor([1, 2]).mean()", "whole-numbers"),
        ("(lambda x: x)()", "misfit"),
        ("(3)(4)", "not-callable"),
        ("a, b = 1,", "unpack"),
        ("a, b = 1, 2, 3", "unpack"),
        ("torch.ones(2).sum(dim=1)", "dimension"),
        ("[1][1]", "index"),
        ("torch.ones(5).reshape(2, 3)", "reshape"),
        ("torch.cat([torch.ones(2, 2), torch.ones(3, 3)])", "join"),
        ("missing", "undefined"),
        ("(3).shape", "attribute"),
        ("torch.nothing", "attribute"),
        ("[1, 2] * 0.5", "list-arithmetic"),
        ("import no_such_module", "no-module"),
        ("1 / 0", "zero"),
        ("{}['a']", "key"),
        ("raise NotImplementedError", "unfinished"),
        ("x = (", "bracket"),
        ("raise ValueError('one of my own')", "own-raise"),
    ],
)
def test_causes(code, expected):
    assert cause(raised(code)) == expected


def test_sizes_and_names_of_the_message_are_kept():
    (found,) = of_cell(raised("torch.ones(2, 3) @ torch.ones(4, 5)"))
    assert found.about["columns"] == Count(number=3)
    assert found.about["other_rows"] == Count(number=4)
    (found,) = of_cell(raised("missing"))
    assert (found.about["name"], found.about["line"]) == (Name(name="missing"), Count(number=1))


def test_a_type_decides_where_a_message_says_nothing():
    assert cause(Fault(name="IndexError", message="anything")) == "index"
    assert cause(Fault(name="OtherError", message="anything")) is None


@pytest.mark.parametrize(
    ("ending", "said"),
    [
        ("timed out", "as it took too long: does each loop"),
        ("too much output", "as it printed too much: does each loop"),
    ],
)
def test_of_a_cell_that_was_stopped_it_is_said_what_it_did_too_long(ending, said):
    fault = Fault(name="KeyboardInterrupt", message="", line=3)
    (found,) = of_cell(fault, task=Task(ending=ending))
    assert said in str(sentence(found))
    assert [*of_cell(fault, task=Task(ending="error"))] == []  # raised by the code itself


@pytest.mark.parametrize("line", [2, 4])
def test_a_name_is_taken_for_no_local_of_another_function(line):
    code = "def f(x):\n    return x + grad\ndef g(grad_w):\n    return x + grad"
    (found,) = of_cell(
        Fault(name="NameError", message="name 'grad' is not defined", line=line), code
    )
    assert found.about.get("near") == (Name(name="grad_w") if line == 4 else None)


def test_a_name_is_taken_for_one_that_a_cell_above_left():
    missing = Fault(name="NameError", message="name 'wieghts' is not defined", line=1)
    for above, near in (("weights = 1", Name(name="weights")), ("def f(weights): pass", None)):
        (found,) = of_cell(missing, "wieghts", Task(before=((1, above),)))
        assert found.about.get("near") == near


def test_a_long_name_is_left_out():
    (found,) = of_cell(raised("x" * 61))
    assert found.about["cause"] == Name(name="undefined")
    assert "name" not in found.about


def test_a_missing_gradient_is_told_from_another_none():
    none = "unsupported operand type(s) for *: 'float' and 'NoneType'"
    line = "w -= 0.1 * w.grad"
    assert cause(Fault(name="TypeError", message=none, source=line)) == "no-gradient"
    assert cause(Fault(name="TypeError", message=none, source="w -= 0.1 * step")) == "none"


def test_a_machine_without_a_gpu_is_no_failure_of_the_code():
    message = "Expected all tensors to be on the same device, but found cuda:0 and cpu!"
    fault = Fault(name="RuntimeError", message=message)
    named = [("a.cpu() + b", "device-cpu"), ("a.to('cuda:0') + b", "device-cuda")]
    named += [("a + b", "device"), ("a.cpu() + b.cuda()", "device")]
    for code, cause in named:
        (one,) = of_cell(fault, code)
        assert one.about["cause"] == Name(name=cause)
    lost = Fault(name="OutOfMemoryError", message="CUDA out of memory. Tried to allocate 9 GiB")
    assert [one.about["cause"] for one in of_cell(lost)] == [Name(name="card-memory")]
    broken = Fault(name="AcceleratorError", message="CUDA error: device-side assert triggered")
    assert [one.about["cause"] for one in of_cell(broken)] == [Name(name="card-assert")]
    fault = Fault(name="AssertionError", message="Torch not compiled with CUDA enabled")
    assert [one.kind for one in of_cell(fault)] == ["needs-gpu"]
    assert [*of_cell(None)] == []


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


def test_of_a_cell_that_ended_the_kernel_nothing_is_said_but_that():
    """A call of what the cell bound before it ended raises NameError where nothing is left."""
    result = CheckResult(check="f(x)", hidden=False, outcome="error", score=0, max_score=1)
    said = diagnose(
        exercise(Check(expression="f(x)")),
        actual={"f(x)": RaisedValue(type="NameError", message="name 'f' is not defined")},
        expected={"f(x)": tensor(EXPECTED)},
        checks=[replace(result, not_compared=NotReached())],
        ranked=RANKED,
    )
    assert said == ()
