"""Calls that reach nothing which later cells change, so that these cannot be told from them.

A call reaches data of its own, plain functions, Python's own names and what is imported, be it by
way of these functions; and values that cells have made. A cell that uses nothing but what is listed
(`grader.syntax.harmless`), binds none of the names that are reached, and touches no value that was
ever made together with one of those, changes no such call.

Who deceives this, as by a function behind another name, gains nothing: the calls find what there
was some cells later.
"""

from collections.abc import Iterable
from functools import lru_cache

from grader.syntax import parsing
from grader.syntax.cells import Cell, read_cell
from grader.syntax.harmless import is_harmless
from grader.syntax.names import bound_after, names_read, read_from_outside

_IPYTHON = frozenset(("In", "Out", "exit", "quit", "get_ipython"))
Calls = Iterable[tuple[str, str]]  # code, each with that which makes what it is given


class Definitions:
    """What the cells of a notebook have defined so far."""

    def __init__(self) -> None:
        self._reads: dict[str, set[str]] = {}  # what made a name, or is run by what it stands for
        self._values: dict[
            str, str
        ] = {}  # to another one that it was made together with, or itself
        self._kept: set[str] = set()
        self._foreign: set[str] = set()  # names of what nobody knows what it does
        self._is_known = True

    def add(self, source: str) -> None:
        """Add a cell that has been run."""
        cell = read_cell(source)
        if cell is None or not cell.keeps_harmless:
            self._is_known = False
            return
        for name, reads in cell.functions.items():
            self._reads.setdefault(name, set()).update(reads)
        for name in cell.values:
            self._values.setdefault(name, name)
        for binds, names in cell.statements:
            for name in binds:
                self._reads.setdefault(name, set()).update(names)
            roots = [self._root(name) for name in self._touched(names)]
            self._values |= dict.fromkeys(roots, roots[0] if roots else "")
        self._kept |= cell.kept
        if not cell.is_harmless:
            self._foreign |= cell.values

    def keep(self, source: str, calls: Calls) -> bool:
        """Whether a cell that runs next changes no call."""
        cell = read_cell(source) if self._is_known else None
        if cell is None or not cell.is_harmless:
            return False
        if not self._foreign.isdisjoint(cell.reads | self._kept):
            return False
        reached = self._reached(calls)
        if reached is None or not reached.isdisjoint(cell.binds):
            return False
        return not (values := self._together(reached)) or (
            not cell.reads_displayed and values.isdisjoint(self._together(self._used_by(cell)))
        )

    def are_apart(self, calls: Calls, others: Calls) -> bool:
        """Whether what calls do to values that they reach is not seen by others."""
        one, two = self._reached(calls), self._reached(others)
        if one is None or two is None:
            return False
        return self._together(one).isdisjoint(self._together(two))

    def _used_by(self, cell: Cell) -> set[str]:
        names = {name for reads in cell.functions.values() for name in reads}
        return names.union(*(names for _, names in cell.statements))

    def _reached(self, calls: Calls) -> set[str] | None:
        """Return all names that calls reach; None where nobody knows."""
        read: set[str] = set()
        for expression, given in calls:
            names = _read_by(expression, given)
            if names is None:
                return None
            read |= names
        found = self._with_all(read)
        odd = found & _IPYTHON or found & self._foreign or any(map(_is_displayed, found))
        return None if odd else found

    def _with_all(self, names: Iterable[str]) -> set[str]:
        """Return names with all that made them, or that they run."""
        found, waiting = set[str](), [*names]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += self._reads.get(name, ())
        return found

    def _touched(self, names: Iterable[str]) -> set[str]:
        """Return the values among names and what these were made of or run."""
        return self._with_all(names) & self._values.keys()

    def _together(self, names: Iterable[str]) -> set[str]:
        """Return what stands for all values that were made together with some."""
        return {self._root(name) for name in self._touched(names)}

    def _root(self, name: str) -> str:
        while self._values[name] != name:
            name = self._values[name]
        return name


def _is_displayed(name: str) -> bool:
    """Whether a name is one that IPython gives what it displays."""
    return name.startswith("_") and name != "__name__"


@lru_cache(maxsize=1_000)  # calls are the same for each submission
def _read_by(code: str, given: str) -> frozenset[str] | None:
    """Return the names that a call reads from outside; None where it may do anything."""
    trees = [parsing.plain(source) for source in (code, given)]
    if not all(tree is not None and is_harmless(tree) for tree in trees):
        return None
    return frozenset(read_from_outside(code)) - bound_after(given) | {*names_read(given)}
