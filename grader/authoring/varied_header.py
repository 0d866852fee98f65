"""What a header says of given code whose values differ by student."""

import math
import re
from dataclasses import replace
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from grader.authoring.fields import Misplaced, Name, Strict
from grader.authoring.header import HeaderError
from grader.model.varied import USUAL, Between, Choices, Varied
from grader.syntax.literals import Scalar, literals

_RANGE = re.compile(r"\s*(-?\d{1,18})\s*\.\.\s*(-?\d{1,18})\s*")
_MOST = 1_000  # variants: each is a run of the reference


def _choices(value: Any) -> Any:
    if isinstance(value, str) and (found := _RANGE.fullmatch(value)):
        low, high = map(int, found.groups())
        if low >= high:
            raise ValueError(f"`{value}`: the first number should be the smaller one")
        return Between(low=low, high=high)
    if not isinstance(value, list) or len(value) < 2:
        raise ValueError("should be a range, as `0..9999`, or a list of two and more")
    for place, one in enumerate(value):
        if not isinstance(one, Scalar) or (isinstance(one, float) and not math.isfinite(one)):
            raise Misplaced(f"`{one}` is no number, text or truth", at=[place])
        if repr(one) in map(repr, value[:place]):
            raise Misplaced(f"`{one}` stands twice", at=[place])
    return tuple(value)


Drawn = Annotated[
    Between | tuple[Scalar, ...],
    BeforeValidator(_choices, json_schema_input_type=str | list[bool | int | float | str]),
]


class VariedHeader(Strict):
    """What an author says about given code whose values differ by student.

    variant: names that the cell binds to a number, a text or a truth, and what each is drawn from;
    variants: over how many students are spread.
    """

    variant: Annotated[dict[Name, Drawn], Field(min_length=1)]
    variants: Annotated[int, Field(ge=2, le=_MOST)] | None = None

    def varied(self, body: str, *, cell: str, number: int) -> Varied:
        """Return what differs by student in a cell. Raises HeaderError, and SyntaxError."""
        bound = literals(body)
        for name, choices in self.variant.items():
            if name not in bound:
                raise HeaderError(
                    f"`variant`: the cell should have one line `{name} = ...` with the example's"
                    " value, a number, a text or a truth, on one line, and bind it nowhere else",
                    at=["variant", name],
                )
            if not _is_among(bound[name], choices):
                raise HeaderError(
                    f"`variant`: `{name} = {bound[name]!r}`, the example's value, should be one of"
                    " those that it is drawn from; write both alike (0.001, not 1e-3; 1.0, not 1)",
                    at=["variant", name],
                )
        made = Varied(
            cell=cell,
            number=number,
            choices=dict(self.variant),
            count=self.variants or USUAL,
            example={name: bound[name] for name in self.variant},
        )
        most = made.size - 1  # the example is nobody's
        if self.variants is not None and self.variants > most:
            problem = f"`variants`: there are no more than {most} beside the example"
            raise HeaderError(problem, at=["variants"])
        if most < 2:
            problem = "`variant`: there should be two and more beside the example"
            raise HeaderError(problem, at=["variant"])
        return replace(made, count=min(made.count, most))


def _is_among(value: Scalar, choices: Choices) -> bool:
    if isinstance(choices, Between):
        return type(value) is int and choices.low <= value <= choices.high
    return repr(value) in map(repr, choices)
