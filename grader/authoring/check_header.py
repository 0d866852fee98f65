"""What a header may say of a check."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any, Literal, cast, get_args

from pydantic import AfterValidator, ConfigDict, Field, WithJsonSchema, model_validator

from grader.authoring.fields import (
    Expression,
    Finite,
    Misplaced,
    Names,
    NotNegative,
    Positive,
    Revealed,
    Short,
    Texts,
    by_language,
)
from grader.authoring.header import known_by
from grader.model.aspects import ASPECTS, DEFAULT_ASPECTS, Aspect
from grader.model.assignment import Check, Comparison
from grader.syntax.validity import fault, is_expression

_COMPARISONS = get_args(Comparison)
# What says how a value is compared with the reference's, which no bound is.
_OF_COMPARING = ("compare", "margin", "rtol", "atol", "aspects", "exact_type", "credit", "raises")


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


def _compare(value: Any) -> Comparison | list[str]:
    """Return how values are compared, or the expressions that are, which `run` comes with."""
    for known in _COMPARISONS:
        if value == known:
            return cast(Comparison, known)
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not texts or not all(isinstance(one, str) for one in texts):
        raise ValueError(
            f"this is one of {', '.join(_COMPARISONS)}; or, with `run`, a list of expressions in"
            " text"
        )
    found = [text.strip() for text in texts]
    for text in found:
        if not is_expression(text):
            raise ValueError(f"`{text}` is not a Python expression")
        if found.count(text) > 1:
            raise ValueError(f"`{text}` stands twice")
    return found


# The table of aspects says which there are; a checker of types knows no more than that.
AspectName = Annotated[Any, AfterValidator(_aspect), WithJsonSchema({"enum": [*ASPECTS]})]
_TEXTS = {"type": "array", "items": {"type": "string"}, "minItems": 1}
Compared = Annotated[
    Any,
    AfterValidator(_compare),
    WithJsonSchema({"anyOf": [{"enum": [*_COMPARISONS]}, {"type": "string"}, _TEXTS]}),
]


class CheckHeader(Short):
    """What an author may say about a check."""

    # What a text or a list there says besides, it says beside `run` alone.
    model_config = ConfigDict(
        json_schema_extra={
            "if": {"required": ["run"]},
            "else": {"properties": {"compare": {"enum": [*_COMPARISONS]}}},
        }
    )

    expr: Expression | None = None
    recompute: Expression | None = None
    run: Annotated[str, AfterValidator(_code)] | None = None
    of: Names = Field(default_factory=list)
    view: Expression | None = None
    hidden: bool = False
    given: Annotated[str, AfterValidator(_code)] = ""
    compare: Compared = "close"
    margin: NotNegative = 0.0
    at_least: Finite | None = None
    at_most: Finite | None = None
    seed: Annotated[int, Field(ge=0, lt=2**32)] | None = None
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
        if sum(one is not None for one in (self.expr, self.recompute, self.run)) != 1:
            raise ValueError("a check has either `expr`, `recompute` or `run`")
        if (self.recompute is None) != (not self.of):
            raise Misplaced(
                "`recompute` comes with `of`, the student's names that it is computed from,"
                " and `of` with `recompute`",
                at=["of" if self.of else "recompute"],
            )
        if self.run is not None:
            self._refuse_with_run()
        elif not isinstance(self.compare, str):
            problem = f"this is one of {', '.join(_COMPARISONS)}: a list stands beside `run`"
            raise Misplaced(problem, at=["compare"])
        if self.recompute is not None:
            self._refuse_with_recompute()
        if self.view is not None:
            self._refuse_with_view()
        if self.at_least is not None or self.at_most is not None:
            self._refuse_with_bounds()
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

    def _refuse_with_run(self) -> None:
        for name in ("raises", "valid", "view"):
            if getattr(self, name):
                raise Misplaced(f"`{name}` belongs to `expr`, not to `run`", at=[name])
        if isinstance(self.compare, str):
            raise Misplaced(
                "`run` comes with `compare`, a list of what is compared when it has run:"
                " `compare: [loss, net.weight]`; for numbers that have to be exact say `rtol: 0`"
                " and `atol: 0`",
                at=["compare" if "compare" in self.model_fields_set else "run"],
            )
        if self.title is None:
            problem = "`run` comes with a `title`: a report would have nothing else to call it by"
            raise Misplaced(problem, at=["run"])

    def _refuse_with_recompute(self) -> None:
        if self.given:
            raise Misplaced("`given` belongs to `expr`, not to `recompute`", at=["given"])
        if spare := set(self.of) - set(self.check().free_names):
            raise Misplaced(f"`recompute` does not read `{min(spare)}` of `of`", at=["of"])
        if self.raises and self.valid:
            raise Misplaced("`raises` belongs to `expr`, not to `recompute`", at=["raises"])

    def _refuse_with_view(self) -> None:
        if self.expr is None or self.raises:
            problem = "`view` belongs to an `expr` that gives a value"
            raise Misplaced(problem, at=["view"])
        if "value" not in Check(expression=self.view or "").free_names:
            problem = "`view` is an expression of `value`, as `sorted(value)`"
            raise Misplaced(problem, at=["view"])

    def _refuse_with_bounds(self) -> None:
        bound = "at_most" if self.at_least is None else "at_least"
        for name in _OF_COMPARING:
            if name in self.model_fields_set and not (name == "compare" and self.run is not None):
                problem = f"`{name}` is about the reference's value, and `{bound}` asks for another"
                raise Misplaced(f"{problem}: leave out one of the two", at=[name])
        if self.public:
            problem = "`public` shows the expected value, and here is none: the text says the bound"
            raise Misplaced(problem, at=["public"])
        if isinstance(self.compare, list) and len(self.compare) > 1:
            problem = f"`{bound}` is about one expression: write a check for each"
            raise Misplaced(problem, at=["compare"])
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise Misplaced("`at_least` is more than `at_most`", at=["at_least"])

    def check(self) -> Check:
        """Return the check itself."""
        compared = tuple(self.compare) if isinstance(self.compare, list) else ()
        return Check(
            expression=self._expression,
            run=(self.run or "").rstrip(),
            compared=compared,
            view=self.view or "",
            of=tuple(self.of),
            hidden=self.hidden,
            given=self.given,
            compare="close" if compared else self.compare,
            margin=self.margin,
            at_least=self.at_least,
            at_most=self.at_most,
            seed=self.seed,
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

    @property
    def _expression(self) -> str:
        expression = self.expr if self.expr is not None else self.recompute
        return known_by(expr=expression, view=self.view, run=self.run, compare=self.compare)


def distinct(checks: list[CheckHeader]) -> list[CheckHeader]:
    """Return the checks of an exercise, no two of which are of one expression."""
    seen = dict[tuple[str, str], Check]()
    for place, header in enumerate(checks):
        check = header.check()
        known = check.expression, check.run
        if known in seen:
            raise Misplaced(_twice(seen[known], check), at=[place])
        seen[known] = check
    return checks


def _twice(one: Check, other: Check) -> str:
    """Return what to do with two checks that are known by the same."""
    if one.run:
        return "two checks run and compare the same"
    problem = f"two checks are `{one.expression}`"
    if one.given and other.given:
        return f"{problem}; name their given data differently"
    if one.aspects != other.aspects:
        return (
            f"{problem}; compare all its aspects in one, with `credit` for those that earn points"
            " by themselves"
        )
    if one == other:
        return f"{problem}; leave one of them out"
    return f"{problem}; make one of them, or let one look at a part or a `view` of it"


def numbered(checks: list[CheckHeader]) -> Iterator[Check]:
    """Yield the checks of an exercise; of those that compare the same, each has a number."""
    seen = Counter[str]()
    for header in checks:
        check = header.check()
        seen[check.expression] += 1
        if (number := seen[check.expression]) > 1:
            check = replace(check, expression=f"{check.expression} {number}")
        yield check
