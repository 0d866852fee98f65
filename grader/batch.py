"""Many submissions: read each, find its assignment, grade it, write what it gave.

Nothing that one submission does stops the others; each gets a report as soon as it is done.
"""

import hashlib
import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

from grader.errors import CannotGrade, NeedsReview, NoSuchAssignment, SourceError
from grader.execution.kernel import KernelKind, Limits
from grader.execution.run import SEED
from grader.formats import notebook
from grader.grade import grade
from grader.intake import receive
from grader.intake.align import likeness
from grader.model.assignment import Assignment
from grader.model.result import Outcome, Report
from grader.model.submission import Handin, Notebook, Submission
from grader.reference import Reference, prepare
from grader.reporting import html, record, tables

ENOUGH = 0.5  # the share of exercises that a notebook must have cells for, to count as an answer


@dataclass(slots=True, kw_only=True)
class Batch:
    """What is the same for all submissions of one run.

    assignments: those that a submission may answer. chosen: whether the person named them, so that
    a single one is taken without looking. language: of the reports; None for the notebook's own.
    """

    assignments: Sequence[Assignment]
    out: Path
    kind: KernelKind
    device: str
    limits: Limits
    chosen: bool = False
    language: str | None = None
    _references: dict[str, Reference] = field(default_factory=dict)
    _places: set[Path] = field(default_factory=set)

    def grade(self, handins: Sequence[Handin]) -> Iterator[Report]:
        """Grade what was handed in, and yield each report once its files are written.

        The overviews are written at the end, also where the caller stops before.
        Raises SourceError where an assignment that the person named is faulty.
        """
        if self.chosen:
            for assignment in self.assignments:
                self._reference(assignment)
        placed: list[tuple[Report, Path]] = []
        try:
            for handin in handins:
                report, executed = self._grade(handin)
                report, place = self._placed(report)
                write(report, executed, self.out, place)
                placed.append((report, place))
                yield report
        finally:
            tables.write(self.out / "grades.csv", [report for report, _ in placed])
            html.write_index(self.out / "index.html", placed)

    def _grade(self, handin: Handin) -> tuple[Report, str | None]:
        known: dict[str, str] = {}
        outcome: Outcome
        try:
            data = receive.read(handin)
            known["digest"] = hashlib.sha256(data).hexdigest()
            read = notebook.read(data)
            assignment = self._answered(read)
            known["assignment"] = assignment.name
            submission = Submission(
                student=handin.student,
                source=handin.shown,
                notebook=read,
                digest=known["digest"],
                notes=handin.notes,
            )
            graded = grade(
                submission,
                self._reference(assignment),
                kind=self.kind,
                limits=self.limits,
                language=self._language(assignment, read),
            )
            return graded.report, graded.executed
        except CannotGrade as error:
            outcome, reason = "not graded", str(error)
        except (NeedsReview, SourceError) as error:
            outcome, reason = "needs review", str(error)
        except Exception as error:  # a fault of the grader's own: no score, and the others go on
            logging.getLogger(__name__).exception("%s could not be graded", handin.shown)
            outcome, reason = "needs review", f"the grader failed: {type(error).__name__}: {error}"
        return self._without_score(handin, known, outcome, reason), None

    def _without_score(
        self, handin: Handin, known: dict[str, str], outcome: Outcome, reason: str
    ) -> Report:
        name = known.get("assignment")
        assignment = next((one for one in self.assignments if one.name == name), None)
        return Report(
            assignment=name,
            title=assignment.title_in(self.language) if assignment else "",
            student=handin.student,
            source=handin.shown,
            outcome=outcome,
            reason=reason,
            score=None,
            max_score=None,
            notes=handin.notes,
            seed=SEED,
            device=self.device,
            kernel=self.kind.name,
            isolation=self.kind.isolation,
            versions={},
            hashes={
                "submission": known.get("digest"),
                "assignment": assignment.digest if assignment else None,
                "reference": None,
            },
            duration_s=0.0,
        )

    def _answered(self, read: Notebook) -> Assignment:
        """Return the assignment that a notebook answers: as told, as it says, or as it looks."""
        if self.chosen and len(self.assignments) == 1:
            return self.assignments[0]
        names = ", ".join(assignment.name for assignment in self.assignments)
        about = read.metadata.get("tensorgrader")
        named = about.get("assignment") if isinstance(about, dict) else None
        for assignment in self.assignments:
            if assignment.name == named:
                return assignment
        best = max(self.assignments, key=lambda one: likeness(read, one.cells))
        if likeness(read, best.cells) < ENOUGH:
            raise NoSuchAssignment(
                f"the notebook answers none of the assignments ({names}); name one with -a"
            )
        return best

    def _language(self, assignment: Assignment, read: Notebook) -> str:
        about = read.metadata.get("tensorgrader")
        named = about.get("language") if isinstance(about, dict) else None
        for language in (self.language, named):
            if language in assignment.languages:
                return str(language)
        return assignment.languages[0]

    def _reference(self, assignment: Assignment) -> Reference:
        if assignment.name not in self._references:
            self._references[assignment.name] = prepare(
                assignment, kind=self.kind, device=self.device, limits=self.limits
            )
        return self._references[assignment.name]

    def _placed(self, report: Report) -> tuple[Report, Path]:
        """Return where the files of a report go, with the student renamed where that is taken."""
        for attempt in count(1):
            student = report.student if attempt == 1 else f"{report.student} ({attempt})"
            place = Path(_safe(student)) / _safe(report.assignment or "unknown")
            if place not in self._places:
                break
        self._places.add(place)
        if attempt == 1:
            return report, place
        note = f"{report.student} handed in more than one file; this is number {attempt}"
        return replace(report, student=student, notes=(*report.notes, note)), place


def write(report: Report, executed: str | None, out: Path, place: Path) -> None:
    """Write what goes back to the student, and what is for the staff."""
    feedback, results = out / "feedback" / place, out / "results" / place
    for folder in (feedback, results):
        folder.mkdir(parents=True, exist_ok=True)
    (feedback / "report.html").write_text(html.report(report), encoding="utf-8")
    (results / "result.json").write_text(record.dump(report), encoding="utf-8")
    if executed is not None:
        (results / "executed.ipynb").write_text(executed, encoding="utf-8")


def _safe(name: str) -> str:
    """Return a name that is one folder on every system."""
    cleaned = re.sub(r'[\x00-\x1f\x7f/\\:*?"<>|]', "_", name).strip(" .")
    return cleaned[:100] or "_"
