"""What a header may say of an exercise, a mistake or an alternative."""

import keyword
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from grader.authoring.header import HeaderError, Path, line_at, line_of_text, parse
from grader.model.aspects import ASPECTS, DEFAULT_ASPECTS, Aspect
from grader.model.assignment import Check, Comparison
from grader.syntax.expressions import is_expression
from grader.syntax.magics import fault


class _Misplaced(ValueError):
    """What is wrong with a part of a value. at: that part; line: of its text."""

    def __init__(self, problem: str, *, at: Path = (), line: int | None = None) -> None:
        self.at, self.line = at, line
        super().__init__(problem)


def _expression(text: str) -> str:
    text = text.strip()
    if not is_expression(text):
        raise ValueError(f"`{text}` is not a Python expression")
    return text


def _code(text: str) -> str:
    if (error := fault(text)) is not None:
        problem = f"not Python code (line {error.lineno}: {error.msg})"
        raise _Misplaced(problem, line=error.lineno) from error
    return text


def _names(value: Any) -> Any:
    # `of: w, b` and a block list say the same.
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else value


def _name(text: str) -> str:
    if not text.isidentifier() or keyword.iskeyword(text):
        raise ValueError(f"`{text}` is not a name")
    return text


def _aspect(name: Any) -> Aspect:
    for known in ASPECTS:
        if name == known:
            return known
    raise ValueError(f"no such aspect; there are: {', '.join(ASPECTS)}")


_NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
_Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
_Expression = Annotated[str, AfterValidator(_expression)]
_Names = Annotated[list[Annotated[str, AfterValidator(_name)]], BeforeValidator(_names)]


# The table of aspects says which there are; a checker of types knows no more than that.
_Aspect = Annotated[Any, AfterValidator(_aspect)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _CheckHeader(_Strict):
    expr: _Expression | None = None
    recompute: _Expression | None = None
    of: _Names = []
    hidden: bool = False
    given: Annotated[str, AfterValidator(_code)] = ""
    compare: Comparison = "close"
    margin: _NotNegative = 0.0
    rtol: _NotNegative | None = None
    atol: _NotNegative | None = None
    aspects: Annotated[list[_Aspect], Field(min_length=1)] = list(DEFAULT_ASPECTS)
    exact_type: bool = False
    constant: bool = False
    raises: Annotated[str, Field(pattern=r"^[A-Za-z_]\w*$")] = ""
    valid: _Expression | Literal[""] = ""
    points: _Positive = 1.0
    credit: dict[_Aspect, _Positive] = {}

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        if isinstance(value, bool | int | float):
            raise ValueError(f"a check is an expression in text: put `{value}` in quotes")
        return {"expr": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_kind(self) -> "_CheckHeader":
        if (self.expr is None) == (self.recompute is None):
            raise ValueError("a check has either `expr` or `recompute`")
        if (self.recompute is None) != (not self.of):
            raise _Misplaced(
                "`recompute` comes with `of`, the student's names that it is computed from,"
                " and `of` with `recompute`",
                at=["of" if self.of else "recompute"],
            )
        if self.recompute is not None:
            self._refuse_with_recompute()
        if self.margin and self.compare != "at_most":
            raise _Misplaced("`margin` belongs to `compare: at_most`", at=["margin"])
        if bool(self.raises) != bool(self.valid):
            raise _Misplaced(
                "`raises` comes with `valid`, an expression that does not raise: else whatever"
                " always fails would be right",
                at=["raises" if self.raises else "valid"],
            )
        if spare := set(self.credit) - set(self.aspects):
            raise _Misplaced(
                f"`credit` is for `{min(spare)}`, which `aspects` leaves out",
                at=["credit", min(spare)],
            )
        if sum(self.credit.values()) > self.points:
            raise _Misplaced("`credit` is more than the `points` of the check", at=["credit"])
        return self

    def _refuse_with_recompute(self) -> None:
        if self.given:
            raise _Misplaced("`given` belongs to `expr`, not to `recompute`", at=["given"])
        if spare := set(self.of) - set(self.check().free_names):
            raise _Misplaced(f"`recompute` does not read `{min(spare)}` of `of`", at=["of"])
        if self.raises and self.valid:
            raise _Misplaced("`raises` belongs to `expr`, not to `recompute`", at=["raises"])

    def check(self) -> Check:
        expression = self.expr if self.expr is not None else self.recompute
        assert expression is not None
        return Check(
            expression=expression,
            of=tuple(self.of),
            hidden=self.hidden,
            given=self.given,
            compare=self.compare,
            margin=self.margin,
            rtol=self.rtol,
            atol=self.atol,
            aspects=tuple(self.aspects),
            exact_type=self.exact_type,
            constant=self.constant,
            raises=self.raises,
            valid=self.valid,
            weight=self.points,
            credit=self.credit,
        )


def _distinct(checks: list[_CheckHeader]) -> list[_CheckHeader]:
    seen = set[str]()
    for place, check in enumerate(checks):
        expression = check.check().expression
        if expression in seen:
            problem = f"two checks are `{expression}`; name their given data differently"
            raise _Misplaced(problem, at=[place])
        seen.add(expression)
    return checks


_Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,47}$")]


class ExerciseHeader(_Strict):
    """What an author may say about an exercise."""

    exercise: _Slug
    title: str | dict[str, str] = {}
    points: _Positive = 1.0
    checks: Annotated[list[_CheckHeader], Field(min_length=1), AfterValidator(_distinct)]
    forbid: Annotated[list[str], BeforeValidator(_names)] = []
    needs: Literal["cuda"] | None = None
    limit: _Positive | None = None
    builds_on: Annotated[list[str], BeforeValidator(_names)] | None = None
    draws: bool = False
    blank: str | None = None


class MistakeHeader(_Strict):
    """What an author says about a known mistake. help: a text, or one for each language."""

    mistake: _Slug
    name: _Slug
    help: str | Annotated[dict[str, str], Field(min_length=1)]


class AlternativeHeader(_Strict):
    """What an author says about another right solution."""

    alternative: _Slug
    name: _Slug


Header = ExerciseHeader | MistakeHeader | AlternativeHeader
_KINDS: dict[str, type[Header]] = {
    "exercise": ExerciseHeader,
    "mistake": MistakeHeader,
    "alternative": AlternativeHeader,
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
            " an exercise; only these have headers"
        )
    if len(kinds) > 1:
        last = max(kinds, key=[*raw].index)
        problem = "a cell is either an exercise, or a mistake, or an alternative"
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
        known = _CheckHeader if len(path) > 1 else kind
        what = f"no such key; there are: {', '.join(known.model_fields)}"
    if first["type"] == "missing":
        what = "is missing"
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, _Misplaced):
        path = (*path, *cause.at)
        if cause.line is not None:
            line = line_of_text(header, path, cause.line)
            return HeaderError(f"`{where}`: {what}", line=line)
    return HeaderError(f"`{where}`: {what}", line=line_at(header, path))
