"""What a header may say of a check."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from grader.authoring.fields import (
    Expression,
    Misplaced,
    Names,
    NotNegative,
    Positive,
    Revealed,
    Short,
    Texts,
    by_language,
)
from grader.model.aspects import ASPECTS, DEFAULT_ASPECTS, Aspect
from grader.model.assignment import Check, Comparison
from grader.syntax.validity import fault


def _code(text: str) -> str:
    if (error := fault(text)) is not None:
        problem = f"not Python code (line {error.lineno}: {error.msg})"
        raise Misplaced(problem, line=error.lineno) from error
    return text


def _aspect(name: Any) -> Aspect:
    for known in ASPECTS:
        if name == known:
            return known
    raise ValueError(f"no such aspect; there are: {', '.join(ASPECTS)}")


# The table of aspects says which there are; a checker of types knows no more than that.
AspectName = Annotated[Any, AfterValidator(_aspect), WithJsonSchema({"enum": [*ASPECTS]})]


class CheckHeader(Short):
    """What an author may say about a check."""

    expr: Expression | None = None
    recompute: Expression | None = None
    of: Names = Field(default_factory=list)
    hidden: bool = False
    given: Annotated[str, AfterValidator(_code)] = ""
    compare: Comparison = "close"
    margin: NotNegative = 0.0
    rtol: NotNegative | None = None
    atol: NotNegative | None = None
    aspects: list[AspectName] = Field(default=list(DEFAULT_ASPECTS), min_length=1)
    exact_type: bool = False
    constant: bool = False
    raises: Annotated[str, Field(pattern=r"^[A-Za-z_]\w*$")] = ""
    valid: Expression | Literal[""] = ""
    points: Positive = 1.0
    credit: dict[AspectName, Positive] = Field(default_factory=dict)
    title: Texts | None = None
    public: bool = False
    reveal: Revealed | None = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        if isinstance(value, bool | int | float):
            raise ValueError(f"a check is an expression in text: put `{value}` in quotes")
        return {"expr": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_kind(self) -> "CheckHeader":
        if (self.expr is None) == (self.recompute is None):
            raise ValueError("a check has either `expr` or `recompute`")
        if (self.recompute is None) != (not self.of):
            raise Misplaced(
                "`recompute` comes with `of`, the student's names that it is computed from,"
                " and `of` with `recompute`",
                at=["of" if self.of else "recompute"],
            )
        if self.recompute is not None:
            self._refuse_with_recompute()
        if self.margin and self.compare != "at_most":
            raise Misplaced("`margin` belongs to `compare: at_most`", at=["margin"])
        if bool(self.raises) != bool(self.valid):
            raise Misplaced(
                "`raises` comes with `valid`, an expression that does not raise: else whatever"
                " always fails would be right",
                at=["raises" if self.raises else "valid"],
            )
        if spare := set(self.credit) - set(self.aspects):
            raise Misplaced(
                f"`credit` is for `{min(spare)}`, which `aspects` leaves out",
                at=["credit", min(spare)],
            )
        if sum(self.credit.values()) > self.points:
            raise Misplaced("`credit` is more than the `points` of the check", at=["credit"])
        if self.public and (why := self._private):
            raise Misplaced(f"`public` shows students the expected value, {why}", at=["public"])
        if self.hidden and self.reveal is not None and self.reveal.what == "shown":
            problem = (
                "the check is hidden, so that nothing of it would be told: write `always`, or"
                " `what: always` beside `after`"
            )
            raise Misplaced(problem, at=["reveal"])
        return self

    @property
    def _private(self) -> str:
        """Why the expected value cannot stand in the released notebook; empty where it can."""
        if self.hidden:
            return "and `hidden` keeps it from them: leave out one of the two"
        if self.constant:
            return (
                "and with `constant` it is right on other data, too: it could be typed in."
                " Leave out `public`, or state a `property`"
            )
        if self.given:
            return "and `given` draws its data when it is graded: draw them in given code"
        if self.recompute is not None or self.compare == "at_most":
            return (
                "and here a smaller one is right, or what it is computed from is not seen:"
                " state a `property`, as `losses[-1] < 1.2`"
            )
        if self.raises:
            return "and with `raises` there is none"
        if "values" not in self.aspects:
            return "and `aspects` leaves out `values`"
        return ""

    def _refuse_with_recompute(self) -> None:
        if self.given:
            raise Misplaced("`given` belongs to `expr`, not to `recompute`", at=["given"])
        if spare := set(self.of) - set(self.check().free_names):
            raise Misplaced(f"`recompute` does not read `{min(spare)}` of `of`", at=["of"])
        if self.raises and self.valid:
            raise Misplaced("`raises` belongs to `expr`, not to `recompute`", at=["raises"])

    def check(self) -> Check:
        """Return the check itself."""
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
            title={} if self.title is None else by_language(self.title),
            public=self.public,
            reveal=self.reveal,
        )


def distinct(checks: list[CheckHeader]) -> list[CheckHeader]:
    """Return the checks of an exercise, no two of which are of one expression."""
    seen = set[str]()
    for place, check in enumerate(checks):
        expression = check.check().expression
        if expression in seen:
            problem = f"two checks are `{expression}`; name their given data differently"
            raise Misplaced(problem, at=[place])
        seen.add(expression)
    return checks
