"""Which statements of a test make what an assertion looks at."""

import ast
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from grader.syntax.events import events
from grader.syntax.imports import imported
from grader.syntax.names import names_read
from grader.syntax.nodes import walk
from grader.syntax.seeds import calls


@dataclass(frozen=True, eq=False)
class Statement:
    """A statement of a test, with what it binds and reads at its top level."""

    node: ast.stmt

    @cached_property
    def text(self) -> str:
        """Its code."""
        return ast.unparse(self.node)

    @cached_property
    def binds(self) -> frozenset[str]:
        """The names that it binds."""
        found = {one.name for one in events([self.node]) if one.kind != "read"}
        match self.node:
            case ast.Delete(targets=targets):
                found |= {one.id for one in targets if isinstance(one, ast.Name)}
        return frozenset(found)

    @cached_property
    def reads(self) -> frozenset[str]:
        """The names that it reads, but for Python's own."""
        return frozenset(names_read(self.text))

    @property
    def modules(self) -> frozenset[str]:
        """The first names of the modules that it imports."""
        return imported(self.text) if self.is_import else frozenset()

    @property
    def is_import(self) -> bool:
        """Whether it imports."""
        return isinstance(self.node, ast.Import | ast.ImportFrom)

    @property
    def replaces(self) -> frozenset[str]:
        """The names whose earlier values it does not need."""
        whole = (ast.Assign, ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
        return self.binds if isinstance(self.node, whole) else frozenset()

    @property
    def is_seed(self) -> bool:
        """Whether it seeds a generator, and does no more."""
        return isinstance(self.node, ast.Expr) and bool(calls(self.text))

    @cached_property
    def target(self) -> str:
        """The name that it gives a value, where it does nothing else."""
        match self.node:
            case ast.Assign(targets=[ast.Name(id=name)]):
                return name
        return ""

    @cached_property
    def handed(self) -> frozenset[str]:
        """The names that it hands to what it calls."""
        calls_in = (node for node in walk(self.node) if isinstance(node, ast.Call))
        given = (arg for call in calls_in for arg in call.args if isinstance(arg, ast.Name))
        return frozenset(arg.id for arg in given)

    @cached_property
    def is_data(self) -> bool:
        """Whether it makes data alone, or seeds: no function, class or object."""
        if self.is_import or isinstance(self.node, ast.FunctionDef | ast.ClassDef | ast.Delete):
            return False
        return not any(map(_makes_object, walk(self.node)))


def tainted(statements: Sequence[Statement], answers: Collection[str]) -> set[str]:
    """Return answers' names with those that statements make of them, or let them change."""
    found, objects = set(answers), set[str]()
    for one in statements:
        if not one.is_data and not one.is_import:
            objects |= one.binds
        if one.reads & found:
            found |= one.binds | (one.handed & objects)
    return found


def needed(
    names: Collection[str],
    statements: Sequence[Statement],
    answers: Collection[str],
    steady: Collection[str] = (),
) -> list[Statement]:
    """Return those of some statements that make what names stand for, in order.

    What runs on something that is made of an answer may change it, so that it is needed, too.
    answers: names of answers, and those that are made of them; steady: those among them whose
    methods change nothing.
    """
    own = {name for one in statements for name in one.binds}
    users = set[str]()  # of what is made of answers: what they do may change it
    while True:
        wanted, found, before = set(names) | users, list[Statement](), set(users)
        for one in reversed(statements):
            if one.binds & wanted:
                wanted -= one.replaces
            elif _changes(one, wanted & own, answers, steady):
                users |= one.binds if not one.is_data else set()
            else:
                continue
            found.append(one)
            wanted |= one.reads
        if users == before:
            return found[::-1]


def _changes(
    one: Statement, wanted: set[str], answers: Collection[str], steady: Collection[str]
) -> bool:
    """Whether a statement may change what is wanted, of what tests have made."""
    read = {name for name in one.reads & wanted if not (name in steady and _is_asked(one, name))}
    return bool(read) and (not one.binds or bool(read & set(answers)))


def _is_asked(one: Statement, name: str) -> bool:
    """Whether a statement does nothing with a name but to call it, or its methods."""
    nodes = walk(one.node)
    asked = 0
    for node in nodes:
        match node:
            case ast.Call(func=ast.Name(id=called) | ast.Attribute(value=ast.Name(id=called))):
                asked += called == name
    return asked == sum(isinstance(node, ast.Name) and node.id == name for node in nodes)


def _makes_object(node: ast.AST) -> bool:
    """Whether a node makes what is no data: a function, or what a class in capitals gives."""
    match node:
        case ast.Lambda() | ast.Yield() | ast.YieldFrom() | ast.Await():
            return True
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            return (name[:1].isupper() and name not in _DATA) or name == "default_rng"
    return False


_DATA = frozenset(("Tensor", "LongTensor", "FloatTensor", "IntTensor", "BoolTensor", "Fraction"))


def readable(statements: Sequence[Statement]) -> str:
    """Return statements as code."""
    return "\n".join(one.text for one in statements)
