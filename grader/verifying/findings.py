"""Collecting what is wrong with an assignment, and where it stands."""

import re
from dataclasses import dataclass, field
from functools import cached_property

from grader.model.assignment import Assignment, Exercise
from grader.model.verdict import Finding


@dataclass
class Findings:
    """Collects what is found in one assignment."""

    assignment: Assignment
    found: list[Finding] = field(default_factory=list)

    def add(
        self,
        problem: str,
        todo: str,
        *,
        cell: int | None = None,
        near: str = "",
        fault: bool = True,
    ) -> None:
        """Add a finding in a cell of the source. near: text whose line in the cell is meant."""
        finding = Finding(
            fault=fault,
            path=self.assignment.path,
            cell=cell,
            line=self._line(cell, near),
            problem=problem,
            todo=todo,
        )
        if finding not in self.found:
            self.found.append(finding)

    def of(
        self, exercise: Exercise, problem: str, todo: str, *, near: str = "", fault: bool = True
    ) -> None:
        """Add a finding in the cell of an exercise."""
        cell = self.assignment.cell_of(exercise).number
        self.add(f"{exercise.name}: {problem}", todo, cell=cell, near=near, fault=fault)

    @cached_property
    def _lines(self) -> list[str]:
        if self.assignment.path.suffix != ".py":
            return []
        return self.assignment.path.read_text(encoding="utf-8").split("\n")

    def _line(self, cell: int | None, near: str) -> int | None:
        starts = [n for n, line in enumerate(self._lines) if re.match(r"# %%( |$)", line)]
        if cell is None or not 0 < cell <= len(starts):
            return None
        start = starts[cell - 1]
        end = starts[cell] if cell < len(starts) else len(self._lines)
        first = near.strip().split("\n")[0]
        inside = (n for n in range(start, end) if first and first in self._lines[n])
        return next(inside, start) + 1
