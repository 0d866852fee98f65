"""What the values in a header may be."""

import keyword
import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from grader.authoring.header import Path
from grader.authoring.marks import NAME
from grader.model.reveal import Reveal, What, reveal
from grader.syntax.validity import is_expression


class Misplaced(ValueError):
    """What is wrong with a part of a value. at: that part; line: of its text."""

    def __init__(self, problem: str, *, at: Path = (), line: int | None = None) -> None:
        self.at, self.line = at, line
        super().__init__(problem)


def _expression(text: str) -> str:
    text = text.strip()
    if not is_expression(text):
        raise ValueError(f"`{text}` is not a Python expression")
    return text


def names_of(value: Any) -> Any:
    """Return the names in a list, or in a text: `of: w, b` and a block list say the same."""
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else value


def _name(text: str) -> str:
    if not text.isidentifier() or keyword.iskeyword(text):
        raise ValueError(f"`{text}` is not a name")
    return text


def _blanks(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if not isinstance(value, Mapping) or not value:
        raise ValueError("should be a text, or a mapping from the name of a solution to its text")
    for name, text in value.items():
        if not isinstance(name, str) or not re.fullmatch(NAME, name):
            raise Misplaced(f"`{name}` is not the name of a solution", at=[name])
        if not isinstance(text, str):
            raise Misplaced(f"what stands for `{name}` should be a text", at=[name])
    return value


def by_language(text: str | Mapping[str, str]) -> dict[str, str]:
    """Return a text by language; one for all of them stands under an empty name."""
    return {"": text} if isinstance(text, str) else dict(text)


Words = Annotated[str, Field(min_length=1)]
# A text, or one for each language.
Texts = Words | Annotated[dict[str, Words], Field(min_length=1)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Expression = Annotated[str, AfterValidator(_expression)]
# How a list may be written beside as one: `of: w, b`.
Listed = BeforeValidator(names_of, json_schema_input_type=str | list[str])
Name = Annotated[str, AfterValidator(_name)]
Names = Annotated[list[Name], Listed]
Revealed = Annotated[Reveal, BeforeValidator(reveal, json_schema_input_type=What | dict[str, str])]
RegionName = Annotated[str, Field(pattern=rf"^{NAME}$")]
# What students get in place of a solution, or of each of several by its name.
Blanks = Annotated[str | dict[RegionName, str], BeforeValidator(_blanks)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,47}$")]


class Strict(BaseModel):
    """What takes no key that it does not know."""

    model_config = ConfigDict(extra="forbid")


class Short(Strict):
    """What may be written as its expression alone."""

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Return the JSON Schema of both ways to write it."""
        return {"anyOf": [{"type": "string"}, handler(schema)]}
