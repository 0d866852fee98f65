"""What self-checks look at in choices and texts: which letters, and how many words."""

from collections.abc import Iterable, Iterator

from grader.model.assignment import Check, Exercise
from grader.model.text import Text, counted, say
from grader.syntax.words import PATTERN
from grader.wording.catalogue import translated

# Functions of the released notebook, beside those of `grader.authoring.self_checks`.
_CHOICE = """


def is_choice(value, letters, several):
    if value is ...:
        return value
    found = {*"".join(value).lower()} - {*" ,;"}
    return bool(found) and found <= {*letters} and (several or len(found) == 1)"""
_WORDS = f"""


def has_words(value, number):
    from re import findall

    return value if value is ... else len(findall(r"{PATTERN}", value)) >= number"""


def tools(exercises: Iterable[Exercise]) -> str:
    """Return the functions that the self-checks of some exercises need besides."""
    checks = [check for one in exercises for check in one.checks]
    found = [_CHOICE] if any(check.choices for check in checks) else []
    found += [_WORDS] if any(check.min_words for check in checks) else []
    return "".join(found)


def claims(exercise: Exercise, language: str) -> Iterator[tuple[str, str]]:
    """Yield what is true of each answer that can be one, in words and as an expression."""
    for check in exercise.checks:
        name = check.expression
        if (choices := check.choices) is not None:
            letters = ", ".join(choices.letters)
            said = f'is_choice({name}, "{"".join(choices.letters)}", {choices.several})'
            yield translated(_choice(name, letters, choices.several), language), said
        elif check.min_words:
            yield translated(_words(name, check), language), f"has_words({name}, {check.min_words})"


def _choice(name: str, letters: str, several: bool) -> Text:
    if several:
        return say("{name} names one or several of {letters}", name=name, letters=letters)
    return say("{name} names one of {letters}", name=name, letters=letters)


def _words(name: str, check: Check) -> Text:
    return counted(
        "{name} is a text of at least {number} word",
        "{name} is a text of at least {number} words",
        check.min_words,
        name=name,
    )
