"""Which choices a value names, and whether they are the right ones."""

from fractions import Fraction

from grader.model.answer import Choices
from grader.model.facts import NotAChoice
from grader.model.values import NumberValue, SequenceValue, TextValue, Value
from grader.syntax.letters import letters

_COLLECTIONS = ("list", "tuple", "set", "frozenset")
_SHOWN = 40  # characters of what is no choice


def chosen(value: Value, choices: Choices) -> frozenset[str] | NotAChoice:
    """Return the letters that a value names: as a text, or as texts in a collection."""
    found: dict[str, None] = {}
    for text in _texts(value):
        named = letters(text)
        strange = [one for one in named or () if one not in choices.letters]
        if named is None or strange:
            given = ", ".join(strange) or " ".join(text[:_SHOWN].split())
            return NotAChoice(given=given, letters=choices.letters)
        found.update(dict.fromkeys(named))
    if not found or (len(found) > 1 and not choices.several):
        return NotAChoice(given="", letters=choices.letters, too_many=bool(found))
    return frozenset(found)


def share(actual: frozenset[str], expected: frozenset[str], choices: Choices) -> Fraction:
    """Return what part of a choice is right, from 0 to 1.

    Where parts count, that is the share of the right ones that are chosen, less that of the wrong
    ones: whoever chooses all, or none, has nothing.
    """
    if actual == expected:
        return Fraction(1)
    if not choices.partial:
        return Fraction(0)
    wrong = frozenset(choices.letters) - expected
    hits = Fraction(len(actual & expected), len(expected))
    return max(Fraction(0), hits - Fraction(len(actual & wrong), len(wrong) or 1))


def _texts(value: Value) -> list[str]:
    """Return the texts that a value consists of; a number is one that no choice has."""
    match value:
        case TextValue(type="str", value=text):
            return [text]
        case NumberValue(value=number):
            return [str(number)]
        case SequenceValue(type=kind, items=items) if kind in _COLLECTIONS:
            return [text for item in items for text in _texts(item)]
        case _:
            return []
