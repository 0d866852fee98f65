"""What an exception shows: each cause by the message that Python or PyTorch really gives."""

import pytest
import torch

from grader.explaining.failures import of_cell
from grader.model.features import Count, Name
from grader.model.result import Fault


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
        ("x = (", "syntax"),
        ("raise ValueError('one of my own')", None),
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
    fault = Fault(name="AssertionError", message="Torch not compiled with CUDA enabled")
    assert [one.kind for one in of_cell(fault)] == ["needs-gpu"]
    assert [*of_cell(None)] == []
