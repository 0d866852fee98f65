"""The whole way of one submission: align, run, compare, run on other data, explain, score."""

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial

from grader.comparing.compare import compare
from grader.comparing.distance import ROOM, distance
from grader.explaining.diagnose import diagnose
from grader.intake.align import align
from grader.kernels.kernel import KernelFactory, Limits
from grader.marked_run import MarkedRun, mark_run
from grader.marking import score
from grader.marking.score import Judged
from grader.model.assignment import Check, Exercise
from grader.model.result import Diagnosis, ExerciseResult, Report
from grader.model.submission import Answer, Step, Submission
from grader.reference import Reference
from grader.running import attachments, executed
from grader.running.outputs import fault, printed, unreached
from grader.running.run import SEED, Run
from grader.syntax.seeds import seeds, shift
from grader.wording import listed, say

MAX_PRINTED = 4_000  # characters of what a cell printed that the report shows


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherData:
    """The reference on other data. offset: by how much the seeds of given code are shifted."""

    reference: Reference
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """The report on a submission, and its notebook as it was executed, as a file's text."""

    report: Report
    executed: str


def grade(
    submission: Submission,
    reference: Reference,
    *,
    kind: KernelFactory,
    limits: Limits,
    language: str,
    other: OtherData | None = None,
) -> Graded:
    """Grade one submission.

    other: for a second run, in which what is right in the first has to be right again; each run
    has the limits to itself.
    Wrong answers never raise. Raises NeedsReview where the grader itself fails.
    """
    started = time.monotonic()
    exercises = reference.gradable
    alignment = align(
        submission.notebook, reference.released[language], reference.assignment.exercises
    )
    laid, left_out = attachments.choose(submission.attachments)
    mark_run_here = partial(mark_run, kind=kind, limits=limits, language=language, files=laid)
    shown = mark_run_here(alignment.steps, exercises, reference, seed=SEED)
    notes = [*submission.notes, *submission.notebook.notes, *alignment.notes]
    notes += [*left_out, *shown.run.notes]
    confirmed: dict[str, list[Judged]] = {}
    if other is not None:
        confirmed = _confirmed(shown, alignment.steps, reference, other, mark_run_here)
    results = [
        _result(
            answer,
            alignment.answers,
            shown,
            reference,
            confirmed.get(answer.exercise.name),
            language,
        )
        if answer.exercise in exercises
        else score.not_here(answer.exercise, title=answer.exercise.title_in(language))
        for answer in alignment.answers
    ]
    notes += dict.fromkeys(
        note
        for answer in alignment.answers
        if (looks := shown.seen.get(answer.exercise.name))
        and score.best_of(answer, [one.judged for one in looks]).moment == "apart"
        for note in shown.notes.get(answer.exercise.name, ())
    )
    report = replace(
        _empty_report(submission, reference, kind, language),
        score=round(sum(result.score for result in results), 6),
        max_score=round(sum(result.max_score for result in results), 6),
        notes=tuple(notes),
        other_data=other.offset if other is not None else None,
        versions=shown.run.versions,
        duration_s=round(time.monotonic() - started, 3),
        exercises=tuple(results),
    )
    return Graded(
        report=report, executed=executed.write(submission.notebook, alignment.steps, shown.run.ran)
    )


def _empty_report(
    submission: Submission, reference: Reference, kind: KernelFactory, language: str
) -> Report:
    """Return what a report says before anything has run."""
    return Report(
        assignment=reference.assignment.name,
        title=reference.assignment.title_in(language),
        student=submission.student,
        source=submission.source,
        outcome="graded",
        reason=None,
        score=None,
        max_score=None,
        language=language,
        notes=(),
        seed=SEED,
        device=reference.device,
        kernel=kind.name,
        isolation=str(kind.isolation),
        versions={},
        hashes={
            "submission": submission.digest,
            "assignment": reference.assignment.digest,
            "reference": reference.digest,
        },
        duration_s=0.0,
    )


def _confirmed(
    shown: MarkedRun,
    released: Sequence[Step],
    reference: Reference,
    other: OtherData,
    mark_run_here: Callable[..., MarkedRun],
) -> dict[str, list[Judged]]:
    """Return the looks on other data that decide, by exercise; what has no mark has none to lose.

    What is right there only given an answer that is wrong there, though right on the shown data, is
    run again with the reference's answer in its place: else typed-in answers vouch for each other.
    """
    found: dict[str, list[Judged]] = {}
    steps = _shifted(released, reference, other.offset)
    pending = earning = _earning(reference.gradable, shown)
    while pending:
        again = mark_run_here(steps, earning, other.reference, seed=SEED + other.offset)
        fooled = {e.name for e in pending if shown.is_right(e) and not again.is_right(e)}
        unsure = _resting_on(fooled, pending, again)
        found |= {
            exercise.name: again.looks(exercise)
            for exercise in pending
            if exercise not in unsure
            and (again.is_right(exercise) or _tells_right_from_wrong(exercise, other.reference))
        }
        steps, pending = _mended(steps, fooled, other.reference), unsure
        del again  # and what was seen there, before there is more
    return found


def _earning(exercises: Sequence[Exercise], shown: MarkedRun) -> list[Exercise]:
    return [one for one in exercises if any(look.score > 0 for look in shown.looks(one))]


def _resting_on(
    fooled: Collection[str], pending: Sequence[Exercise], again: MarkedRun
) -> list[Exercise]:
    """Return what follows from answers that are right only for the data shown.

    Such an answer does not change with the data, so what follows from it need not either: it may
    be typed in too.
    """
    doubtful, found = set(fooled), []
    for exercise in pending:
        best = [look for look in again.looks(exercise) if look.right]
        if doubtful & set(exercise.builds_on) and best and all(look.given for look in best):
            doubtful.add(exercise.name)
            found.append(exercise)
    return found


def _mended(steps: Sequence[Step], fooled: Collection[str], other: Reference) -> list[Step]:
    """Return steps in which these exercises have the reference's answer."""
    solutions = {cell.exercise: cell.solution for cell in other.assignment.cells}
    return [
        replace(step, source=solutions[step.exercise]) if step.exercise in fooled else step
        for step in steps
        if step.exercise not in fooled or step.role == "exercise"
    ]


def _shifted(steps: Sequence[Step], reference: Reference, offset: int) -> list[Step]:
    calls = seeds(reference.assignment)
    return [replace(step, source=shift(step.source, calls, offset)) for step in steps]


def _tells_right_from_wrong(exercise: Exercise, other: Reference) -> bool:
    """Whether on other data every known right answer is still right, with room to spare.

    With an unlucky seed a long training can be so sensitive to rounding that none is; then these
    data say nothing about a student's.
    """
    expected = other.expected[exercise.name]
    return all(
        distance(check, actual=values, expected=expected) < 1 / ROOM
        for alternative in exercise.alternatives
        for values in [other.variant(exercise, alternative.solution)]
        for check in exercise.checks
    )


def _result(
    answer: Answer,
    answers: Sequence[Answer],
    shown: MarkedRun,
    reference: Reference,
    other: Sequence[Judged] | None,
    language: str,
) -> ExerciseResult:
    run, exercise = shown.run, answer.exercise
    ran = run.of(exercise.name)
    cells = (ran.run for ran in run.ran if ran.step.exercise == exercise.name)
    result = score.weigh(
        answer,
        shown.looks(exercise),
        title=exercise.title_in(language),
        other=other,
        ending=ran.run.ending if ran else None,
        exceeded=ran.run.exceeded if ran else None,
        fault=fault(ran) if ran else None,
        unreached=unreached(ran, exercise.reads) if ran else (),
        output=printed([output for cell in cells for output in cell.outputs])[:MAX_PRINTED],
    )
    if result.outcome in _EXPLAINED:
        if (reason := shown.unfollowed.get(exercise.name)) is not None:
            if empty := _empty_before(exercise, answers, language):
                rule = say(
                    "{rule}; what it builds on is not filled in: {exercises}",
                    rule=result.rule,
                    exercises=listed(empty),
                )
            else:
                rule = say(
                    "{rule}; your earlier answers cannot be built on: {reason}",
                    rule=result.rule,
                    reason=reason,
                )
            result = replace(result, rule=rule)
        result = replace(result, diagnoses=_diagnoses(answer, result, shown, reference, language))
    return result


def _empty_before(exercise: Exercise, answers: Sequence[Answer], language: str) -> list[str]:
    """Return the titles of what an exercise builds on and has no answer."""
    return [
        one.exercise.title_in(language)
        for one in answers
        if one.exercise.name in exercise.builds_on and one.state in ("blank", "missing")
    ]


# Of the others there is nothing to explain, or their rule says it all.
_EXPLAINED = ("partly right", "wrong", "crashed", "timed out")


def _diagnoses(
    answer: Answer, result: ExerciseResult, shown: MarkedRun, reference: Reference, language: str
) -> tuple[Diagnosis, ...]:
    exercise, looks = answer.exercise, shown.seen[answer.exercise.name]
    best = score.best_of(answer, [look.judged for look in looks])
    if best.replaced:  # of it nothing is told
        return ()
    seen = next(look for look in looks if look.judged is best)
    return diagnose(
        exercise,
        actual=seen.look.values,
        expected=seen.expected,
        checks=result.checks,
        mistakes=seen.mistakes
        if seen.judged.given
        else {
            mistake.name: reference.variant(exercise, mistake.solution)
            for mistake in exercise.mistakes
        },
        names=shown.run.names.get(exercise.name, {}),
        earlier=[look.judged.checks for look in looks if look is not seen],
        modified=_modified(exercise, shown.run, reference),
        fault=result.error,
        language=language,
    )


def _modified(exercise: Exercise, run: Run, reference: Reference) -> dict[str, list[str]]:
    """Return, by call, the names of the inputs that it changed and the reference leaves."""
    found: dict[str, list[str]] = {}
    for call, inputs in run.inputs.get(exercise.name, {}).items():
        # Of a call that fails in the reference, as it should, nothing is known.
        wanted = reference.inputs.get(exercise.name, {}).get(call, {})
        found[call] = [
            name
            for name, value in inputs.items()
            if name in wanted
            and not compare(actual=value, expected=wanted[name], check=Check(expression=name)).right
        ]
    return found
