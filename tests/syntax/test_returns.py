"""What functions give back, as far as their code alone tells."""

import pytest

from grader.syntax.returns import Place, exceptions, functions, in_loop, printed, without_value


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("x = 1", {"f": False}),
        ("print(1)", {"f": True}),
        ("return", {"f": False}),
        ("def g(): return 1", {"f": False}),
        ("lambda: print(1)", {"f": False}),
        ("return None", {}),
        ("yield 1", {}),
        ("if a: return 1", {}),
    ],
)
def test_functions_without_a_value(body, found):
    assert without_value(f"def f(a):\n    {body}") == found


def test_functions_are_those_of_the_top_level_and_the_last_of_each_name():
    found = functions("def f(): 1\ndef f(): 2\nclass A:\n    def g(self): 3\nasync def h(): 4")
    assert {name: one.lineno for name, one in found.items()} == {"f": 2, "h": 5}
    assert functions("def f(:") == {}


@pytest.mark.parametrize("value", ["ValueError", "ValueError('no')", "'ValueError: no'"])
def test_an_exception_that_is_given_back_or_printed(value):
    code = (
        f"def f():\n    return {value}\ndef g():\n    print({value})\ndef h():\n    raise {value}"
    )
    assert exceptions(code, "ValueError") == [Place(function="f", line=2)]
    assert printed(code, "ValueError") == [Place(function="g", line=4)]
    assert exceptions(code, "TypeError") == printed(code, "TypeError") == []


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("    a = n\n        return a", [4]),
        ("    with n:\n            return a", [4]),
        ("    if n:\n            return a", []),
        ("    if n: continue\n        return a", []),
        ("    a = n\n    return a", []),
    ],
)
def test_a_return_in_the_first_turn_of_a_loop(body, lines):
    code = f"def f():\n    for n in []:\n    {body}"
    assert [one.line for one in in_loop(code)] == lines


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("if one:\n            return 1\n        else:\n            return 2", 6),
        ("if one:\n            return 1", None),
        ("if one:\n            return 1\n        elif two:\n            return 2", None),
    ],
)
def test_a_loop_that_ends_in_either_branch(body, line):
    code = f"def f(x):\n    for one in x:\n        {body}"
    assert in_loop(code) == ([] if line is None else [Place(function="f", line=line)])


def test_a_loop_over_one_thing_ends_in_its_first_turn_anyway():
    assert in_loop("def f(x):\n    for one in (x,):\n        return one") == []
