"""Why an exercise is not right: what the look that counts and the code around it show."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile

from grader.authoring.dependencies import answered
from grader.comparing.describe import kind
from grader.explaining.case import Task
from grader.explaining.diagnose import diagnose
from grader.followed import Gives
from grader.marked_run import MarkedRun, Seen
from grader.model.assignment import Exercise
from grader.model.facts import Mismatch, NotAChoice, Symptom, TooFewWords
from grader.model.features import Names
from grader.model.result import CheckResult, ExerciseResult
from grader.model.submission import Answer
from grader.model.values import Values
from grader.reference import Reference
from grader.running.run import Run
from grader.syntax.names import bound_after, bound_from, names_read

# Of the others there is nothing to explain, or their rule says it all.
_EXPLAINED = ("partly right", "wrong", "crashed", "timed out")

_SPOILED = (
    "not defined",
    "opaque",
    "has a graph",
    "cannot be compared",
    "another form",
    "not finite",
    "tells nothing apart",
)


def explained(
    answer: Answer, result: ExerciseResult, seen: Seen, shown: MarkedRun, reference: Reference
) -> ExerciseResult:
    """Return a result with what the values of the look that counts show."""
    result = _with_inputs(result, answer.exercise, reference)
    if result.outcome not in _EXPLAINED or seen.judged.replaced:  # of a sealed run nothing is told
        return result
    exercise, looks = answer.exercise, shown.seen[answer.exercise.name]
    symptoms = diagnose(
        exercise,
        actual=seen.look.values,
        expected=seen.expected,
        checks=result.checks,
        mistakes=_Mistakes(exercise, seen.gives or _in_reference(exercise, reference)),
        names=_names(exercise, shown.run),
        inputs=reference.inputs_of(exercise),
        earlier=_earlier(exercise, [look for look in looks if look is not seen], shown.run),
        modified=_modified(exercise, shown.run, reference),
        fault=result.error,
        code=answer.code,
        task=_task(exercise, shown, reference),
    )
    return replace(result, symptoms=tuple(one for one in symptoms if _is_told(one, result)))


def _is_told(symptom: Symptom, result: ExerciseResult) -> bool:
    """Whether a symptom says something: of letters and texts nothing is known but mistakes."""
    looked_at = (one for one in result.checks if one.check == symptom.check)
    return symptom.kind == "mistake" or not any(map(_is_a_choice, looked_at))


def _is_a_choice(check: CheckResult) -> bool:
    if isinstance(check.not_compared, NotAChoice | TooFewWords):
        return True
    return any(
        isinstance(one, Mismatch) and isinstance(one.actual, Names) for one in check.mismatches
    )


def _with_inputs(
    result: ExerciseResult, exercise: Exercise, reference: Reference
) -> ExerciseResult:
    """Return a result in which checks that are not right say what kind of data they were given.

    The data are the author's: nothing of them is a student's.
    """
    inputs = reference.inputs_of(exercise)
    asked = {one.expression: one for one in exercise.checks}

    def found(check: CheckResult) -> CheckResult:
        if check.hides != "data" or check.outcome not in ("failed", "error"):
            return check
        values, own = inputs.get(check.check, {}), asked[check.check]
        names = values if own.raises else [name for name in values if name in own.free_names]
        return replace(check, inputs={name: kind(values[name]) for name in names})

    return replace(result, checks=tuple(map(found, result.checks)))


class _Mistakes(Mapping[str, Values]):
    """What the known mistakes of an exercise give, by their names; asked for one by one."""

    def __init__(self, exercise: Exercise, gives: Gives) -> None:
        self._names, self._gives = [one.name for one in exercise.mistakes], gives

    def __getitem__(self, name: str) -> Values:
        return self._gives(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _in_reference(exercise: Exercise, reference: Reference) -> Gives:
    solutions = {one.name: one.solution for one in exercise.mistakes}
    return lambda name: reference.variant(exercise, solutions[name])


def _names(exercise: Exercise, run: Run) -> Values:
    """Return what the student's cells for an exercise bound, but for what later cells bind anew.

    These names are looked at when the notebook has ended.
    """
    again = _bound_later(exercise, run)
    found = run.names.get(exercise.name, {})
    return {name: value for name, value in found.items() if name not in again}


def _earlier(exercise: Exercise, looks: Sequence[Seen], run: Run) -> list[list[CheckResult]]:
    """Return what other looks found, but for calls with what later cells bind anew."""
    calls = [one for one in exercise.checks if not one.expression.isidentifier()]
    again = _bound_later(exercise, run)
    others = {one.expression for one in calls if not again.isdisjoint(one.free_names)}
    return [[one for one in look.judged.checks if one.check not in others] for look in looks]


def _bound_later(exercise: Exercise, run: Run) -> set[str]:
    """Return the names that cells below an exercise's bind."""
    places = [n for n, ran in enumerate(run.ran) if ran.step.exercise == exercise.name]
    later = run.ran[places[-1] + 1 :] if places else ()
    return {name for ran in later for name in bound_from(ran.step.source, 1) or ()}


def _task(exercise: Exercise, shown: MarkedRun, reference: Reference) -> Task:
    """Return the code around an answer: that of the assignment, and the student's cells above."""
    cell = reference.assignment.cell_of(exercise)
    before = takewhile(lambda ran: ran.step.exercise != exercise.name, shown.run.ran)
    return Task(
        released=cell.source,
        solution=cell.solution,
        before=tuple(
            ((ran.step.cell or 0) + 1, ran.step.source)
            for ran in before
            if ran.step.role != "given" and not ran.step.opaque
        ),
        spoiled=_spoiled(exercise, shown, reference),
        owed=_owed(exercise, shown, reference),
        ending=ran.run.ending if (ran := shown.run.of(exercise.name)) is not None else "done",
    )


def _owed(exercise: Exercise, shown: MarkedRun, reference: Reference) -> tuple[str, ...]:
    """Return the names that the answers to earlier exercises should bind, which are not right."""
    assignment = reference.assignment
    above = takewhile(lambda cell: cell.exercise != exercise.name, assignment.cells)
    found = set[str]()
    for cell in above:
        if cell.role == "exercise" and cell.exercise in shown.seen:
            is_right = shown.is_right(assignment.exercise(cell.exercise))
            found = found - answered(cell) if is_right else found | answered(cell)
        elif cell.needs_answer and not found.isdisjoint(names_read(cell.solution)):
            found |= bound_after(cell.solution)
    return tuple(sorted(found))


def _spoiled(exercise: Exercise, shown: MarkedRun, reference: Reference) -> tuple[str, ...]:
    """Return the earlier names that are not right and that nothing can be built on.

    A function of an earlier exercise may be right where that as a whole is not.
    """
    unfollowed = shown.unfollowed.get(exercise.name)
    if unfollowed is None or unfollowed.why not in _SPOILED:
        return ()
    right = {
        name
        for owner, names in exercise.builds_on.items()
        if owner in shown.seen and shown.is_right(reference.assignment.exercise(owner))
        for name in names
    }
    wrong = {name for names in exercise.builds_on.values() for name in names} - right
    return tuple(sorted(wrong & {unfollowed.name} if unfollowed.name else wrong))


def _modified(exercise: Exercise, run: Run, reference: Reference) -> dict[str, list[str]]:
    """Return, by call, the names of the inputs that it changed and the reference leaves."""
    meant = reference.changed_inputs.get(exercise.name, {})
    return {
        call: sorted(changed - meant.get(call, frozenset()))
        for call, changed in run.changed_inputs.get(exercise.name, {}).items()
    }
