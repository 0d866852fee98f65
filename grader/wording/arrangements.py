"""How right numbers or parts stand in a wrong value, put into words."""

from collections.abc import Callable, Mapping

from grader.model.facts import Symptom
from grader.model.features import Length, Shape, Thing, Withheld
from grader.model.text import Text, counted, say
from grader.wording.about import NOTHING, count, is_so, subject, word, words
from grader.wording.values import codes, is_noun, told, why_opaque

_ORDINALS = (say("the first"), say("the second"), say("the third"), say("the fourth"))


def _kind(symptom: Symptom) -> Text:
    found, wanted = symptom.about["found"], symptom.about["wanted"]
    text = say("{code} should be {wanted}", code=subject(symptom), wanted=_thing(wanted))
    if not isinstance(found, Withheld):
        text = say(
            "{code} is {found} and should be {wanted}",
            code=subject(symptom),
            found=_thing(found),
            wanted=_thing(wanted),
        )
    return say("{text}{part}.", text=text, part=part_of(symptom))


def _thing(feature: object) -> Text:
    match feature:
        case Thing(kind="other", name="dtype"):
            return say("a dtype, such as `torch.int16`")
        case Thing(kind="text"):
            return say("a text in quotes")
        case Thing(kind="number", exact=False):
            return say("a Python number")
        case Thing(kind="opaque") if is_noun(feature):
            return why_opaque(feature)
        case Thing(kind="opaque"):
            return say("something that cannot be compared")
        case Thing():
            return told(feature)
        case _:
            return say("something else")


def part_of(symptom: Symptom) -> Text:
    """Return what is known of the parts of a thing of another kind."""
    part, parts = count(symptom, "part"), count(symptom, "parts")
    item, items = count(symptom, "item"), count(symptom, "items")
    if part is not None and parts is not None and part <= len(_ORDINALS):
        return counted(
            "; it is {which} of {number} value that is expected",
            "; it is {which} of the {number} values that are expected",
            parts,
            which=_ORDINALS[part - 1],
        )
    if item is not None and items == 1:
        return say("; the only item in it is right")
    if item is not None:
        return say("; its item `[{place}]` is right", place=item)
    return NOTHING


def _length(symptom: Symptom) -> Text:
    length, wanted = symptom.about["length"], symptom.about["wanted"]
    text = say("{code} has another number of items than expected", code=subject(symptom))
    if isinstance(length, Length) and isinstance(wanted, Length):
        text = say(
            "{code} has {length} in place of {wanted}",
            code=subject(symptom),
            length=told(length),
            wanted=told(wanted),
        )
    every = count(symptom, "every")
    if is_so(symptom, "begins"):
        return say(
            "{text}: those that are there are right, and the last ones are missing.", text=text
        )
    if every is not None:
        return counted(
            "{text}: it holds every {number}th of those that are expected.",
            "{text}: it holds every {number}th of those that are expected.",
            every,
            text=text,
        )
    return say("{text}.", text=text)


def _order(symptom: Symptom) -> Text:
    return say("{code} holds the right values in another order.", code=subject(symptom))


def _entries(symptom: Symptom) -> Text:
    missing, extra = words(symptom, "missing"), words(symptom, "extra")
    if not missing and not extra:
        return say("{code} has other entries than it should have.", code=subject(symptom))
    if missing and extra:
        return say(
            "{code} lacks the entries {missing}, and has {extra}, which are not expected.",
            code=subject(symptom),
            missing=codes(missing),
            extra=codes(extra),
        )
    if missing:
        return say("{code} lacks the entries {names}.", code=subject(symptom), names=codes(missing))
    return say(
        "{code} has entries that are not expected: {names}.",
        code=subject(symptom),
        names=codes(extra),
    )


def shapes_of(symptom: Symptom) -> Text:
    """Return both shapes in brackets; nothing where the one is withheld."""
    shape, wanted = symptom.about.get("shape"), symptom.about.get("wanted")
    if not isinstance(shape, Shape) or not isinstance(wanted, Shape):
        return NOTHING
    return say(" (`{seen}` in place of `{wanted}`)", seen=told(shape), wanted=told(wanted))


def _shape(symptom: Symptom) -> Text:
    shape, wanted = symptom.about.get("shape"), symptom.about.get("wanted")
    if not isinstance(wanted, Shape):
        return say("{code} has another shape than it should have.", code=subject(symptom))
    if not isinstance(shape, Shape):
        return say(
            "{code} has another shape than `{wanted}`, which it should have.",
            code=subject(symptom),
            wanted=told(wanted),
        )
    more = len(shape.sizes) - len(wanted.sizes)
    text = say(
        "{code} has the shape `{seen}` in place of `{wanted}`",
        code=subject(symptom),
        seen=told(shape),
        wanted=told(wanted),
    )
    if more > 0:
        return counted(
            "{text}: {number} axis too many.", "{text}: {number} axes too many.", more, text=text
        )
    if more < 0:
        return counted(
            "{text}: {number} axis too few.", "{text}: {number} axes too few.", -more, text=text
        )
    return say("{text}.", text=text)


def _axes(symptom: Symptom) -> Text:
    return say(
        "{code} holds the right numbers, but its axes stand in another order than they should"
        "{shapes}.",
        code=subject(symptom),
        shapes=shapes_of(symptom),
    )


def _reshaped(symptom: Symptom) -> Text:
    return say(
        "{code} holds the right numbers in the right order, but in another shape{shapes}.",
        code=subject(symptom),
        shapes=shapes_of(symptom),
    )


def _turned(symptom: Symptom) -> Text:
    axis, axes = count(symptom, "axis"), count(symptom, "axes")
    if axis is None or axes is None or axes == 1:
        return say("{code} holds the right numbers from back to front.", code=subject(symptom))
    return say(
        "{code} holds the right numbers, turned round along axis {axis}: what should come first "
        "comes last.",
        code=subject(symptom),
        axis=axis,
    )


def _places(symptom: Symptom) -> Text:
    if is_so(symptom, "same") and not is_so(symptom, "reshaped"):
        return say(
            "{code} holds the right numbers, but in other places than they should be.",
            code=subject(symptom),
        )
    if is_so(symptom, "same"):
        return say(
            "{code} holds the right numbers, but in other places than they should be: does a "
            "reshape stand where axes should change places, or the other way round?",
            code=subject(symptom),
        )
    return say(
        "{code} holds the right numbers, but in another order and shape{shapes}.",
        code=subject(symptom),
        shapes=shapes_of(symptom),
    )


def _not_reduced(symptom: Symptom) -> Text:
    axis, mean = count(symptom, "axis"), is_so(symptom, "mean")
    path, shapes = subject(symptom), shapes_of(symptom)
    if axis is None and mean:
        return say(
            "{code} is not what it should be, but the mean of its numbers would be{shapes}.",
            code=path,
            shapes=shapes,
        )
    if axis is None:
        return say(
            "{code} is not what it should be, but the sum of its numbers would be{shapes}.",
            code=path,
            shapes=shapes,
        )
    if mean:
        return say(
            "{code} is not what it should be, but its mean over axis {axis} would be{shapes}.",
            code=path,
            axis=axis,
            shapes=shapes,
        )
    return say(
        "{code} is not what it should be, but its sum over axis {axis} would be{shapes}.",
        code=path,
        axis=axis,
        shapes=shapes,
    )


def _reduced(symptom: Symptom) -> Text:
    axis, mean = count(symptom, "axis"), is_so(symptom, "mean")
    what = say("the mean of") if mean else say("the sum of")
    where = say(", taken over axis {axis}", axis=axis) if axis is not None else NOTHING
    return say(
        "{code} is {what} the numbers that it should hold{where}{shapes}.",
        code=subject(symptom),
        what=what,
        where=where,
        shapes=shapes_of(symptom),
    )


def _cut(symptom: Symptom) -> Text:
    axis = count(symptom, "axis")
    if axis is None:
        where = say("along one of its axes")
    elif is_so(symptom, "begins"):
        where = say("at the end of axis {axis}", axis=axis)
    else:
        where = say("at the beginning of axis {axis}", axis=axis)
    if is_so(symptom, "longer"):
        return say(
            "{code} goes on too far {where}{shapes}; all that it should hold is right.",
            code=subject(symptom),
            where=where,
            shapes=shapes_of(symptom),
        )
    return say(
        "{code} lacks something {where}{shapes}; what is there is right.",
        code=subject(symptom),
        where=where,
        shapes=shapes_of(symptom),
    )


def _partly(symptom: Symptom) -> Text:
    axis, axes = count(symptom, "axis") or 0, count(symptom, "axes") or 1
    place, size = count(symptom, "place") or 0, count(symptom, "size") or 0
    if axes == 1:
        what = say("the number at `[{place}]`", place=place)
    elif axes == 2 and axis == 0:
        what = say("row {place}", place=place)
    elif axes == 2:
        what = say("column {place}", place=place)
    else:
        what = say("index {place} of axis {axis}", place=place, axis=axis)
    where = NOTHING
    if place in (0, size - 1):
        where = say(", the first one") if place == 0 else say(", the last one")
    if is_so(symptom, "right"):
        return say(
            "{code} is right in {what}{where} alone.", code=subject(symptom), what=what, where=where
        )
    return say(
        "{code} is wrong in {what}{where} alone.", code=subject(symptom), what=what, where=where
    )


def _error_name(symptom: Symptom) -> Text:
    if is_so(symptom, "name"):
        return say("{code} is not the name of the error that is raised.", code=subject(symptom))
    if is_so(symptom, "none"):
        return say(
            "{code} says that there is no error, and one is expected.", code=subject(symptom)
        )
    return say(
        "{code} should be the bare name of an error, and is another text.", code=subject(symptom)
    )


def _inverted(symptom: Symptom) -> Text:
    return say(
        "{code} is True wherever it should be False, and the other way round.",
        code=subject(symptom),
    )


_FUNCTIONS: Mapping[tuple[str, bool], Text] = {
    ("exp", True): say("its exponential would be right"),
    ("exp", False): say("it is the exponential of what it should be"),
    ("log", True): say("its logarithm would be right"),
    ("log", False): say("it is the logarithm of what it should be"),
    ("sqrt", True): say("its square root would be right"),
    ("sqrt", False): say("it is the square root of what it should be"),
    ("square", True): say("its square would be right"),
    ("square", False): say("it is the square of what it should be"),
    ("abs", True): say("without its minus signs it would be right"),
    ("abs", False): say("it is what it should be, but for the minus signs"),
    ("reciprocal", True): say("1 divided by it would be right"),
    ("reciprocal", False): say("it is 1 divided by what it should be"),
    ("relu", True): say("with zeros in place of its negative numbers it would be right"),
    ("relu", False): say("it has zeros where negative numbers should be"),
    ("sigmoid", True): say("its sigmoid would be right"),
    ("sigmoid", False): say("it is the sigmoid of what it should be"),
    ("round", True): say("rounded it would be right"),
    ("complement", True): say("1 minus it would be right"),
    ("complement", False): say("it is 1 minus what it should be"),
    ("round", False): say("it is what it should be, but rounded to whole numbers"),
}


def _function(symptom: Symptom) -> Text:
    how = _FUNCTIONS[word(symptom, "name"), is_so(symptom, "missing")]
    return say("{code} is not right: {how}.", code=subject(symptom), how=how)


SENTENCES: Mapping[str, Callable[[Symptom], Text]] = {
    "kind": _kind,
    "length": _length,
    "order": _order,
    "entries": _entries,
    "shape": _shape,
    "axes": _axes,
    "reshaped": _reshaped,
    "turned": _turned,
    "places": _places,
    "not-reduced": _not_reduced,
    "reduced": _reduced,
    "cut": _cut,
    "inverted": _inverted,
    "partly": _partly,
    "error-name": _error_name,
    "function": _function,
}
