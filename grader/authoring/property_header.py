"""What a header may say of a property, which the self-check alone looks at."""

from typing import Any

from pydantic import model_validator

from grader.authoring.fields import Expression, Short, Texts, by_language
from grader.model.assignment import Property


class PropertyHeader(Short):
    """What an author may say about a property."""

    property: Expression
    title: Texts | None = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"property": value} if isinstance(value, str) else value

    def made(self) -> Property:
        """Return the property itself."""
        title = {} if self.title is None else by_language(self.title)
        return Property(expression=self.property, title=title)
