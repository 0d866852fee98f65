"""What the statements of a cell bind, and what they read from elsewhere: now, or when called."""

import pytest

from grader.syntax.statements import bound, reads, statements


@pytest.mark.parametrize(
    ("source", "binds", "reads", "later"),
    [
        ("a, (b, *c) = d, e[f]", "abc", "def", ""),
        ("a = b = c", "ab", "c", ""),
        ("a += b", "a", "ab", ""),
        ("a.x[b] = c", "a", "abc", ""),
        ("a: int = b", "a", ["b", "int"], ""),
        ("import a.x, c as b", "ab", "", ""),
        ("from a import b, c as d", "bd", "", ""),
        ("def f(a, b=c):\n    d = a + e\n    return [d for x in g if x]", "f", "c", "eg"),
        ("@d\ndef f():\n    def g(): return f(h)\n    return g", "f", "d", "fh"),
        ("class A(B):\n    c = d\n    def e(self): return self.c + f(g)", "A", "Bd", "fg"),
        ("f = lambda a: a + b(c)", "f", "", "bc"),
        ("for a in b:\n    c = d(a)\n    e(c)", "ac", "bde", ""),
        ("with a as b:\n    c -= d * b", "bc", "acd", ""),
        ("if a:\n    b = c\nelse:\n    import e", "be", "ac", ""),
        ("print(a)", "", ["a", "print"], ""),
        ("nonlocal a", "", "", ""),
    ],
)
def test_one_statement(source, binds, reads, later):
    (found,) = statements(source)
    assert found.binds == {*binds}
    assert found.reads == {*reads}
    assert found.later == {*later}


def test_a_cell(tmp_path):
    found = statements("%time\na = !ls\ndef f(): ...\n\n# no more\nif a: b = 1")
    assert [one.movable for one in found][-2:] == [True, False]
    assert bound(found) == {"a", "f", "b"}


@pytest.mark.parametrize("source", ["def f(:", "", "# nothing", "a" * 200_000, "-" * 5_000 + "1"])
def test_what_is_not_looked_through(source):
    assert statements(source) == ()


def test_what_names_are_made_of_that_other_cells_bind():
    code = "def f(x):\n    return x + shift\nv = f(gradient)\nsize = 2\nother = v * size + scores"
    assert reads(code, ["f"]) == {"shift"}
    assert reads(code, ["v"]) == {"gradient", "shift"}
    assert reads(code, ["other"]) == {"gradient", "shift", "scores"}
    assert reads(code, ["size"]) == frozenset()
    assert reads(code, line=3) == {"gradient", "shift"}
    assert reads("def f(:", ["f"]) == {"f"}
