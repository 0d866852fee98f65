"""Where a wrong value is wrong, and in what way all of it is, put into words."""

from collections.abc import Callable, Mapping

from grader.model.facts import Symptom
from grader.model.text import Text, say
from grader.wording.about import count, is_so, subject, word
from grader.wording.values import code


def _repeated(symptom: Symptom) -> Text:
    if is_so(symptom, "last"):
        return say(
            "All items of {code} are the same, those that only the last should be: as happens when "
            "one and the same tensor is put into a list again and again and changed in between. "
            "Put a copy into it.",
            code=subject(symptom),
        )
    return say("All items of {code} are the same, and should not be.", code=subject(symptom))


def _alike(symptom: Symptom) -> Text:
    if count(symptom, "axis") == 0:
        return say("All rows of {code} are the same, and should not be.", code=subject(symptom))
    return say("All columns of {code} are the same, and should not be.", code=subject(symptom))


_WRONG: Mapping[str, Text] = {
    "negative": say("wherever it should be negative, and right everywhere else"),
    "positive": say("wherever it should be positive, and right everywhere else"),
    "zero": say("wherever it should be zero, and right everywhere else"),
}
_RIGHT: Mapping[str, Text] = {
    "negative": say("wherever it should be negative, and wrong everywhere else"),
    "positive": say("wherever it should be positive, and wrong everywhere else"),
    "zero": say("wherever it should be zero, and wrong everywhere else"),
}


def _by_sign(symptom: Symptom) -> Text:
    sign = word(symptom, "sign")
    if is_so(symptom, "wrong"):
        return say("{code} is wrong {where}.", code=subject(symptom), where=_WRONG[sign])
    return say("{code} is right {where}.", code=subject(symptom), where=_RIGHT[sign])


def _rows_scaled(symptom: Symptom) -> Text:
    if count(symptom, "axis") == 0:
        return say("Each row of {code} is right up to a factor of its own.", code=subject(symptom))
    return say("Each column of {code} is right up to a factor of its own.", code=subject(symptom))


def _curve_begins(symptom: Symptom) -> Text:
    place = count(symptom, "place")
    if is_so(symptom, "first") and is_so(symptom, "trained"):
        return say(
            "Already the first number of {code} is wrong: look at how it is computed, and from "
            "what, before you look at the steps.",
            code=subject(symptom),
        )
    if is_so(symptom, "first"):
        return say("Already the first number of {code} is wrong.", code=subject(symptom))
    if is_so(symptom, "even"):
        return say(
            "All numbers of {code} are the same as its first one: is each of them computed anew?",
            code=subject(symptom),
        )
    if place == 1 and is_so(symptom, "trained"):
        return say(
            "The first number of {code} is right, and all others are wrong: look at the step that "
            "lies between them.",
            code=subject(symptom),
        )
    if place is None:
        return say("{code} begins right, and then goes wrong.", code=subject(symptom))
    return say(
        "{code} is right up to {last} and wrong from {first} on.",
        code=subject(symptom),
        last=code(f"[{place - 1}]"),
        first=code(f"[{place}]"),
    )


def _off_by_one(symptom: Symptom) -> Text:
    every, larger = is_so(symptom, "every"), is_so(symptom, "larger")
    if every and larger:
        return say("Every number of {code} is too large by one.", code=subject(symptom))
    if every:
        return say("Every number of {code} is too small by one.", code=subject(symptom))
    if larger:
        return say(
            "Each number of {code} that is wrong is too large by one.", code=subject(symptom)
        )
    return say("Each number of {code} that is wrong is too small by one.", code=subject(symptom))


def _one_sided(symptom: Symptom) -> Text:
    if is_so(symptom, "true"):
        return say(
            "Wherever {code} is wrong, it is True and should be False: what makes it True is not "
            "strict enough.",
            code=subject(symptom),
        )
    return say(
        "Wherever {code} is wrong, it is False and should be True: what makes it True is too "
        "strict.",
        code=subject(symptom),
    )


SENTENCES: Mapping[str, Callable[[Symptom], Text]] = {
    "repeated": _repeated,
    "alike": _alike,
    "by-sign": _by_sign,
    "rows-scaled": _rows_scaled,
    "curve-begins": _curve_begins,
    "off-by-one": _off_by_one,
    "one-sided": _one_sided,
}
