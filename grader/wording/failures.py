"""What an exception in a student's code shows, put into words: the cause, and what helps."""

from collections.abc import Callable, Mapping

from grader.model.facts import Symptom
from grader.model.text import Text, say
from grader.wording.about import NOTHING, count, in_line, is_so, subject, word
from grader.wording.causes import CAUSES
from grader.wording.values import code


def _product(symptom: Symptom) -> Text:
    sizes = [count(symptom, one) for one in ("rows", "columns", "other_rows", "other_columns")]
    left, right = sizes[1], sizes[2]
    if left is None or right is None:
        return say(
            "in a product of matrices, the last axis of the left one has to be as long as the last "
            "but one of the right one, or as the only one of a vector, and here it is not."
        )
    text = say(
        "in a product of matrices, the left one needs as many columns as the right one has rows; "
        "here {left} meet {right}.",
        left=left,
        right=right,
    )
    if left == sizes[3] or sizes[0] in (right, sizes[3]):
        return say("{text} Which of the two has to be transposed, or come first?", text=text)
    return text


def _inner_product(symptom: Symptom) -> Text:
    left, right = count(symptom, "columns"), count(symptom, "other_rows")
    if left is None or right is None:
        return say(
            "what is called there multiplies matrices that do not fit each other, as when a layer "
            "is given inputs of another size than it was made for."
        )
    return say(
        "what is called there multiplies matrices that do not fit each other, {left} columns by "
        "{right} rows, as when a layer is given inputs of another size than it was made for.",
        left=left,
        right=right,
    )


def _vectors(symptom: Symptom) -> Text:
    left, right = count(symptom, "left"), count(symptom, "right")
    if left is None or right is None:
        return say("the product of two vectors needs two that are equally long.")
    return say(
        "the product of two vectors needs two that are equally long; here {left} numbers meet "
        "{right}.",
        left=left,
        right=right,
    )


def _of_type(symptom: Symptom, whole: Text, typed: Callable[[Text], Text]) -> Text:
    thing = word(symptom, "thing")
    return typed(code(thing)) if thing else whole


def _subscript(symptom: Symptom) -> Text:
    return _of_type(
        symptom,
        say("something is indexed that has no parts, such as a single number."),
        lambda type: say("something of type {type} is indexed, and has no parts.", type=type),
    )


def _iterated(symptom: Symptom) -> Text:
    return _of_type(
        symptom,
        say("something is gone through or taken apart that has no parts, such as a single number."),
        lambda type: say(
            "something of type {type} is gone through or taken apart, and has no parts.", type=type
        ),
    )


def _no_length(symptom: Symptom) -> Text:
    return _of_type(
        symptom,
        say("the length is asked of something that has none, such as a single number."),
        lambda type: say(
            "something of type {type} is asked for its length: it has none.", type=type
        ),
    )


def _broadcast(symptom: Symptom) -> Text:
    left, right = count(symptom, "left"), count(symptom, "right")
    if left is None or right is None:
        return say("two shapes meet that cannot be broadcast: compare them from the right.")
    return say(
        "two shapes meet that cannot be broadcast: compared from the right, {left} meets {right}.",
        left=left,
        right=right,
    )


def _none(symptom: Symptom) -> Text:
    attribute = word(symptom, "attribute")
    if attribute:
        return say(
            "something is None there, and None has no {name}: does what made it return something?",
            name=code(attribute),
        )
    return say("something is None there: does what made it return something?")


def _parameter(symptom: Symptom) -> Text:
    name = word(symptom, "attribute")
    what = code(name) if name else say("a parameter")
    return say(
        "{what} of a layer is given a new tensor, which is no parameter: change the one that is "
        "there in place, inside `with torch.no_grad():`.",
        what=what,
    )


def _cast(symptom: Symptom) -> Text:
    one, other = word(symptom, "left"), word(symptom, "right")
    kinds = say(" (`{one}` into `{other}`)", one=one, other=other) if one and other else NOTHING
    return say(
        "a tensor is changed in place into numbers that its dtype cannot hold{kinds}: make a new "
        "tensor.",
        kinds=kinds,
    )


def _ragged(symptom: Symptom) -> Text:
    one, other = count(symptom, "left"), count(symptom, "right")
    if one is None or other is None:
        return say("a tensor is made of lists that are not equally long.")
    return say(
        "a tensor is made of lists that are not equally long: one has {one} items, another "
        "{other}.",
        one=one,
        other=other,
    )


def _not_callable(symptom: Symptom) -> Text:
    thing = word(symptom, "thing")
    if not thing:
        return say("something is called like a function that is none.")
    return say(
        "something is called like a function that is none, but of type {type}: brackets too many, "
        "or a name that was bound to something else?",
        type=code(thing),
    )


def _unpack(symptom: Symptom) -> Text:
    one, other = count(symptom, "left"), count(symptom, "right")
    if one is None or other is None:
        return say("something is taken apart into another number of names than it has parts.")
    return say(
        "something is taken apart into {one} names and has {other} parts: does it always have as "
        "many axes, or items?",
        one=one,
        other=other,
    )


def _reshape(symptom: Symptom) -> Text:
    size = count(symptom, "left")
    if size is None:
        return say("a shape is asked for that holds another number of elements.")
    return say(
        "a shape is asked for that does not hold {size} elements, as many as there are.", size=size
    )


def _local(symptom: Symptom) -> Text:
    name = word(symptom, "name")
    return say(
        "{name} is read in a function before that function binds it: a name that a function binds "
        "anywhere is its own everywhere in it.",
        name=code(name) if name else say("a name"),
    )


def _undefined(symptom: Symptom) -> Text:
    name = word(symptom, "name")
    if not name:
        return say("a name is read that nothing has bound.")
    near = word(symptom, "near")
    text = say("{name} is read, and nothing has bound it there", name=code(name))
    if near:
        return say("{text}; is {near} meant?", text=text, near=code(near))
    return say("{text}.", text=text)


def _attribute(symptom: Symptom) -> Text:
    thing, name = word(symptom, "thing"), word(symptom, "attribute")
    if not name:
        return say("an attribute or a method is asked for that the thing there does not have.")
    near = word(symptom, "near")
    if near:
        return say(
            "there is no {name} where it is asked for; is {near} meant?",
            name=code(name),
            near=code(near),
        )
    if not thing:
        return say("there is no {name} where it is asked for.", name=code(name))
    return say("something of type {type} has no {name}.", type=code(thing), name=code(name))


def _unknown_argument(symptom: Symptom) -> Text:
    name = word(symptom, "name")
    return say(
        "a function is called with {name}, and has no argument of that name.",
        name=code(f"{name}=") if name else say("an argument by its name"),
    )


def _no_module(symptom: Symptom) -> Text:
    name = word(symptom, "name")
    return say(
        "{name} is imported, which is not installed here.",
        name=code(name) if name else say("a module"),
    )


_SPECIAL: Mapping[str, Callable[[Symptom], Text]] = {
    "product": _product,
    "inner-product": _inner_product,
    "vectors": _vectors,
    "subscript": _subscript,
    "iterated": _iterated,
    "no-length": _no_length,
    "broadcast": _broadcast,
    "none": _none,
    "parameter": _parameter,
    "cast": _cast,
    "ragged": _ragged,
    "not-callable": _not_callable,
    "unpack": _unpack,
    "reshape": _reshape,
    "local": _local,
    "undefined": _undefined,
    "attribute": _attribute,
    "unknown-argument": _unknown_argument,
    "no-module": _no_module,
}


def failed(symptom: Symptom) -> Text:
    """Return what is said of an exception: where, and the cause."""
    cause = word(symptom, "cause")
    if cause in _SPECIAL:
        why = _SPECIAL[cause](symptom)
    elif cause in CAUSES:
        why = CAUSES[cause]
    else:
        return _otherwise(symptom)
    if not symptom.path and is_so(symptom, "within"):
        return say("The code stops in what is called{at}: {why}", at=in_line(symptom), why=why)
    if not symptom.path:
        return say("The code stops{at}: {why}", at=in_line(symptom), why=why)
    return say("{code} fails{at}: {why}", code=subject(symptom), at=in_line(symptom), why=why)


def _otherwise(symptom: Symptom) -> Text:
    kind = word(symptom, "type")
    error = code(kind) if kind else say("an error")
    at = in_line(symptom)
    if not symptom.path:
        return say("The code stops{at} with {error}.", at=at, error=error)
    return say("{code} fails{at} with {error}.", code=subject(symptom), at=at, error=error)


SENTENCES: Mapping[str, Callable[[Symptom], Text]] = {"failed": failed}
