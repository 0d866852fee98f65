"""Statements that assert: `assert`, what testing libraries call for it, and errors that are due."""

import ast
from collections.abc import Callable
from dataclasses import dataclass

from grader.authoring.importers.claims import (
    Claim,
    Reads,
    claims,
    name_of_call,
    number,
    number_of_keyword,
    value_claim,
)

VALUE = "assert_value"  # stands for a test that is made of the reference's value


@dataclass(frozen=True, slots=True, kw_only=True)
class Raises:
    """A call that has to raise. exception: its name; empty where several would do."""

    expression: ast.expr
    exception: str

    @property
    def text(self) -> str:
        """The call as code."""
        return ast.unparse(self.expression)


def assertion(statement: ast.stmt, reads: Reads) -> list[Claim] | Raises | None:
    """Return what a statement asserts; None where it is none of these."""
    match statement:
        case ast.Assert(test=test, msg=message):
            return claims(test, reads, _text(message))
        case ast.Expr(value=ast.Call() as call):
            return _of_call(call, reads)
        case ast.Try() | ast.With():
            return _error_due(statement)
    return None


def fails(statement: ast.stmt) -> bool:
    """Whether a statement is there to fail: what stands where nobody should come."""
    match statement:
        case ast.Assert(test=ast.Constant(value=False | 0)):
            return True
        case ast.Raise(exc=ast.Name(id=name) | ast.Call(func=ast.Name(id=name))):
            return name in ("AssertionError", "Exception")
        case ast.Expr(value=ast.Call() as call):
            return name_of_call(call) == "fail"
    return False


def _of_call(call: ast.Call, reads: Reads) -> list[Claim] | Raises | None:
    name = name_of_call(call).lower().replace("_", "")
    if name == VALUE.replace("_", "") and call.args:
        return [value_claim(one) for one in call.args if reads(one)]
    match call.args:
        case [ast.Lambda(body=due), kind] if name == "testfuncthrows":  # nbgrader's own
            return Raises(expression=due, exception=_exception(kind))
    if any(isinstance(one, ast.Starred) for one in call.args):
        return None
    args = call.args
    if name in ("assertraises", "raises") and len(args) >= 2:
        due = ast.Call(func=args[1], args=args[2:], keywords=call.keywords)
        return Raises(expression=due, exception=_exception(args[0]))
    if name in _ONE and args:
        return claims(_ONE[name](args[0]), reads, _said(call, 1))
    if name in _TWO and len(args) >= 2:
        return claims(_TWO[name](args[0], args[1], call), reads, _said(call, 2))
    return None


def _error_due(statement: ast.Try | ast.With) -> Raises | None:
    match statement:
        case ast.Try(
            body=[ast.Expr(value=due) | ast.Assign(value=due), *more],
            handlers=[ast.ExceptHandler(type=kind, body=handled)],
            orelse=otherwise,
            finalbody=[],
        ):
            is_due = any(map(fails, [*more, *otherwise])) and len(more) + len(otherwise) == 1
            if is_due and kind is not None and all(map(_is_idle, handled)):
                return Raises(expression=due, exception=_exception(kind))
        case ast.With(
            items=[ast.withitem(context_expr=ast.Call(args=[kind, *_]) as call)],
            body=[ast.Expr(value=due) | ast.Assign(value=due)],
        ):
            if name_of_call(call).lower().replace("_", "") in ("raises", "assertraises"):
                return Raises(expression=due, exception=_exception(kind))
    return None


def _is_idle(statement: ast.stmt) -> bool:
    """Whether a statement does nothing but tell."""
    match statement:
        case ast.Pass() | ast.Expr(value=ast.Constant()):
            return True
        case ast.Assert(test=ast.Constant(value=True)):
            return True
    return is_print(statement)


def is_print(statement: ast.stmt) -> bool:
    """Whether a statement prints and no more."""
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Name(id="print"))):
            return True
    return False


def _exception(kind: ast.expr) -> str:
    match kind:
        case ast.Name(id=name) | ast.Attribute(attr=name) if name not in _BROAD:
            return name
    return ""


def _text(message: ast.expr | None) -> str:
    match message:
        case ast.Constant(value=str(text)):
            return " ".join(text.split())
    return ""


def _said(call: ast.Call, place: int) -> str:
    """Return the message of an assertion, which stands behind its values."""
    named = [one.value for one in call.keywords if one.arg in ("msg", "err_msg", "message")]
    return next(filter(None, map(_text, [*named, *call.args[place:]])), "")


def _compared(operator: ast.cmpop) -> Callable[[ast.expr, ast.expr, ast.Call], ast.expr]:
    def make(left: ast.expr, right: ast.expr, call: ast.Call) -> ast.expr:
        return ast.Compare(left=left, ops=[operator], comparators=[right])

    return make


def _called(name: str) -> Callable[[ast.expr, ast.expr, ast.Call], ast.expr]:
    def make(left: ast.expr, right: ast.expr, call: ast.Call) -> ast.expr:
        kept = [one for one in call.keywords if one.arg in ("rtol", "atol")]
        extra = call.args[2:4] if name == "allclose" else []
        extra = [one for one in extra if number(one) is not None]
        function = _beside(call.func, name)
        return ast.Call(func=function, args=[left, right, *extra], keywords=kept)

    return make


def _beside(function: ast.expr, name: str) -> ast.expr:
    """Return what compares without raising: `np.allclose` for `np.testing.assert_allclose`."""
    match function:
        case ast.Attribute(value=ast.Attribute(value=ast.Name(id=library), attr="testing")):
            plain = "array_equal" if name == "equal" and library != "torch" else name
            return ast.Attribute(value=_named(library), attr=plain, ctx=ast.Load())
    return _named(name)


def _almost(left: ast.expr, right: ast.expr, call: ast.Call) -> ast.expr:
    """Return the claim of `assertAlmostEqual`: as many places, seven without a word."""
    places = number_of_keyword(call, "places", "decimal", "significant")
    if places is None and len(call.args) > 2:
        places = number(call.args[2])
    delta = number_of_keyword(call, "delta")
    if delta is None:
        delta = 0.5 * 10 ** -(7.0 if places is None else places)
    difference = ast.BinOp(left=left, op=ast.Sub(), right=right)
    size = ast.Call(func=_named("abs"), args=[difference], keywords=[])
    return ast.Compare(left=size, ops=[ast.LtE()], comparators=[ast.Constant(value=delta)])


def _instance(left: ast.expr, right: ast.expr, call: ast.Call) -> ast.expr:
    return ast.Call(func=_named("isinstance"), args=[left, right], keywords=[])


def _named(name: str) -> ast.expr:
    return ast.Name(id=name, ctx=ast.Load())


def _itself(value: ast.expr) -> ast.expr:
    return value


def _is_none(operator: ast.cmpop) -> Callable[[ast.expr], ast.expr]:
    def make(value: ast.expr) -> ast.expr:
        none = ast.Constant(value=None)
        return ast.Compare(left=value, ops=[operator], comparators=[none])

    return make


_BROAD = frozenset(("Exception", "BaseException"))
_ONE: dict[str, Callable[[ast.expr], ast.expr]] = {
    **dict.fromkeys(("asserttrue", "assert", "ok", "asserttruthy"), _itself),
    "assertfalse": lambda value: ast.UnaryOp(op=ast.Not(), operand=value),
    "assertisnone": _is_none(ast.Is()),
    "assertisnotnone": _is_none(ast.IsNot()),
}
_EQUAL = (
    *("assertequal", "assertequals", "eq", "assertlistequal", "assertdictequal"),
    *("asserttupleequal", "assertsetequal", "assertsequenceequal", "assertmultilineequal"),
)
_TWO: dict[str, Callable[[ast.expr, ast.expr, ast.Call], ast.expr]] = {
    **dict.fromkeys(_EQUAL, _compared(ast.Eq())),
    "assertnotequal": _compared(ast.NotEq()),
    "assertin": _compared(ast.In()),
    "assertnotin": _compared(ast.NotIn()),
    "assertis": _compared(ast.Is()),
    "assertisnot": _compared(ast.IsNot()),
    "assertgreater": _compared(ast.Gt()),
    "assertgreaterequal": _compared(ast.GtE()),
    "assertless": _compared(ast.Lt()),
    "assertlessequal": _compared(ast.LtE()),
    **dict.fromkeys(("assertallclose", "assertclose"), _called("allclose")),
    **dict.fromkeys(("assertarrayequal", "assertstringequal"), _called("equal")),
    **dict.fromkeys(("assertframeequal", "assertseriesequal"), _called("equals")),
    "assertindexequal": _called("equals"),
    **dict.fromkeys(("assertalmostequal", "assertalmostequals"), _almost),
    **dict.fromkeys(("assertarrayalmostequal", "assertapproxequal"), _almost),
    "assertisinstance": _instance,
}
