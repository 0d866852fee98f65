"""Where code draws random numbers on a device that is not the CPU: there others come out.

Read off the code, and no more than it says: the names of devices, and of what was made on one or
moved to it, are followed from cell to cell; what functions are called with is not.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from grader.syntax.nodes import children, walk
from grader.syntax.parsing import parse

_CARDS = ("cuda", "mps", "xpu", "accelerator")
# By the last of their names: makers, which take `device`, and those that draw where another is.
_MAKERS = frozenset({"rand", "randn", "randint", "randperm", "normal", "Generator"})
_AS_ANOTHER = frozenset(
    {
        *("rand_like", "randn_like", "randint_like", "bernoulli", "multinomial", "poisson"),
        *("normal", "dropout", "rrelu", "gumbel_softmax"),
    }
)
_IN_PLACE = frozenset(
    {
        *("normal_", "uniform_", "random_", "exponential_", "bernoulli_", "cauchy_", "geometric_"),
        *("log_normal_", "trunc_normal_", "orthogonal_", "sparse_", "xavier_uniform_"),
        *("xavier_normal_", "kaiming_uniform_", "kaiming_normal_"),
    }
)
# Of torch.nn, what draws its parameters where it is made.
_LAYERS = frozenset(
    {
        *("Linear", "Bilinear", "Embedding", "EmbeddingBag", "MultiheadAttention", "Transformer"),
        *("Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d"),
        *("RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell"),
    }
)
_PARAMETERS = frozenset({"device", "dev"})  # of functions, what they call a device


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceDraw:
    """A call that draws on a device. line: in its cell, from 1; text: the line as it stands."""

    line: int
    text: str


def draws_itself(source: str) -> bool:
    """Whether a cell of the assignment's draws otherwise than by making modules, as far as seen."""
    tree = parse(source)
    for node in walk(tree) if tree is not None else ():
        if isinstance(node, ast.Call) and _last(node.func) in _MAKERS | _AS_ANOTHER | _IN_PLACE:
            return True
        match node:
            case ast.Attribute(attr="random") | ast.Name(id="random") | ast.alias(name="random"):
                return True
            case ast.keyword(arg="shuffle") | ast.Name(id="random_split" | "shuffle"):
                return True
    return tree is None


class DeviceDraws:
    """Reads the cells of a source in their order.

    whole: all of its code; where that names no card, everything is on the CPU.
    """

    def __init__(self, whole: Iterable[str]) -> None:
        self._names_a_card = any(card in source for source in whole for card in _CARDS)
        self._devices: set[str] = {*_PARAMETERS}  # names of devices that may be a card
        self._there: set[str] = set()  # names of what is on one

    def of(self, source: str) -> list[DeviceDraw]:
        """Return the draws of the next cell, one for each line."""
        tree = parse(source)
        if tree is None or not self._names_a_card:
            return []
        lines, found = source.split("\n"), dict[int, DeviceDraw]()
        for node in _in_order(tree):
            if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr) and node.value:
                self._bind(node)
            elif isinstance(node, ast.With):
                whole = any(self._is_device(item.context_expr) for item in node.items)
                found |= self._inside(node, lines) if whole else {}
            elif isinstance(node, ast.Call) and self._draws(node):
                text = lines[node.lineno - 1].strip()
                found[node.lineno] = DeviceDraw(line=node.lineno, text=text)
        return [found[line] for line in sorted(found)]

    def _inside(self, block: ast.With, lines: list[str]) -> dict[int, DeviceDraw]:
        """Return what is drawn in a block in which everything is made on a device."""
        calls = (node for node in walk(block) if isinstance(node, ast.Call))
        made = (one for one in calls if _last(one.func) in _MAKERS | _LAYERS)
        return {
            one.lineno: DeviceDraw(line=one.lineno, text=lines[one.lineno - 1].strip())
            for one in made
            if all(word.arg != "device" for word in one.keywords)
        }

    def _bind(self, node: ast.Assign | ast.AnnAssign | ast.NamedExpr) -> None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        is_device = node.value is not None and self._is_device(node.value)
        is_there = node.value is not None and self._is_there(node.value)
        for name in (
            one.id for target in targets for one in walk(target) if isinstance(one, ast.Name)
        ):
            for names, holds in ((self._devices, is_device), (self._there, is_there)):
                names.add(name) if holds else names.discard(name)

    def _draws(self, call: ast.Call) -> bool:
        name = _last(call.func)
        device = next((word.value for word in call.keywords if word.arg == "device"), None)
        if name == "Generator" and call.args:
            device = call.args[0]
        if name == "set_default_device":
            return bool(call.args) and self._is_device(call.args[0])
        if name in _MAKERS | _LAYERS and device is not None and self._is_device(device):
            return True
        receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
        if name in _IN_PLACE | _AS_ANOTHER:
            first = call.args[:1] if _is_module(receiver) or receiver is None else [receiver]
            return any(self._is_there(one) for one in first)
        return False

    def _is_device(self, node: ast.expr) -> bool:
        """Whether an expression is a device that may be a card."""
        match node:
            case ast.Constant(value=str(text)):
                return text.startswith(_CARDS[:3])
            case ast.Constant(value=int(number)):
                return not isinstance(number, bool)  # of a card
            case ast.Name(id=name):
                return name in self._devices
            case ast.Attribute(value=value, attr="device"):
                return self._is_there(value)
            case ast.IfExp(body=body, orelse=other):
                return self._is_device(body) or self._is_device(other)
            case ast.Call(func=function, args=args):
                if _last(function) == "device":
                    return any(map(self._is_device, args))
                return _last(function) == "current_accelerator"
            case _:
                return False

    def _is_there(self, node: ast.expr) -> bool:
        """Whether an expression has something in it that is on such a device.

        What is called with such a thing may give another, on the CPU: `x.cpu()`, `len(x)`.
        """
        match node:
            case ast.Name(id=name):
                return name in self._there
            case ast.Call(func=ast.Attribute(value=value, attr=name), args=args):
                if name in ("cuda", "xpu"):
                    return True
                if name in ("cpu", "item", "tolist", "numpy"):
                    return False
                words = [word.value for word in node.keywords if word.arg == "device"]
                if name == "to" or words:
                    devices = [*words, *(args[:1] if name == "to" else ())]
                    if any(map(self._is_device, devices)):
                        return True
                    if any(isinstance(one, ast.Constant) and one.value == "cpu" for one in devices):
                        return False
                return any(map(self._is_there, [*args, value]))
            case ast.Call(args=args):
                return any(map(self._is_there, args))
            case ast.Attribute(value=value) | ast.Subscript(value=value) | ast.Starred(value=value):
                return self._is_there(value)
            case ast.BinOp(left=left, right=right):
                return self._is_there(left) or self._is_there(right)
            case ast.UnaryOp(operand=operand):
                return self._is_there(operand)
            case ast.Tuple(elts=items) | ast.List(elts=items):
                return any(map(self._is_there, items))
            case _:
                return False


def _in_order(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield all nodes in the order in which they stand, what is in an assignment before it."""
    for node in children(tree):
        yield from _in_order(node)
        yield node


def _last(function: ast.expr) -> str:
    match function:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
        case _:
            return ""


def _is_module(node: ast.expr | None) -> bool:
    """Whether it is a module's function that is called, such as torch.normal, and no method."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) and node.id in ("torch", "nn", "F", "init", "functional")
