"""The whole way of one submission: align, run, compare, run on other data, explain, score."""

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import takewhile

from grader.comparing.distance import ROOM, distance
from grader.explaining.case import Task
from grader.explaining.diagnose import diagnose
from grader.intake.align import align
from grader.kernels.kernel import KernelFactory, Limits
from grader.marked_run import MarkedRun, Seen, mark_run
from grader.marking.checks import Judged
from grader.marking.exercise import CellEnd, Weighed, not_here, not_run, totals, weigh
from grader.model.assignment import Assignment, Exercise
from grader.model.facts import Forbidden, Replaced, SomePassed
from grader.model.other_data import seeds
from grader.model.result import ExerciseResult, Report
from grader.model.submission import Answer, Step, Submission
from grader.model.values import Values
from grader.reference import Reference
from grader.running import attachments, executed
from grader.running.absent import Absent
from grader.running.outputs import fault, printed, unreached
from grader.running.plan import SEED
from grader.running.run import Run
from grader.running.written_for import WrittenFor
from grader.syntax.names import bound_from
from grader.syntax.seeds import shift
from grader.wording.catalogue import translated
from grader.wording.report import worded
from grader.wording.rulings import not_run as why_not_run

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
    factory: KernelFactory,
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
    cells = (cell.source for cell in submission.notebook.cells if cell.kind == "code")
    laid, left_out = attachments.choose(submission.attachments, cells)
    mark_run_here = partial(mark_run, factory=factory, limits=limits, files=laid)
    shown = mark_run_here(alignment.steps, exercises, reference, seed=SEED)
    notes = [*submission.notes, *submission.notebook.notes, *alignment.notes]
    notes += [*left_out, *shown.run.notes]
    confirmed: dict[str, list[Judged]] = {}
    if other is not None:
        confirmed = _confirmed(shown, alignment.steps, reference, other, mark_run_here)
    written_for = WrittenFor(submission.notebook.metadata, shown.run.versions.get("python", ""))
    notes += written_for.notes(shown.run.ran)
    absent = Absent(shown.run.ran, laid)
    results = []
    for answer in alignment.answers:
        exercise = answer.exercise
        if exercise not in exercises:
            results.append(not_here(exercise))
            continue
        other_looks = confirmed.get(exercise.name)
        result, seen = _result(answer, alignment.answers, shown, other_looks, reference)
        result = _open_for(absent.of(exercise, shown.values(exercise)), result)
        results.append(replace(result, error=written_for.explained(result.error)))
        if seen.judged.moment == "apart":
            notes += dict.fromkeys(shown.notes.get(exercise.name, ()))
    report = replace(
        _blank(submission, reference, factory, language),
        outcome="graded",
        notes=tuple(translated(note, language) for note in dict.fromkeys(notes)),
        other_data=other.offset if other is not None else None,
        versions=shown.run.versions,
        duration_s=round(time.monotonic() - started, 3),
        exercises=tuple(worded(one, reference.assignment, language) for one in results),
    )
    return Graded(
        report=_with_score(report),
        executed=executed.write(submission.notebook, alignment.steps, shown.run.ran),
    )


def _open_for(modules: tuple[str, ...], result: ExerciseResult) -> ExerciseResult:
    """Return a result, without a score where a module is lacking that it needs."""
    is_short = modules and result.outcome in ("partly right", "wrong")
    is_short = is_short and not isinstance(result.ruling, Forbidden)
    return not_run(result, modules) if is_short else result


def _with_score(report: Report) -> Report:
    """Return a report with its score, or why it has none."""
    if (found := totals(report.exercises)) is None:
        reason = translated(why_not_run(report.exercises), report.language)
        return replace(report, outcome="not graded", reason=reason)
    score, most = found
    return replace(report, score=score, max_score=most)


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
    other: Sequence[Judged] | None,
    reference: Reference,
) -> tuple[ExerciseResult, Seen]:
    """Return what an exercise is worth and why, and the look that counts."""
    weighed = _weighed(answer, answers, shown, other)
    seen = shown.seen[answer.exercise.name][weighed.look]
    return _explained(answer, weighed.result, seen, shown, reference), seen


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
    elif isinstance(ruling, SomePassed):
        empty = tuple(
            one.exercise.name
            for one in answers
            if one.exercise.name in exercise.builds_on and one.state != "filled"
        )
        ruling = replace(ruling, unfollowed=reason, empty=empty)
    return replace(weighed, result=replace(weighed.result, ruling=ruling))


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


# Of the others there is nothing to explain, or their rule says it all.
_EXPLAINED = ("partly right", "wrong", "crashed", "timed out")


def _explained(
    answer: Answer, result: ExerciseResult, seen: Seen, shown: MarkedRun, reference: Reference
) -> ExerciseResult:
    """Return a result with what the values of the look that counts show."""
    if result.outcome not in _EXPLAINED or seen.judged.replaced:  # of a sealed run nothing is told
        return result
    exercise, looks = answer.exercise, shown.seen[answer.exercise.name]
    mistakes = seen.mistakes
    if not seen.judged.given:
        mistakes = {
            one.name: reference.variant(exercise, one.solution) for one in exercise.mistakes
        }
    symptoms = diagnose(
        exercise,
        actual=seen.look.values,
        expected=seen.expected,
        checks=result.checks,
        mistakes=mistakes,
        names=_names(exercise, shown.run),
        inputs=reference.inputs_of(exercise),
        earlier=[look.judged.checks for look in looks if look is not seen],
        modified=_modified(exercise, shown.run, reference),
        fault=result.error,
        code=answer.code,
        task=_task(exercise, shown.run, reference),
    )
    return replace(result, symptoms=symptoms)


def _names(exercise: Exercise, run: Run) -> Values:
    """Return what the student's cells for an exercise bound, but for what later cells bind anew.

    These names are looked at when the notebook has ended.
    """
    places = [n for n, ran in enumerate(run.ran) if ran.step.exercise == exercise.name]
    later = run.ran[places[-1] + 1 :] if places else ()
    again = {name for ran in later for name in bound_from(ran.step.source, 1) or ()}
    found = run.names.get(exercise.name, {})
    return {name: value for name, value in found.items() if name not in again}


def _task(exercise: Exercise, run: Run, reference: Reference) -> Task:
    """Return the code around an answer: that of the assignment, and the student's cells above."""
    cell = reference.assignment.cell_of(exercise)
    before = takewhile(lambda ran: ran.step.exercise != exercise.name, run.ran)
    return Task(
        released=cell.source,
        solution=cell.solution,
        before=tuple(
            ((ran.step.cell or 0) + 1, ran.step.source)
            for ran in before
            if ran.step.role != "given" and not ran.step.opaque
        ),
    )


def _modified(exercise: Exercise, run: Run, reference: Reference) -> dict[str, list[str]]:
    """Return, by call, the names of the inputs that it changed and the reference leaves."""
    meant = reference.changed_inputs.get(exercise.name, {})
    return {
        call: sorted(changed - meant.get(call, frozenset()))
        for call, changed in run.changed_inputs.get(exercise.name, {}).items()
    }
