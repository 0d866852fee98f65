"""What the form of a wrong value shows, put into words."""

from collections.abc import Callable, Mapping

from grader.model.facts import Symptom
from grader.model.features import Feature, Flag, Name, Shape, Thing
from grader.model.text import Text, counted, say
from grader.wording.about import NOTHING, count, in_line, is_so, subject, words
from grader.wording.arrangements import part_of, shapes_of
from grader.wording.values import code, codes, told


def _needs_gpu(symptom: Symptom) -> Text:
    cause = symptom.about.get("cause")
    if cause == Name(name="mps"):
        return say(
            "The code asks for `mps`{at}, the GPU of an Apple computer, and there was none where it"
            " ran: take the device that another tensor has, `x.device`, or choose it by what there"
            " is.",
            at=in_line(symptom),
        )
    if cause == Name(name="other-card"):
        return say(
            "The code asks for a card by a number{at}, and there was only one where it ran: `cuda`,"
            " which is `cuda:0`.",
            at=in_line(symptom),
        )
    return say(
        "The code asks for a GPU{at}, and there was none where it ran: take the device that "
        "another tensor has, `x.device`, or choose it by `torch.cuda.is_available()`.",
        at=in_line(symptom),
    )


def _blank(symptom: Symptom) -> Text:
    if symptom.about["found"] == Thing(kind="ellipsis"):
        return say("{code} is still `...`: this place is not filled in.", code=code(symptom.path))
    if is_so(symptom, "gradient"):
        return say(
            "{code} is None: what the function returns is a `.grad` that nothing was written into. "
            "Only a leaf has one, after the `backward()` of what was computed from it.",
            code=code(symptom.path),
        )
    if is_so(symptom, "call"):
        return say("{code} is None: does the function return something?", code=code(symptom.path))
    return say("{code} is None.", code=code(symptom.path))


def _other_name(symptom: Symptom) -> Text:
    what = say("is not defined") if is_so(symptom, "undefined") else say("is not right")
    return say(
        "{code} {what}, but `{name}` has the value that is expected of it. Maybe it"
        " only needs the other name.",
        code=code(symptom.path),
        what=what,
        name=told(symptom.about["name"]),
    )


def _overwritten(symptom: Symptom) -> Text:
    return say(
        "{code} was right at another moment of the run: either something changed it "
        "later, or it had not been made yet.",
        code=code(symptom.path),
    )


def _modified(symptom: Symptom) -> Text:
    names = words(symptom, "names")
    what = codes(names) if names else say("what it is given")
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
        if is_so(symptom, "numbers_right")
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
        "`{path}` is None: either `backward()` was not called, or did not come to its end, or the "
        "loss was not computed from this very `{name}`, or that is no leaf any more, or the "
        "gradient was emptied again.",
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
    if is_so(symptom, "leaf"):
        return say(
            "{code} requires gradients and should not: it is a leaf that was told so, by "
            "`requires_grad_()` or `requires_grad=True`. What `.detach()` gives does not.",
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
    if not isinstance(symptom.about["shape"], Shape):
        return say(
            "{code} has another shape than `{wanted}`, as happens when tensors of the shapes "
            "`{wanted}` and `{other}` are broadcast with each other.",
            code=subject(symptom),
            wanted=told(symptom.about["wanted"]),
            other=told(symptom.about["other"]),
        )
    return say(
        "{code} has the shape `{seen}` in place of `{wanted}`, as happens when tensors of "
        "the shapes `{wanted}` and `{other}` are broadcast with each other.",
        code=subject(symptom),
        seen=told(symptom.about["shape"]),
        wanted=told(symptom.about["wanted"]),
        other=told(symptom.about["other"]),
    )


def _axis(symptom: Symptom) -> Text:
    more = count(symptom, "more") or 0
    what = say("has its axis of size 1 in another place")
    if more > 0:
        what = counted(
            "has an axis of size 1 too many", "has {number} axes of size 1 too many", more
        )
    elif more < 0:
        what = counted(
            "has an axis of size 1 too few", "has {number} axes of size 1 too few", -more
        )
    numbers = NOTHING
    if "numbers_right" in symptom.about:
        numbers = say("; its numbers are not right either")
        if is_so(symptom, "numbers_right"):
            numbers = say("; its numbers are right")
    return say(
        "{code} {what}{shapes}{numbers}.",
        code=subject(symptom),
        what=what,
        shapes=shapes_of(symptom),
        numbers=numbers,
    )


def _dtype(symptom: Symptom) -> Text:
    values = {
        "code": subject(symptom),
        "dtype": _named(symptom.about["found"], say("of another dtype")),
        "wanted": told(symptom.about["wanted"]),
    }
    if not is_so(symptom, "numbers_right"):
        return say(
            "{code} is {dtype} in place of `{wanted}`; its numbers are not right either.", **values
        )
    return say("{code} is {dtype} in place of `{wanted}`; its numbers are right.", **values)


def _device(symptom: Symptom) -> Text:
    another = say("another device")
    if symptom.about.get("cause") == Name(name="named"):
        return say(
            "{code} is on {device}, which the code names, and should be on `{wanted}`: take the"
            " device that another tensor has, `x.device`.",
            code=code(symptom.path),
            device=_named(symptom.about["found"], another),
            wanted=told(symptom.about["wanted"]),
        )
    return say(
        "{code} is on {device}, and should be on `{wanted}`.",
        code=code(symptom.path),
        device=_named(symptom.about["found"], another),
        wanted=told(symptom.about["wanted"]),
    )


def _named(name: Feature, otherwise: Text) -> Text:
    return code(name.name) if isinstance(name, Name) else otherwise


SENTENCES: Mapping[str, Callable[[Symptom], Text]] = {
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
}
