"""The grader's own sentences, before it is known in which language they are read.

A sentence is made where something is known, long before it is known who will read it: what is
wrong with a file is found before its language is. So a Text is its English template and what is
filled in; `grader.wording.catalogue` says it in a language.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from grader.model.concern import Concern

Part: TypeAlias = "Text | str | int"


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence, or a part of one.

    one: English, with the names of values in braces; many: its form for other numbers than 1, by
    the value `number`, empty where there is but one form; concern: why a person should look at what
    it tells of.
    """

    one: str
    many: str = ""
    values: Mapping[str, Part] = field(default_factory=dict)
    concern: Concern | None = None

    def __hash__(self) -> int:
        """Return what is equal for equal sentences: a note is kept once."""
        return hash((self.one, self.many, *self.values.items()))

    def __str__(self) -> str:
        """Return the sentence in English."""
        template = self.many if self.many and self.values["number"] != 1 else self.one
        return template.format(**self.values)

    @property
    def concerns(self) -> Iterator[Concern]:
        """Why a person should look, of the sentence and of its parts."""
        if self.concern is not None:
            yield self.concern
        for part in self.values.values():
            if isinstance(part, Text):
                yield from part.concerns


def say(template: str, /, **values: Part) -> Text:
    """Return a sentence. template: English, with the names of values in braces."""
    return Text(template, values=values)


def counted(one: str, many: str, /, number: int, **values: Part) -> Text:
    """Return a sentence with a `{number}` in it: one, or many of something."""
    return Text(one, many, {"number": number, **values})


def listed(parts: Iterable[Text | str], separator: Text | str = ", ") -> Text:
    """Return sentences, names or both as one text."""
    values: dict[str, Part] = {f"part{place}": part for place, part in enumerate(parts)}
    template = "{separator}".join(f"{{{name}}}" for name in values)
    return Text(template, values={"separator": separator, **values})


def verbatim(text: str) -> Text:
    """Return a text that is the same in every language: a name, code, a number."""
    return Text("{text}", values={"text": text})


def few(names: Sequence[Text | str], most: int) -> Text:
    """Return the first of some names, and how many more there are."""
    first, more = listed(names[:most]), len(names) - most
    if more <= 0:
        return first
    return counted("{names} and {number} more", "{names} and {number} more", more, names=first)


def concerning(text: Text, concern: Concern) -> Text:
    """Return a sentence with the reason why a person should look at what it tells of."""
    return replace(text, concern=concern)


def concerns(texts: Iterable[Text]) -> tuple[Concern, ...]:
    """Return why a person should look at what some sentences tell of, each reason once."""
    return tuple(dict.fromkeys(concern for text in texts for concern in text.concerns))
