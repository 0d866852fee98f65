"""What a node of a syntax tree does with a gradient: reads it, empties it, goes back."""

import ast

# Whoever does one of these in a loop may well begin with an empty gradient.
_EMPTYING = frozenset(
    ("zero_grad", "zero_", "fill_", "requires_grad_", "clone", "detach", "detach_")
)
_NEW = frozenset(("grad", "tensor", "Parameter", "vmap", "jacobian", "deepcopy"))


def empties(node: ast.AST) -> bool:
    """Whether code empties a gradient, or makes a tensor whose gradient is empty."""
    match node:
        case ast.Attribute(attr="grad" | "requires_grad", ctx=ast.Store() | ast.Del()):
            return True
        case ast.keyword(arg="requires_grad"):
            return True
        case ast.Call(func=ast.Name(id=name)):
            return name in _NEW
        case ast.Call(func=ast.Attribute(attr=name)):
            return name in _EMPTYING or name in _NEW
        case _:
            return False


def goes_back(node: ast.AST) -> bool:
    """Whether code names what goes back: a `backward`, or `torch.autograd.grad`."""
    match node:
        case ast.Attribute(attr="backward"):
            return True
        case ast.Attribute(attr="grad", value=ast.Attribute(attr="autograd")):
            return True
        case ast.Call(func=ast.Name(id="grad")):
            return True
        case _:
            return False


def emptied(node: ast.AST) -> str:
    """Return whose gradient is emptied: by `w.grad.zero_()`, `w.grad = None`, `w.zero_grad()`."""
    match node:
        case ast.Call(func=ast.Attribute(attr="zero_grad", value=owner)):
            return dotted(owner)
        case ast.Call(
            func=ast.Attribute(attr="zero_", value=ast.Attribute(attr="grad", value=owner))
        ):
            return dotted(owner)
        case ast.Attribute(attr="grad", ctx=ast.Store(), value=owner):
            return dotted(owner)
        case _:
            return ""


def read(node: ast.AST) -> str:
    """Return whose gradient is read, `layer.weight` of `layer.weight.grad`; empty for none."""
    match node:
        case ast.Attribute(attr="grad", ctx=ast.Load(), value=owner):
            return dotted(owner)
        case _:
            return ""


def dotted(node: ast.AST) -> str:
    """Return a name with its attributes, `layer.weight`; empty where it is something else."""
    return ast.unparse(node) if root(node) else ""


def root(node: ast.AST) -> str:
    """Return the name that attributes are taken of; empty where it is something else."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
