"""What a wrong value shows of what went wrong, put into words.

A symptom is told as a fact, what may have led to it as a possibility. A kind of symptom gets its
sentence here, in SENTENCES, and is found in `grader.explaining`.
"""

from collections.abc import Callable, Mapping

from grader.model.facts import Symptom
from grader.model.features import Count, Factor, Feature, Flag, Name, Names, Thing
from grader.model.text import Text, counted, listed, say, verbatim
from grader.wording import arrangements, failures, habits
from grader.wording.about import subject, word
from grader.wording.arrangements import part_of
from grader.wording.values import code, told

_NOTHING = verbatim("")


def sentence(symptom: Symptom) -> Text | None:
    """Return what is said of a symptom; None of a known mistake, whose help is the author's."""
    say_it = SENTENCES.get(symptom.kind)
    return None if say_it is None else say_it(symptom)


def _is(symptom: Symptom, name: str) -> bool:
    return symptom.about.get(name) == Flag(value=True)


def _told(symptom: Symptom, name: str) -> Text:
    return told(symptom.about[name])


def _needs_gpu(symptom: Symptom) -> Text:
    line = symptom.about.get("line")
    return say(
        "The code asks for a GPU{at}, and there was none where it ran: choose the device by "
        "`torch.cuda.is_available()`.",
        at=say(" in line {line}", line=line.number) if isinstance(line, Count) else _NOTHING,
    )


def _blank(symptom: Symptom) -> Text:
    if symptom.about["found"] == Thing(kind="ellipsis"):
        return say("{code} is still `...`: this place is not filled in.", code=code(symptom.path))
    if _is(symptom, "call"):
        return say("{code} is None: does the function return something?", code=code(symptom.path))
    return say("{code} is None.", code=code(symptom.path))


def _other_name(symptom: Symptom) -> Text:
    what = say("is not defined") if _is(symptom, "undefined") else say("is not right")
    return say(
        "{code} {what}, but `{name}` has the value that is expected of it. Maybe it"
        " only needs the other name.",
        code=code(symptom.path),
        what=what,
        name=_told(symptom, "name"),
    )


def _overwritten(symptom: Symptom) -> Text:
    return say(
        "{code} was right at another moment of the run: either something changed it "
        "later, or it had not been made yet.",
        code=code(symptom.path),
    )


def _modified(symptom: Symptom) -> Text:
    names = symptom.about["names"]
    what = told(names) if isinstance(names, Names) and names.names else say("what it is given")
    return say(
        "{code} changes {what} in place: work on a copy, or use operations that make a new tensor.",
        code=code(symptom.path),
        what=what,
    )


def _not_a_tensor(symptom: Symptom) -> Text:
    found = symptom.about["found"]
    what = told(found)
    if isinstance(found, Thing) and found.kind == "number":
        what = say("a Python number")
    return say(
        "{code} is {what} and should be a tensor{numbers}.",
        code=code(symptom.path),
        what=what,
        numbers=say("; its numbers are right")
        if _is(symptom, "numbers_right")
        else part_of(symptom),
    )


def _no_gradient(symptom: Symptom) -> Text:
    path, name = symptom.path, symptom.path.removesuffix(".grad")
    if symptom.about.get("requires_grad") == Flag(value=False):
        return say(
            "`{path}` is None, and `{name}` does not require gradients: `backward()` fills "
            "`.grad` of tensors with `requires_grad=True` only.",
            path=path,
            name=name,
        )
    if symptom.about.get("leaf") == Flag(value=False):
        return say(
            "`{path}` is None, and `{name}` is no leaf: it was computed from other tensors, as "
            "happens when the name is bound to a result, and such a tensor keeps no gradient.",
            path=path,
            name=name,
        )
    return say(
        "`{path}` is None: either `backward()` was not called, or the loss was not computed from "
        "this very `{name}`, or the gradient was emptied again.",
        path=path,
        name=name,
    )


def _detached(symptom: Symptom) -> Text:
    return say(
        "{code} does not require gradients and should: was it detached, or made from "
        "numbers or under `torch.no_grad()`?",
        code=subject(symptom),
    )


def _attached(symptom: Symptom) -> Text:
    if _is(symptom, "leaf"):
        return say(
            "{code} requires gradients and should not: it is a leaf for which that was switched "
            "on, by `requires_grad_()` or `requires_grad=True`.",
            code=subject(symptom),
        )
    return say(
        "{code} requires gradients and should not: it hangs on the graph that "
        "computed it, as happens without `.detach()`, `.item()` or `torch.no_grad()`.",
        code=subject(symptom),
    )


def _transposed(symptom: Symptom) -> Text:
    return say(
        "{code} is the transpose of what it should be: rows and columns are swapped.",
        code=subject(symptom),
    )


def _broadcast(symptom: Symptom) -> Text:
    return say(
        "{code} has the shape `{seen}` in place of `{wanted}`, as happens when tensors of "
        "the shapes `{wanted}` and `{other}` are broadcast with each other.",
        code=subject(symptom),
        seen=_told(symptom, "shape"),
        wanted=_told(symptom, "wanted"),
        other=_told(symptom, "other"),
    )


def _axis(symptom: Symptom) -> Text:
    count = symptom.about["more"]
    more = count.number if isinstance(count, Count) else 0
    what = say("has its axis of size 1 in another place")
    if more > 0:
        what = counted(
            "has an axis of size 1 too many", "has {number} axes of size 1 too many", more
        )
    elif more < 0:
        what = counted(
            "has an axis of size 1 too few", "has {number} axes of size 1 too few", -more
        )
    numbers = _NOTHING
    if "numbers_right" in symptom.about:
        numbers = say("; its numbers are not right either")
        if _is(symptom, "numbers_right"):
            numbers = say("; its numbers are right")
    return say(
        "{code} {what}: `{seen}` in place of `{wanted}`{numbers}.",
        code=subject(symptom),
        what=what,
        seen=_told(symptom, "shape"),
        wanted=_told(symptom, "wanted"),
        numbers=numbers,
    )


def _dtype(symptom: Symptom) -> Text:
    values = {
        "code": subject(symptom),
        "dtype": _named(symptom.about["found"], say("of another dtype")),
        "wanted": _told(symptom, "wanted"),
    }
    if not _is(symptom, "numbers_right"):
        return say(
            "{code} is {dtype} in place of `{wanted}`; its numbers are not right either.", **values
        )
    return say("{code} is {dtype} in place of `{wanted}`; its numbers are right.", **values)


def _device(symptom: Symptom) -> Text:
    another = say("another device")
    return say(
        "{code} is on {device}, and should be on `{wanted}`.",
        code=code(symptom.path),
        device=_named(symptom.about["found"], another),
        wanted=_told(symptom, "wanted"),
    )


def _named(name: Feature, otherwise: Text) -> Text:
    return code(name.name) if isinstance(name, Name) else otherwise


def _not_finite(symptom: Symptom) -> Text:
    what = say("NaN (not a number)") if _is(symptom, "nan") else say("infinite numbers")
    if _is(symptom, "trained"):
        return say("{code} holds {what}, and should not.", code=code(symptom.path), what=what)
    if not _is(symptom, "curve"):
        return say(
            "{code} holds {what}, and should not: maybe something was divided by zero, or "
            "a number grew too large.",
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
    step = symptom.about.get("step")
    if not isinstance(step, Count):
        return _NOTHING
    return say(" from step {step} on", step=step.number)


_SHIFTS: Mapping[str, Text] = {
    "ahead": say(
        "is one step ahead: each number should come one step later, as happens when it is "
        "recorded after the step instead of before it."
    ),
    "behind": say(
        "is one step behind: each number should come one step earlier, as happens when it "
        "is recorded before the step instead of after it."
    ),
    "one more": say(
        "has one number too many at one of its ends; all others are right. Maybe the loop "
        "runs once too often, or a number is recorded outside of it."
    ),
    "one fewer": say(
        "lacks one number at one of its ends; all others are right. Maybe the loop runs "
        "once too few, or one number is not recorded."
    ),
}


def _shifted(symptom: Symptom) -> Text:
    return listed([code(symptom.path), _SHIFTS[str(_told(symptom, "how"))]], " ")


def _sign(symptom: Symptom) -> Text:
    if _is(symptom, "single"):
        return say("{code} has the opposite sign of what it should have.", code=code(symptom.path))
    return say(
        "{code} has, in every number, the opposite sign of what it should have.",
        code=code(symptom.path),
    )


def _zeros(symptom: Symptom) -> Text:
    if _is(symptom, "gradient"):
        return say(
            "{code} holds nothing but zeros: has it been emptied after `backward()`?",
            code=code(symptom.path),
        )
    return say("{code} holds nothing but zeros, and should not.", code=code(symptom.path))


def _even(symptom: Symptom) -> Text:
    return say(
        "{code} holds one and the same number everywhere, and should not.", code=code(symptom.path)
    )


def _exchanged(symptom: Symptom) -> Text:
    return say(
        "{code} has the value that {other} should have.",
        code=code(symptom.path),
        other=code(word(symptom, "other")),
    )


def _offset(symptom: Symptom) -> Text:
    return say(
        "{code} is off by the same amount everywhere: maybe something is added once too "
        "often, or left out.",
        code=code(symptom.path),
    )


def _accumulated(symptom: Symptom) -> Text:
    return say(
        "{code} {how}, as happens when `backward()` runs more than once without "
        "emptying `.grad` in between.",
        code=code(symptom.path),
        how=_factor(symptom),
    )


def _scaled(symptom: Symptom) -> Text:
    return say("{code} {how}.", code=code(symptom.path), how=_factor(symptom))


def _sum_for_mean(symptom: Symptom) -> Text:
    what = say("there is a sum in place of a mean")
    if _is(symptom, "mean"):
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
    return say(
        "{code} is off by the same factor everywhere, the one that lies between dividing by {n} "
        "and by one less: `torch.std` and `torch.var` divide by one less if nothing else is said.",
        code=code(symptom.path),
        n=n,
    )


def _factor(symptom: Symptom) -> Text:
    """Put a factor into words; the factor itself only where it is told."""
    if "factor" not in symptom.about:
        return say("is off by the same constant factor everywhere")
    factor = symptom.about["factor"]
    if not isinstance(factor, Factor):
        how = say("is what it should be, divided by a whole number")
        if _is(symptom, "larger"):
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
    return say("{how}, with the opposite sign", how=how) if _is(symptom, "negative") else how


SENTENCES: Mapping[str, Callable[[Symptom], Text]] = {
    **failures.SENTENCES,
    **habits.SENTENCES,
    **arrangements.SENTENCES,
    "needs-gpu": _needs_gpu,
    "blank": _blank,
    "other-name": _other_name,
    "overwritten": _overwritten,
    "modified": _modified,
    "not-a-tensor": _not_a_tensor,
    "no-grad-value": _no_gradient,
    "detached": _detached,
    "attached": _attached,
    "transposed": _transposed,
    "broadcast": _broadcast,
    "axis": _axis,
    "dtype": _dtype,
    "device": _device,
    "nan": _not_finite,
    "diverged": _diverged,
    "shifted": _shifted,
    "sign": _sign,
    "accumulated": _accumulated,
    "scaled": _scaled,
    "zeros": _zeros,
    "even": _even,
    "exchanged": _exchanged,
    "sum-for-mean": _sum_for_mean,
    "one-less": _one_less,
    "offset": _offset,
}
