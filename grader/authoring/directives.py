"""The `#|` header of an exercise, a mistake or an alternative: its schema, and how it is read.

Quarto and nbdev write such headers; black turns `#|` into `# |`, so both are read. Cell magics may
stand above. The header is YAML in block style.
"""

import ast
import keyword
import re
from typing import Annotated, Any, Literal

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from grader.model.aspects import DEFAULT_ASPECTS, Aspect
from grader.model.assignment import Check, Comparison

_HEADER_LINE = re.compile(r"#\s?\|(.*)")
_MAGIC = re.compile(r"\s*%%?\w")


class HeaderError(ValueError):
    """A header cannot be understood. line: within the cell, from 1, where it is known."""

    def __init__(self, problem: str, line: int | None = None) -> None:
        self.line = line
        super().__init__(problem)


def _expression(text: str) -> str:
    text = text.strip()
    try:
        ast.parse(text, mode="eval")
    except SyntaxError as error:
        raise ValueError(f"`{text}` is not a Python expression") from error
    return text


def _code(text: str) -> str:
    try:
        ast.parse(text)
    except SyntaxError as error:
        raise ValueError(f"not Python code (line {error.lineno}: {error.msg})") from error
    return text


def _names(value: Any) -> Any:
    # `of: w, b` and a block list say the same.
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else value


def _name(text: str) -> str:
    if not text.isidentifier() or keyword.iskeyword(text):
        raise ValueError(f"`{text}` is not a name")
    return text


_NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
_Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
_Expression = Annotated[str, AfterValidator(_expression)]
_Names = Annotated[list[Annotated[str, AfterValidator(_name)]], BeforeValidator(_names)]


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
    aspects: Annotated[list[Aspect], Field(min_length=1)] = list(DEFAULT_ASPECTS)
    exact_type: bool = False
    constant: bool = False
    raises: Annotated[str, Field(pattern=r"^[A-Za-z_]\w*$")] = ""
    valid: _Expression | Literal[""] = ""
    points: _Positive = 1.0
    credit: dict[Aspect, _Positive] = {}

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
            raise ValueError(
                "`recompute` comes with `of`, the student's names that it is computed from,"
                " and `of` with `recompute`"
            )
        if self.recompute is not None and self.given:
            raise ValueError("`given` belongs to `expr`, not to `recompute`")
        if self.recompute is not None and (spare := set(self.of) - set(self.check().free_names)):
            raise ValueError(f"`recompute` does not read `{min(spare)}` of `of`")
        if self.margin and self.compare != "at_most":
            raise ValueError("`margin` belongs to `compare: at_most`")
        if bool(self.raises) != bool(self.valid):
            raise ValueError(
                "`raises` comes with `valid`, an expression that does not raise: else whatever"
                " always fails would be right"
            )
        if self.raises and self.expr is None:
            raise ValueError("`raises` belongs to `expr`, not to `recompute`")
        if spare_aspects := set(self.credit) - set(self.aspects):
            raise ValueError(f"`credit` is for `{min(spare_aspects)}`, which `aspects` leaves out")
        if sum(self.credit.values()) > self.points:
            raise ValueError("`credit` is more than the `points` of the check")
        return self

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
    expressions = [check.check().expression for check in checks]
    for expression in expressions:
        if expressions.count(expression) > 1:
            raise ValueError(f"two checks are `{expression}`; name their given data differently")
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


class _Loader(yaml.SafeLoader):
    """YAML's safe loader, which takes a key that stands twice for the mistake that it is."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        for key, _ in node.value:
            if keys.count(key.value) > 1:
                raise yaml.constructor.ConstructorError(
                    problem=f"`{key.value}` stands twice", problem_mark=key.start_mark
                )
        return dict(super().construct_mapping(node, deep))


def split(source: str) -> tuple[str, str, str]:
    """Return the magics above the header, the header's YAML, and the rest of a cell."""
    lines = source.split("\n")
    start = 0
    while start < len(lines) and (not lines[start].strip() or _MAGIC.match(lines[start])):
        start += 1
    end = start
    while end < len(lines) and _HEADER_LINE.match(lines[end]):
        end += 1
    if end == start:
        return "", "", source
    header = [match[1] for line in lines[start:end] if (match := _HEADER_LINE.match(line))]
    # One blank after the bar is part of the mark, where every line has it.
    if all(line.startswith(" ") or not line for line in header):
        header = [line[1:] for line in header]
    return "\n".join(lines[:start]), "\n".join(header), "\n".join(lines[end:])


def read(header: str) -> Header:
    """Return the header of a cell. Raises HeaderError, which names the line and the fix."""
    try:
        raw = yaml.load(header, Loader=_Loader)  # noqa: S506 - it is a SafeLoader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "not valid YAML"
        raise HeaderError(
            f"the header is not valid YAML: {problem}"
            " (put text that holds `: ` in quotes; write lists in block style)",
            line=mark.line + 1 if mark else None,
        ) from error
    if not isinstance(raw, dict):
        raise HeaderError("the header should be `key: value` lines")
    kinds = [kind for name, kind in _KINDS.items() if name in raw]
    if len(kinds) != 1:
        raise HeaderError(
            "the header has no `exercise: name`, nor `mistake:` or `alternative:` with the name of"
            " an exercise; only these have headers"
            if not kinds
            else "a cell is either an exercise, or a mistake, or an alternative"
        )
    try:
        return kinds[0].model_validate(raw)
    except ValidationError as error:
        # A mistyped key comes first: that another one is missing mostly follows from it.
        first = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
        where = ".".join(str(part + 1) if isinstance(part, int) else part for part in first["loc"])
        what = first["msg"].removeprefix("Value error, ")
        if first["type"] == "extra_forbidden":
            known = _CheckHeader if len(first["loc"]) > 1 else kinds[0]
            what = f"no such key; there are: {', '.join(known.model_fields)}"
        if first["type"] == "missing":
            what = "is missing"
        key = next((part for part in reversed(first["loc"]) if isinstance(part, str)), "")
        lines = header.split("\n")
        line = next((n for n, text in enumerate(lines, start=1) if f"{key}:" in text), None)
        raise HeaderError(f"`{where}`: {what}", line=line) from error
