"""The assignment that is verified, run: on its own data and on other data, and notebooks of it."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from grader.grade import Graded, grade
from grader.kernels.kernel import KernelFactory
from grader.model.assignment import Assignment, Exercise
from grader.model.other_data import shifted
from grader.model.submission import Notebook, NotebookCell, Submission
from grader.on_other_data import OtherData
from grader.reference import LIMITS, Reference
from grader.reference_cache import prepared
from grader.running.plan import SEED
from grader.verifying.findings import Findings

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
OFFSET = 5  # of the other data; always the same, so that verifying twice says the same


@dataclass(frozen=True, kw_only=True)
class Subject:
    """An assignment with its reference; other: that on other data.

    exercises: those that are verified, all that can be graded here where none is chosen; chosen:
    the names of those that are.
    """

    assignment: Assignment
    reference: Reference
    other: Reference
    exercises: tuple[Exercise, ...]
    factory: KernelFactory
    findings: Findings
    chosen: Collection[str] = ()

    def notebook(
        self, solutions: Mapping[str, str], language: str, *, of: Reference | None = None
    ) -> Notebook:
        """Return the released notebook with these cells in place of those of exercises.

        of: the reference whose notebook it is, where not that on the data shown.
        """
        return Notebook(
            cells=tuple(
                NotebookCell(
                    kind="code" if cell.is_code else "markdown",
                    source=solutions.get(cell.exercise or "", cell.source)
                    if cell.role in ("exercise", "text")
                    else cell.source,
                    id=cell.id,
                    metadata={"tensorgrader": {"cell": cell.id}},
                )
                for cell in (of or self.reference).released[language]
            )
        )

    def grade(self, notebook: Notebook, language: str, *, on_other: bool = False) -> Graded:
        """Grade a notebook as if a student had handed it in."""
        return grade(
            Submission(student="", source="", notebook=notebook, digest=""),
            self.reference,
            factory=self.factory,
            limits=LIMITS,
            language=language,
            other=OtherData(prepared=lambda: self.other, offset=OFFSET) if on_other else None,
        )

    def is_asked(self, exercise: Exercise) -> bool:
        """Whether an exercise is to be verified."""
        return not self.chosen or exercise.name in self.chosen

    def number_of(self, cell: str) -> int | None:
        """Return the place in the source of a released cell, if it is from there."""
        numbers = {one.id: one.number for one in self.assignment.cells}
        return numbers.get(cell)

    def close(self) -> None:
        """End the kernels of the references."""
        self.reference.close()
        self.other.close()


def open_subject(
    assignment: Assignment,
    factory: KernelFactory,
    device: str,
    cache: Path | None = None,
    chosen: Collection[str] = (),
) -> Subject:
    """Run the reference twice, unless the cache has it. Raises SourceError where it fails."""
    run = partial(prepared, factory=factory, device=device, cache=cache)
    reference, other = run(assignment), run(shifted(assignment, OFFSET), seed=SEED + OFFSET)
    return Subject(
        assignment=assignment,
        reference=reference,
        other=other,
        exercises=tuple(one for one in reference.gradable if not chosen or one.name in chosen),
        factory=factory,
        findings=Findings(assignment),
        chosen=chosen,
    )


def errors(graded: Graded) -> list[tuple[str, str, str]]:
    """Return the ids of the cells of an executed notebook that raised, what, and their lines."""
    return [
        (cell["id"], f"{output['ename']}: {output['evalue']}", _line_of(output))
        for cell in json.loads(graded.executed)["cells"]
        for output in cell.get("outputs", ())
        if output["output_type"] == "error"
    ]


def _line_of(error: Mapping[str, Any]) -> str:
    """Return the line of a cell that an error came from, as the traceback shows it."""
    traceback = _ANSI.sub("", "\n".join(error["traceback"]))
    found = re.search(r"(?m)^-+> \d+ (.*)", traceback)
    return found[1].strip() if found else ""
