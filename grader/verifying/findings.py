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

    @cached_property
    def _starts(self) -> list[int]:
        """The lines at which the cells begin; code above the first mark is a cell of its own."""
        lines = self._lines
        marks = [n for n, line in enumerate(lines) if re.match(r"#\s?%%+(\s|$)", line)]
        rules = [n for n, line in enumerate(lines) if line == "# ---"][:2]
        top = rules[1] + 1 if len(rules) == 2 and rules[0] == 0 else 0
        above = [n for n in range(top, marks[0] if marks else len(lines)) if lines[n].strip()]
        return above[:1] + marks

    def _line(self, cell: int | None, near: str) -> int | None:
        starts = self._starts
        if cell is None or not 0 < cell <= len(starts):
            return None
        start = starts[cell - 1]
        end = starts[cell] if cell < len(starts) else len(self._lines)
        text = re.escape(near.strip().split("\n")[0])
        # A check of `w` is meant by its own line, rather than by a title that speaks of w.
        own = rf"(- |(expr|recompute|valid): ){text}$"
        for pattern in (own, rf"(?<!\w){text}(?!\w)") if text else ():
            for n in range(start, end):
                if re.search(pattern, self._lines[n].rstrip()):
                    return n + 1
        return start + 1
