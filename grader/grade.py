"""The whole way of one submission: align, run, compare, run on other data, explain, score."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from grader.explained import explained
from grader.homes import homes
from grader.intake.align import align
from grader.kernels.kernel import KernelFactory, Limits
from grader.marked_run import MarkedRun, Seen, mark_run
from grader.marking.checks import Judged
from grader.marking.exercise import CellEnd, Weighed, best_of, not_here, not_run, weigh
from grader.marking.waiting import waiting
from grader.model.assignment import Assignment, Exercise
from grader.model.concern import Concern
from grader.model.facts import Forbidden, Replaced, SomePassed
from grader.model.result import ExerciseResult, Report
from grader.model.submission import Answer, Submission
from grader.model.text import Text, concerns
from grader.on_other_data import OtherData, confirmed
from grader.reference import Reference
from grader.running import attachments, executed
from grader.running.absent import Absent
from grader.running.outputs import fault, printed, unreached
from grader.running.plan import SEED
from grader.running.run import Run
from grader.running.written_for import WrittenFor
from grader.wording.catalogue import translated
from grader.wording.report import worded
from grader.wording.scores import scored

MAX_PRINTED = 4_000  # characters of what a cell printed that the report shows


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """The report on a submission, and its notebook as it was executed, as a file's text."""

    report: Report
    executed: str


def grade(
    submission: Submission,
    reference: Reference,
    *,
    factory: KernelFactory,
    limits: Limits,
    language: str,
    other: OtherData | None = None,
) -> Graded:
    """Grade one submission.

    other: for a second run, in which what is right in the first has to be right again; each run
    has the limits to itself.
    Wrong answers never raise. Raises NeedsReview where the grader itself fails, and SourceError
    where the reference does on other data.
    """
    started = time.monotonic()
    exercises = reference.gradable
    laid, left_out = _laid(submission, reference.assignment)
    beside = [one for one in laid if one not in reference.assignment.files]
    released = reference.released[language]
    asked = reference.assignment.exercises
    others = homes(name for one in asked for name in one.forbid)
    alignment = align(submission.notebook, released, asked, files=beside, homes=others)
    mark_run_here = partial(mark_run, factory=factory, limits=limits, files=laid)
    shown = mark_run_here(alignment.steps, exercises, reference, seed=SEED)
    notes = [*submission.notes, *submission.notebook.notes, *alignment.notes]
    notes += [*left_out, *shown.run.notes]
    other_looks: dict[str, list[Judged]] | None = None
    if other is not None:
        other_looks = confirmed(shown, alignment, reference, other, mark_run_here)
    written_for = WrittenFor(submission.notebook.metadata, shown.run.versions.get("python", ""))
    notes += written_for.notes(shown.run.ran)
    absent = Absent(shown.run.ran, laid)
    results = []
    for answer in alignment.answers:
        exercise = answer.exercise
        if (known := _undecided(answer, shown, exercises)) is not None:
            results.append(known)
            continue
        found = other_looks.get(exercise.name) if other_looks is not None else None
        result, seen = _result(answer, alignment.answers, shown, found, reference)
        result = _open_for(absent.of(exercise, shown.values(exercise)), result)
        results.append(replace(result, error=written_for.explained(result.error)))
        if seen.judged.moment == "apart":
            notes += dict.fromkeys(shown.notes.get(exercise.name, ()))
    report = replace(
        _blank(submission, reference, factory, language),
        outcome="graded",
        notes=tuple(translated(note, language) for note in dict.fromkeys(notes)),
        concerns=_concerns(notes, results),
        other_data=other.offset if other is not None and other_looks is not None else None,
        versions=shown.run.versions,
        duration_s=round(time.monotonic() - started, 3),
        exercises=tuple(worded(one, reference.assignment, language) for one in results),
    )
    return Graded(
        report=scored(report),
        executed=executed.write(submission.notebook, alignment.steps, shown.run.ran),
    )


def _undecided(
    answer: Answer, shown: MarkedRun, exercises: Sequence[Exercise]
) -> ExerciseResult | None:
    """Return the result of an answer that a person is to read, or that needs another machine."""
    if not answer.exercise.manual:
        return None if answer.exercise in exercises else not_here(answer.exercise)
    looks, ran = shown.looks(answer.exercise), shown.run.of(answer.exercise.name)
    names = [check.expression for check in answer.exercise.checks]
    seen = looks[best_of(answer, looks)].values if looks else {}
    return waiting(
        answer,
        seen.get(names[0]) if names else None,
        fault=fault(ran) if ran is not None else None,
        output=printed(ran.run.outputs)[:MAX_PRINTED] if ran is not None else "",
    )


def _laid(
    submission: Submission, assignment: Assignment
) -> tuple[attachments.Attachments, list[Text]]:
    """Return the files that lie beside the notebook as it runs, and notes on what was left out."""
    cells = (cell.source for cell in submission.notebook.cells if cell.kind == "code")
    return attachments.choose(submission.attachments, cells, own=assignment.files)


def _open_for(modules: tuple[str, ...], result: ExerciseResult) -> ExerciseResult:
    """Return a result, without a score where a module is lacking that it needs."""
    is_short = modules and result.outcome in ("partly right", "wrong")
    is_short = is_short and not isinstance(result.ruling, Forbidden)
    return not_run(result, modules) if is_short else result


def _blank(
    submission: Submission, reference: Reference, factory: KernelFactory, language: str
) -> Report:
    report = ungraded(
        student=submission.student,
        source=submission.source,
        language=language,
        factory=factory,
        device=reference.device,
        assignment=reference.assignment,
        digest=submission.digest,
    )
    return replace(report, hashes={**report.hashes, "reference": reference.digest})


def ungraded(
    *,
    student: str,
    source: str,
    language: str,
    factory: KernelFactory,
    device: str,
    assignment: Assignment | None,
    digest: str | None,
) -> Report:
    """Return a report on what was handed in, before anything has run.

    factory, device: what it runs in; assignment: None where it is not known which one it is;
    digest: of the file's bytes, None where they could not be read.
    """
    return Report(
        assignment=assignment.name if assignment else None,
        title=assignment.title_in(language) if assignment else "",
        student=student,
        source=source,
        outcome="not graded",
        reason=None,
        score=None,
        max_score=None,
        language=language,
        notes=(),
        seed=SEED,
        device=device,
        kernel=factory.name,
        isolation=str(factory.isolation),
        versions={},
        hashes={
            "submission": digest,
            "assignment": assignment.digest if assignment else None,
            "reference": None,
        },
        duration_s=0.0,
        graded_at=datetime.now().astimezone().isoformat(timespec="seconds"),
    )


def _result(
    answer: Answer,
    answers: Sequence[Answer],
    shown: MarkedRun,
    other: Sequence[Judged] | None,
    reference: Reference,
) -> tuple[ExerciseResult, Seen]:
    """Return what an exercise is worth and why, and the look that counts."""
    weighed = _weighed(answer, answers, shown, other)
    seen = shown.seen[answer.exercise.name][weighed.look]
    result = explained(answer, weighed.result, seen, shown, reference)
    if isinstance(result.ruling, Forbidden):
        return result, seen
    called = shown.run.called.get(answer.exercise.name, ())
    return replace(result, called=tuple(sorted(called))), seen


def _weighed(
    answer: Answer,
    answers: Sequence[Answer],
    shown: MarkedRun,
    other: Sequence[Judged] | None,
) -> Weighed:
    """Return what an exercise is worth, and why it could not be followed through, if so."""
    run, exercise = shown.run, answer.exercise
    cells = (ran.run for ran in run.ran if ran.step.exercise == exercise.name)
    looks = shown.looks(exercise)
    weighed = weigh(
        answer,
        looks,
        other=other,
        end=_end(run, exercise),
        output=printed([output for cell in cells for output in cell.outputs])[:MAX_PRINTED],
    )
    ruling, reason = weighed.result.ruling, shown.unfollowed.get(exercise.name)
    if isinstance(ruling, SomePassed) and reason is None:
        ruling = replace(ruling, unhelped=_unhelped(answer, looks, looks[weighed.look]))
    elif isinstance(ruling, SomePassed) and reason is not None:
        earlier = [one for one in answers if one.exercise.name in exercise.builds_on]
        empty = [one.exercise for one in earlier if one.state != "filled"]
        spoiled = [
            one.exercise
            for one in earlier
            if one.exercise not in empty
            and not shown.is_right(one.exercise)
            and reason.name in ("", *exercise.builds_on[one.exercise.name])
        ]
        ruling = replace(
            ruling,
            unfollowed=reason,
            empty=tuple(one.name for one in empty),
            spoiled=tuple(one.name for one in spoiled),
        )
    return replace(weighed, result=replace(weighed.result, ruling=ruling))


def _concerns(notes: Sequence[Text], results: Sequence[ExerciseResult]) -> tuple[Concern, ...]:
    found = concerns(notes)
    return (*found, "forbidden in use") if any(one.called for one in results) else found


def _end(run: Run, exercise: Exercise) -> CellEnd | None:
    ran = run.of(exercise.name)
    if ran is None:
        return None
    return CellEnd(
        ending=ran.run.ending,
        exceeded=ran.run.exceeded,
        fault=fault(ran),
        unreached=unreached(ran, exercise.reads),
    )


def _unhelped(answer: Answer, looks: Sequence[Judged], best: Judged) -> tuple[Replaced, ...]:
    """Return in whose place the solutions stood where no more checks passed than without them."""
    sealed = [look for look in looks if look.replaced]
    if answer.banned or best.replaced or any(look.passed > best.passed for look in sealed):
        return ()
    return sealed[-1].replaced if sealed else ()
