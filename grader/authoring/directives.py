"""What a header may say of an exercise, a mistake, an alternative, or given code."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, ValidationError

from grader.authoring.check_header import CheckHeader, distinct
from grader.authoring.fields import Blanks, Listed, Misplaced, Positive, RegionName, Slug, Strict
from grader.authoring.header import HeaderError, line_at, line_of_text, parse
from grader.authoring.property_header import PropertyHeader
from grader.authoring.varied_header import VariedHeader


class ExerciseHeader(Strict):
    """What an author may say about an exercise."""

    exercise: Slug
    title: str | dict[str, str] = Field(default_factory=dict)
    points: Positive = 1.0
    checks: Annotated[list[CheckHeader], Field(min_length=1), AfterValidator(distinct)]
    properties: list[PropertyHeader] = Field(default_factory=list)
    forbid: Annotated[list[str], Listed] = Field(default_factory=list)
    needs: Literal["cuda"] | None = None
    limit: Positive | None = None
    builds_on: Annotated[list[str], Listed] | None = None
    draws: bool = False
    own_gradient: bool = False
    blank: Blanks | None = None


class MistakeHeader(Strict):
    """What an author says about a known mistake. help: a text, or one for each language."""

    mistake: Slug
    name: Slug
    region: RegionName | None = None
    help: str | Annotated[dict[str, str], Field(min_length=1)]


class AlternativeHeader(Strict):
    """What an author says about another right solution."""

    alternative: Slug
    name: Slug
    region: RegionName | None = None


class GivenHeader(Strict):
    """What an author may say about a cell of given code.

    needs_answer: whether it reads answers above, so that it may fail as long as these are blank.
    """

    needs_answer: bool


VariantHeader = MistakeHeader | AlternativeHeader
Header = ExerciseHeader | VariantHeader | GivenHeader | VariedHeader
_KINDS: dict[str, type[Header]] = {
    "exercise": ExerciseHeader,
    "mistake": MistakeHeader,
    "alternative": AlternativeHeader,
    "needs_answer": GivenHeader,
    "variant": VariedHeader,
}


def read(header: str) -> Header:
    """Return the header of a cell. Raises HeaderError, which names the line and the fix."""
    raw = parse(header)
    if not isinstance(raw, dict):
        raise HeaderError("the header should be `key: value` lines")
    kinds = [name for name in _KINDS if name in raw]
    if not kinds:
        raise HeaderError(
            "the header has no `exercise: name`, nor `mistake:` or `alternative:` with the name of"
            " an exercise, nor `needs_answer: true` or `variant:` for given code; only these have"
            " headers"
        )
    if len(kinds) > 1:
        last = max(kinds, key=[*raw].index)
        problem = "a cell is either an exercise, or a mistake, or an alternative"
        for given in ("needs_answer", "variant"):
            if given in kinds:
                problem, last = f"`{given}` is for given code, in a cell of its own", given
        raise HeaderError(problem, at=[last])
    kind = _KINDS[kinds[0]]
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        raise _faulty(header, kind, error) from error


def _faulty(header: str, kind: type[Header], error: ValidationError) -> HeaderError:
    """Return what is wrong with a header that is not as its schema has it."""
    # A mistyped key comes first: that another one is missing mostly follows from it.
    first = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
    path = first["loc"]
    where = ".".join(str(part + 1) if isinstance(part, int) else part for part in path)
    what = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        parts: dict[str | int, type[BaseModel]] = {"properties": PropertyHeader}
        known = parts.get(path[0], CheckHeader) if len(path) > 1 else kind
        what = f"no such key; there are: {', '.join(known.model_fields)}"
    if first["type"] == "missing":
        what = "is missing"
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, Misplaced):
        path = (*path, *cause.at)
        if cause.line is not None:
            line = line_of_text(header, path, cause.line)
            return HeaderError(f"`{where}`: {what}", line=line)
    return HeaderError(f"`{where}`: {what}", line=line_at(header, path))
