"""The whole way of one submission: align, run, compare, score."""

import time
from dataclasses import dataclass, replace
from functools import partial

from grader.execution import executed
from grader.execution.kernel import KernelKind, Limits
from grader.execution.outputs import fault, printed
from grader.execution.run import SEED, Look, Run
from grader.intake.align import align, given_lines
from grader.intake.code import bound_from
from grader.judging import score
from grader.judging.score import Judged
from grader.model.assignment import Exercise
from grader.model.result import ExerciseResult, Moment, Report
from grader.model.submission import Answer, Submission
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
    exercises = reference.gradable
    alignment = align(
        submission.notebook, reference.released[language], reference.assignment.exercises
    )
    looks: dict[str, list[Judged]] = {exercise.name: [] for exercise in exercises}

    def see(look: Look, moment: Moment | None = None) -> None:
        expected = reference.expected[look.exercise.name]
        checks = score.judge(look.exercise, actual=look.values, expected=expected, told=look.told)
        judged = Judged(moment=moment or look.moment, checks=checks)
        looks[look.exercise.name].append(judged)

    def not_right() -> list[Exercise]:
        return [e for e in exercises if not any(judged.right for judged in looks[e.name])]

    open_run = partial(
        Run,
        recording=reference.recording,
        kind=kind,
        device=reference.device,
        limits=limits,
        deadline=started + limits.submission,
    )
    with open_run(alignment.steps, exercises, see=see) as run:
        run.execute()
        # Cells in another order, or a repair further down: what is not right yet gets a last look.
        run.look_again(not_right())
    for exercise in not_right():
        if _is_spoiled(run, exercise, reference):
            steps = [s for s in alignment.steps if s.role == "given" or s.exercise == exercise.name]
            with open_run(steps, [exercise], see=partial(see, moment="apart")) as apart:
                apart.execute()
    results = [
        _result(answer, looks[answer.exercise.name], run, language)
        if answer.exercise in exercises
        else score.not_here(answer.exercise, title=answer.exercise.title_in(language))
        for answer in alignment.answers
    ]
    notes = (*submission.notes, *submission.notebook.notes, *alignment.notes, *run.notes)
    report = replace(
        _empty_report(submission, reference, kind, language),
        score=round(sum(result.score for result in results), 6),
        max_score=round(sum(result.max_score for result in results), 6),
        notes=notes,
        versions=run.versions,
        duration_s=round(time.monotonic() - started, 3),
        exercises=tuple(results),
    )
    return Graded(
        report=report, executed=executed.write(submission.notebook, alignment.steps, run.ran)
    )


def _empty_report(
    submission: Submission, reference: Reference, kind: KernelKind, language: str
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


def _is_spoiled(run: Run, exercise: Exercise, reference: Reference) -> bool:
    """Whether another exercise may be at fault.

    It is where given code failed, in the exercise's cell or before; and it can be where the kernel
    went, since what ended it may have been left behind by an earlier cell.
    """
    own = run.of(exercise.name)
    if own is None:
        return False
    if own.run.ending == "crashed":
        return True
    before = run.ran[: run.ran.index(own)]
    if any(ran.step.role == "given" and ran.run.ending != "done" for ran in before):
        return True
    found = fault(own)
    given = given_lines(reference.assignment.cell_of(exercise))
    return found is not None and found.source in given


def _result(answer: Answer, looks: list[Judged], run: Run, language: str) -> ExerciseResult:
    name = answer.exercise.name
    ran = run.of(name)
    found = fault(ran) if ran else None
    unreached: set[str] = set()
    if ran and ran.run.ending != "done":
        start = found.statement if found and found.statement else 1
        bound = bound_from(ran.step.source, start)
        asked = {name for c in answer.exercise.checks for name in (*c.free_names, *c.of)}
        unreached = asked if bound is None else bound
    outputs = [output for r in run.ran if r.step.exercise == name for output in r.run.outputs]
    return score.weigh(
        answer,
        looks,
        title=answer.exercise.title_in(language),
        ending=ran.run.ending if ran else None,
        fault=found,
        unreached=unreached,
        output=printed(outputs)[:MAX_OUTPUT],
    )
