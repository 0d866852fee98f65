"""What wrong numbers show, put into words."""

from collections.abc import Callable, Mapping

from grader.model.facts import Symptom
from grader.model.features import Count, Factor
from grader.model.text import Text, counted, say
from grader.wording.about import NOTHING, count, is_so, word
from grader.wording.values import code, told


def _not_finite(symptom: Symptom) -> Text:
    what = say("NaN (not a number)") if is_so(symptom, "nan") else say("infinite numbers")
    if is_so(symptom, "nan") and is_so(symptom, "infinite"):
        what = say("infinite numbers or NaN (not a number)")
    if is_so(symptom, "trained"):
        return say("{code} holds {what}, and should not.", code=code(symptom.path), what=what)
    if not is_so(symptom, "curve"):
        return say(
            "{code} holds {what}, and should not: maybe something was divided by zero, a number "
            "grew too large, or a root, a logarithm or a broken power was taken of a negative one.",
            code=code(symptom.path),
            what=what,
        )
    return say(
        "{code} holds {what}{at}, and should not: maybe the steps are too large, or go in "
        "the wrong direction.",
        code=code(symptom.path),
        what=what,
        at=_from(symptom),
    )


def _diverged(symptom: Symptom) -> Text:
    return say(
        "{code} grows beyond all bounds: it is more than a million times its first "
        "value{at}. Maybe the steps are too large, or go in the wrong direction.",
        code=code(symptom.path),
        at=_from(symptom),
    )


def _from(symptom: Symptom) -> Text:
    step = count(symptom, "step")
    return say(" from step {step} on", step=step) if step is not None else NOTHING


def _shifted(symptom: Symptom) -> Text:
    path = code(symptom.path)
    match word(symptom, "how"):
        case "ahead":
            return say(
                "{code} is one step ahead: each number should come one step later, as happens when "
                "it is recorded after the step instead of before it.",
                code=path,
            )
        case "behind":
            return say(
                "{code} is one step behind: each number should come one step earlier, as happens "
                "when it is recorded before the step instead of after it.",
                code=path,
            )
        case "one more":
            return say(
                "{code} has one number too many at one of its ends; all others are right. Maybe "
                "the loop runs once too often, or a number is recorded outside of it.",
                code=path,
            )
        case _:
            return say(
                "{code} lacks one number at one of its ends; all others are right. Maybe the loop "
                "runs once too few, or one number is not recorded.",
                code=path,
            )


def _sign(symptom: Symptom) -> Text:
    if is_so(symptom, "single"):
        return say("{code} has the opposite sign of what it should have.", code=code(symptom.path))
    return say(
        "{code} has, in every number, the opposite sign of what it should have.",
        code=code(symptom.path),
    )


def _zeros(symptom: Symptom) -> Text:
    if is_so(symptom, "gradient"):
        return say(
            "{code} holds nothing but zeros: has it been emptied after `backward()`?",
            code=code(symptom.path),
        )
    return say("{code} holds nothing but zeros, and should not.", code=code(symptom.path))


def _even(symptom: Symptom) -> Text:
    return say(
        "{code} holds one and the same number everywhere, and should not.", code=code(symptom.path)
    )


def _zero_one(symptom: Symptom) -> Text:
    return say("{code} holds nothing but 0 and 1, and should not.", code=code(symptom.path))


def _rounded(symptom: Symptom) -> Text:
    places = count(symptom, "places")
    if not places:
        return say("{code} is right, but rounded to whole numbers.", code=code(symptom.path))
    return counted(
        "{code} is right, but rounded to {number} place behind the point.",
        "{code} is right, but rounded to {number} places behind the point.",
        places,
        code=code(symptom.path),
    )


def _floored(symptom: Symptom) -> Text:
    return say(
        "{code} is right, but rounded down to whole numbers, as `//` and a dtype of whole numbers "
        "do.",
        code=code(symptom.path),
    )


def _negative(symptom: Symptom) -> Text:
    return say("{code} is negative, and should not be.", code=code(symptom.path))


def _exchanged(symptom: Symptom) -> Text:
    return say(
        "{code} has the value that {other} should have.",
        code=code(symptom.path),
        other=code(word(symptom, "other")),
    )


def _offset(symptom: Symptom) -> Text:
    return say(
        "{code} is off by the same amount everywhere: maybe something is added once too "
        "often, or left out, or has the wrong sign.",
        code=code(symptom.path),
    )


def _operand(symptom: Symptom) -> Text:
    values = {"code": code(symptom.path), "name": code(word(symptom, "name"))}
    missing, sign = is_so(symptom, "missing"), is_so(symptom, "sign")
    if missing and sign:
        return say(
            "{code} would be right with twice {name} added to it: is {name} subtracted where it "
            "should be added?",
            **values,
        )
    if sign:
        return say(
            "{code} would be right with twice {name} subtracted from it: is {name} added where it "
            "should be subtracted?",
            **values,
        )
    if missing:
        return say("{code} would be right with {name} added to it.", **values)
    return say("{code} would be right with {name} subtracted from it.", **values)


def _accumulated(symptom: Symptom) -> Text:
    return say(
        "{code} {how}, as happens when `backward()` runs more than once without "
        "emptying `.grad` in between.",
        code=code(symptom.path),
        how=_factor(symptom),
    )


def _scaled(symptom: Symptom) -> Text:
    if "factor" not in symptom.about:
        return say(
            "The numbers of {code} stand in the right proportion to each other, but are not the "
            "right ones: all are off by one and the same factor.",
            code=code(symptom.path),
        )
    return say("{code} {how}.", code=code(symptom.path), how=_factor(symptom))


def _sum_for_mean(symptom: Symptom) -> Text:
    what = say("there is a sum in place of a mean")
    if is_so(symptom, "mean"):
        what = say("there is a mean in place of a sum")
    return say(
        "{code} {how}, and that is how many elements are summed: {what}.",
        code=code(symptom.path),
        how=_factor(symptom),
        what=what,
    )


def _one_less(symptom: Symptom) -> Text:
    size = symptom.about["size"]
    n = say("the number of elements") if not isinstance(size, Count) else told(size)
    what = say("{code} is off by the same factor everywhere", code=code(symptom.path))
    if is_so(symptom, "single"):
        what = say("{code} is off by a factor", code=code(symptom.path))
    text = say(
        "{what}, as happens when it is divided by {n} in place of one less, or the other way round",
        what=what,
        n=n,
    )
    if not is_so(symptom, "ready"):
        return say("{text}.", text=text)
    return say(
        "{text}: `torch.std` and `torch.var` divide by one less if nothing else is said.", text=text
    )


def _factor(symptom: Symptom) -> Text:
    """Put a factor into words; the factor itself only where it is told."""
    factor = symptom.about["factor"]
    if not isinstance(factor, Factor):
        how = say("is what it should be, divided by a whole number")
        if is_so(symptom, "larger"):
            how = say("is a whole multiple of what it should be")
    elif (size := abs(factor.over)) == 2 and factor.under == 1:
        how = say("is twice what it should be")
    elif size == 1 and factor.under == 2:
        how = say("is half of what it should be")
    elif factor.under == 1:
        how = counted(
            "is {number} times what it should be", "is {number} times what it should be", size
        )
    else:
        how = say("is {factor} of what it should be", factor=f"{size}/{factor.under}")
    return say("{how}, with the opposite sign", how=how) if is_so(symptom, "negative") else how


SENTENCES: Mapping[str, Callable[[Symptom], Text]] = {
    "nan": _not_finite,
    "diverged": _diverged,
    "shifted": _shifted,
    "sign": _sign,
    "accumulated": _accumulated,
    "scaled": _scaled,
    "zeros": _zeros,
    "even": _even,
    "zero-one": _zero_one,
    "rounded": _rounded,
    "floored": _floored,
    "negative": _negative,
    "exchanged": _exchanged,
    "sum-for-mean": _sum_for_mean,
    "one-less": _one_less,
    "offset": _offset,
    "operand": _operand,
}
