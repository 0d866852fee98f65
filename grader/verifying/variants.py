"""Whether known mistakes fail, are told apart and named, and other right answers are right."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from grader.intake.forbid import uses
from grader.judging.agreement import agree
from grader.judging.distance import ROOM, distance
from grader.judging.score import judge
from grader.model.assignment import Alternative, Check, Exercise, Mistake
from grader.model.observation import OpaqueValue, RaisedValue, Values
from grader.model.result import ExerciseResult
from grader.verifying.bench import Bench
from grader.verifying.spread import equivalent


@dataclass(kw_only=True)
class Room:
    """How much room the tolerances of an exercise leave.

    spread: of equivalent runs; nearest: the way to the nearest mistake; both in tolerances.
    """

    spread: float = 0.0
    nearest: float = float("inf")


@dataclass(kw_only=True)
class Variants:
    """What was found of mistakes and alternatives.

    named: by exercise and mistake, the mistakes that its values are taken for.
    """

    rooms: dict[str, Room] = field(default_factory=dict)
    named: dict[str, dict[str, list[str]]] = field(default_factory=dict)


def verify_variants(bench: Bench) -> Variants:
    """Verify the mistakes and alternatives of all exercises, and what tolerances leave room for."""
    found = Variants()
    for exercise in bench.reference.gradable:
        found.named[exercise.name] = {
            mistake.name: _verify_mistake(bench, exercise, mistake) for mistake in exercise.mistakes
        }
        found.rooms[exercise.name] = Room()
    _verify_in_notebooks(bench, found)
    runs = list(equivalent(bench))
    for exercise in bench.reference.gradable:
        right: dict[str, Values] = {name: values[exercise.name] for name, values in runs}
        for other in exercise.alternatives:
            if _verify_alternative(bench, exercise, other):
                right[other.name] = bench.reference.variant(exercise, other.solution)
        for check in exercise.checks:
            if not check.raises:
                _verify_room(bench, exercise, check, right, found.rooms[exercise.name])
    return found


def _verify_mistake(bench: Bench, exercise: Exercise, mistake: Mistake) -> list[str]:
    values = bench.reference.variant(exercise, mistake.solution)
    checks = judge(exercise, actual=values, expected=bench.reference.expected[exercise.name])
    wrong = [check for check in checks if check.outcome != "passed"]
    if not wrong:
        bench.findings.add(
            f"the mistake `{mistake.name}` passes every check of {exercise.name}",
            "add a check that it fails, or mend it",
            cell=mistake.cell,
        )
        return []
    raising = {check.expression for check in exercise.checks if check.raises}
    if not any(check.mismatches or check.check in raising for check in wrong):
        bench.findings.add(
            f"the mistake `{mistake.name}` of {exercise.name} gives no value ({wrong[0].error})",
            "let it give a value: an error explains itself and needs no help text",
            cell=mistake.cell,
        )
        return []
    others = exercise.mistakes
    named = [
        one.name
        for one in others
        if agree(exercise, actual=values, other=bench.reference.variant(exercise, one.solution))
    ]
    for name in named:
        if name > mistake.name:
            bench.findings.add(
                f"the mistakes `{mistake.name}` and `{name}` of {exercise.name} give the same",
                "merge them, or add a check that tells them apart",
                cell=mistake.cell,
            )
    return named


def _verify_in_notebooks(bench: Bench, found: Variants) -> None:
    """Verify that in a whole notebook each mistake costs its exercise alone, and is named.

    Mistakes of several exercises share a notebook, which is much faster. Where something is not as
    it should be there, each of them is tried in a notebook of its own.
    """
    for mistakes in _rounds(bench, found):
        results = _graded(bench, mistakes)
        if any(_is_lost(result, result.exercise in mistakes) for result in results):
            for name, mistake in mistakes.items():
                _verify_alone(bench, bench.assignment.exercise(name), mistake)


def _rounds(bench: Bench, found: Variants) -> list[dict[str, Mistake]]:
    """Return mistakes, by exercise, that may stand in one notebook: none builds on another."""
    rounds: list[dict[str, Mistake]] = []
    for exercise in bench.reference.gradable:
        for mistake in exercise.mistakes:
            if not found.named[exercise.name].get(mistake.name):
                continue  # that it fails is not sure; this is told already
            for mistakes in rounds:
                if exercise.name not in mistakes and not set(exercise.builds_on) & set(mistakes):
                    mistakes[exercise.name] = mistake
                    break
            else:
                rounds.append({exercise.name: mistake})
    return rounds


def _graded(bench: Bench, mistakes: Mapping[str, Mistake]) -> tuple[ExerciseResult, ...]:
    language = bench.assignment.languages[0]
    wrong = {name: mistake.solution for name, mistake in mistakes.items()}
    return bench.grade(
        bench.notebook({**bench.assignment.solutions, **wrong}, language), language
    ).report.exercises


def _is_lost(result: ExerciseResult, is_wrong: bool) -> bool:
    """Whether a mistake is not told, or a right answer lost points."""
    if not is_wrong:
        return result.score < result.max_score
    return result.outcome.startswith("right") or not any(d.mistake for d in result.diagnoses[:1])


def _verify_alone(bench: Bench, exercise: Exercise, mistake: Mistake) -> None:
    """Grade a notebook with this one mistake in it: it costs its exercise alone, and is named."""
    for result in _graded(bench, {exercise.name: mistake}):
        is_own = result.exercise == exercise.name
        if not _is_lost(result, is_own):
            continue
        if is_own:
            bench.findings.add(
                f"a notebook with the mistake `{mistake.name}` of {exercise.name} is"
                f" {result.outcome}, and it is not named",
                "the mistake may hang on what ran before it; let its cell make its own data",
                cell=mistake.cell,
            )
        else:
            bench.findings.add(
                f"the mistake `{mistake.name}` of {exercise.name} costs {result.exercise} too",
                "let that exercise read the answer as data, not call it, or make its data anew",
                cell=mistake.cell,
            )


def _verify_alternative(bench: Bench, exercise: Exercise, other: Alternative) -> bool:
    """Return whether an alternative is right; else say what is wrong with it."""
    used = uses(other.solution, exercise.forbid)
    values = bench.reference.variant(exercise, other.solution)
    checks = judge(exercise, actual=values, expected=bench.reference.expected[exercise.name])
    wrong = next((check for check in checks if check.outcome != "passed"), None)
    problem = f"uses {used[0].name}, which the exercise forbids" if used else ""
    if wrong is not None:
        mismatch = wrong.mismatches[0] if wrong.mismatches else None
        why = wrong.error or (
            f"{mismatch.aspect}: {mismatch.actual}, not {mismatch.expected}" if mismatch else ""
        )
        problem = f"fails `{wrong.check}` ({why})"
    if problem:
        bench.findings.add(
            f"the alternative `{other.name}` of {exercise.name} {problem}",
            "an alternative is right: mend it, or the check",
            cell=other.cell,
        )
    return not problem


def _verify_room(
    bench: Bench, exercise: Exercise, check: Check, right: Mapping[str, Values], room: Room
) -> None:
    expected = bench.reference.expected[exercise.name]
    asked = check.of or (check.expression,)
    name, spread = max(
        (
            (name, distance(check, actual=values, expected=expected))
            for name, values in right.items()
            # A call that insists on one precision says nothing of rounding.
            if not any(isinstance(values.get(one), RaisedValue) for one in asked)
        ),
        key=lambda pair: pair[1],
        default=("", 0.0),
    )
    room.spread = max(room.spread, spread)
    if spread > 1 / ROOM:
        bench.findings.of(
            exercise,
            f"`{check.expression}`: equally right runs are {spread:.2g} tolerances apart"
            f" ({name}); at most {1 / ROOM:.2g} leaves room for rounding",
            "widen `rtol` or `atol`, or let the computation be less sensitive (fewer steps)",
            near=check.expression,
        )
    plain = replace(check, rtol=None, atol=None, compare="close")
    for mistake in exercise.mistakes:
        values = bench.reference.variant(exercise, mistake.solution)
        if any(isinstance(values.get(one), RaisedValue | OpaqueValue | None) for one in asked):
            continue
        if distance(plain, actual=values, expected=expected) <= 1 / ROOM:
            continue  # this check does not see the mistake
        way = distance(check, actual=values, expected=expected)
        if "values" not in check.aspects:
            way = 0.0
        if check.compare == "at_most" and way == 0:
            continue  # what comes out lower is as good
        room.nearest = min(room.nearest, way)
        if way < ROOM:
            bench.findings.of(
                exercise,
                f"`{check.expression}`: the mistake `{mistake.name}` is {way:.2g} tolerances away;"
                f" less than {ROOM:g} is too near to be told from a right answer",
                "narrow `rtol`, `atol` or `margin`, look at `values`, or drop the mistake",
                near=check.expression,
            )
