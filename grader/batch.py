"""Many submissions: read each, find its assignment, grade it, write what it gave.

Nothing that one submission does stops the others; each gets a report as soon as it is done.
"""

import hashlib
import traceback
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

from grader import overrides
from grader.errors import (
    CannotGrade,
    Failed,
    GraderError,
    KernelFailed,
    NeedsReview,
    SourceError,
    Unreadable,
)
from grader.feedback import feedback
from grader.formats import notebook
from grader.grade import Graded, OtherData, grade
from grader.intake import tree
from grader.intake.identify_assignment import identify_assignment, language_of
from grader.kept import Kept
from grader.kernels.kernel import KernelFactory, Limits
from grader.model.assignment import Assignment
from grader.model.other_data import shifted
from grader.model.result import Outcome, Report
from grader.model.submission import Handin, Notebook, Submission
from grader.model.text import Text, listed, say
from grader.overrides import Decision
from grader.reference import Reference, prepare
from grader.reporting import folder
from grader.retry import retried
from grader.running.plan import SEED
from grader.wording.catalogue import ENGLISH, known, translated


@dataclass(slots=True, kw_only=True)
class Batch:
    """What is the same for all submissions of one run.

    assignments: those that a submission may answer; chosen: whether the person named them, so that
    what a notebook says of itself does not count.
    language: of the reports; None for the notebook's own.
    offsets: by assignment, by how much seeds are shifted in a second run of each submission;
    where an assignment has none, there is no such run.
    decisions: scores of a person's; kept: where hand-ins were copied to.
    """

    assignments: Sequence[Assignment]
    out: Path
    kind: KernelFactory
    device: str
    limits: Limits
    chosen: bool = False
    language: str | None = None
    offsets: Mapping[str, int] = field(default_factory=dict)
    decisions: Sequence[Decision] = ()
    kept: Kept = field(init=False)
    _references: dict[tuple[str, int], Reference | SourceError] = field(default_factory=dict)
    _places: set[str] = field(default_factory=set)
    _is_unsure: bool = False

    def __post_init__(self) -> None:
        """Have a place to copy hand-ins to."""
        self.kept = Kept(self.out)

    def grade(self, handins: Sequence[Handin]) -> Generator[Report]:
        """Grade what was handed in, and yield each report once its files are written.

        The overviews are written at the end, also where the caller stops before.
        Raises SourceError where an assignment that the person named is faulty, and NeedsReview
        where nothing can be graded any more.
        """
        self.check()
        handins = self.kept.keep(handins, isolation=str(self.kind.isolation))
        done: list[tuple[Report, Path]] = []
        try:
            for handin in handins:
                done.append(self.finish(handin))
                yield done[-1][0]
                self.prove()
        finally:
            folder.write_overviews(self.out, done)

    def check(self) -> None:
        """Raise SourceError where an assignment that the person named is faulty."""
        if self.chosen:
            for assignment in self.assignments:
                self._reference(assignment)
                self._other_data(assignment)

    def finish(self, handin: Handin, *, lost: str = "") -> tuple[Report, Path]:
        """Grade one hand-in and write its files; returns its report and their place.

        lost: why it is not graded but left for a person to look at.
        """
        found: dict[str, str] = {}
        outcome: Outcome
        reason: Text
        trace: str | None = None
        try:
            if lost:
                raise KernelFailed(lost)
            graded = retried(lambda: self._tried(handin, found), renew=self._renew)
            report = replace(graded.report, student_id=handin.id)
            report, place = self._placed(report)
            report = overrides.apply(report, self.decisions)
            assignment = next(one for one in self.assignments if one.name == report.assignment)
            told = feedback(report, assignment)
            folder.write(report, told, self.out, place, executed=graded.executed)
            return report, place
        except CannotGrade as error:
            outcome, reason = "not graded", error.reason
        except SourceError as error:
            outcome, reason = "needs review", listed([str(error)])
        except NeedsReview as error:
            self._is_unsure = True
            outcome, reason = "needs review", listed([str(error)])
            if isinstance(error, Failed):
                reason = say("the grader failed: {problem}", problem=error.problem)
                trace = "".join(traceback.format_exception(error))
        report, place = self._placed(self._without_score(handin, found, outcome, reason))
        folder.write(report, report, self.out, place, error=trace)
        return report, place

    def prove(self) -> None:
        """Show, where the grader has failed, that its fault does not go on to the next hand-in.

        The solutions of each assignment are run again. Raises NeedsReview where they do not give
        what they gave, also in kernels that were made anew.
        """
        if not self._is_unsure:
            return
        for (_, offset), reference in list(self._references.items()):
            if not offset and isinstance(reference, Reference):
                retried(reference.prove, renew=self._renew)
        self._is_unsure = False

    def _renew(self) -> None:
        """Make anew whatever may be broken: the kernels of references, and what all share."""
        for reference in self._references.values():
            if isinstance(reference, Reference):
                reference.close()
        self.kind.renew()

    def _tried(self, handin: Handin, found: dict[str, str]) -> Graded:
        try:
            with self.kept.restored(handin) as copied:
                return self._graded(copied, found)
        except GraderError:
            raise
        except Exception as error:  # a fault of the grader's own: the others go on
            raise Failed(error) from error

    def _graded(self, handin: Handin, found: dict[str, str]) -> Graded:
        """Grade one hand-in; what is known of it when it cannot be graded is left in `found`."""
        if handin.path is None or handin.problem:
            raise Unreadable(handin.problem or tree.NOTHING)
        data = tree.read(handin.path, at_most=notebook.MAX_BYTES)
        found["digest"] = hashlib.sha256(data).hexdigest()
        read = notebook.read(data)
        found["language"] = str(read.about.get("language", ""))
        assignment = identify_assignment(read, self.assignments, chosen=self.chosen)
        found["assignment"] = assignment.name
        submission = Submission(
            student=handin.student,
            source=handin.shown,
            notebook=read,
            digest=found["digest"],
            notes=handin.notes,
            attachments=handin.attachments,
        )
        return grade(
            submission,
            self._reference(assignment),
            kind=self.kind,
            limits=self.limits,
            language=self._language(assignment, read),
            other=self._other_data(assignment),
        )

    def _without_score(
        self, handin: Handin, found: dict[str, str], outcome: Outcome, reason: Text
    ) -> Report:
        name = found.get("assignment")
        assignment = next((one for one in self.assignments if one.name == name), None)
        languages = {language for one in self.assignments for language in one.languages}
        common = languages.pop() if len(languages) == 1 else ENGLISH
        language = self.language or found.get("language") or common
        return Report(
            assignment=name,
            title=assignment.title_in(language) if assignment else "",
            student=handin.student,
            student_id=handin.id,
            source=handin.shown,
            outcome=outcome,
            language=known(language),
            reason=translated(reason, known(language)),
            score=None,
            max_score=None,
            notes=tuple(translated(note, known(language)) for note in handin.notes),
            seed=SEED,
            device=self.device,
            kernel=self.kind.name,
            isolation=str(self.kind.isolation),
            versions={},
            hashes={
                "submission": found.get("digest"),
                "assignment": assignment.digest if assignment else None,
                "reference": None,
            },
            duration_s=0.0,
        )

    def _language(self, assignment: Assignment, read: Notebook) -> str:
        for language in (self.language, read.about.get("language")):
            if language in assignment.languages:
                return str(language)
        return language_of(read, self._reference(assignment).released)

    def _other_data(self, assignment: Assignment) -> OtherData | None:
        """Return the reference on other data; None where seeds change nothing."""
        offset = self.offsets.get(assignment.name)
        if offset is None:
            return None
        other = self._reference(assignment, offset)
        if other.digest == self._reference(assignment).digest:
            return None
        return OtherData(reference=other, offset=offset)

    def _reference(self, assignment: Assignment, offset: int = 0) -> Reference:
        """Return the reference, prepared once; one that failed fails again without being run."""
        key = assignment.name, offset
        if key not in self._references:
            try:
                self._references[key] = prepare(
                    shifted(assignment, offset) if offset else assignment,
                    kind=self.kind,
                    device=self.device,
                    seed=SEED + offset,
                )
            except SourceError as error:
                if offset:
                    problem = f"{error.problem} (on other data, with seeds shifted by {offset})"
                    error = SourceError(problem, path=error.path)
                self._references[key] = error
        found = self._references[key]
        if isinstance(found, SourceError):
            raise found
        return found

    def close(self) -> None:
        """End the kernels of the references, and what all kernels share."""
        for reference in self._references.values():
            if isinstance(reference, Reference):
                reference.close()
        self.kind.close()
        self.kept.close()

    def _placed(self, report: Report) -> tuple[Report, Path]:
        """Return where the files of a report go, with the student renamed where that is taken."""
        for attempt in count(1):
            suffix = f" ({attempt})" if attempt > 1 else ""
            student = folder.safe(report.student) + suffix
            place = Path(student) / folder.safe(report.assignment or "unknown")
            # Some file systems take Anna and anna for one.
            key = place.as_posix().casefold()
            if key not in self._places:
                break
        self._places.add(key)
        if not suffix:
            return report, place
        note = say(
            "there is more than one hand-in of {student}; this is number {number}",
            student=report.student,
            number=attempt,
        )
        student = report.student + suffix
        notes = (*report.notes, translated(note, report.language))
        return replace(report, student=student, notes=notes), place
