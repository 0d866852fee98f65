"""What one check finds in the values of a run: facts, and no points."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal

from grader.comparing import describe
from grader.comparing.bounds import keeps_bounds
from grader.comparing.choices import chosen, share
from grader.comparing.compare import Differences, compare
from grader.comparing.recompute import recomputed
from grader.comparing.walk import curve
from grader.model.answer import Choices
from grader.model.aspects import Aspect, AspectOutcome
from grader.model.assignment import Check
from grader.model.facts import (
    DidNotRaise,
    Incomputable,
    Mismatch,
    NotAChoice,
    NotCompared,
    NotSeen,
    Raised,
    RaisedAnyway,
    RaisedOther,
    TooFewWords,
    Undefined,
)
from grader.model.features import Feature, Names, Quote, Thing
from grader.model.result import Curve
from grader.model.values import NoValue, RaisedValue, TextValue, Value, Values
from grader.syntax.words import words

CURVE = 10  # the fewest numbers that make a curve
MESSAGE = 300  # characters of an exception's that are kept
POINTS = 150  # at most so many of a curve are kept, and the first twenty

_NOT_ASKED = NoValue(reason="not asked")
_UNDEFINED = re.compile(r"name '(\w{1,60})' is not defined")
# What Python says of a call that does not fit a function holds no data.
_CALL = re.compile(
    r"^[\w.]{1,60}\(\) (got an unexpected keyword argument '\w{1,60}'$|missing \d+ required|"
    r"takes (from )?\d+ (to \d+ )?positional arguments? but \d+ w(as|ere) given$)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What one check found.

    value: what was seen; source: the name that not_compared is about, where it is not the checked
    expression itself; expected: what should have been seen, where it is not right; share: what part
    of it is right, where parts of a choice count; the others as in CheckResult.
    """

    outcome: Literal["passed", "failed", "error"]
    aspects: Mapping[Aspect, AspectOutcome] = field(default_factory=dict)
    mismatches: tuple[Mismatch, ...] = ()
    differing: Mapping[Aspect, int] = field(default_factory=dict)
    value: Feature | None = None
    not_compared: NotCompared | None = None
    source: str = ""
    curve: Curve | None = None
    expected: Feature | None = None
    share: Fraction = Fraction(0)

    @property
    def right(self) -> bool:
        """Whether there is nothing wrong."""
        return self.outcome == "passed"


def examine(check: Check, *, actual: Values, expected: Values) -> Examined:
    """Compare what a check looks at with what the reference has there.

    expected: the reference's values of the check, of the names in `of`, and of the other names that
    a recomputed expression reads.
    """
    if check.of:
        return _recomputed(check, actual, expected)
    value = actual.get(check.expression, _NOT_ASKED)
    if check.raises:
        return _raises(check, value, actual, expected)
    seen = describe.glimpse(value)
    if (why := _absence(check, value)) is not None:
        told = _glimpse(expected.get(check.expression))
        return Examined(outcome="error", value=seen, not_compared=why, expected=told)
    if check.is_threshold:
        return _compared(keeps_bounds(check, value, check.expression), seen)
    if check.min_words:
        return _text(check, value, seen)
    wanted = expected[check.expression]
    if check.choices is not None:
        return _choice(check.expression, check.choices, value, wanted)
    found = compare(actual=value, expected=wanted, check=check, path=check.expression)
    return replace(_compared(found, seen, wanted), curve=_curve(value, wanted))


def _compared(found: Differences, value: Feature | None, wanted: Value | None = None) -> Examined:
    return Examined(
        outcome="passed" if found.right else "failed",
        aspects=found.aspects,
        mismatches=found.mismatches,
        differing=found.differing,
        value=value,
        expected=_glimpse(wanted) if not found.right else None,
    )


def _text(check: Check, value: Value, seen: Feature | None) -> Examined:
    """Examine a text of which nothing is compared but that it is one, and how long it is."""
    if not isinstance(value, TextValue) or value.type != "str":
        found = Mismatch(
            path=check.expression,
            aspect="type",
            actual=describe.thing(value),
            expected=Thing(kind="text"),
        )
        aspects: Mapping[Aspect, AspectOutcome] = {"type": "failed"}
        return Examined(outcome="failed", aspects=aspects, mismatches=(found,), value=seen)
    if (number := words(value.value)) < check.min_words:
        why = TooFewWords(words=number, wanted=check.min_words)
        return Examined(outcome="failed", not_compared=why)
    return Examined(outcome="passed", value=seen)


def _choice(name: str, choices: Choices, value: Value, wanted: Value) -> Examined:
    """Examine which choices a value names: neither case nor order counts."""
    actual, expected = chosen(value, choices), chosen(wanted, choices)
    if isinstance(expected, NotAChoice):
        raise TypeError(f"`{name}` is none of the choices: {', '.join(choices.letters)}")
    told = Names(names=tuple(sorted(expected)))
    if isinstance(actual, NotAChoice):
        return Examined(outcome="error", not_compared=actual, expected=told)
    seen = Names(names=tuple(sorted(actual)))
    if actual == expected:
        return Examined(outcome="passed", aspects={"values": "passed"}, value=seen)
    return Examined(
        outcome="failed",
        aspects={"values": "failed"},
        mismatches=(Mismatch(path=name, aspect="values", actual=seen, expected=told),),
        value=seen,
        expected=told,
        share=share(actual, expected, choices),
    )


def _glimpse(expected: Value | None) -> Feature | None:
    return describe.glimpse(expected) if expected is not None else None


def _raises(check: Check, value: Value, actual: Values, expected: Values) -> Examined:
    """Examine a call that has to fail beside one that has to succeed: else failing always is right.

    A subclass of the exception is right, too.
    """
    seen, wanted = describe.glimpse(value), check.raises
    why: NotCompared
    if not isinstance(value, RaisedValue):
        why = _absence(check, value) or DidNotRaise(expected=wanted)
        return Examined(outcome="failed", value=seen, not_compared=why)
    if wanted not in (value.type, *value.bases):
        why = RaisedOther(expected=wanted, why=_raised(check, value))
        return Examined(outcome="failed", value=seen, not_compared=why)
    control = replace(check, expression=check.valid, raises="", valid="")
    found = examine(control, actual=actual, expected=expected)
    if found.right:
        return replace(found, value=seen)
    why = RaisedAnyway(expected=wanted, valid=check.valid, why=found.not_compared)
    return Examined(outcome="failed", value=seen, not_compared=why)


def _recomputed(check: Check, actual: Values, expected: Values) -> Examined:
    for name in check.of:
        value = actual.get(name, _NOT_ASKED)
        if (why := _absence(check, value)) is not None:
            return Examined(outcome="error", not_compared=why, source=name)
        # The expression is worked out only on what has the reference's form: (300, 1) in place
        # of (300,) would broadcast to something large and meaningless.
        form = replace(check.close, aspects=("type", "shape", "dtype"), of=())
        same = compare(actual=value, expected=expected[name], check=form, path=name)
        if not same.right:
            return _compared(same, None)
    return of_any_form(check, actual=actual, expected=expected)


def of_any_form(check: Check, *, actual: Values, expected: Values) -> Examined:
    """Examine what is recomputed from a student's values, whatever form these have."""
    context = {name: expected[name] for name in check.free_names if name in expected}
    wanted = recomputed(check, context)
    student = {**context, **{name: actual[name] for name in check.of}}
    try:
        value = recomputed(check, student)
    except ValueError as error:
        why = Incomputable(names=check.of, problem=Quote(text=str(error)))
        return Examined(outcome="error", not_compared=why)
    if check.is_threshold:
        return _compared(keeps_bounds(check, value, check.expression), describe.glimpse(value))
    values = replace(check, aspects=("values",))
    found = compare(actual=value, expected=wanted, check=values, path=check.expression)
    return _compared(found, describe.glimpse(value), wanted)


def _absence(check: Check, value: Value) -> NotCompared | None:
    """Return why there is nothing to compare."""
    if isinstance(value, NoValue):
        return NotSeen(why=value.reason, exceeded=value.exceeded)
    return _raised(check, value) if isinstance(value, RaisedValue) else None


def _raised(check: Check, value: RaisedValue) -> Undefined | Raised:
    if value.type == "NameError" and value.line is None:
        named = _UNDEFINED.search(value.message)
        return Undefined(name=named[1] if named else check.expression)
    misfit = value.message if value.line is None and _CALL.search(value.message) else ""
    asked = check.step(value.step)
    return Raised(
        type=value.type,
        message=" ".join(value.message.split())[:MESSAGE],
        line=value.source or "",
        number=value.line if value.source else None,
        misfit=misfit,
        step=value.step if asked else None,
        asked=asked,
        within=bool(asked) and value.line is not None,
    )


def _curve(actual: Value, expected: Value) -> Curve | None:
    wanted, found = curve(expected), curve(actual)
    if wanted is None or len(wanted) < CURVE:
        return None
    return Curve(actual=tuple(_thinned(found or [])), expected=tuple(_thinned(wanted)))


def _thinned(numbers: Sequence[float]) -> Iterator[tuple[int, float]]:
    """Keep the first few steps, where a loss moves most, and an even share of the rest."""
    stride, last = -(-len(numbers) // POINTS), len(numbers) - 1
    for step, number in enumerate(numbers):
        if math.isfinite(number) and (step < 20 or step % stride == 0 or step == last):
            yield step + 1, float(f"{number:.6g}")
