import pytest

from grader.authoring.dependencies import builds_on
from grader.model.assignment import Cell, Check, Exercise
from grader.syntax.names import bound


def cell(source, exercise=None):
    role = "exercise" if exercise else "given"
    return Cell(id=str(exercise), role=role, source="...", solution=source, exercise=exercise)


# Two answers, a cell that binds `b` anew, and one that all import from.
BEFORE = [
    cell("import torch\nfrom torch import nn\ndata = torch.ones(3)"),
    cell("a = data.sum()\nb = a + 1", "first"),
    cell("def f(x):\n    return x + a\n\n\nclass Net(nn.Module):\n    pass", "second"),
    cell("b = data * 2"),
]


def found(source, *checks, before=BEFORE):
    exercise = Exercise(name="last", title={"": "Last"}, points=1, checks=checks)
    return dict(builds_on(exercise, cell(source, "last"), before))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = a + 1", {"first": ("a",)}),
        ("x = f(a)", {"first": ("a",), "second": ("f",)}),
        ("x = Net()", {"second": ("Net",)}),
        ("x = b", {}),  # a given cell bound it last
        ("x = data.sum()", {}),
        ("a = 1\nx = a", {}),
        ("x = a\na = 1", {"first": ("a",)}),
        ("a += 1", {"first": ("a",)}),
        ("a = a + 1", {"first": ("a",)}),
        ("a[0] = 1", {"first": ("a",)}),
        ("a.grad = None", {"first": ("a",)}),
        ("x = f'{a}'", {"first": ("a",)}),
        ("x = [a for _ in range(3)]", {"first": ("a",)}),
        ("x = [n for n in a]", {"first": ("a",)}),
        ("for n in range(3):\n    x = a", {"first": ("a",)}),
        ("for a in range(3):\n    x = a", {}),
        ("if data.sum() > 0:\n    x = a\nelse:\n    x = 1", {"first": ("a",)}),
        ("with open('x') as a:\n    x = a", {}),
        ("try:\n    x = a\nexcept ValueError as f:\n    x = f", {"first": ("a",)}),
        ("def g(y):\n    return y * a", {"first": ("a",)}),
        ("def g(a):\n    return a", {}),
        ("def g(y=a):\n    return y", {"first": ("a",)}),
        ("g = lambda y: y * a", {"first": ("a",)}),
        ("g = lambda a: a", {}),
        ("def g():\n    a = 1\n    return a", {}),
        ("def g():\n    return a\n\n\na = 1", {}),  # it is called after the cell at the earliest
        ("@f\ndef g():\n    pass", {"second": ("f",)}),
        ("class B(Net):\n    pass", {"second": ("Net",)}),
        ("class B:\n    def m(self):\n        return a", {"first": ("a",)}),
        ("import a", {}),
        ("from nowhere import f as a\nx = a", {}),
        ("%matplotlib inline\nx = a", {"first": ("a",)}),
        ("del a", {}),
        ("x = 1", {}),
    ],
)
def test_what_a_cell_reads(source, expected):
    assert found(source) == expected


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        (Check(expression="x"), {}),
        (Check(expression="f(x)"), {"second": ("f",)}),
        (Check(expression="f(t)", given="t = 1"), {"second": ("f",)}),
        (Check(expression="a + x", of=("x",)), {"first": ("a",)}),
        (Check(expression="a", of=("a",)), {"first": ("a",)}),
        (Check(expression="x(a)", given="a = 1"), {}),
        (Check(expression="max(len(x), 1)"), {}),
    ],
)
def test_what_checks_read(check, expected):
    assert found("x = 1", check) == expected


def test_the_last_to_bind_a_name_owns_it():
    again = [*BEFORE, cell("a = 5", "third")]
    assert found("x = a", before=again) == {"third": ("a",)}
    assert found("x = a", before=[*again, cell("a = 6")]) == {}


def test_a_name_of_python_is_nobodys_answer():
    assert found("x = max(1, 2)", before=[cell("max = 3", "first")]) == {}


def test_prose_binds_nothing():
    prose = Cell(id="p", role="prose", source="a = 1", solution="a = 1")
    assert found("x = a", before=[prose]) == {}


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("a, (b, *c) = 1, (2, 3)", {"a", "b", "c"}),
        ("a: int = 1", {"a"}),
        ("a = b = 1", {"a", "b"}),
        ("a.b = c[0] = 1", set()),
        ("import os.path, sys as s\nfrom x import y as z, w", {"os", "s", "z", "w"}),
        ("for a in x:\n    b = a\nelse:\n    c = 1", {"a", "b", "c"}),
        ("while (a := f()):\n    pass", {"a"}),
        ("def f():\n    inner = 1", {"f"}),
        ("class C:\n    inner = 1", {"C"}),
        ("with x as a, y as (b, c):\n    d = 1", {"a", "b", "c", "d"}),
        ("try:\n    a = 1\nexcept E as e:\n    b = 1\nfinally:\n    c = 1", {"a", "b", "c", "e"}),
        ("match x:\n    case 1:\n        a = 1", {"a"}),
        ("match x:\n    case [a, *b]:\n        pass", {"a", "b"}),
        ("match x:\n    case {'k': a, **b}:\n        pass", {"a", "b"}),
        ("x = [n for n in range(3)]", {"x"}),
        ("%time a = 1\nb = 1", {"b"}),
        ("", set()),
    ],
)
def test_what_a_cell_binds(source, names):
    assert bound(source) == names
