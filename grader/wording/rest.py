"""What can be said of every wrong value, put into words."""

from collections.abc import Callable, Mapping

from grader.model.facts import Symptom
from grader.model.features import Shape
from grader.model.text import Text, counted, listed, say
from grader.wording.about import count, is_so, subject, words
from grader.wording.mismatches import aspect
from grader.wording.values import code, codes


def _other_data(symptom: Symptom) -> Text:
    if not is_so(symptom, "shown"):
        return say(
            "{names}: right in {right}, and not here. What is different about what it is given?",
            names=codes(words(symptom, "names")),
            right=codes(words(symptom, "right")),
        )
    return say(
        "{names}: right on the data that you see, and not on other data. Try other sizes, signs "
        "and types, and a single object.",
        names=codes(words(symptom, "names")),
    )


def _some_parts(symptom: Symptom) -> Text:
    wrong, right = words(symptom, "wrong"), words(symptom, "right")
    if not wrong or not right:
        return say("Some parts of {code} are right, others are not.", code=subject(symptom))
    if len(wrong) == 1:
        return say("{wrong} is not right; {right} is.", wrong=codes(wrong), right=codes(right[:1]))
    if is_so(symptom, "more"):
        return say(
            "{wrong} and others are not right; {right} is.",
            wrong=codes(wrong),
            right=codes(right[:1]),
        )
    return say("{wrong} are not right; {right} is.", wrong=codes(wrong), right=codes(right[:1]))


def _some_numbers(symptom: Symptom) -> Text:
    number, total = count(symptom, "number"), count(symptom, "total")
    if number is None or total is None:
        return say("Some numbers of {code} are right, others are not.", code=subject(symptom))
    place = symptom.about["place"]
    sizes = place.sizes if isinstance(place, Shape) else ()
    where = code(f"[{', '.join(map(str, sizes))}]")
    if number == 1:
        return say(
            "A single number of {code} is not right, at {place}; the others are.",
            code=subject(symptom),
            place=where,
        )
    return counted(
        "{number} number of {total} in {code} is not right, the first one at {place}; the others "
        "are.",
        "{number} numbers of {total} in {code} are not right, the first one at {place}; the others "
        "are.",
        number,
        total=total,
        code=subject(symptom),
        place=where,
    )


def _values(symptom: Symptom) -> Text:
    if is_so(symptom, "by_hand"):
        return say(
            "The form of {code} is right, its values are not: work out one of them by hand and "
            "compare.",
            code=subject(symptom),
        )
    return say("The form of {code} is right, its values are not.", code=subject(symptom))


def _value(symptom: Symptom) -> Text:
    return say("{code} is of the right kind, but not the right value.", code=subject(symptom))


def _aspects(symptom: Symptom) -> Text:
    names = listed((aspect(name) for name in words(symptom, "names")), say(" and "))  # type: ignore[arg-type]
    return say("{code}: {names} not as expected.", code=code(symptom.path), names=names)


SENTENCES: Mapping[str, Callable[[Symptom], Text]] = {
    "other-data": _other_data,
    "some-parts": _some_parts,
    "some-numbers": _some_numbers,
    "values": _values,
    "value": _value,
    "aspects": _aspects,
}
