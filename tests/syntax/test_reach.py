"""What of a cell a name needs, and in which names two cells differ."""

import pytest

from grader.syntax.reach import changed, reach, words_of

CELL = """\
import torch
def helper(x): return x * scale
def answer(x): return helper(x) + 1
scale = torch.ones(3)
other = 5
"""


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["answer"], {"answer", "helper", "scale"}),
        (["helper"], {"helper", "scale"}),
        (["other"], {"other"}),
        (["x", "nowhere"], set()),
    ],
)
def test_reach(names, found):
    assert reach(CELL, names) == found


def test_what_is_changed_in_place_is_made_there_too():
    code = "a = 1\nb = 2\nw = make()\nw[0] = a\nw.x = c\nw.add_(b)"
    assert reach(code, ["w"]) == {"w", "a", "b"}
    assert reach("w = make()\nw.add(b)\nb = 2", ["w"]) == {"w"}
    assert reach("a = b", ["a"]) == {"a"}
    assert reach("def f(:", ["f"]) == set()


@pytest.mark.parametrize(
    ("edit", "found"),
    [
        (("x * scale", "scale * x"), {"helper"}),
        (("other = 5", "other  =  5  # five"), set()),
        (("other = 5", ""), {"other"}),
        (("other = 5", "other = 5\nother += 1"), {"other"}),
        (("other = 5", "other = 5\nprint(other)"), set()),
    ],
)
def test_changed(edit, found):
    assert changed(CELL, CELL.replace(*edit)) == changed(CELL.replace(*edit), CELL) == found


def test_words_are_those_of_what_is_needed():
    words = words_of(CELL, ["answer"])
    assert {"helper", "scale", "torch", "ones"} <= words
    assert "other" not in words


def test_a_function_in_a_branch_is_made_there():
    code = "if fast:\n    def f(): return b\nb = 1"
    assert reach(code, ["f"]) == {"f", "b"}
    assert changed(code, code.replace("return b", "return 3")) == {"f"}
    assert changed(code, code.replace("b = 1", "b = 2")) == {"b"}


def test_a_decorator_or_a_body_binds_nothing_outside():
    code = "@keep(x := 1)\ndef f():\n    y = 2\n    def g(): pass"
    assert changed(code, "") == {"f"}
