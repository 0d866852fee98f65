"""The short cuts of our lexer change no token."""

from pathlib import Path

import nbformat
import pytest
from pygments.lexers import get_lexer_by_name

from grader.reporting.lexer import CellLexer
from tests.conftest import TOP
from tests.kernels.notebooks import NOTEBOOKS

EXAMPLES = sorted((TOP / "examples" / "submissions").glob("*.ipynb"))
ODD = [
    "os.getcwd??",
    "print?",
    "lines say?",
    "x = f'{a!r:>{n}} {b}'",
    "match x:\n    case [1, *_]: pass",
    "a%b\n",
    "def f(self, *, a: int = 1) -> None: ...",
    "x.sum(), x . sum",
    "1if x else.5",
    "'",
    "\\",
    "=",
    "@a.b\nclass A(B): x = y = 0",
    "%time x\n!ls\n",
    "é = ø.å",
    "__name__",
    "r'x' rb'y' R",
    "x =",
]


def tokens(lexer, text):
    return list(lexer.get_tokens(text))


def check(text):
    assert tokens(CellLexer(), text) == tokens(get_lexer_by_name("ipython3"), text)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_tokens_of_submissions(path):
    for cell in nbformat.read(path, as_version=4).cells:
        check(cell.source)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_tokens_of_cells(name):
    for source, _ in NOTEBOOKS[name]:
        check(source)


@pytest.mark.parametrize("text", ODD)
def test_the_tokens_of_odd_code(text):
    check(text)


def test_the_tokens_of_modules():
    for path in sorted(Path(TOP, "grader").rglob("*.py")):
        check(path.read_text(encoding="utf-8"))
