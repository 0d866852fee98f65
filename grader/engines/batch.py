"""Many submissions: read each, find its assignment, grade it.

Nothing that one submission does stops the others; each gets a report as soon as it is done.
"""

import gc
import hashlib
import traceback
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from grader.engines.dealer import Dealer
from grader.engines.done import Done
from grader.engines.job import Job
from grader.engines.kept import Kept
from grader.engines.references import References
from grader.errors import (
    CannotGrade,
    Doubtful,
    Failed,
    GraderError,
    KernelFailed,
    NeedsReview,
    SourceError,
)
from grader.feedback import feedback
from grader.formats import notebook
from grader.grade import Graded, grade, ungraded
from grader.intake import tree
from grader.intake.identify_assignment import identify_assignment, language_of
from grader.kernels.kernel import KernelFactory
from grader.model.assignment import Assignment
from grader.model.concern import Concern
from grader.model.result import CarriedVariant, Outcome, Report
from grader.model.submission import Handin, Notebook, Submission
from grader.model.text import Text, concerns, listed, say
from grader.reference import Reference
from grader.reporting import html
from grader.reporting.folder import EXECUTED
from grader.retry import retried
from grader.source_cache import load
from grader.wording.catalogue import ENGLISH, known, translated


class Batch:
    """A job in this process, its kernels and references ready, until it is closed.

    job: what it was told; assignments: those of its sources; factory: of kernels, ends with it;
    kept: where hand-ins were copied to, by another process where one hands out work.
    """

    def __init__(
        self,
        job: Job,
        *,
        assignments: Sequence[Assignment],
        factory: KernelFactory,
        kept: Kept | None = None,
    ) -> None:
        self.job, self.assignments, self.factory = job, assignments, factory
        self.kept = kept or Kept(job.out)
        self.references = References(job, factory)
        self._dealer = Dealer(job)
        self._is_unsure = False

    def check(self) -> None:
        """Raise SourceError where an assignment that the person named is faulty."""
        if self.job.chosen:
            for assignment in self.assignments:
                self.references.get(assignment)

    def finish(self, handin: Handin, *, lost: str = "") -> Done:
        """Grade one hand-in; returns what was found, or why it has no score.

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
            report = replace(graded.report, **_handed_in(handin))
            assignment = next(one for one in self.assignments if one.name == report.assignment)
            told = feedback(report, assignment)
            page = html.report(told, executed=EXECUTED)
            return Done(report=report, told=told, page=page, executed=graded.executed)
        except Doubtful as error:
            outcome, reason = "needs review", error.reason
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
        report = self._without_score(handin, found, outcome, reason)
        return Done(report=report, told=report, page=html.report(report), error=trace)

    def prove(self) -> None:
        """Show, where the grader has failed, that its fault does not go on to the next hand-in.

        The solutions of each assignment are run again. Raises NeedsReview where they do not give
        what they gave, also in kernels that were made anew.
        """
        if self._is_unsure:
            self.references.prove(renew=self._renew)
            self._is_unsure = False

    def close(self) -> None:
        """End the kernels of the references, and what all kernels share."""
        self.references.close()
        self.factory.close()
        self.kept.close()

    def _renew(self) -> None:
        """Make anew whatever may be broken: the kernels of references, and what all share."""
        self.references.close()
        self.factory.renew()

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
        data = tree.read(handin.path, at_most=notebook.MAX_BYTES, problem=handin.problem)
        found["digest"] = hashlib.sha256(data).hexdigest()
        read = notebook.read(data)
        found["language"] = str(read.about.get("language", ""))
        assignment = identify_assignment(read, self.assignments, chosen=self.job.chosen)
        found["assignment"] = assignment.name
        if handin.doubt is not None:
            raise Doubtful(handin.doubt)
        submission = Submission(
            student=handin.student,
            source=handin.shown,
            notebook=read,
            digest=found["digest"],
            notes=handin.notes,
            attachments=handin.attachments,
        )
        dealt = self._dealer.own(assignment, read, handin)
        reference = self.references.get(dealt.assignment)
        graded = grade(
            submission,
            reference,
            factory=self.factory,
            limits=self.job.limits,
            language=self._language(reference, read),
            other=self.references.other(dealt.assignment),
        )
        return _with_variant(graded, dealt.variant, assignment)

    def _without_score(
        self, handin: Handin, found: dict[str, str], outcome: Outcome, reason: Text
    ) -> Report:
        name = found.get("assignment")
        assignment = next((one for one in self.assignments if one.name == name), None)
        languages = {language for one in self.assignments for language in one.languages}
        common = languages.pop() if len(languages) == 1 else ENGLISH
        language = known(self.job.language or found.get("language") or common)
        report = ungraded(
            student=handin.student,
            source=handin.shown,
            language=language,
            factory=self.factory,
            device=self.job.device,
            assignment=assignment,
            digest=found.get("digest"),
        )
        return replace(
            report,
            **_handed_in(handin),
            outcome=outcome,
            reason=translated(reason, language),
            notes=tuple(translated(note, language) for note in handin.notes),
            concerns=concerns((*handin.notes, reason)),
        )

    def _language(self, reference: Reference, read: Notebook) -> str:
        for language in (self.job.language, read.about.get("language")):
            if language in reference.assignment.languages:
                return str(language)
        return language_of(read, reference.released)


def _with_variant(graded: Graded, variant: CarriedVariant | None, assignment: Assignment) -> Graded:
    """Return what was found with the variant that it was found by. assignment: of the source."""
    if variant is None:
        return graded
    report = graded.report
    concern: tuple[Concern, ...] = ("another's variant",) if variant.owner is not None else ()
    told = replace(
        report,
        variant=variant,
        concerns=(*report.concerns, *concern),
        hashes={**report.hashes, "assignment": assignment.digest},
    )
    return replace(graded, report=told)


def _handed_in(handin: Handin) -> dict[str, Any]:
    """Return what of a hand-in is told in its report, whatever becomes of it."""
    return {"student_id": handin.id, "handed_in": handin.handed_in, "late": handin.late}


def ready(job: Job, *, factory: KernelFactory, kept: int | None = None) -> Batch:
    """Return the batch of a job.

    factory: of its kernels, which ends with it; kept: the descriptor of what hand-ins were copied
    to. Raises GraderError.
    """
    with ExitStack() as failed:
        failed.callback(factory.close)
        assignments = [load(source, job.cache) for source in job.sources]
        made = Batch(job, assignments=assignments, factory=factory, kept=Kept(job.out, kept))
        failed.callback(made.close)
        made.check()
        failed.pop_all()
    gc.collect()
    gc.freeze()  # what torch and the references hold stays: no collection need look at it again
    return made
