"""What the grader's own sentences are in another language."""

import gettext
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any

from grader.model.text import Text

ENGLISH = "en"  # the language of the code; every other one has a catalogue


def translated(text: Text | str, language: str) -> str:
    """Return a text as it reads in a language; what is not the grader's own stays as it is."""
    if isinstance(text, str):
        return text
    words = catalogue(language)
    template = text.one and words.gettext(text.one)  # "" is the catalogue's own entry
    if text.many:
        number = text.values["number"]
        assert isinstance(number, int)
        template = words.ngettext(text.one, text.many, number)
    values = {
        name: translated(value, language) if isinstance(value, Text) else value
        for name, value in text.values.items()
    }
    return template.format(**values)


def known(*wished: str | None) -> str:
    """Return the first of these languages that the grader speaks, or English."""
    return next((one for one in wished if one in languages()), ENGLISH)


def languages() -> list[str]:
    """Return the languages that the grader speaks."""
    return [ENGLISH, *sorted(_catalogues())]


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """Return what the sentences are in a language.

    It is read from the catalogue as translators write it, so no compiled one can be out of date.
    """
    if known(language) == ENGLISH:
        return gettext.NullTranslations()
    # Not at the top: it costs more than all the rest of what `grader --help` loads.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with _catalogues()[language].open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@cache
def _catalogues() -> Mapping[str, Any]:
    """Return the files of the catalogues, by language."""
    folders = files("grader.locale").iterdir()
    places = {one.name: one.joinpath("LC_MESSAGES", "grader.po") for one in folders}
    return {language: place for language, place in places.items() if place.is_file()}
