"""Whether known mistakes fail, are told apart and named, and other right answers are right."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from grader.authoring.banned_uses import banned_uses
from grader.comparing.agreement import agree
from grader.comparing.distance import ROOM, distance, enough
from grader.homes import homes
from grader.marking.checks import judge
from grader.model.assignment import Alternative, Check, Exercise, Mistake
from grader.model.result import ExerciseResult
from grader.model.values import OpaqueValue, RaisedValue, Values
from grader.verifying.spread import ON_CPU, equivalent
from grader.verifying.subject import Subject
from grader.wording.report import failure

_WIDEST = 0.1  # rtol from here on takes right from wrong no more


@dataclass(kw_only=True)
class Margins:
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

    margins: dict[str, Margins] = field(default_factory=dict)
    named: dict[str, dict[str, list[str]]] = field(default_factory=dict)


def verify_variants(subject: Subject) -> Variants:
    """Verify the mistakes and alternatives of all exercises, and what tolerances leave room for."""
    found = Variants()
    for exercise in subject.exercises:
        found.named[exercise.name] = {
            mistake.name: _verify_mistake(subject, exercise, mistake)
            for mistake in exercise.mistakes
        }
        found.margins[exercise.name] = Margins()
    _verify_in_notebooks(subject, found)
    runs = list(equivalent(subject))
    for exercise in subject.exercises:
        right: dict[str, Values] = {
            name: values[exercise.name] for name, values in runs if exercise.name in values
        }
        for other in exercise.alternatives:
            if _verify_alternative(subject, exercise, other):
                right[other.name] = subject.reference.variant(exercise, other.solution)
        for check in exercise.checks:
            if not check.raises and not check.is_threshold:
                _verify_room(subject, exercise, check, right, found.margins[exercise.name])
    return found


def _verify_mistake(subject: Subject, exercise: Exercise, mistake: Mistake) -> list[str]:
    known = homes(exercise.forbid)
    if used := banned_uses(subject.assignment, exercise, mistake.solution, known):
        subject.findings.add(
            f"the mistake `{mistake.name}` of {exercise.name} uses {used[0].name}, which the"
            " exercise forbids: whoever makes it earns nothing, whatever its checks find",
            "nothing has to be done if that is what you mean; else write it without",
            cell=mistake.cell,
            fault=False,
        )
    values = subject.reference.variant(exercise, mistake.solution)
    checks = judge(exercise, actual=values, expected=subject.reference.expected[exercise.name])
    wrong = [check for check in checks if check.outcome != "passed"]
    if not wrong:
        subject.findings.add(
            f"the mistake `{mistake.name}` passes every check of {exercise.name}",
            "add a check that it fails, or mend it",
            cell=mistake.cell,
        )
        return []
    raising = {check.expression for check in exercise.checks if check.raises}
    if not any(check.mismatches or check.check in raising for check in wrong):
        subject.findings.add(
            f"the mistake `{mistake.name}` of {exercise.name} gives no value ({wrong[0].error})",
            "let it give a value: an error explains itself and needs no help text",
            cell=mistake.cell,
        )
        return []
    others = exercise.mistakes
    named = [
        one.name
        for one in others
        if agree(exercise, actual=values, other=subject.reference.variant(exercise, one.solution))
    ]
    for name in named:
        if name > mistake.name:
            subject.findings.add(
                f"the mistakes `{mistake.name}` and `{name}` of {exercise.name} give the same",
                "merge them, or add a check that tells them apart",
                cell=mistake.cell,
            )
    return named


def _verify_in_notebooks(subject: Subject, found: Variants) -> None:
    """Verify that in a whole notebook each mistake costs its exercise alone, and is named.

    Mistakes of several exercises share a notebook, which is much faster. Where something is not as
    it should be there, each of them is tried in a notebook of its own.
    """
    for mistakes in _rounds(subject, found):
        results = _graded(subject, mistakes)
        if any(_is_lost(result, result.exercise in mistakes) for result in results):
            for name, mistake in mistakes.items():
                _verify_alone(subject, subject.assignment.exercise(name), mistake)


def _rounds(subject: Subject, found: Variants) -> list[dict[str, Mistake]]:
    """Return mistakes, by exercise, that may stand in one notebook: none builds on another."""
    rounds: list[dict[str, Mistake]] = []
    for exercise in subject.exercises:
        before = subject.assignment.built_on(exercise)
        for mistake in exercise.mistakes:
            if not found.named[exercise.name].get(mistake.name):
                continue  # that it fails is not sure; this is told already
            for mistakes in rounds:
                if exercise.name not in mistakes and before.isdisjoint(mistakes):
                    mistakes[exercise.name] = mistake
                    break
            else:
                rounds.append({exercise.name: mistake})
    return rounds


def _graded(subject: Subject, mistakes: Mapping[str, Mistake]) -> tuple[ExerciseResult, ...]:
    language = subject.assignment.languages[0]
    wrong = {name: mistake.solution for name, mistake in mistakes.items()}
    return subject.grade(
        subject.notebook({**subject.assignment.solutions, **wrong}, language), language
    ).report.exercises


def _is_lost(result: ExerciseResult, is_wrong: bool) -> bool:
    """Whether a mistake is not told, or a right answer lost points."""
    if not is_wrong:
        return result.score < result.max_score and result.outcome != "waits for a person"
    return result.outcome.startswith("right") or not any(d.mistake for d in result.diagnoses[:1])


def _verify_alone(subject: Subject, exercise: Exercise, mistake: Mistake) -> None:
    """Grade a notebook with this one mistake in it: it costs its exercise alone, and is named."""
    for result in _graded(subject, {exercise.name: mistake}):
        is_own = result.exercise == exercise.name
        if not _is_lost(result, is_own):
            continue
        if is_own:
            subject.findings.add(
                f"a notebook with the mistake `{mistake.name}` of {exercise.name} is"
                f" {result.outcome}, and it is not named",
                "the mistake may hang on what ran before it; let its cell make its own data",
                cell=mistake.cell,
            )
        else:
            subject.findings.add(
                f"the mistake `{mistake.name}` of {exercise.name} costs {result.exercise} too"
                f" ({result.rule})",
                _cure(subject, exercise, subject.assignment.exercise(result.exercise)),
                cell=mistake.cell,
            )


def _cure(subject: Subject, exercise: Exercise, late: Exercise) -> str:
    """Return what to do where a mistake in one exercise costs a later one."""
    anew = "or let that exercise make its data anew"
    if late.is_restricted and exercise.name not in subject.assignment.built_on(late):
        return f"let its `builds_on` have `{exercise.name}` in it, or leave `builds_on` out, {anew}"
    return f"give the mistake an answer of the same type, shape and dtype, {anew}"


def _verify_alternative(subject: Subject, exercise: Exercise, other: Alternative) -> bool:
    """Return whether an alternative is right; else say what is wrong with it."""
    used = banned_uses(subject.assignment, exercise, other.solution, homes(exercise.forbid))
    values = subject.reference.variant(exercise, other.solution)
    checks = judge(exercise, actual=values, expected=subject.reference.expected[exercise.name])
    wrong = next((check for check in checks if check.outcome != "passed"), None)
    problem = f"uses {used[0].name}, which the exercise forbids" if used else ""
    if wrong is not None:
        problem = f"fails `{wrong.check}` ({failure(wrong)})"
    if problem:
        subject.findings.add(
            f"the alternative `{other.name}` of {exercise.name} {problem}",
            "an alternative is right: mend it, or the check",
            cell=other.cell,
        )
    return not problem


def _room_for(check: Check, name: str, actual: Values, expected: Values) -> str:
    """Return what to do where an equally right run is too far off."""
    if check.compare == "at_most":
        return "widen `margin`, or let the computation be less sensitive (fewer steps)"
    found = enough(check, actual=actual, expected=expected)
    if found is not None and found[0] < _WIDEST:
        tolerances = f"say `rtol: {found[0]:g}` and `atol: {found[1]:g}`"
        return f"{tolerances}, or let the computation be less sensitive (fewer steps)"
    if name == ON_CPU:
        return "draw all data on the CPU and move them: a card draws other numbers"
    return "no tolerance is as wide: let the computation be less sensitive (fewer steps)"


def _verify_room(
    subject: Subject,
    exercise: Exercise,
    check: Check,
    right: Mapping[str, Values],
    margins: Margins,
) -> None:
    expected = subject.reference.expected[exercise.name]
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
    margins.spread = max(margins.spread, spread)
    if spread > 1 / ROOM:
        subject.findings.add_to(
            exercise,
            f"`{check.expression}`: equally right runs are {spread:.2g} tolerances apart"
            f" ({name}); at most {1 / ROOM:.2g} leaves room for rounding",
            _room_for(check, name, right[name], expected),
            near=check.expression,
        )
    plain = replace(check, rtol=None, atol=None, compare="close")
    for mistake in exercise.mistakes:
        values = subject.reference.variant(exercise, mistake.solution)
        if any(isinstance(values.get(one), RaisedValue | OpaqueValue | None) for one in asked):
            continue
        if distance(plain, actual=values, expected=expected) <= 1 / ROOM:
            continue  # this check does not see the mistake
        way = distance(check, actual=values, expected=expected)
        if "values" not in check.aspects:
            way = 0.0
        if check.compare == "at_most" and way == 0:
            continue  # what comes out lower is as good
        margins.nearest = min(margins.nearest, way)
        if way < ROOM:
            subject.findings.add_to(
                exercise,
                f"`{check.expression}`: the mistake `{mistake.name}` is {way:.2g} tolerances away;"
                f" less than {ROOM:g} is too near to be told from a right answer",
                "narrow `rtol`, `atol` or `margin`, look at `values`, or drop the mistake",
                near=check.expression,
            )
