"""What given code defines for the expressions that the grader computes itself.

Of the cells above, the functions, the classes and the imports that an expression needs: they are
the author's, and run on the trusted side.
"""

import ast
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from grader.comparing.recompute import NAMES
from grader.model.assignment import Cell, Check
from grader.syntax.magics import tree_of
from grader.syntax.names import bound, names_read

_DEFINITIONS = (*(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom),)
# What there is without being imported, where the source has nothing else of that name.
_USUAL = {"F": "from torch.nn import functional as F", "nn": "from torch import nn"}


class _Definition(NamedTuple):
    """What binds a name: a definition of given code, by its place, or something else."""

    place: int
    source: str


def tools_of(check: Check, before: Sequence[Cell]) -> str:
    """Return the definitions that a recomputed expression needs. before: the cells above."""
    last: dict[str, _Definition] = {}
    for place, (names, source) in enumerate(_bindings(before)):
        last.update(dict.fromkeys(names, _Definition(place, source)))
    found = dict[_Definition, None]()
    waiting = [name for name in check.free_names if name not in (*check.of, *NAMES)]
    for name in waiting:  # it grows meanwhile
        one = last.get(name, _Definition(-1, _USUAL.get(name, "")))
        if one.source and one not in found:
            found[one] = None
            waiting += names_read(one.source)
    return "\n".join(one.source for one in sorted(found))


def _bindings(cells: Sequence[Cell]) -> Iterator[tuple[frozenset[str], str]]:
    """Yield the names that each statement binds, with its code where that is given and defines."""
    for cell in cells:
        if cell.role != "given":
            if cell.is_code:
                yield bound(cell.solution), ""
            continue
        for node in tree_of(cell.solution).body:
            source = ast.unparse(node)
            yield bound(source), source if isinstance(node, _DEFINITIONS) else ""
