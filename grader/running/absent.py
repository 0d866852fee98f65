"""Which exercises a run could not show for want of a module: what is absent is nobody's mistake.

Only a statement that imports a module by its name counts, and only where that module is neither
installed nor handed in. An error of the same name that a student raises is an error like any other.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from importlib.util import find_spec

from grader.model.assignment import Exercise
from grader.model.values import RaisedValue, Values
from grader.running.attachments import Attachments
from grader.running.outputs import Ran, fault, unreached
from grader.syntax.imports import imported
from grader.syntax.names import bound_from

_IMPORT = re.compile(r"\bimport\b")
_WORD = re.compile(r"[^\W\d]\w*")


class Absent:
    """The modules that a run lacked, and what was lacking for want of them.

    files: what was handed in beside the notebook.
    """

    def __init__(self, ran: Sequence[Ran], files: Attachments) -> None:
        own = [one for one in ran if one.step.role != "given" and not one.step.opaque]
        names = {name for one in own for name in imported(one.step.source)}
        self._modules = names - {name for name in names if is_there(name, files)}
        self._lacking: dict[str, frozenset[str]] = {}  # by name, the modules for want of which
        self._stopped: list[tuple[Ran, frozenset[str]]] = []
        for one in own if self._modules else ():
            self._after(one)

    def of(self, exercise: Exercise, looks: Iterable[Values]) -> tuple[str, ...]:
        """Return the modules for want of which an exercise could not be run.

        looks: what was seen of it.
        """
        found = set[str]()
        for ran, why in self._stopped:
            mine = ran.step.exercise == exercise.name
            if mine and unreached(ran, exercise.reads) & exercise.reads:
                found |= why
        for value in (value for values in looks for value in values.values()):
            if isinstance(value, RaisedValue):
                found |= self._why(value.type, value.source or "")
        return tuple(sorted(found))

    def _after(self, ran: Ran) -> None:
        """Take in a cell that has run."""
        error = fault(ran)
        why = self._why(error.name, error.source or "") if error is not None else frozenset()
        names = unreached(ran, frozenset())
        if why:
            self._stopped.append((ran, why))
            self._lacking |= dict.fromkeys(names, why)
        elif error is None:
            for name in bound_from(ran.step.source, 1) or ():
                self._lacking.pop(name, None)

    def _why(self, kind: str, line: str) -> frozenset[str]:
        """Return the modules for want of which a line raised an exception of some type."""
        words = set(_WORD.findall(line))
        if kind == "ModuleNotFoundError" and _IMPORT.search(line):
            return frozenset(words & self._modules)
        if kind == "NameError":
            lacking: Mapping[str, frozenset[str]] = self._lacking
            return frozenset().union(*(lacking[word] for word in words & lacking.keys()))
        return frozenset()


def is_there(name: str, files: Attachments) -> bool:
    """Whether a module is installed here, or was handed in. files: as in Absent."""
    handed_in: Collection[str] = {path.split("/")[0].removesuffix(".py") for path, _ in files}
    try:
        return name in handed_in or find_spec(name) is not None
    except (ImportError, ValueError):  # it is there, and odd
        return True
