"""From observations to checks, and from checks to what an exercise is worth."""

import builtins
import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from grader.comparing import describe
from grader.comparing.compare import Differences, compare, numbers
from grader.comparing.recompute import recompute
from grader.marking import confirm
from grader.marking.substitution import Replaced, substituted
from grader.model.assignment import Check, Exercise
from grader.model.result import (
    CheckResult,
    Curve,
    ExerciseOutcome,
    ExerciseResult,
    Fault,
    Moment,
)
from grader.model.submission import Answer
from grader.model.values import Exceeded, NoValue, RaisedValue, Value, Values
from grader.wording import EMPTY, Text, counted, listed, say

CURVE = 10  # the fewest numbers that make a curve
POINTS = 150  # at most so many of a curve are kept, and the first twenty
MAX_CODE = 20_000  # characters of a student's code that a report shows

_MOMENTS: dict[Moment, Text] = {
    "own": EMPTY,
    "below": say(", after the cells added below it"),
    "end": say(", at the end of the notebook"),
    "sorted": say(", run in the order of the assignment, in which the cells no longer stand"),
    "apart": say(", run apart from the other exercises, which had disturbed it"),
}
_UNSEEN = {
    "timed out": say("it took too long and was stopped"),
    "crashed": say("it ended the kernel"),
    "unreadable": say("it could not be read"),
    "not asked": say("it was not looked at: the notebook had ended before"),
}
_UNDEFINED = re.compile(r"name '(\w{1,60})' is not defined")
# What Python says of a call that does not fit a function holds no data.
_CALL = re.compile(
    r"^[\w.]{1,60}\(\) (got an unexpected keyword argument '\w{1,60}'$|missing \d+ required|"
    r"takes (from )?\d+ (to \d+ )?positional arguments? but \d+ w(as|ere) given$)"
)
_EXCEPTIONS = {name for name in dir(builtins) if name.endswith(("Error", "Exit", "Interrupt"))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What the checks found at one look.

    given: the titles of the exercises on whose wrong answers what was expected was built; values:
    what the checks were found in; replaced: in whose place the reference's solutions stood, so that
    nothing is told of the look but which checks passed.
    """

    moment: Moment
    checks: tuple[CheckResult, ...]
    given: tuple[str, ...] = ()
    values: Values = field(default_factory=dict)
    replaced: tuple[Replaced, ...] = ()

    @property
    def score(self) -> float:
        """The points of all checks together."""
        return sum(check.score for check in self.checks)

    @property
    def right(self) -> bool:
        """Whether every check passed."""
        return all(check.outcome == "passed" for check in self.checks)


def judge(
    exercise: Exercise, *, actual: Values, expected: Values, knows_hidden_inputs: bool = False
) -> tuple[CheckResult, ...]:
    """Compare the values of one look with the reference's, check by check.

    expected: the reference's values of the checks, of the names in `of`, and of the other names
    that a recomputed expression reads.
    knows_hidden_inputs: whether the values may hold hidden inputs, so that none of them
        is to be shown.
    """
    total = sum(Fraction(check.weight) for check in exercise.checks)
    results = []
    for check in exercise.checks:
        worth = float(Fraction(exercise.points) * Fraction(check.weight) / total)
        shown = replace(check, hidden=check.hidden or knows_hidden_inputs)
        results.append(_judge(shown, worth, actual, expected))
    return tuple(results)


def weigh(
    answer: Answer,
    looks: Sequence[Judged],
    *,
    title: str,
    other: Sequence[Judged] | None = None,
    ending: str | None,
    exceeded: Exceeded | None = None,
    fault: Fault | None,
    unreached: Collection[str] = (),
    output: str = "",
) -> ExerciseResult:
    """Decide what an exercise is worth: the best of its looks counts.

    looks: in the order in which they were taken. A part of an answer does not count at the end of
    the notebook, where other exercises have bound the same names.
    other: those of a run on other data; None where there was none. Only what is right in both
    counts.
    ending: of the exercise's cell; exceeded: the limit that it did not keep; unreached: names that
    it would have bound, had it gone on.
    """
    exercise = answer.exercise
    best = best_of(answer, looks)
    if other is not None:
        again = best_of(answer, other)
        seen_in = best.values, again.values
        sure = confirm.confirmed(exercise, best.checks, again.checks, values=seen_in)
        best = replace(best, checks=sure)
    banned = _banned(answer, best)
    checks = best.checks
    if best.moment == "own" and not best.replaced:
        checks = tuple(_reached(check, unreached) for check in checks)
    score, seen = best.score, _MOMENTS[best.moment]
    given = EMPTY
    if best.given:
        given = say(", given your answer to {titles}", titles=listed(best.given, say(" and ")))
    outcome: ExerciseOutcome
    rule: Text
    if banned:
        outcome, rule, score = (
            "wrong",
            say("uses {names}: forbidden here", names=listed(banned)),
            0.0,
        )
        checks = tuple(replace(check, score=0.0) for check in checks)
    elif best.right and best.given:
        outcome, rule = "right by follow-through", say("right{given}", given=given)
        score = exercise.points
    elif best.right and best.replaced:
        outcome, rule = "right by follow-through", substituted(best.replaced, checks)
        score = exercise.points
    elif best.right:
        outcome, rule = "right", say("all checks passed{moment}", moment=seen)
        score = exercise.points
    elif answer.state == "blank":
        outcome, rule = "blank", say("not filled in")
    elif answer.state == "missing":
        outcome, rule = "missing", say("there is no cell for it")
    elif best.replaced:
        outcome = "partly right" if score > 0 else "wrong"
        rule = substituted(best.replaced, checks)
    elif ending == "timed out":
        outcome, rule = "timed out", _cell_stopped(exceeded)
    elif ending == "too much output":
        outcome, rule = "timed out", say("its cell printed without end and was stopped")
    elif ending == "crashed":
        outcome, rule = "crashed", say("its cell ended the kernel")
    else:
        passed = sum(check.outcome == "passed" for check in checks)
        outcome = "partly right" if score > 0 else "wrong"
        rule = counted(
            "{number} of {total} checks passed{moment}{given}",
            "{number} of {total} checks passed{moment}{given}",
            passed,
            total=len(checks),
            moment=seen,
            given=given,
        )
        if any(map(confirm.is_unconfirmed, checks)):
            rule = confirm.rule(checks)
    if outcome in ("blank", "missing"):
        score, fault, output = 0.0, None, ""
        checks = tuple(_skipped(check) for check in checks)
    return ExerciseResult(
        exercise=exercise.name,
        title=title,
        score=_round(score),
        max_score=_round(exercise.points),
        outcome=outcome,
        rule=rule,
        banned=banned,
        error=fault,
        checks=tuple(
            replace(check, score=_round(check.score), max_score=_round(check.max_score))
            for check in checks
        ),
        code=answer.code[:MAX_CODE],
        output=output,
    )


def not_here(exercise: Exercise, *, title: str) -> ExerciseResult:
    """Return the result of an exercise that this machine cannot grade: it counts for nothing."""
    return ExerciseResult(
        exercise=exercise.name,
        title=title,
        score=0.0,
        max_score=0.0,
        outcome="not graded here",
        rule=say("needs a CUDA device; its points are not counted"),
    )


def best_of(answer: Answer, looks: Sequence[Judged]) -> Judged:
    """Return the look that counts: the best, the first of those that are equally good.

    One on the student's own earlier answers comes before others: it shows what is wrong here alone.
    """
    counted = [look for look in looks if look.right or look.moment != "end"] or looks
    return max(counted, key=lambda one: (one.score * (not _banned(answer, one)), bool(one.given)))


def _banned(answer: Answer, look: Judged) -> tuple[Text, ...]:
    """Return what counts against a look: scratch work below an answer is no part of it."""
    return answer.banned + (answer.banned_below if look.moment != "own" else ())


def _reached(check: CheckResult, unreached: Collection[str]) -> CheckResult:
    """Say of a name that its cell did not come to bind it; an earlier cell's value is no answer."""
    names = check.of or (re.split(r"\W", check.check)[0],)
    if check.outcome == "passed" or not set(names) & set(unreached):
        return check
    error = say("it was not reached: the cell had stopped before")
    return replace(_skipped(check), outcome="error", error=error)


def _judge(check: Check, worth: float, actual: Values, expected: Values) -> CheckResult:
    result = CheckResult(
        check=check.expression,
        hidden=check.hidden,
        outcome="error",
        score=0.0,
        max_score=worth,
        of=check.of,
    )
    if check.of:
        return _recomputed(check, result, actual, expected)
    value = actual.get(check.expression, NoValue(reason="not asked"))
    result = replace(result, seen=describe.describe(value))
    if check.raises:
        return _raises(check, result, value, actual, expected)
    if (error := _error(check, value)) is not None:
        return replace(result, error=error)
    wanted = expected[check.expression]
    found = compare(actual=value, expected=wanted, check=check, path=check.expression)
    return replace(_compared(check, result, found), curve=_curve(value, wanted))


def _raises(
    check: Check, result: CheckResult, value: Value, actual: Values, expected: Values
) -> CheckResult:
    """Judge a call that has to fail, beside one that has to succeed: else failing always is right.

    A subclass of the exception is right, too.
    """
    if not isinstance(value, RaisedValue):
        seen = _error(check, value) or say(
            "it should raise {type}, and does not", type=check.raises
        )
        return replace(result, outcome="failed", error=seen)
    if check.raises not in (value.type, *value.bases):
        error = say(
            "{error}; expected is {type}",
            error=_error(check, value) or say("it raised something else"),
            type=check.raises,
        )
        return replace(result, outcome="failed", error=error)
    control = replace(check, expression=check.valid, raises="", valid="")
    found = _judge(control, result.max_score, actual, expected)
    if found.outcome == "passed":
        return replace(found, check=result.check, seen=result.seen)
    error = say(
        "it raises {type}, but {valid}: {why}",
        type=check.raises,
        valid=check.valid,
        why=found.error or say("gives a wrong value"),
    )
    return replace(result, outcome="failed", error=error)


def _compared(check: Check, result: CheckResult, found: Differences) -> CheckResult:
    right = [aspect for aspect, outcome in found.aspects.items() if outcome == "passed"]
    credit = sum(Fraction(check.credit.get(aspect, 0)) for aspect in right)
    share = float(credit / Fraction(check.weight))
    return replace(
        result,
        outcome="passed" if found.right else "failed",
        score=result.max_score * (1.0 if found.right else share),
        aspects=found.aspects,
        mismatches=found.mismatches,
        differing=found.differing,
    )


def _recomputed(check: Check, result: CheckResult, actual: Values, expected: Values) -> CheckResult:
    for name in check.of:
        value = actual.get(name, NoValue(reason="not asked"))
        if (error := _error(check, value, name)) is not None:
            return replace(result, error=error)
        # The expression is worked out only on what has the reference's form: (300, 1) in place
        # of (300,) would broadcast to something large and meaningless.
        form = replace(check, aspects=("type", "shape", "dtype"), of=())
        same = compare(actual=value, expected=expected[name], check=form, path=name)
        if not same.right:
            return _compared(check, result, same)
    context = {name: expected[name] for name in check.free_names if name in expected}
    wanted = recompute(check.expression, context)
    student = {**context, **{name: actual[name] for name in check.of}}
    try:
        value = recompute(check.expression, student)
    except ValueError as error:
        cannot = say(
            "cannot be computed from {names}: {problem}",
            names=listed(check.of),
            problem=say("the values do not fit") if check.hidden else str(error),
        )
        return replace(result, error=cannot)
    values = replace(check, aspects=("values",))
    found = compare(actual=value, expected=wanted, check=values, path=check.expression)
    return replace(_compared(check, result, found), seen=describe.describe(value))


def _error(check: Check, value: Value, name: str = "") -> Text | None:
    """Say why there is nothing to compare; name: of what was not the checked expression itself."""
    why: Text | None = None
    if isinstance(value, NoValue):
        why = _call_stopped(value.exceeded) if value.exceeded else _UNSEEN[value.reason]
    elif isinstance(value, RaisedValue):
        why = _raised(check, value)
    return listed([name, why], ": ") if name and why else why


def _call_stopped(exceeded: Exceeded) -> Text:
    seconds = f"{exceeded.seconds:g}"
    if exceeded.slept:
        return say("it slept for more than {seconds} s and was stopped", seconds=seconds)
    return say("it took more than {seconds} s of CPU time and was stopped", seconds=seconds)


def _cell_stopped(exceeded: Exceeded | None) -> Text:
    if exceeded is None:
        return say("its cell took too long and was stopped")
    seconds = f"{exceeded.seconds:g}"
    if exceeded.slept:
        return say("its cell slept for more than {seconds} s and was stopped", seconds=seconds)
    return say("its cell took more than {seconds} s of CPU time and was stopped", seconds=seconds)


def _raised(check: Check, value: RaisedValue) -> Text:
    if value.type == "NameError" and value.line is None:
        named = _UNDEFINED.search(value.message)
        return say("{name} is not defined", name=named[1] if named else check.expression)
    if check.hidden and value.line is None and _CALL.search(value.message):
        return say("it raised {type}: {reason}", type=value.type, reason=value.message)
    if check.hidden:
        # A name or a text of the student's own making could carry hidden inputs out.
        if value.type in _EXCEPTIONS:
            return say("it raised {type}", type=value.type)
        return say("it raised an exception of its own")
    if value.source:
        return say("it raised {type} (line `{line}`)", type=value.type, line=value.source)
    return say("it raised {type}", type=value.type)


def _skipped(check: CheckResult) -> CheckResult:
    return CheckResult(
        check=check.check,
        hidden=check.hidden,
        outcome="skipped",
        score=0.0,
        max_score=check.max_score,
        of=check.of,
    )


def _curve(actual: Value, expected: Value) -> Curve | None:
    wanted, found = numbers(expected), numbers(actual)
    if wanted is None or len(wanted) < CURVE:
        return None
    return Curve(actual=_thinned(found or []), expected=_thinned(wanted))


def _thinned(curve: Sequence[float]) -> tuple[tuple[int, float], ...]:
    """Keep the first few steps, where a loss moves most, and an even share of the rest."""
    stride = -(-len(curve) // POINTS)
    kept = (n for n in range(len(curve)) if n < 20 or n % stride == 0 or n == len(curve) - 1)
    return tuple((n + 1, float(f"{curve[n]:.6g}")) for n in kept if math.isfinite(curve[n]))


def _round(points: float) -> float:
    return round(points, 6)
