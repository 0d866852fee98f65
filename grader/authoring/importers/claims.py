"""What an assertion claims: which value it looks at, and how close it has to be.

The reference knows the value, so the one that the author has typed in is left out.
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

Reads = Callable[[ast.expr], bool]  # whether an expression reads what students make


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """An expression whose value is looked at, and what else the assertion says of it.

    other: what the assertion holds it against, if anything; shown: the assertion as an expression
    that is true or false; is_truth: whether the expression is that itself; message: what it says
    where it fails.
    """

    expression: ast.expr
    shown: ast.expr
    other: ast.expr | None = None
    is_truth: bool = False
    rtol: float | None = None
    atol: float | None = None
    message: str = ""

    @property
    def is_form(self) -> bool:
        """Whether it looks at what is the same for other numbers: a shape, a length, a type."""
        return (
            self.is_truth
            or name_of_call(self.expression) in ("tuple", "len", "str")
            or (isinstance(self.expression, ast.Attribute) and self.expression.attr in _FORMS)
        )

    @property
    def noted(self) -> ast.expr:
        """The expression, with None for what is not true: so a self-check tells it from a truth."""
        if not self.is_truth:
            return self.expression
        return ast.BoolOp(op=ast.Or(), values=[self.expression, ast.Constant(value=None)])

    @property
    def text(self) -> str:
        """The expression as code."""
        return ast.unparse(self.expression)


def claims(test: ast.expr, reads: Reads, message: str = "") -> list[Claim]:
    """Return what an expression that should be true claims; nothing where it reads no answer."""
    found = (_one(part, reads) for part in _parts(test) if reads(part))
    return [replace(claim, message=message) for claim in found]


def _parts(test: ast.expr) -> Iterator[ast.expr]:
    match test:
        case ast.BoolOp(op=ast.And(), values=values):
            for value in values:
                yield from _parts(value)
        case _:
            yield test


def value_claim(value: ast.expr) -> Claim:
    """Return the claim that a value is the reference's."""
    return _claim(value)


def is_test(value: ast.expr) -> bool:
    """Whether an expression is true or false by its form."""
    bare = _unwrapped(value)
    is_logic = isinstance(bare, ast.Compare | ast.BoolOp) or (
        isinstance(bare, ast.UnaryOp) and isinstance(bare.op, ast.Not)
    )
    return is_logic or name_of_call(bare) in _TRUTHS | _COMPARING


def fails_blank(test: ast.expr) -> bool:
    """Whether a test does not hold of `...` and None, so that students may look at it."""
    bare = _unwrapped(test)
    match bare:
        case ast.Compare(ops=ops):
            return all(isinstance(one, _POSITIVE) for one in ops)
    return name_of_call(bare) in _COMPARING | {"isinstance"}


def _one(test: ast.expr, reads: Reads) -> Claim:
    bare = _unwrapped(test)
    if (found := _value(bare, reads)) is not None:
        return replace(found, shown=test)
    is_truth = isinstance(test, ast.Compare | ast.UnaryOp) or name_of_call(test) in _TRUTHS
    expression = test if is_truth else _call("bool", test)
    return Claim(expression=expression, shown=expression, is_truth=True)


def _value(test: ast.expr, reads: Reads) -> Claim | None:
    match test:
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
            return _equal(left, right, reads)
        case ast.Compare(
            left=left, ops=[ast.Is()], comparators=[ast.Constant(value=bool()) as right]
        ):
            return _claim(left, right)
        case ast.Compare(left=left, ops=[ast.Lt() | ast.LtE()], comparators=[right]):
            return _below(left, right, reads)
        case ast.Compare(left=left, ops=[ast.Gt() | ast.GtE()], comparators=[right]):
            return _below(right, left, reads)
        case ast.Call():
            return _close(test, reads)
    return None


def _equal(left: ast.expr, right: ast.expr, reads: Reads) -> Claim | None:
    for one, other in ((left, right), (right, left)):
        if name_of_call(other) == "approx" and isinstance(other, ast.Call) and other.args:
            rtol, atol = number_of_keyword(other, "rel"), number_of_keyword(other, "abs")
            return _claim(one, other.args[0], rtol=rtol, atol=atol)
    side, against = _sides(left, right, reads)
    return None if name_of_call(side) == "type" else _claim(side, against)


def _below(small: ast.expr, large: ast.expr, reads: Reads) -> Claim | None:
    """Return what `small < large` claims of a difference."""
    bound = number(large)
    if bound is not None and (difference := _difference(small)) is not None:
        side, against = _sides(difference.left, difference.right, reads)
        return _claim(side, against, rtol=0.0, atol=bound)
    return None  # a bound is a truth: as a threshold, whoever returns it would keep it


def _close(test: ast.Call, reads: Reads) -> Claim | None:
    """Return what `np.allclose(a, b)` claims, and others that compare two values."""
    name, args = name_of_call(test), [*test.args]
    if name not in _COMPARING:
        return None
    if len(args) == 1 and isinstance(test.func, ast.Attribute):
        args = [test.func.value, *args]
    if len(args) < 2 or any(isinstance(one, ast.Starred) for one in args):
        return None
    side, against = _sides(args[0], args[1], reads)
    rtol, atol = (
        number_of_keyword(test, *names) for names in (("rtol", "rel_tol"), ("atol", "abs_tol"))
    )
    if len(args) > 2 and name in ("allclose", "isclose"):
        rtol = number(args[2])
        atol = number(args[3]) if len(args) > 3 else atol
    return _claim(side, against, rtol=rtol, atol=atol)


def _claim(
    value: ast.expr,
    other: ast.expr | None = None,
    *,
    rtol: float | None = None,
    atol: float | None = None,
) -> Claim:
    return Claim(expression=_sendable(value), shown=value, other=other, rtol=rtol, atol=atol)


def _sendable(value: ast.expr) -> ast.expr:
    """Return a value in a form that all libraries share."""
    match value:
        case ast.Attribute(attr="shape") | ast.Call(func=ast.Attribute(attr="size"), args=[]):
            return _call("tuple", value)
        case ast.Attribute(attr="dtype" | "device"):
            return _call("str", value)
        case ast.Call(func=ast.Name(id="type")):
            return ast.Attribute(value=value, attr="__name__", ctx=ast.Load())
    return value


def _sides(left: ast.expr, right: ast.expr, reads: Reads) -> tuple[ast.expr, ast.expr]:
    """Return the side of a comparison that students make, and the other; left first."""
    return (left, right) if reads(left) else (right, left)


def _difference(value: ast.expr) -> ast.BinOp | None:
    """Return `a - b` of `abs(a - b).max()` and the like."""
    while True:
        match value:
            case ast.BinOp(op=ast.Sub()):
                return value
            case ast.Call(args=[inner, *_]) if name_of_call(value) in _SIZES and not isinstance(
                inner, ast.Starred
            ):
                value = inner
            case ast.Call(func=ast.Attribute(value=inner), args=[]) if (
                name_of_call(value) in _SIZES
            ):
                value = inner
            case _:
                return None


def _unwrapped(test: ast.expr) -> ast.expr:
    """Return what stands in `bool(...)`, `np.all(...)` and the like, where it compares."""
    inner = test
    while isinstance(inner, ast.Call) and name_of_call(inner) in ("bool", "all", "item"):
        match inner:
            case ast.Call(args=[one]) if not isinstance(one, ast.GeneratorExp | ast.ListComp):
                inner = one
            case ast.Call(func=ast.Attribute(value=one), args=[]):
                inner = one
            case _:
                return test
    match inner:
        case ast.Compare(ops=[ast.Eq()]):
            return inner
        case ast.Call() if name_of_call(inner) in _COMPARING | {"eq"}:
            return inner
    return test


def name_of_call(node: ast.expr) -> str:
    """Return the last part of the name of what is called; empty where nothing is."""
    match node:
        case ast.Call(func=ast.Attribute(attr=name)) | ast.Call(func=ast.Name(id=name)):
            return name
    return ""


def number_of_keyword(call: ast.Call, *names: str) -> float | None:
    """Return the number that a call gives one of some arguments; None for none."""
    for one in call.keywords:
        if one.arg in names:
            return number(one.value)
    return None


def number(node: ast.expr) -> float | None:
    """Return the number that is written; None where none is."""
    try:
        value: Any = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError):
        try:  # 10 ** -5
            value = _power(node)
        except (TypeError, OverflowError, ZeroDivisionError):
            return None
    is_plain = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_plain else None


def _power(node: ast.expr) -> Any:
    match node:
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            base, exponent = number(left), number(right)
            if base is not None and exponent is not None and abs(exponent) < 100:
                return base**exponent
    return None


def _call(name: str, value: ast.expr) -> ast.expr:
    return ast.Call(func=ast.Name(id=name, ctx=ast.Load()), args=[value], keywords=[])


_TRUTHS = frozenset(("isinstance", "issubclass", "hasattr", "callable", "any", "all", "bool"))
_POSITIVE = (ast.Eq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In)
_FORMS = frozenset(("ndim", "dtype", "device", "requires_grad", "__name__"))
_COMPARING = frozenset(
    ("allclose", "isclose", "array_equal", "array_equiv", "equal", "equals", "eq")
)
_SIZES = frozenset(
    (
        "abs",
        "fabs",
        "absolute",
        "max",
        "amax",
        "mean",
        "sum",
        "norm",
        "item",
        "float",
        "sqrt",
        "all",
    )
)
