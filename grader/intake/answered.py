"""Which assignments hand-ins answer, each read once however often that is asked."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import CannotGrade
from grader.formats import notebook
from grader.intake import tree
from grader.intake.identify_assignment import identify_assignment
from grader.model.assignment import Assignment
from grader.model.submission import Handin


@dataclass(frozen=True, slots=True)
class Answered:
    """What a hand-in answers. assignment: None where it cannot be read; digest: of its bytes."""

    assignment: str | None = None
    digest: str = ""


class Answers:
    """What hand-ins answer. assignments, chosen: as in `identify_assignment`."""

    def __init__(self, assignments: Sequence[Assignment], *, chosen: bool) -> None:
        self._assignments, self._chosen = assignments, chosen
        self._known: dict[Path | None, Answered] = {}

    def of(self, handin: Handin) -> Answered:
        """Return what a hand-in answers."""
        if handin.path not in self._known:
            self._known[handin.path] = self._read(handin)
        return self._known[handin.path]

    def _read(self, handin: Handin) -> Answered:
        try:
            data = tree.read(handin.path, at_most=notebook.MAX_BYTES, problem=handin.problem)
            read = notebook.read(data)
            name = identify_assignment(read, self._assignments, chosen=self._chosen).name
        except CannotGrade:
            return Answered()
        return Answered(name, hashlib.sha256(data).hexdigest())
