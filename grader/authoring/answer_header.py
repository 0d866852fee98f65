"""What a header may say of answers that are no value of code: choices, and texts for a person."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from grader.authoring.fields import Misplaced, Positive, Slug, Strict, Texts, by_language
from grader.model.answer import RubricItem


def _letter(key: Any) -> str:
    if not isinstance(key, str) or not re.fullmatch("[a-z]", key):
        raise ValueError(f"a choice is called by a small letter, a to z, and not `{key}`")
    return key


Letter = Annotated[
    str, BeforeValidator(_letter), WithJsonSchema({"type": "string", "pattern": "^[a-z]$"})
]


class RubricHeader(Strict):
    """What an author may say of what a person looks for."""

    name: Slug
    points: Positive = 1.0
    text: Texts

    def made(self) -> RubricItem:
        """Return the item itself."""
        return RubricItem(name=self.name, points=self.points, text=by_language(self.text))


def _several(choices: dict[str, Texts]) -> dict[str, Texts]:
    if len(choices) == 1:
        raise ValueError("one choice is none; write at least two")
    return choices


def _distinct(items: list[RubricHeader]) -> list[RubricHeader]:
    names = [one.name for one in items]
    for place, name in enumerate(names):
        if name in names[:place]:
            raise Misplaced(f"two items are named `{name}`", at=[place, "name"])
    return items


ChoicesField = Annotated[dict[Letter, Texts], AfterValidator(_several)]
RubricField = Annotated[list[RubricHeader], AfterValidator(_distinct)]
