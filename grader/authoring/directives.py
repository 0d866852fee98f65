"""What a header may say of an exercise, a mistake, an alternative, or given code."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from grader.authoring.answer_header import ChoicesField, RubricField, RubricHeader
from grader.authoring.check_header import CheckHeader, distinct
from grader.authoring.fields import Blanks, Listed, Misplaced, Positive, RegionName, Slug, Strict
from grader.authoring.header import HeaderError, line_at, line_of_text, parse
from grader.authoring.property_header import PropertyHeader
from grader.authoring.varied_header import VariedHeader

_TEXT = "manual min_words"
_EXACT = 1e-9  # of sums of points


class ExerciseHeader(Strict):
    """What an author may say about an exercise."""

    exercise: Slug
    title: str | dict[str, str] = Field(default_factory=dict)
    points: Positive | None = None
    checks: Annotated[list[CheckHeader], Field(min_length=1), AfterValidator(distinct)] = Field(
        default_factory=list
    )
    choices: ChoicesField = Field(default_factory=dict)
    partial: bool = False
    manual: bool = False
    rubric: RubricField = Field(default_factory=list)
    min_words: Annotated[int, Field(ge=0)] = 0
    properties: list[PropertyHeader] = Field(default_factory=list)
    forbid: Annotated[list[str], Listed] = Field(default_factory=list)
    needs: Literal["cuda"] | None = None
    limit: Positive | None = None
    builds_on: Annotated[list[str], Listed] | None = None
    draws: bool = False
    own_gradient: bool = False
    blank: Blanks | None = None

    @property
    def worth(self) -> float:
        """The points: those of the rubric, where nobody says otherwise, and else 1."""
        return self.points or sum(item.points for item in self.rubric) or 1.0

    @model_validator(mode="after")
    def _one_kind_of_answer(self) -> "ExerciseHeader":
        if self.partial and not self.choices:
            raise Misplaced("`partial` belongs to `choices`", at=["partial"])
        if self.rubric and not self.manual:
            raise Misplaced(
                "a `rubric` is for a person, who decides where it says `manual: true`",
                at=["rubric"],
            )
        is_text = self.manual or bool(self.min_words)
        asked = {"checks": bool(self.checks), "choices": bool(self.choices), _TEXT: is_text}
        if not any(asked.values()):
            raise ValueError(
                "nothing says what is right: write `checks`, or `choices`, or `manual: true` where"
                " a person decides"
            )
        if sum(asked.values()) > 1:
            first, second = (name for name, is_asked in asked.items() if is_asked)
            told = second.replace(" ", "` or `")
            last = next(name for name in second.split() if getattr(self, name))
            raise Misplaced(
                f"`{first}` and `{told}` are two kinds of answers; make two exercises of them",
                at=[last],
            )
        total = sum(item.points for item in self.rubric)
        if self.rubric and self.points is not None and abs(self.points - total) > _EXACT:
            raise Misplaced(
                f"the items of the rubric make {total:g} points, and this is {self.points:g};"
                " leave `points` out",
                at=["points"],
            )
        return self


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
    """Return what is wrong with a header that is not as its schema has it, line by line."""
    every = error.errors()
    # That a key is missing mostly follows from another that is mistyped there.
    mistyped = {one["loc"][:-1] for one in every if one["type"] == "extra_forbidden"}
    found: dict[int | None, HeaderError] = {}
    for one in every:
        if one["type"] != "missing" or one["loc"][:-1] not in mistyped:
            fault = _fault(header, kind, one)
            found.setdefault(fault.line, fault)
    first, *rest = found.values()
    return HeaderError(str(first), line=first.line, further=rest)


def _fault(header: str, kind: type[Header], first: ErrorDetails) -> HeaderError:
    """Return one thing that is wrong with a header."""
    path = first["loc"]
    shown = (str(part + 1) if isinstance(part, int) else part for part in path)
    where = ".".join(part for part in shown if part != "[key]")
    what = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        parts: dict[str | int, type[BaseModel]] = {
            "properties": PropertyHeader,
            "rubric": RubricHeader,
        }
        known = parts.get(path[0], CheckHeader) if len(path) > 1 else kind
        what = f"no such key; there are: {', '.join(known.model_fields)}"
    if first["type"] == "missing":
        what = "is missing"
    said = f"`{where}`: {what}" if where else what
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, Misplaced):
        path = (*path, *cause.at)
        if cause.line is not None:
            line = line_of_text(header, path, cause.line)
            return HeaderError(said, line=line)
    return HeaderError(said, line=line_at(header, path))
