"""The grader's own sentences, and how they are said in another language.

A sentence is made where something is known, long before it is known who will read it: what is
wrong with a file is found before its language is. So a Text is English, and remembers what it was
made of.
"""

import gettext
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any, Self, TypeVar, cast

ENGLISH = "en"  # the language of the code; every other one has a catalogue
_T = TypeVar("_T")


class Text(str):
    """A sentence in English that can be said in other languages."""

    _parts: tuple[str, str, Mapping[str, Any]]

    def __new__(cls, one: str, many: str = "", /, **values: Any) -> Self:
        """Make a sentence. many: its form for other numbers than 1, by `number`."""
        made = super().__new__(cls, _filled(one, many, values, ENGLISH))
        made._parts = one, many, values
        return made

    def __str__(self) -> str:
        # An exception's message comes by this way, and stays what it is.
        return self

    def __deepcopy__(self, memo: Any) -> Self:
        return self

    def said_in(self, language: str) -> str:
        """Return the sentence in a language, in English where there is no catalogue."""
        one, many, values = self._parts
        return _filled(one, many, values, language)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(
            cls._read,
            serialization=core_schema.plain_serializer_function_ser_schema(cls._written),
        )

    @staticmethod
    def _read(value: Any) -> "Text":
        if isinstance(value, Text):
            return value
        one, many, values = value
        read = {k: Text._read(v) if isinstance(v, list) else v for k, v in values.items()}
        return Text(one, many, **read)

    @staticmethod
    def _written(text: "Text") -> list[Any]:
        one, many, values = text._parts
        written = {k: Text._written(v) if isinstance(v, Text) else v for k, v in values.items()}
        return [one, many, written]


def say(template: str, /, **values: str | int) -> Text:
    """Return a sentence. template: English, with the names of values in braces."""
    return Text(template, **values)


def counted(one: str, many: str, /, number: int, **values: str | int) -> Text:
    """Return a sentence with a `{number}` in it: one, or many of something."""
    return Text(one, many, number=number, **values)


def listed(parts: Iterable[str], separator: str = ", ") -> Text:
    """Return sentences, names or both as one text."""
    values = {f"part{place}": part for place, part in enumerate(parts)}
    template = "{separator}".join(f"{{{name}}}" for name in values)
    return Text(template, separator=separator, **values)


def few(names: Sequence[str], most: int) -> Text:
    """Return the first of some names, and how many more there are."""
    first, more = listed(names[:most]), len(names) - most
    if more <= 0:
        return first
    return counted("{names} and {number} more", "{names} and {number} more", more, names=first)


def tell(text: str, language: str) -> str:
    """Return a text as it reads in a language; what is not the grader's own stays as it is."""
    return text.said_in(language) if isinstance(text, Text) else text


def translated(value: _T, language: str) -> _T:
    """Return a record, or what holds records, with every sentence in one language."""
    made: Any = value
    if isinstance(value, str):
        made = tell(value, language)
    elif isinstance(value, tuple):
        made = tuple(translated(item, language) for item in value)
    elif isinstance(value, dict):
        made = {key: translated(item, language) for key, item in value.items()}
    elif is_dataclass(value) and not isinstance(value, type):
        inside = {one.name: translated(getattr(value, one.name), language) for one in fields(value)}
        made = replace(value, **inside)
    return cast(_T, made)


def known(language: str | None) -> str:
    """Return the language that the grader speaks where one is wished for: itself, or English."""
    return language if language and language in _catalogues() else ENGLISH


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


def _filled(one: str, many: str, values: Mapping[str, Any], language: str) -> str:
    words = catalogue(language)
    template = words.ngettext(one, many, values["number"]) if many else one and words.gettext(one)
    return template.format(**{name: tell(v, language) for name, v in values.items()})


EMPTY = Text("")
