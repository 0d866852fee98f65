"""What code is said to bind and read is what it binds and reads when it runs."""

import ast
import contextlib
import types

import pytest
from hypothesis import HealthCheck, assume, given, reject, settings
from hypothesis import strategies as st

from grader.syntax.expressions import free_names
from grader.syntax.names import (
    bound,
    bound_after,
    bound_anywhere,
    bound_below,
    bound_between,
    bound_from,
    names_read,
)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("try:\n    a = 1\nexcept E as e:\n    b = 1", {"a", "b"}),
        ("x = [n for n in range(3)]", {"x"}),
        ("x = [(last := n) for n in range(3)]", {"x", "last"}),
        ("if True:\n    def f(a):\n        b = 1", {"f"}),
        ("class A:\n    b = 1\n    global c\n    c = 2", {"A", "c"}),
        ("a: int\nb: int = 1", {"b"}),
        ("from os.path import *\nimport os.path as p, sys.x", {"p", "sys"}),
        ("match x:\n    case {'k': a, **b} | [a, *b] as c:\n        pass", {"a", "b", "c"}),
        ("def f():\n    global a\n    a = 1", {"f"}),
        ("for a.b in c:\n    pass", set()),
        ("a += 1", {"a"}),
    ],
)
def test_what_is_bound_after_a_cell(source, names):
    assert bound_after(source) == names
    assert bound_from(source, 1) == names


def test_the_name_of_an_exception_is_bound_for_a_while():
    source = "try:\n    a = f()\nexcept E as e:\n    a = str(e)"
    assert bound(source) == {"a", "e"}
    assert names_read(source) == ["f", "E"]


def test_magics_of_an_author_bind_nothing_and_those_of_a_student_what_they_do():
    source = "%time a = 1\n!ls\nb = 1"
    assert bound(source) == bound_after(source) == bound_from(source, 1) == {"b"}
    assert bound_after("%%bash\nfor x in *; do echo; done") == set()
    assert bound_from("files = !ls", 1) == {"files"}
    with pytest.raises(SyntaxError):
        bound("files = !ls")


def test_a_student_s_cell_that_is_no_python_or_too_deep_binds_nothing():
    assert bound_from("a = (", 1) is None
    assert bound_from("a = " + "-" * 10_000 + "1", 1) is None


def test_what_stands_below_the_blank_is_asked_for():
    released = "a = 1\nb = ...\na += 1\nc = b\ntry:\n    d = 1\nexcept E as e:\n    pass"
    assert bound_below(released, released.replace("...", "a + 1")) == {"b", "c", "d", "e"}
    assert bound_below(released, released) == set()


def test_what_is_given_between_two_blanks_and_read_below_is_not_asked_for():
    released = "a = ...\nb, c = 1, 2\ndef f():\n    ...\nd = 3\n"
    solved = "a = 1\nb, c = 1, 2\ndef f():\n    return b\nd = 3\n"
    assert bound_between(released, solved) == {"b"}
    assert bound_between(solved, solved) == {"b"}
    below = "net = make()\nother = 2\nlosses = train(net)\nprint(other, losses)"
    solution = f"def make():\n    return 1\n\n\n{below}"
    assert bound_between(f"...\n{below}", solution) == {"net"}


def test_inner_scopes_and_arguments_count_where_it_is_asked():
    source = "def f(a, *b):\n    c = lambda d: (e := d)\n    return [g for g in b]"
    assert bound_anywhere(ast.parse(source)) == {*"fabcdeg"}


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("x = [a for a in a]", ["a"]),
        ("x = [b for a in c for b in a]", ["c"]),
        ("x = {k: v for k, v in d.items() if k in e}", ["d", "e"]),
        ("x = lambda a, b=c: a + b + d", ["c", "d"]),
        ("class A(B):\n    a = b\n    c = a\n    d = [a for _ in a]", ["B", "b", "a"]),
        ("class A:\n    a = 1\n    def f(self):\n        return a", ["a"]),
        (
            "def f():\n    def g():\n        nonlocal a\n        a = b\n    a = 1\n    return g",
            ["b"],
        ),
        ("def f():\n    a = 1\n    def g(b=c):\n        return a + b", ["c"]),
        ("def f(x: a) -> b:\n    global c\n    return c", ["a", "b", "c"]),
        ("def f():\n    import a\n    return a.b", []),
        ("def f():\n    return [a for a in b]", ["b"]),
        ("f = lambda: later\nlater = 1", []),
        ("x = f'{a!r:{b}}'", ["a", "b"]),
        ("a[b] = c[d] = 1", ["a", "b", "c", "d"]),
        ("match a:\n    case B(c, d=e) if c > e:\n        pass", ["a", "B"]),
        ("x = len(max)", []),
    ],
)
def test_what_is_read_from_above(source, names):
    assert names_read(source) == names


# Small programs over a few names, each of which is at first one thing that does anything.
NAMES = "abcdef"


class Anything:
    """Takes part in whatever a generated program does."""

    def __call__(self, *args, **kwargs):
        return self

    __getitem__ = __enter__ = __call__

    def __add__(self, other):
        return Anything()

    def __setitem__(self, key, value):
        pass

    def __exit__(self, *error):
        return False

    def __iter__(self):
        return iter([self])


class Space(dict):
    """The names of a program as it runs: which it has bound, and which it read before that."""

    def __init__(self, known=NAMES):
        self.first = {name: Anything() for name in known}
        self.stored, self.read = set(), set()
        super().__init__(self.first)

    def __setitem__(self, name, value):
        self.stored.add(name)
        super().__setitem__(name, value)

    def __getitem__(self, name):
        value = super().__getitem__(name)
        if name in self.first and value is self.first[name] and name not in self.stored:
            self.read.add(name)
        return value

    @property
    def bound(self):
        # What a comprehension's `:=` binds, Python puts past `__setitem__`.
        changed = {name for name in NAMES if self.get(name) is not self.first.get(name)}
        return (self.stored | changed) & set(NAMES)


class Programs:
    """Makes programs whose branches all run. having: what else there may be in them."""

    def __init__(self, draw, having):
        self._draw, self._having = draw, having

    def _pick(self, *options):
        return options[self._draw(st.integers(0, len(options) - 1))]

    def name(self):
        return self._pick(*NAMES)

    def value(self, depth=2):
        n, v = self.name, lambda: self.value(depth - 1)
        if depth == 0:
            return n()
        made = [
            n,
            lambda: f"({v()} + {v()})",
            lambda: f"{n()}[{v()}]",
            lambda: f"[{v()} for {n()} in {v()}][0]",
            lambda: f"[{v()} for {n()} in {v()} for {n()} in {v()}][0]",
            lambda: f"next({v()} for {n()} in {v()} if {v()})",
            lambda: f"{{{v()}: {v()} for {n()} in {v()}}} and {n()}",
            lambda: f"[{v()} for {n()} in {n()} if ({n()} := {v()} + {n()})][0]",
            lambda: f"({n()} := {v()} + {n()})",
            lambda: f"(f'{{{n()}}}' and {v()})",
        ]
        if "functions" in self._having:
            made += [lambda: f"(lambda {n()}, {n()}z={v()}: {v()})"]
        return self._pick(*made)()

    def block(self, depth, lines=2):
        made = [self.statement(depth) for _ in range(self._pick(*range(1, lines + 1)))]
        return "\n".join(f"    {line}" for one in made for line in one.split("\n"))

    def statement(self, depth=2):
        n, v = self.name, self.value
        made = [
            lambda: f"{n()} = {v()}",
            lambda: f"{n()}, ({n()}, *{n()}) = {v()}, ({v()}, {n()})",
            lambda: f"{n()}: {v()} = {v()}",
            lambda: f"{n()}: {v()}",
            lambda: f"{n()} += {v()}",
            lambda: f"{n()}.x = {n()}[{n()}] = {v()}",
            lambda: f"import os.path as {n()}",
            v,
        ]
        if depth:
            b = lambda: self.block(depth - 1)  # noqa: E731
            made += [
                lambda: f"for {n()} in [{v()}]:\n{b()}",
                lambda: f"if True:\n{b()}",
                lambda: f"with {n()} as {n()}:\n{b()}",
                lambda: f"match [{v()}]:\n    case [{n()}]:\n    {b()[4:]}".replace(
                    "\n    ", "\n        "
                ).replace("\n        case", "\n    case"),
            ]
            if "finally" in self._having:
                made += [lambda: f"try:\n{b()}\nfinally:\n{b()}"]
            if "errors" in self._having:
                caught = "try:\n    raise ValueError({})\nexcept ValueError as {}:\n{}"
                made += [lambda: caught.format(n(), n(), b())]
            if "classes" in self._having:
                made += [lambda: f"class {n()}:\n{b()}"]
            if "functions" in self._having:
                made += [
                    lambda: f"def {n()}({n()}={v()}):\n{b()}",
                    lambda: f"def {n()}(*{n()}: {v()}):\n{b()}\n    return {v()}",
                ]
        return self._pick(*made)()


@st.composite
def programs(draw, *having):
    make = Programs(draw, having)
    return _valid("\n".join(make.statement() for _ in range(draw(st.integers(1, 4)))))


def _valid(source):
    try:
        compile(source, "<program>", "exec")
    except SyntaxError:  # a `:=` where none may stand
        reject()
    return source


def _run(source, known=NAMES):
    """Run a program in a space of its own; returns that, and whether it came to its end."""
    space, ended = Space(known), False
    with contextlib.suppress(TypeError, AttributeError, NameError, ValueError):
        # A class or a module may be used for what it cannot do, or an exception's name be gone.
        exec(source, space)
        ended = True
    return space, ended


examples = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@examples
@given(programs("errors"))
def test_what_a_program_binds_and_reads_is_what_is_said(source):
    space, ended = _run(source)
    if ended:
        assert space.read == {*names_read(source)}
        assert space.bound == bound(source)
        assert {name for name in NAMES if name in space} >= {*NAMES} - bound(source)
    else:
        assert space.read <= {*names_read(source)}
        assert space.bound <= bound(source)
    assert bound_after(source) <= bound(source) <= bound_anywhere(ast.parse(source))
    assert bound_from(source, 1) == bound_after(source)


@examples
@given(programs("classes", "finally"))
def test_what_is_read_is_all_that_a_program_needs(source):
    needed = names_read(source)
    _, ended = _run(source)
    assume(ended)
    space, ended = _run(source, needed)
    assert ended
    assert {*space} >= bound(source)
    for name in needed:
        assert not _run(source, {*NAMES} - {name})[1]


@examples
@given(programs("errors", "classes", "functions"))
def test_what_functions_read_when_they_are_called_is_among_it(source):
    space, ended = _run(source)
    assert space.bound <= bound(source) <= bound_anywhere(ast.parse(source))
    assume(ended)
    for value in [*space.values()]:
        if isinstance(value, types.FunctionType):
            with contextlib.suppress(Exception):
                value(*[Anything()] * value.__code__.co_argcount)
    assert space.read <= {*names_read(source)}
    assert space.bound <= bound(source)


@examples
@given(st.composite(lambda draw: _valid(Programs(draw, ["functions"]).value(3)))())
def test_what_an_expression_reads_is_free_in_it(source):
    space, _ = _run(source)
    own = {
        node.target.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.NamedExpr)
    }
    assert space.read - own <= {*free_names(source)}
    assert {*free_names(source)} <= {*NAMES, "next"}
