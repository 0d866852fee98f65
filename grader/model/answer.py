"""Answers other than a value of code: a choice, and a text that a person reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What can be chosen.

    texts: by letter, each by language; several: whether more than one of them may be right;
    partial: whether an answer that is right in part earns its part.
    """

    texts: Mapping[str, Mapping[str, str]]
    several: bool
    partial: bool = False

    @property
    def letters(self) -> tuple[str, ...]:
        """The letters, in the order of the list."""
        return tuple(self.texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricItem:
    """What a person looks for in an answer, and ticks. text: by language."""

    name: str
    points: float
    text: Mapping[str, str]

    def text_in(self, language: str | None) -> str:
        """Return the text in a language, or in the first there is."""
        return self.text.get(language or "") or next(iter(self.text.values()))
