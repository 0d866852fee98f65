"""From the code of a test to checks: an expression where one will do, else the code itself."""

import ast
import copy
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from grader.authoring.importers.assertions import VALUE, Raises, assertion, fails, is_print
from grader.authoring.importers.claims import Claim, claims, fails_blank, is_test, value_claim
from grader.authoring.importers.inlining import MOST, inlined
from grader.authoring.importers.known import Known, draws
from grader.authoring.importers.made import Made, Read, together
from grader.authoring.importers.pieces import Remark, Tested
from grader.authoring.importers.recording import asserts_inside, made_inside, recording
from grader.authoring.importers.slices import Statement, needed, readable, tainted
from grader.authoring.importers.test_functions import flat
from grader.syntax.expressions import free_names
from grader.syntax.magics import without_magics
from grader.syntax.nodes import plain_call, walk


def read_test(test: Tested, known: Known) -> Read:
    """Return the checks of a test. What it defines is known to tests below."""
    made = Read()
    code = without_magics(test.code)
    try:
        body, title = flat(ast.parse(code).body)
        _Reader(test, known, title or test.title, made).read(body)
    except SyntaxError as error:
        why = f"it does not parse ({error.msg})"
        made.remarks.append(_remark(test, error.lineno or 1, "a test", why, test.code))
    except (ValueError, RecursionError):
        why = "it is written in a way that cannot be looked through"
        made.remarks.append(_remark(test, 1, "a test", why, test.code))
    return made


def _remark(test: Tested, line: int, what: str, why: str, code: str = "") -> Remark:
    return Remark(cell=test.cell, line=test.first_line + line - 1, what=what, why=why, code=code)


class _Reader:
    def __init__(self, test: Tested, known: Known, title: str, made: Read) -> None:
        self._test, self._known, self._title, self._made = test, known, title, made
        self._before: list[Statement] = [*known.earlier]
        self._above = len(self._before)  # of them stand in tests above
        self._used: set[int] = set()
        self._students: set[str] = set()

    def read(self, body: Sequence[ast.stmt]) -> None:
        """Go through the statements, and then see what came to nothing."""
        if name := next(filter(None, (self._changed_for_others(one) for one in body)), ""):
            why = f"it changes `{name}` for other functions, which no check can: look at its result"
            self._tell(body[0], "a test", why, "\n".join(map(ast.unparse, body)))
            return
        if any(map(_defines_asserting, body)):
            self._record(body)
            return
        own: list[Statement] = []
        for place, node in enumerate(body):
            one = Statement(node)
            self._students = tainted(self._before, self._known.answers)
            if fails(node) or (
                is_print(node) and not (self._test.is_shown and place == len(body) - 1)
            ):
                continue
            if self._asserted(node, is_last=place == len(body) - 1):
                continue
            if asserts_inside(node):
                self._record([node])
                one = Statement(_without_assertions(node))  # what it changes, later ones look at
            self._before.append(one)
            own.append(one)
        self._known.earlier += own
        self._made.checks[:] = together(self._made.checks)
        self._tell_unused(own)

    def _changed_for_others(self, node: ast.stmt) -> str:
        """Return a function of an answer that a statement deletes, or puts another one for."""
        functions = self._known.functions
        if isinstance(node, ast.Delete):
            deleted = {one.id for one in node.targets if isinstance(one, ast.Name)}
            return next(iter(sorted(deleted & functions)), "")
        return next(iter(sorted(Statement(node).binds & functions)), "")

    def _asserted(self, node: ast.stmt, *, is_last: bool) -> bool:
        """Make checks of a statement that asserts something; whether it does."""
        said = assertion(node, self._reads)
        if said is None and self._test.is_shown and is_last and isinstance(node, ast.Expr):
            said = self._displayed(node.value)
        if said is None:
            return False
        if isinstance(said, Raises):
            self._error_due(said, node)
            return True
        if not said and not isinstance(node, ast.Expr | ast.Assert):
            return False
        for claim in said:
            self._claimed(claim, node)
            self._before += _changing(claim.expression, self._before, self._known.answers)
        if not said and self._is_odd(node):
            self._tell(node, "an assertion", "it looks at no answer")
        return True

    def _displayed(self, value: ast.expr) -> list[Claim]:
        """Return the claims of an expression whose result is the test's."""
        match value:
            case ast.Call(func=ast.Name(id="print"), args=args):
                return [value_claim(one) for one in args if self._reads(one)]
        if is_test(value):
            return claims(value, self._reads)
        return [value_claim(value)] if self._reads(value) else []

    def _reads(self, node: ast.expr) -> bool:
        return not self._students.isdisjoint(free_names(ast.unparse(node)))

    def _claimed(self, claim: Claim, node: ast.stmt) -> None:
        setup = self._setup(claim.expression)
        if unknown := self._unknown(claim.expression, setup):
            why = f"`{unknown}` is nothing that students get"
            self._tell(node, f"`{claim.text}`", why)
            return
        is_seen = not self._is_hidden(node)
        expression, data = self._as_expression(claim.expression, setup)
        if is_seen and not data and _may_hold_of_a_blank(claim):
            claim = replace(claim, expression=claim.shown, is_truth=True)
            expression, data = self._as_expression(claim.expression, setup)
        keys: dict[str, Any] = {}
        if expression is not None:
            self._lift(setup)
            told = replace(claim, expression=expression)
            keys["expr"] = ast.unparse(told.noted if is_seen and not data else expression)
            keys["given"] = readable(data)
        else:
            expression = claim.expression
            keys["run"] = readable(setup)
            keys["compare"] = [ast.unparse(claim.noted if is_seen else expression)]
        if claim.is_truth and self._holds_of_a_blank(expression):
            keys["hidden"] = True
        self._add(keys, node, claim, reads=_all_names(expression, setup), setup=setup)

    def _as_expression(
        self, value: ast.expr, setup: Sequence[Statement]
    ) -> tuple[ast.expr | None, list[Statement]]:
        """Return a value as an expression with data that it is given; None where it takes steps."""
        plain = inlined(value, setup, self._students)
        others = [one for one in (setup if plain is None else plain[1]) if not one.is_import]
        if plain is None or not all(one.is_data for one in others):
            return None, []
        return plain[0], [one for one in others if one.binds]  # a seed there is not shifted

    def _add(
        self, keys: dict[str, Any], node: ast.stmt, claim: Claim, reads: set[str],
        setup: Sequence[Statement],
    ) -> None:  # fmt: skip
        keys |= {"rtol": claim.rtol, "atol": claim.atol}
        drawn = self._drawn("run" in keys and any(one.is_seed for one in setup))
        against = drawn if claim.other is None else drawn & _names(claim.other)
        changes = bool(against) and bool(drawn & (reads | {n for one in setup for n in one.binds}))
        self._finish(keys, node, claim.message, changes=changes and not claim.is_form)
        is_seen = not (setup or keys.get("hidden") or drawn & _names(claim.shown))
        shown = ast.unparse(claim.shown) if is_seen and fails_blank(claim.shown) else ""
        if shown and not all(map(self._known.is_known, free_names(shown))):
            shown = ""
        self._made.checks.append(Made(keys=keys, reads=frozenset(reads), shown=shown))

    def _holds_of_a_blank(self, value: ast.expr) -> bool:
        """Whether a test is true of the blank as well, which a self-check must not say."""
        match value:
            case ast.Call(func=ast.Name(id="callable" | "hasattr" | "issubclass")):
                return True
            case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Call() as made, *_]):
                return plain_call(made) in self._known.functions
        return False

    def _drawn(self, is_seeded: bool) -> set[str]:
        """Return the names that hang on random numbers, those of tests among them."""
        drawn = set(self._known.drawn)
        for one in self._before if not is_seeded else ():
            if draws(one.node) or one.reads & drawn:
                drawn |= one.binds
        return drawn

    def _error_due(self, due: Raises, node: ast.stmt) -> None:
        setup = self._setup(due.expression)
        if unknown := self._unknown(due.expression, setup):
            self._tell(node, f"`{due.text}`", f"`{unknown}` is nothing that students get")
            return
        expression, data = self._as_expression(due.expression, setup)
        if expression is None or not due.exception:
            self._record([node], setup)
            return
        self._lift(setup)
        keys: dict[str, Any] = {"expr": ast.unparse(expression), "raises": due.exception}
        keys["given"] = readable(data)
        self._finish(keys, node, "", changes=False)
        reads = _all_names(expression, setup)
        self._made.checks.append(Made(keys=keys, reads=frozenset(reads), raises=True))

    def _record(self, body: Sequence[ast.stmt], setup: Sequence[Statement] | None = None) -> None:
        """Make one check of statements that note what they assert."""
        statements = [Statement(node) for node in body]
        self._students = tainted([*self._before, *statements], self._known.answers)
        self._students = made_inside(body, self._students)
        names = {name for one in statements for name in one.reads}
        if setup is None:
            setup = needed(names, self._before, self._students, self._steady)
            self._used |= {id(one) for one in setup}
        list_name = "found" if "found" not in names | self._known.bound else "found_"
        noted, places = [], 0
        for node in body:
            made, count = recording(node, self._reads, list_name)
            places += count
            noted += [ast.unparse(made)] if made is not None else []
        bound = {name for one in (*setup, *statements) for name in one.binds}
        unknown = next((n for n in sorted(names - bound) if not self._known.is_known(n)), "")
        for one in (*setup, *statements):
            unknown = unknown or min(one.modules & self._known.withheld, default="")
        if unknown or not places:
            why = f"`{unknown}` is nothing that students get" if unknown else _NOTHING
            self._tell(body[0], "a test", why, "\n".join(map(ast.unparse, body)))
            return
        code = "\n".join(filter(None, [readable(setup), f"{list_name} = []", *noted]))
        keys: dict[str, Any] = {"run": code, "compare": [list_name]}
        reads = {name for one in (*setup, *statements) for name in one.reads}
        self._finish(keys, body[0], "", changes=False, last=body[-1])
        self._made.checks.append(Made(keys=keys, reads=frozenset(reads)))

    def _finish(
        self, keys: dict[str, Any], node: ast.stmt, message: str, *, changes: bool,
        last: ast.stmt | None = None,
    ) -> None:  # fmt: skip
        """Give a check its other keys: its title, whether it is hidden, and may stay the same."""
        if self._is_hidden(node, last):
            keys["hidden"] = True
        if not changes:
            keys["constant"] = True
        keys["title"] = message or self._title
        for name in [name for name, value in keys.items() if value is None or value == ""]:
            del keys[name]

    def _is_hidden(self, node: ast.stmt, last: ast.stmt | None = None) -> bool:
        end = (last or node).end_lineno or node.lineno
        return any(line in self._test.hidden for line in range(node.lineno, end + 1))

    def _setup(self, expression: ast.expr) -> list[Statement]:
        names = set(free_names(ast.unparse(expression)))
        found = needed(names, self._before, self._students, self._steady)
        if names & self._known.drawn or any(draws(one.node) for one in found) or draws(expression):
            own = self._before[self._above :]
            found = [one for one in self._before if one in found or (one.is_seed and one in own)]
        self._used |= {id(one) for one in found}
        return [one for one in found if not (one.is_import and one.binds <= self._known.bound)]

    @property
    def _steady(self) -> set[str]:
        """The names of objects whose methods do not change them."""
        return {
            one.target
            for one in self._before
            if isinstance(one.node, ast.Assign) and plain_call(one.node.value) in self._known.steady
        }

    def _unknown(self, expression: ast.expr, setup: Sequence[Statement]) -> str:
        for one in setup:
            if withheld := one.modules & self._known.withheld:
                return min(withheld)
        bound = {name for one in setup for name in one.binds}
        names = {name for name in _all_names(expression, setup) if name not in bound}
        return next((name for name in sorted(names) if not self._known.is_known(name)), "")

    def _lift(self, setup: Sequence[Statement]) -> None:
        self._made.imports += [one.text for one in setup if one.is_import]

    def _is_odd(self, node: ast.stmt) -> bool:
        return not (isinstance(node, ast.Assert) and isinstance(node.test, ast.Constant))

    def _tell_unused(self, own: Sequence[Statement]) -> None:
        """Say of what runs an answer, and asserts nothing, that it was left out."""
        students = tainted([*self._before], self._known.answers)
        for one in own:
            runs = isinstance(one.node, ast.Expr) and one.reads & students
            if runs and id(one) not in self._used and not _is_show(one.node):
                self._tell(one.node, f"`{_short(one.text)}`", _NOTHING, one.text)

    def _tell(self, node: ast.stmt, what: str, why: str, code: str = "") -> None:
        text = (code or ast.unparse(node)).replace(f"{VALUE}(", "AUTOTEST (")
        self._made.remarks.append(_remark(self._test, node.lineno, what, why, text))


_FORMS = frozenset(("len", "sum", "max", "min", "sorted", "set", "list", "tuple", "type", "str"))
_NOTHING = (
    "what it asserts is not seen in the notebook; write a check of the value that it looks at"
)


def _changing(
    value: ast.expr, before: Sequence[Statement], answers: Collection[str]
) -> list[Statement]:
    """Return an expression as a statement where it may change an object of a student's class."""
    made = {
        one.target
        for one in before
        for node in walk(one.node)
        if (name := plain_call(node))[:1].isupper() and name in answers
    }
    for node in walk(value):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name))) if name in made:
                return [Statement(ast.Expr(value=value))]
    return []


def _may_hold_of_a_blank(claim: Claim) -> bool:
    """Whether a claim is of what a blank may give too, such as a length: its form says nothing."""
    plain = (ast.Constant, ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop)
    is_number = claim.other is not None and all(isinstance(n, plain) for n in walk(claim.other))
    return is_number and plain_call(claim.expression) in _FORMS


class _Assertions(ast.NodeTransformer):
    def visit_Assert(self, node: ast.Assert) -> ast.Pass:
        return ast.copy_location(ast.Pass(), node)


def _without_assertions(node: ast.stmt) -> ast.stmt:
    """Return a statement with nothing in place of what it asserts."""
    made: ast.stmt = _Assertions().visit(copy.deepcopy(node))
    return made


def _defines_asserting(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef | ast.ClassDef) and asserts_inside(node)


def _short(text: str) -> str:
    first = text.split("\n")[0]
    return first if len(first) <= MOST else f"{first[: MOST - 1]}…"


def _is_show(node: ast.stmt) -> bool:
    """Whether a statement shows something."""
    match node:
        case ast.Expr(
            value=ast.Call(func=ast.Name(id="display") | ast.Attribute(value=ast.Name(id="plt")))
        ):
            return True
    return False


def _names(value: ast.expr) -> set[str]:
    return {*free_names(ast.unparse(value))}


def _all_names(expression: ast.expr, setup: Sequence[Statement]) -> set[str]:
    return {*free_names(ast.unparse(expression)), *(name for one in setup for name in one.reads)}
