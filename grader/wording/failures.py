"""What an exception in a student's code shows, put into words: the cause, and what helps."""

from collections.abc import Callable, Mapping

from grader.model.facts import Symptom
from grader.model.text import Text, say
from grader.wording.about import NOTHING, count, in_line, is_so, subject, word
from grader.wording.values import code

# What went wrong, where there is nothing to fill in.
_CAUSES: Mapping[str, Text] = {
    "truth": say(
        "a tensor of several numbers stands where one `True` or `False` is needed, as in `if`, "
        "`and`, `min` or `max`; `torch.where` or a mask chooses number by number."
    ),
    "one-number": say(
        "a tensor of several numbers stands where a single number is needed, as in `item()`, "
        "`float()` or the functions of `math`."
    ),
    "freed": say(
        "`backward()` goes the same way back a second time, and the first call has freed what is "
        "needed for it. If one call is meant, leave the other out; else compute the loss anew, or "
        "keep it by `retain_graph=True`: gradients add up."
    ),
    "scalar-outputs": say(
        "`backward()` was called on something that is not a single number: add up its elements or "
        "take their mean before, as the task says."
    ),
    "no-graph": say(
        "`backward()` was called on something that does not depend on any tensor that requires "
        "gradients, or was computed where nothing is recorded."
    ),
    "leaf-in-place": say(
        "a leaf that requires gradients is changed in place. Is it what should change there? A "
        "step of training may change one, inside `with torch.no_grad():`; else make a new tensor."
    ),
    "saved-in-place": say(
        "something was changed in place that `backward()` still needs: work on a copy."
    ),
    "inference": say(
        "a tensor that was made in inference mode is used for what is forbidden to such a one."
    ),
    "no-gradient": say(
        "a `.grad` is None there: nothing has been written into it, or the name belongs to a "
        "tensor that is no leaf any more, or its gradient was set to `None`."
    ),
    "numpy-gradient": say(
        "a tensor that requires gradients cannot become a NumPy array: `detach()` it before."
    ),
    "whole-numbers": say(
        "a tensor of whole numbers, or of `True` and `False`, stands where floating-point numbers "
        "are needed."
    ),
    "misfit": say("a function is called with other arguments than it has."),
    "dimension": say("an axis is asked for that the tensor does not have: it has fewer axes."),
    "index": say("an index lies beyond the end."),
    "view": say("`view` needs other sizes, or numbers in the order of memory: try `reshape`."),
    "join": say("tensors are joined whose other sizes do not agree."),
    "stack": say("`stack` needs tensors of one and the same shape, and here the shapes differ."),
    "sizes": say("sizes must be whole numbers, or one tuple of them: `/` gives a float, `//` not."),
    "output-weights": say(
        "what `backward()` is given has another shape than the tensor that it is called on."
    ),
    "two-dtypes": say("two tensors of different dtypes meet where both must have the same one."),
    "device": say("tensors of different devices meet, or one without numbers is asked for them."),
    "context": say(
        "what stands behind `with` is no context manager: maybe it has to be called, `()`."
    ),
    "list-arithmetic": say("a list, a tuple or a text is calculated with as if it were a tensor."),
    "operand": say("two things meet in a calculation or a comparison that do not fit each other."),
    "truth-bool": say(
        "`bool()` of a tensor of several numbers is not defined: say what is asked of it, as by "
        "`is not None`, `any()` or `all()`."
    ),
    "truth-option": say(
        "a tensor of several numbers is given to something that needs one `True` or `False` there, "
        "such as an option of a layer or of a loss."
    ),
    "missing-argument": say("a function is called without an argument that it needs."),
    "argument-forms": say(
        "a function is called with arguments that do not fit any way to call it: too many or too "
        "few of them, or of other types."
    ),
    "uncalled": say("a function stands there that is not called: brackets, `()`, are missing."),
    "argument-type": say("a function is given an argument of a type that it does not take."),
    "product-number": say(
        "a product of matrices meets a single number, a tensor without axes: `*` multiplies by it."
    ),
    "batches": say(
        "`bmm` multiplies two batches of matrices, both with three axes; `@` takes others, too."
    ),
    "axes-number": say("a function is given a tensor with another number of axes than it takes."),
    "into-smaller": say(
        "a result is to be written in place into a tensor of a smaller shape: make a new tensor."
    ),
    "gradient-shape": say(
        "`.grad` of a tensor is given something of another shape than that tensor has: are the "
        "gradients in the order of what they belong to?"
    ),
    "whole-zero": say("whole numbers are divided by zero, by `//` or `%`."),
    "own-raise": say("a `raise` of your own is reached, where nothing should be raised."),
    "colon": say("Python cannot read the code: a colon is missing at the end of a line."),
    "indent": say("Python cannot read the code: a line is indented further than it may be."),
    "outdent": say("Python cannot read the code: a line is indented like none of those above it."),
    "no-block": say("Python cannot read the code: what stands below a colon has to be indented."),
    "bracket": say("Python cannot read the code: a bracket lacks its other half."),
    "comma": say("Python cannot read the code: maybe a comma is missing."),
    "equals": say(
        "Python cannot read the code: `=` stands where nothing can be assigned; `==` compares."
    ),
    "quote": say("Python cannot read the code: a quote is opened and never closed."),
    "return-outside": say(
        "Python cannot read the code: a `return` stands outside of any function; is it indented?"
    ),
    "syntax": say("Python cannot read the code: look for a bracket, a colon or an indent."),
    "recursion": say("a function calls itself again and again, and never comes to an end."),
    "interrupted": say(
        "the grader had to interrupt it there, as it took too long or printed too much: does each "
        "loop come to an end?"
    ),
    "zero": say("a Python number is divided by zero."),
    "zero-power": say(
        "zero is raised to a negative power: do the base and the exponent stand in their places?"
    ),
    "key": say("a key is asked for that is not there."),
    "memory": say("something far too large is made: look at the shapes that meet there."),
    "unfinished": say("something that is called there is not implemented."),
}


def _product(symptom: Symptom) -> Text:
    sizes = [count(symptom, one) for one in ("rows", "columns", "other_rows", "other_columns")]
    left, right = sizes[1], sizes[2]
    if left is None or right is None:
        return say(
            "in a product of matrices, the last axis of the left one has to be as long as the last "
            "but one of the right one, and here it is not."
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
    elif cause in _CAUSES:
        why = _CAUSES[cause]
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
