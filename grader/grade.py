"""The whole way of one submission: align, run, compare, score."""

import time
from dataclasses import dataclass

from grader.execution import executed
from grader.execution.kernel import KernelKind, Limits, stream_text
from grader.execution.run import SEED, Run
from grader.intake.align import align
from grader.judging import score
from grader.model.assignment import Exercise
from grader.model.result import CheckResult, ExerciseResult, Report
from grader.model.submission import Submission
from grader.reference import Reference

MAX_OUTPUT = 4_000  # characters of what a cell printed that the report shows


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """The report on a submission, and its notebook as it was executed, as a file's text."""

    report: Report
    executed: str


def grade(
    submission: Submission, reference: Reference, *, kind: KernelKind, limits: Limits, language: str
) -> Graded:
    """Grade one submission.

    Wrong answers never raise. Raises NeedsReview where the grader itself fails.
    """
    started = time.monotonic()
    assignment, exercises = reference.assignment, reference.gradable
    alignment = align(submission.notebook, reference.released[language], assignment.exercises)
    answers = {a.exercise.name: a for a in alignment.answers if a.exercise in exercises}
    looks: dict[str, list[tuple[str, tuple[CheckResult, ...]]]] = {}
    with Run(
        alignment.steps,
        tuple(answers.values()),
        recording=reference.recording,
        kind=kind,
        device=reference.device,
        limits=limits,
    ) as run:
        run.execute()
        looks = {exercise.name: _judged(run, exercise, reference) for exercise in exercises}
        # Cells in another order, or a repair further down: what is not right yet gets a last look.
        late = [
            e for e in exercises if not any(score.is_right(found) for _, found in looks[e.name])
        ]
        run.look_again(late)
        looks |= {exercise.name: _judged(run, exercise, reference) for exercise in late}
    results = [
        score.grade(
            answers[exercise.name],
            looks[exercise.name],
            title=exercise.title_in(language),
            ending=run.ending(exercise.name),
            fault=run.fault(exercise.name),
            output=_printed(run, exercise),
        )
        if exercise in exercises
        else _not_here(exercise, language)
        for exercise in assignment.exercises
    ]
    report = Report(
        assignment=assignment.name,
        title=assignment.title_in(language),
        student=submission.student,
        source=submission.source,
        outcome="graded",
        reason=None,
        score=round(sum(result.score for result in results), 6),
        max_score=round(sum(result.max_score for result in results), 6),
        notes=(*submission.notes, *submission.notebook.notes, *alignment.notes, *run.notes),
        seed=SEED,
        device=reference.device,
        kernel=kind.name,
        isolation=kind.isolation,
        versions=run.versions,
        hashes={
            "submission": submission.digest,
            "assignment": assignment.digest,
            "reference": reference.digest,
        },
        duration_s=round(time.monotonic() - started, 3),
        exercises=tuple(results),
    )
    return Graded(
        report=report, executed=executed.write(submission.notebook, alignment.steps, run.ran)
    )


def _judged(
    run: Run, exercise: Exercise, reference: Reference
) -> list[tuple[str, tuple[CheckResult, ...]]]:
    expected = reference.expected[exercise.name]
    return [
        (look.when, score.judge(exercise, actual=look.values, expected=expected))
        for look in run.looks[exercise.name]
    ]


def _not_here(exercise: Exercise, language: str) -> ExerciseResult:
    return ExerciseResult(
        exercise=exercise.name,
        title=exercise.title_in(language),
        score=0.0,
        max_score=0.0,
        outcome="not graded here",
        rule="needs a CUDA device; its points are not counted",
    )


def _printed(run: Run, exercise: Exercise) -> str:
    outputs = [
        output
        for ran in run.ran
        if ran.step.exercise == exercise.name
        for output in ran.run.outputs
    ]
    return stream_text(outputs)[:MAX_OUTPUT]
