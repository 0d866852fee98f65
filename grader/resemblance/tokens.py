"""Code as a row of tokens in which names, constants, comments and layout make no difference.

The tokens are those of the syntax tree, from the top down. A name that a student chose is one token
whatever it is, and so is a number and a text; what all must write in one way stays as it is:
modules, Python's own names, attributes and keyword arguments. What only shows something (`print`, a
value at the end of a cell, an assertion), imports and annotations are left out.
"""

import ast
import builtins
import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from grader.syntax import parsing

MOST = 4_000  # tokens of an answer that are looked at; real ones have a few hundred

_BETWEEN, _PARTS = re.compile(r"\n\n(?=\S)"), 50
_MOST_WORDS = 50_000
_codes: dict[str, int] = {}
_BUILTIN = frozenset(dir(builtins))
_SHOWS = frozenset(("print", "display", "pprint"))
_LEFT_OUT = (ast.Import, ast.ImportFrom, ast.Pass, ast.Assert, ast.Global, ast.Nonlocal)
_BLOCKS = ("body", "handlers", "cases", "orelse", "finalbody")
_NO_PARTS = frozenset(("ctx", "annotation", "returns", "type_comment", "type_params"))
_SAME = {
    ast.AsyncFunctionDef: "FunctionDef",
    ast.AsyncFor: "For",
    ast.AsyncWith: "With",
    ast.AnnAssign: "Assign",
    ast.List: "Tuple",
}


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of some code, as numbers that stand for words, and the line of each, from 1."""

    codes: Sequence[int]
    lines: Sequence[int]


NONE = Tokens((), ())


def tokens(source: str, modules: Collection[str] = ()) -> Tokens | None:
    """Return the tokens of some code, the first `MOST`; None where it has no syntax tree.

    modules: the names that the assignment imports, which nobody renames.
    """
    found = list(_trees(source))
    if not found:
        return None
    made = _Row(frozenset(modules))
    with suppress(_EnoughError):
        for above, tree in found:
            made.above = above
            made.block(tree.body)
    return Tokens(made.codes, made.lines)


def _trees(source: str) -> Iterator[tuple[int, ast.Module]]:
    """Yield the trees of some code, and how many lines stand above each.

    It is one, but where a part of it cannot be read, such as a cell in which something was tried:
    then it is those of the parts that can, between blank lines.
    """
    tree = _tree(source)
    if tree is not None or parsing.is_opaque(source):
        yield from () if tree is None else ((0, tree),)
        return
    parts = _BETWEEN.split(source, maxsplit=_PARTS)
    above = 0
    for part in parts if len(parts) > 1 else ():
        if (tree := _tree(part)) is not None and tree.body:
            yield above, tree
        above += part.count("\n") + 2


def _tree(source: str) -> ast.Module | None:
    tree = None if len(source) > parsing.BUDGET else parsing.plain(source)
    return tree or parsing.parse(source)  # which knows magics, but takes longer


def code_of(word: str) -> int:
    """Return the number that stands for a word."""
    found = _codes.get(word)
    if found is None:
        # The same in every process, which `hash` of a text is not.
        found = int.from_bytes(blake2b(word.encode("utf-8", "replace"), digest_size=6).digest())
        if len(_codes) < _MOST_WORDS:
            _codes[word] = found
    return found


class _EnoughError(Exception):
    """There are as many tokens as are looked at."""


class _Row:
    def __init__(self, modules: frozenset[str]) -> None:
        self.codes: list[int] = []
        self.lines: list[int] = []
        self.above = 0  # lines, of what is added
        self._kept, self._line = modules | _BUILTIN, 1

    def block(self, body: Sequence[ast.AST]) -> None:
        for statement in body:
            if not _only_shows(statement):
                self._add(statement)

    def _say(self, word: str) -> None:
        if len(self.codes) == MOST:
            raise _EnoughError
        self.codes.append(code_of(word))
        self.lines.append(self.above + self._line)

    def _name(self, name: str) -> None:
        self._say(f"name {name}" if name in self._kept else "name")

    def _add(self, node: ast.AST) -> None:
        self._line = getattr(node, "lineno", self._line)
        match node:
            case ast.Name(id=name):
                self._name(name)
            case ast.Constant(value=value):
                self._say(_constant(value))
            case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=ast.Constant(value=value)):
                self._say(_constant(value))
            case ast.JoinedStr():
                self._say("text")
            case ast.Attribute(value=value, attr=name):
                self._say(f".{name}")
                self._add(value)
            case ast.keyword(arg=name, value=value):
                self._say(f"{name}=")
                self._add(value)
            case ast.arg():
                self._say("name")
            case _:
                self._add_other(node)

    def _add_other(self, node: ast.AST) -> None:
        self._say(_SAME.get(type(node)) or type(node).__name__)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            self._name(node.name)
        blocks = [name for name in _BLOCKS if isinstance(getattr(node, name, None), list)]
        for part in _parts(node, {*blocks, *_NO_PARTS}):
            self._add(part)
        for name in blocks:
            if body := getattr(node, name):
                self._say(name)
                self.block(body)
        if blocks:
            self._say("end")


def _parts(node: ast.AST, without: Collection[str]) -> Iterator[ast.AST]:
    """Yield what stands in a node, keyword arguments by their names."""
    for name in node._fields:
        held: Any = getattr(node, name, None)
        if name in without:
            continue
        if name == "keywords":
            yield from sorted(held, key=lambda one: one.arg or "")
        elif isinstance(held, ast.AST):
            yield held
        elif isinstance(held, list):
            yield from (one for one in held if isinstance(one, ast.AST))


def _constant(value: object) -> str:
    match value:
        case str() | bytes():
            return "text"
        case bool():
            return repr(value)
        case int() | float() | complex():
            return "number"
        case _:
            return repr(value)  # None, or an ellipsis


def _only_shows(statement: ast.AST) -> bool:
    """Whether a statement does nothing but to show something, to check it or to make it known."""
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Name(id=name))):
            return name in _SHOWS
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Call(func=ast.Name(id=name))))):
            return name == "get_ipython"  # a magic
        case ast.Expr(value=value):
            return not isinstance(value, ast.Call | ast.Await | ast.Yield | ast.YieldFrom)
        case ast.AnnAssign(value=None):
            return True
        case _:
            return isinstance(statement, _LEFT_OUT)
