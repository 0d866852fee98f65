"""What wrong numbers show of what went wrong, put into words for a student."""

from collections.abc import Iterator
from fractions import Fraction

import torch

from grader.explaining import relations
from grader.explaining.pair import Pair
from grader.wording import EMPTY, Text, counted, listed, say

MAX_CALLS = 10  # of backward() by mistake; a gradient larger than that comes of something else

Symptom = tuple[str, Text]  # the kind, and a text

_SHIFTS: dict[relations.Shift, Text] = {
    "ahead": say(
        "is one step ahead: each number should come one step later, as happens when it is "
        "recorded after the step instead of before it."
    ),
    "behind": say(
        "is one step behind: each number should come one step earlier, as happens when it "
        "is recorded before the step instead of after it."
    ),
    "one more": say(
        "has one number too many at one of its ends; all others are right. Maybe it is "
        "recorded once more, outside of the loop."
    ),
    "one fewer": say(
        "lacks one number at one of its ends; all others are right. Maybe the loop runs "
        "once too few, or one number is not recorded."
    ),
}


def numerical(pair: Pair) -> Iterator[Symptom]:
    """Return what numbers show that are not the expected ones."""
    actual, expected = relations.wide(pair.actual), relations.wide(pair.expected)
    if actual is None or expected is None or not relations.is_finite(expected):
        return
    curve = pair.is_curve
    if not relations.is_finite(actual):
        yield "nan", _not_finite(pair, actual, curve)
        return
    if curve and not relations.diverges_from(expected):
        step = relations.diverges_from(actual)
        if step:
            yield (
                "diverged",
                say(
                    "{code} grows beyond all bounds: it is more than a million times its first "
                    "value{at}. Maybe the steps are too large, or go in the wrong direction.",
                    code=pair.code,
                    at=_from(step, pair),
                ),
            )
            return
    dtype = relations.dtype_of(pair.expected)
    if pair.free or "values" not in pair.check.aspects:
        return
    if curve and not pair.hidden:  # in which order they come is not told
        shift = relations.shift(actual, expected, dtype=dtype, check=pair.check)
        if shift is not None:
            yield "shifted", listed([pair.code, _SHIFTS[shift]], " ")
            return
    bools = "bool" in (dtype, relations.dtype_of(pair.actual))
    if actual.shape != expected.shape or bools or pair.same(actual, expected):
        return
    relation = relations.relation(actual, expected, dtype=dtype)
    if relation is not None:
        yield _related(pair, relation, one=expected.numel() == 1)


def _from(step: int | None, pair: Pair) -> Text:
    return EMPTY if pair.hidden or step is None else say(" from step {step} on", step=step)


def _not_finite(pair: Pair, actual: torch.Tensor, curve: bool) -> Text:
    is_nan = bool(actual.isnan().any())
    what = say("NaN (not a number)") if is_nan else say("infinite numbers")
    if not curve:
        return say(
            "{code} holds {what}, and should not: maybe something was divided by zero, or "
            "a number grew too large.",
            code=pair.code,
            what=what,
        )
    return say(
        "{code} holds {what}{at}, and should not: maybe the steps are too large, or go in "
        "the wrong direction.",
        code=pair.code,
        what=what,
        at=_from(relations.not_finite_from(actual), pair),
    )


def _related(pair: Pair, relation: relations.Relation, *, one: bool) -> Symptom:
    factor = relation.factor
    if relation.kind == "sign":
        if one:
            return "sign", say(
                "{code} has the opposite sign of what it should have.", code=pair.code
            )
        text = say(
            "{code} has, in every number, the opposite sign of what it should have.", code=pair.code
        )
        return "sign", text
    if relation.kind == "offset":
        return (
            "offset",
            say(
                "{code} is off by the same amount everywhere: maybe something is added once too "
                "often, or left out.",
                code=pair.code,
            ),
        )
    mean = say("a sum in place of a mean, or the other way round")
    if factor is None:
        how = say("is off by the same constant factor everywhere")
    else:
        how = _factor(factor, may_be_shown=relation.may_be_shown and not pair.hidden)
        if 2 <= factor <= MAX_CALLS and pair.path.endswith(".grad"):
            return (
                "accumulated",
                say(
                    "{code} {how}, as happens when `backward()` runs more than once without "
                    "emptying `.grad` in between, or with {mean}.",
                    code=pair.code,
                    how=how,
                    mean=mean,
                ),
            )
    return "scaled", say("{code} {how}: maybe there is {mean}.", code=pair.code, how=how, mean=mean)


def _factor(factor: Fraction, *, may_be_shown: bool) -> Text:
    """Put a factor into words, the factor itself only where it is to be told."""
    size = abs(factor)
    if may_be_shown:
        if size == 2:
            how = say("is twice what it should be")
        elif size == Fraction(1, 2):
            how = say("is half of what it should be")
        elif size.denominator == 1:
            how = counted(
                "is {number} times what it should be",
                "is {number} times what it should be",
                size.numerator,
            )
        elif size > 1:
            how = say("is {factor} times what it should be", factor=str(size))
        else:
            how = say("is {factor} of what it should be", factor=str(size))
    elif size > 1:
        how = say("is a whole multiple of what it should be")
    else:
        how = say("is what it should be, divided by a whole number")
    return how if factor > 0 else say("{how}, with the opposite sign", how=how)
