"""Trees of JSON that stand for values, as models, and the way from one to the other and back.

Tensors are named in a tree by `ref`; their numbers stand beside it. A tree that contradicts itself
is refused: it is hostile until it has been a value.
"""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal, assert_never

import torch
from pydantic import BaseModel, ConfigDict, FailFast, Field

from grader.formats.limits import MAX_VALUES
from grader.model.values import (
    MappingValue,
    NoValue,
    NumberValue,
    OpaqueValue,
    RaisedValue,
    SequenceValue,
    TensorValue,
    TextValue,
    Value,
)

MAX_DIGITS = 1_300
_DEVICES = ("cpu", "cuda", "mps", "xpu")
_LAYOUTS = (
    "strided",
    "sparse_coo",
    "sparse_csr",
    "sparse_csc",
    "sparse_bsr",
    "sparse_bsc",
    "_mkldnn",
)
_DTYPES = (
    *("float16", "bfloat16", "float32", "float64", "complex64", "complex128"),
    *("float8_e4m3fn", "float8_e5m2", "bool", "int8", "int16", "int32", "int64"),
    *("uint8", "uint16", "uint32", "uint64"),
)

Text = Annotated[str, Field(max_length=25_000)]
_Name = Annotated[str, Field(max_length=1_000)]


class _Tree(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    type: _Name


class _TensorTree(_Tree):
    k: Literal["tensor", "array"]
    shape: Annotated[list[Annotated[int, Field(ge=0)]], Field(max_length=64)]
    dtype: _Name
    device: _Name
    layout: _Name
    requires_grad: bool
    leaf: bool = True
    ref: _Name
    grad: _TensorTree | None = None


class _NumberTree(_Tree):
    k: Literal["number"]
    v: (
        bool
        | Annotated[str, Field(max_length=MAX_DIGITS)]
        | Annotated[list[_Name], Field(max_length=2)]
    )
    of: Literal["int", "float", "complex"] | None = None


class _TextTree(_Tree):
    k: Literal["text"]
    v: Text


class _SequenceTree(_Tree):
    k: Literal["sequence"]
    # Each fault would be put into words, and there may be a million of them.
    items: Annotated[list[AnyTree], FailFast()]


class _FloatsTree(_Tree):
    """A sequence of Python's floats: their digits in one string, for there may be thousands."""

    k: Literal["floats"]
    v: Annotated[str, Field(max_length=26 * MAX_VALUES)]


class _MappingTree(_Tree):
    k: Literal["mapping"]
    module: bool
    entries: dict[Text, AnyTree]


class _RaisedTree(_Tree):
    k: Literal["raised"]
    message: Text
    bases: Annotated[list[_Name], Field(max_length=50)] = []
    line: int | None = None
    source: Text | None = None


class _OpaqueTree(_Tree):
    k: Literal["opaque"]
    reason: _Name


AnyTree = Annotated[
    _TensorTree
    | _NumberTree
    | _TextTree
    | _SequenceTree
    | _FloatsTree
    | _MappingTree
    | _RaisedTree
    | _OpaqueTree,
    Field(discriminator="k"),
]


def value_of(tree: AnyTree, tensors: dict[str, torch.Tensor]) -> Value:
    """Return what a tree stands for; takes its tensors away from those there are.

    Raises KeyError, ValueError, TypeError or RuntimeError where it contradicts itself or them.
    """
    match tree:
        case _TensorTree():
            return _tensor(tree, tensors)
        case _NumberTree():
            return NumberValue(type=tree.type, value=_number(tree))
        case _TextTree():
            return TextValue(type=tree.type, value=tree.v)
        case _SequenceTree():
            items = tuple(value_of(item, tensors) for item in tree.items)
            return SequenceValue(type=tree.type, items=items)
        case _FloatsTree():
            numbers = tree.v.split(" ") if tree.v else []
            floats = (NumberValue(type="float", value=float(digits)) for digits in numbers)
            return SequenceValue(type=tree.type, items=tuple(floats))
        case _MappingTree():
            entries = {name: value_of(entry, tensors) for name, entry in tree.entries.items()}
            return MappingValue(type=tree.type, entries=entries, module=tree.module)
        case _RaisedTree():
            return RaisedValue(
                type=tree.type,
                message=tree.message,
                bases=tuple(tree.bases),
                line=tree.line,
                source=tree.source,
            )
        case _OpaqueTree():
            return OpaqueValue(type=tree.type, reason=tree.reason)
        case _:
            assert_never(tree)


def _number(tree: _NumberTree) -> bool | int | float | complex:
    if isinstance(tree.v, bool):
        return tree.v
    if isinstance(tree.v, list):
        real, imaginary = tree.v
        return complex(float(real), float(imaginary))
    return int(tree.v) if tree.of == "int" else float(tree.v)


def _tensor(tree: _TensorTree, tensors: dict[str, torch.Tensor]) -> TensorValue:
    data = tensors.pop(tree.ref)  # each stands for one
    if tree.dtype.startswith("complex"):
        data = torch.view_as_complex(data)
    if list(data.shape) != tree.shape or data.numel() != math.prod(tree.shape):
        raise ValueError("the shape is not that of the numbers")
    if tree.dtype not in _DTYPES or str(data.dtype) != f"torch.{tree.dtype}":
        raise ValueError("the dtype is not that of the numbers")
    _refuse_contradiction(tree)
    grad = None if tree.grad is None else _tensor(tree.grad, tensors)
    return TensorValue(
        kind=tree.k,
        type=tree.type,
        shape=tuple(tree.shape),
        dtype=tree.dtype,
        device=tree.device,
        layout=tree.layout,
        requires_grad=tree.requires_grad,
        data=data,
        leaf=tree.leaf,
        grad=grad,
    )


def _refuse_contradiction(tree: _TensorTree) -> None:
    """Raise ValueError for a tensor that torch, or an array that NumPy, does not let be."""
    if tree.device not in _DEVICES or tree.layout not in _LAYOUTS:
        raise ValueError("there is no such device or layout")
    if tree.requires_grad and not tree.dtype.startswith(("float", "bfloat", "complex")):
        raise ValueError("numbers without a gradient require one")
    if not tree.leaf and not tree.requires_grad:
        raise ValueError("what requires no gradient is a leaf")
    grad = tree.grad
    if grad is not None:
        fits = grad.k == "tensor" and grad.grad is None and tree.leaf
        same = (grad.shape, grad.dtype, grad.device) == (tree.shape, tree.dtype, tree.device)
        if not fits or not same:
            raise ValueError("the gradient is not that of the tensor")
    if tree.k == "array" and (
        (tree.device, tree.layout, tree.requires_grad, grad) != ("cpu", "strided", False, None)
        or tree.dtype.startswith(("bfloat", "float8"))
    ):
        raise ValueError("NumPy has no such array")


def tree_of(value: Value, tensors: dict[str, torch.Tensor]) -> dict[str, Any]:
    """Return the tree of a value; adds its tensors to those there are."""
    match value:
        case TensorValue():
            ref = str(len(tensors))
            complex_ = value.data.is_complex()
            tensors[ref] = torch.view_as_real(value.data).clone() if complex_ else value.data
            return {
                "k": value.kind,
                "type": value.type,
                "shape": list(value.shape),
                "dtype": value.dtype,
                "device": value.device,
                "layout": value.layout,
                "requires_grad": value.requires_grad,
                "leaf": value.leaf,
                "ref": ref,
                "grad": None if value.grad is None else tree_of(value.grad, tensors),
            }
        case NumberValue():
            return {"k": "number", "type": value.type, **_digits(value.value)}
        case TextValue():
            return {"k": "text", "type": value.type, "v": value.value}
        case SequenceValue():
            items = [tree_of(item, tensors) for item in value.items]
            return {"k": "sequence", "type": value.type, "items": items}
        case MappingValue():
            entries = {name: tree_of(entry, tensors) for name, entry in value.entries.items()}
            return {
                "k": "mapping",
                "type": value.type,
                "module": value.module,
                "entries": entries,
            }
        case RaisedValue():
            return {
                "k": "raised",
                "type": value.type,
                "message": value.message,
                "bases": list(value.bases),
                "line": value.line,
                "source": value.source,
            }
        case OpaqueValue():
            return {"k": "opaque", "type": value.type, "reason": value.reason}
        case NoValue():
            raise TypeError("nothing was seen, so there is nothing to encode")
        case _:
            assert_never(value)


def _digits(number: bool | int | float | complex) -> dict[str, Any]:
    if isinstance(number, bool):
        return {"v": number}
    if isinstance(number, complex):
        return {"v": [repr(number.real), repr(number.imag)], "of": "complex"}
    return {"v": repr(number), "of": "int" if isinstance(number, int) else "float"}
