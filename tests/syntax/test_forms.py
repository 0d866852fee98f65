"""What code is apart from how it is written."""

import pytest

from grader.syntax.forms import form

CODE = """\
def centred(x, dim=0):
    total = sum(part for part in x)
    mean = total / len(x)
    return [value - mean for value in x]
"""


@pytest.mark.parametrize(
    "other",
    [
        CODE.replace("total", "my_total"),
        CODE.replace("mean", "total_").replace("part", "row"),
        CODE.replace("    mean =", "    # of all of them\n\n    mean ="),
        CODE.replace("0):\n", '0):\n    """Say what it does."""\n'),
        CODE.replace("sum(part for part in x)", "sum( (part) for part in x )"),
    ],
)
def test_layout_remarks_and_the_names_in_a_function_are_no_part_of_it(other):
    assert other != CODE
    assert form(other) == form(CODE) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # What others can see or tell, and what is another's.
        ("mean = 1", "middle = 1"),
        ("def f(x):\n    return x", "def g(x):\n    return x"),
        ("def f(x):\n    return x", "def f(y):\n    return y"),
        ("def f():\n    return data", "def f():\n    return date"),
        ("def f():\n    a, b = g()\n    return a", "def f():\n    a, b = g()\n    return b"),
        ("def f():\n    return 0.5", "def f():\n    return 0.25"),
        # The same letters inside and outside of a function.
        ("def f(x):\n    return [n for n in x] + n", "def f(x):\n    return [m for m in x] + m"),
        ("def f(x=a):\n    a = x\n    return a", "def f(x=b):\n    b = x\n    return b"),
        ("def f():\n    global a\n    a = 1", "def f():\n    global b\n    b = 1"),
        (
            "def f():\n    x = y = 0\n    def g():\n        nonlocal x\n        x = 1\n    g()\n"
            "    return x",
            "def f():\n    y = x = 0\n    def g():\n        nonlocal x\n        y = 1\n    g()\n"
            "    return y",
        ),
        ("class A:\n    b = 1", "class A:\n    c = 1"),
    ],
)
def test_what_does_something_else_has_another_form(one, other):
    assert form(one) != form(other)


def test_a_name_that_is_bound_twice_keeps_its_order():
    one = "def f(x):\n    a = x\n    b = a\n    a = b\n    return a"
    other = "def f(x):\n    b = x\n    a = b\n    b = a\n    return b"
    assert form(one) == form(other)
    assert form(one) != form(one.replace("return a", "return b"))


@pytest.mark.parametrize(
    "source",
    ["def f(:", "def f():\n    a = 1\n    return locals()", "x = eval('1')", "%time x = 1"],
)
def test_what_cannot_be_read_or_looks_at_names_has_none(source):
    assert form(source) is None
