"""The letters that a text names, as a person writes which choices are right: `A, c`."""

import re
import unicodedata

_SEPARATOR = re.compile(r"[\s,;&+]+")
_AROUND = ".:()[]{}'\"`"
_JOINING = frozenset({"and", "und", "et", "и"})
# Cyrillic letters that nobody can tell from the Latin ones that a list of choices has.
_ALIKE = str.maketrans("асе", "ace")


def letters(text: str) -> tuple[str, ...] | None:
    """Return the letters of a text in their order, each once; None where it names none.

    Case does not count, nor what separates them; several may also stand without anything between.
    """
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_ALIKE)
    parts = [part.strip(_AROUND) for part in _SEPARATOR.split(plain)]
    parts = [part for part in parts if part]
    if len(parts) > 1:
        parts = [part for part in parts if part not in _JOINING]
    if len(parts) == 1:
        parts = [*parts[0]]
    if not parts or not all(re.fullmatch("[a-z]", part) for part in parts):
        return None
    return tuple(dict.fromkeys(parts))
