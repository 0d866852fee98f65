"""Whether a call hangs on nothing but the data that come with it, as far as code tells.

What such a call gives is the same whatever else a notebook computes. Its functions, and those that
they call, may read modules and each other, and nothing else.
"""

import ast
import builtins
from collections.abc import Iterable, Sequence
from functools import lru_cache

from grader.model.assignment import Check
from grader.syntax.definitions import defined
from grader.syntax.expressions import free_names
from grader.syntax.names import bound, names_read
from grader.syntax.statements import Statement, statements

_IMPORTS = (ast.Import, ast.ImportFrom)


class Code:
    """The code of a notebook, by what binds a name in it. cells: their statements."""

    def __init__(self, cells: Iterable[Sequence[Statement]]) -> None:
        self._binding: dict[str, list[Statement]] = {}
        for statement in (one for cell in cells for one in cell):
            for name in statement.binds:
                self._binding.setdefault(name, []).append(statement)
        self._known: dict[tuple[str, str, str], bool] = {}

    def is_self_contained(self, check: Check) -> bool:
        """Whether a check is a call that hangs on the data of its `given` alone."""
        if not check.given:
            return False
        key = check.code, check.given, check.valid
        if key not in self._known:
            self._known[key] = self._is_self_contained(check)
        return self._known[key]

    def _is_self_contained(self, check: Check) -> bool:
        asked = {*check.free_names, *(free_names(check.valid) if check.valid else ())}
        return self._are_tools({*(asked - bound(check.given)), *names_read(check.given)})

    def _are_tools(self, names: Iterable[str]) -> bool:
        """Whether names stand for modules and functions alone, with all that these read."""
        seen, waiting = set[str](), [*names]
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            if name not in self._binding and not hasattr(builtins, name):
                return False
            for statement in self._binding.get(name, ()):
                if not _only_defines(statement):
                    return False
                waiting += statement.reads | statement.later
        return True


@lru_cache(maxsize=1_000)  # the cells of an assignment are the same for each submission
def read_released(source: str) -> tuple[Statement, ...]:
    """Return the statements of a cell of an assignment's, which are kept."""
    return statements(source)


@lru_cache(maxsize=150)
def code_of(sources: tuple[str, ...]) -> Code:
    """Return the code of an assignment's cells, which is kept with what is known of it."""
    return Code(map(read_released, sources))


def _only_defines(statement: Statement) -> bool:
    """Whether a statement imports, or defines a function and runs nothing for that."""
    if not statement.movable:
        return False
    if isinstance(ast.parse(statement.source).body[0], _IMPORTS):
        return True
    return defined(statement.source) is not None
