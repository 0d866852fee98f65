"""What is known of a notebook at the place of a test: its names, and what stands for an answer."""

import ast
import builtins
from collections.abc import Collection
from dataclasses import dataclass, field

from grader.authoring.importers.slices import Statement
from grader.syntax.magics import tree_of
from grader.syntax.nodes import method, plain_call, walk


@dataclass(slots=True, kw_only=True)
class Known:
    """What cells have bound so far.

    answers: names, each with the answer that bound it last; functions: those that are functions or
    classes; steady: classes whose methods do not change their objects; bound: by any cell; drawn:
    those that hang on random numbers; earlier: the statements of tests above; is_open: whether a
    cell imports what it does not name; withheld: modules that students do not get.
    """

    answers: dict[str, str] = field(default_factory=dict)
    bound: set[str] = field(default_factory=set)
    functions: set[str] = field(default_factory=set)
    steady: set[str] = field(default_factory=set)
    drawn: set[str] = field(default_factory=set)
    earlier: list[Statement] = field(default_factory=list)
    is_open: bool = False
    withheld: frozenset[str] = frozenset()

    def add(self, code: str, answer: str | None = None) -> None:
        """Add a cell; answer: where it is one. Raises SyntaxError."""
        for node in tree_of(code).body:
            one = Statement(node)
            self.bound |= one.binds
            if isinstance(node, ast.ClassDef) and not _changes_itself(node):
                self.steady.add(node.name)
            if answer is None:
                for name in one.binds:
                    self.answers.pop(name, None)
            else:
                self.answers |= dict.fromkeys(one.binds, answer)
                if isinstance(node, ast.FunctionDef | ast.ClassDef):
                    self.functions.add(node.name)
            self.is_open |= any(map(_is_star, walk(node)))
            if draws(node) or one.reads & self.drawn:
                self.drawn |= one.binds

    def is_known(self, name: str) -> bool:
        """Whether a name stands for something in the notebook."""
        return self.is_open or name in self.bound or hasattr(builtins, name)

    def answer_of(self, names: Collection[str]) -> str | None:
        """Return the latest answer that one of these names is bound by."""
        order = list(dict.fromkeys(self.answers.values()))
        found = [self.answers[name] for name in names if name in self.answers]
        return max(found, key=order.index) if found else None


def draws(node: ast.AST) -> bool:
    """Whether code calls what draws random numbers, as far as its names tell."""
    return any((method(one) or plain_call(one)).rstrip("_") in _DRAWING for one in walk(node))


def _changes_itself(node: ast.ClassDef) -> bool:
    """Whether a method of a class, but for its first, binds an attribute or adds to one."""
    methods = (one for one in node.body if isinstance(one, ast.FunctionDef))
    parts = [part for one in methods if one.name != "__init__" for part in walk(one)]
    for part in parts:
        match part:
            case ast.Attribute(ctx=ast.Store()) | ast.Subscript(ctx=ast.Store()):
                return True
            case ast.Call(func=ast.Attribute(value=ast.Attribute(), attr=name)):
                if name in _ADDING or name.endswith("_"):
                    return True
    return False


def _is_star(node: ast.AST) -> bool:
    return isinstance(node, ast.ImportFrom) and any(one.name == "*" for one in node.names)


_ADDING = frozenset(
    ("append", "add", "extend", "insert", "update", "pop", "remove", "clear", "setdefault", "sort")
)
_DRAWING = frozenset(
    (
        *(
            "rand",
            "randn",
            "randint",
            "random",
            "random_sample",
            "rand_like",
            "randn_like",
            "randperm",
        ),
        *(
            "randint_like",
            "normal",
            "uniform",
            "standard_normal",
            "permutation",
            "permuted",
            "shuffle",
        ),
        *(
            "choice",
            "choices",
            "sample",
            "multinomial",
            "bernoulli",
            "poisson",
            "exponential",
            "beta",
        ),
        *("integers", "binomial", "gamma", "gauss", "dropout", "kaiming_uniform", "kaiming_normal"),
        *("xavier_uniform", "xavier_normal", "multivariate_normal", "random_split", "make_blobs"),
        *(
            "make_moons",
            "make_circles",
            "make_classification",
            "make_regression",
            "train_test_split",
        ),
    )
)
