"""Collecting what is wrong with an assignment, and where it stands."""

from dataclasses import dataclass, field
from functools import cached_property

from grader.authoring.places import Places
from grader.model.assignment import Assignment, Exercise
from grader.model.check_name import as_written
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
            line=self._places.near(cell, near),
            problem=as_written(problem),
            todo=todo,
        )
        if finding not in self.found:
            self.found.append(finding)

    def add_to(
        self, exercise: Exercise, problem: str, todo: str, *, near: str = "", fault: bool = True
    ) -> None:
        """Add a finding in the cell of an exercise."""
        cell = self.assignment.cell_of(exercise).number
        self.add(f"{exercise.name}: {problem}", todo, cell=cell, near=near, fault=fault)

    @cached_property
    def _places(self) -> Places:
        path = self.assignment.path
        return Places(path, path.read_text(encoding="utf-8"))
