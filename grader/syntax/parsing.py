"""Syntax trees of a student's code, and how much of a notebook's code is looked through.

What is opaque may run, but is not looked through: it costs nothing, and tells nothing. Whether it
is depends on the code alone, never on a clock or on what was looked at before.
"""

import ast
import re
import unicodedata
import warnings
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from grader.syntax.nodes import children

BUDGET = 150_000  # characters of a notebook's code that are looked through, by their `cost`
MAX_DEPTH = 150  # of a syntax tree; real code stays far below, and walking deeper ones may fail
_MAX_BITS = 10_000  # of a number; Python refuses to write out longer ones, or to read them
_MAX_HELP = 500  # characters of a line that ends with `?`; IPython's pattern for it is quadratic
_MAX_MARKS = 30  # on one letter; Python sorts them in quadratic time

_MAGIC = re.compile(r"^[ \t]*[%!?/,;]|=[ \t]*[%!]|\?[ \t]*$", re.MULTILINE)
_CELL_MAGIC = re.compile(r"\s*%%")
_LONG_NUMBER = re.compile(r"(?<![0-9_])[0-9_]{3000}")
_LONG_HELP = re.compile(rf"^.{{{_MAX_HELP},}}\?[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class _Read:
    tree: ast.Module | None
    opaque: bool = False

    @cached_property
    def statements(self) -> tuple[str, ...] | None:
        return None if self.tree is None else tuple(map(ast.dump, self.tree.body))


_OPAQUE = _Read(tree=None, opaque=True)


def parse(source: str) -> ast.Module | None:
    """Return the syntax tree of a cell, which nothing may change; None where it has none.

    Magics are what IPython makes of them, calls of `get_ipython()`; a cell magic on top is left
    out. Lines keep their numbers.
    """
    return _recent.get(source).tree


def statements(source: str) -> tuple[str, ...] | None:
    """Return each statement of a cell, without comments and layout; None where it has no tree."""
    return _recent.get(source).statements


def is_opaque(source: str) -> bool:
    """Whether a cell may run, but is too long or nested too deeply to be looked through."""
    return _recent.get(source).opaque


def opaque(sources: Sequence[str]) -> frozenset[int]:
    """Return the places of those of a notebook's cells that are over its budget.

    The cheapest cells come first: who adds a cell with a million numbers loses that one.
    """
    costs = [cost(source) for source in sources]
    order = sorted(range(len(sources)), key=costs.__getitem__)
    sums = accumulate(costs[place] for place in order)
    return frozenset(place for place, total in zip(order, sums, strict=True) if total > BUDGET)


def cost(source: str) -> int:
    """Return the length of a cell, once more for each magic: IPython goes through it anew."""
    return len(source) * (1 + sum(1 for _ in _MAGIC.finditer(source)))


def plain(source: str) -> ast.Module | None:
    """Return the syntax tree of Python without magics; None where it has none, or too deep a one.

    Unlike that of `parse`, nothing keeps it.
    """
    return _parsed(source).tree


class _Recent:
    """The trees of the latest sources, as many as one notebook may have: some 150 MB at most."""

    def __init__(self) -> None:
        self._made: OrderedDict[str, _Read] = OrderedDict()
        self._size = 0

    def get(self, source: str) -> _Read:
        if source in self._made:
            self._made.move_to_end(source)
            return self._made[source]
        made = _made(source)
        self._made[source] = made
        self._size += len(source)
        while self._size > BUDGET:
            self._size -= len(self._made.popitem(last=False)[0])
        return made


_recent = _Recent()  # a cell is looked at for several exercises, and nothing changes its tree


def _made(source: str) -> _Read:
    too_long = cost(source) > BUDGET or _LONG_HELP.search(source) or _LONG_NUMBER.search(source)
    if too_long or is_piled(source):
        return _OPAQUE
    lines = source.split("\n")
    start = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if _CELL_MAGIC.match(lines[start]):
        lines[start] = ""
    # IPython drops blank lines at the top, and the numbers would be off.
    source = "\n".join([*(line or "#" for line in lines[: start + 1]), *lines[start + 1 :]])
    read = _parsed(source)
    return read if read.tree or read.opaque else _parsed_with_magics(source)


def _parsed(source: str) -> _Read:
    try:
        with warnings.catch_warnings(action="ignore"):  # a student's "\\d" is not our concern
            tree = ast.parse(source)
    except (RecursionError, MemoryError):  # a student's own limit may be higher
        return _OPAQUE
    except (SyntaxError, ValueError):
        return _Read(tree=None)
    level: list[ast.AST] = [tree]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in children(node)]
        if any(map(_is_huge, level)):
            return _OPAQUE
    return _OPAQUE if level else _Read(tree=tree)


def _parsed_with_magics(source: str) -> _Read:
    if not _MAGIC.search(source):
        return _Read(tree=None)
    try:
        # Loaded here: most cells have no magics, and commands that run none should start at once.
        from IPython.core.inputtransformer2 import TransformerManager

        with warnings.catch_warnings(action="ignore"):
            source = TransformerManager().transform_cell(source)
    except (RecursionError, MemoryError):
        return _OPAQUE
    except (SyntaxError, ValueError, RuntimeError):
        return _Read(tree=None)  # RuntimeError: IPython gives up
    return _parsed(source)


def _is_huge(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, int)
        and node.value.bit_length() > _MAX_BITS
    )


def is_piled(source: str) -> bool:
    """Whether more marks stand on one letter than any script needs."""
    if source.isascii():
        return False
    marks = "".join(c for c in set(source) if not c.isascii() and _is_mark(c))
    return bool(marks and re.search(rf"[{re.escape(marks)}]{{{_MAX_MARKS},}}", source))


def _is_mark(character: str) -> bool:
    return unicodedata.combining(unicodedata.normalize("NFKD", character)[0]) > 0
