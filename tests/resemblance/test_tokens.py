"""What makes no difference to the tokens of some code, what does, and what hostile code does."""

import ast
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.resemblance.tokens import MOST, tokens

SOURCE = """\
def descend(x, y, n_steps):
    w = torch.zeros(2, requires_grad=True)
    losses = []
    for step in range(n_steps):
        loss = ((x @ w - y) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            w -= 0.1 * w.grad
        losses.append(loss.item())
    return w, losses
"""
OWN = ("descend", "x", "y", "n_steps", "w", "losses", "step", "loss")


def codes(source, modules=("torch",)):
    return tokens(source, modules).codes


names = st.from_regex(r"[a-zа-я_]{1,8}[0-9]{2}", fullmatch=True)


@given(st.lists(names, min_size=len(OWN), max_size=len(OWN), unique=True), st.integers(3, 10**9))
def test_names_and_numbers_make_no_difference(chosen, number):
    tree = ast.parse(SOURCE)
    renamed = dict(zip(OWN, chosen, strict=True))
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) if name in renamed:
                node.id = renamed[name]
            case ast.arg(arg=name):
                node.arg = renamed[name]
            case ast.FunctionDef(name=name):
                node.name = renamed[name]
            case ast.Constant(value=bool()):
                pass
            case ast.Constant(value=int() | float()):
                node.value = number
    assert codes(ast.unparse(tree)) == codes(SOURCE)


@given(st.data())
def test_comments_blank_lines_and_what_only_shows_make_no_difference(data):
    put_in = st.sampled_from(
        ("# a remark", "", "print(w, 'so far')", "pass", "assert w is not None", '"""Text."""', "w")
    )
    lines = []
    for line in SOURCE.rstrip().split("\n"):
        indent = line[: len(line) - len(line.lstrip())]
        if not line.startswith("def"):
            lines += [indent + one for one in data.draw(st.lists(put_in, max_size=2))]
        lines.append(line)
    assert codes("\n".join(lines)) == codes(SOURCE)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("x: int = f(1)", "x = f(1)"),
        ("def f(a: int) -> str:\n    return a", "def f(a):\n    return a"),
        ("f(a=1, b=x)", "f(b=x, a=1)"),
        ("x = -1", "x = 2.5"),
        ("x = f'{a} and {b}'", "x = 'text'"),
        ("import numpy as np\nx = 1", "x = 1"),
        ("%matplotlib inline\nx = 1", "x = 1"),
        ("%%time\nx = 1", "x = 1"),
        ("x = [1, a]", "x = (1, a)"),
    ],
)
def test_these_are_the_same(one, two):
    assert codes(one) == codes(two)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("x = a + b", "x = a - b"),
        ("x = torch.mean(a)", "x = torch.sum(a)"),
        ("x = a.mean(dim=0)", "x = a.mean(axis=0)"),
        ("x = sum(a)", "x = max(a)"),
        ("if a:\n    b = f()\nc = g()", "if a:\n    b = f()\n    c = g()"),
        ("x = None", "x = True"),
    ],
)
def test_these_are_not(one, two):
    assert codes(one) != codes(two)


def test_each_token_has_its_line():
    found = tokens("x = 1\n\n# text\ny = f(\n    x,\n)\n")
    assert list(found.lines) == [1, 1, 1, 4, 4, 4, 4, 5]


def test_a_cell_that_cannot_be_read_hides_no_other():
    found = tokens(f"{SOURCE}\n\nthis is no Python\n  at all\n\nx = f(1)", ("torch",))
    assert found.codes == codes(f"{SOURCE}\nx = f(1)")
    assert list(found.lines)[-1] == SOURCE.count("\n") + 6


@pytest.mark.parametrize(
    "source",
    [
        "x = " + "(" * 100_000,
        "x = " + "-" * 50_000 + "1",
        "x = " + ".a".join("b" for _ in range(100_000)),
        "x = " + "9" * 50_000,
        "this is no Python",
        "x = '\0'",
        "\ud800",
        "1 +" * 40_000 + "1",
    ],
    ids=lambda text: text[:8].encode("ascii", "replace").decode() + str(len(text)),
)
def test_code_that_cannot_be_read_has_none(source):
    assert tokens(source) is None


def test_a_million_tokens_are_cut_off():
    began = time.process_time()
    assert tokens("x = 1\n" * 1_000_000) is None
    assert len(tokens("x = 1\n" * 20_000).codes) == MOST
    assert time.process_time() - began < 10
