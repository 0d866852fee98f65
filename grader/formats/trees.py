"""Trees of JSON that stand for values, as models, and the way from one to the other and back.

Tensors are named in a tree by `ref`; their numbers stand beside it. A tree that contradicts itself
is refused: it is hostile until it has been a value.
"""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal, assert_never

import torch
from pydantic import BaseModel, ConfigDict, FailFast, Field

from grader.formats.limits import MAX_TENSORS, MAX_VALUES
from grader.formats.stored_tensors import QUANTIZED, SPARSE, WIDER, is_stored, size, stood_for
from grader.model.kinds import refuse_contradiction
from grader.model.values import (
    MappingValue,
    NoValue,
    NumberValue,
    OpaqueValue,
    RaisedValue,
    RecordValue,
    SequenceValue,
    Stored,
    TensorValue,
    TextValue,
    Value,
)

MAX_DIGITS = 1_300
_DEVICES = ("cpu", "cuda", "mps", "xpu")
_LAYOUTS = ("strided", *SPARSE, "_mkldnn")
_FLOAT8 = tuple(f"float8_{name}" for name in ("e4m3fn", "e4m3fnuz", "e5m2", "e5m2fnuz", "e8m0fnu"))
_PLAIN = (
    *("float16", "bfloat16", "float32", "float64", "complex64", "complex128"),
    *("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
)
_DTYPES = (*_PLAIN, *(name for name in _FLOAT8 if hasattr(torch, name)), *WIDER)
_IN_PARTS = "a tensor comes in numbers or in parts, as its layout and dtype say"

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
    ref: _Name | None = None
    parts: Annotated[dict[_Name, _TensorTree], Field(max_length=3)] | None = None
    coalesced: bool = True
    axis: int | None = None
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
    names: Annotated[list[_Name], Field(max_length=1_000)] = []


class _FloatsTree(_Tree):
    """A sequence of Python's floats: their digits in one string, for there may be thousands."""

    k: Literal["floats"]
    v: Annotated[str, Field(max_length=26 * MAX_VALUES)]


class _MappingTree(_Tree):
    k: Literal["mapping"]
    module: bool
    entries: dict[Text, AnyTree]
    codes: Annotated[list[Text], FailFast()] = []
    buffers: Annotated[list[Text], FailFast()] = []


class _RecordTree(_Tree):
    k: Literal["record"]
    kind: _Name
    fields: dict[_Name, AnyTree]


class _RaisedTree(_Tree):
    k: Literal["raised"]
    message: Text
    bases: Annotated[list[_Name], Field(max_length=50)] = []
    line: int | None = None
    source: Text | None = None
    step: int | None = None


class _OpaqueTree(_Tree):
    k: Literal["opaque"]
    reason: _Name
    about: _Name = ""


AnyTree = Annotated[
    _TensorTree
    | _NumberTree
    | _TextTree
    | _SequenceTree
    | _FloatsTree
    | _MappingTree
    | _RecordTree
    | _RaisedTree
    | _OpaqueTree,
    Field(discriminator="k"),
]


class Received:
    """The tensors that came with an answer.

    left: bytes that those may take that stand for more numbers than they are.
    """

    def __init__(self, tensors: dict[str, torch.Tensor], left: int = MAX_TENSORS) -> None:
        self.tensors, self.left = tensors, left

    def take(self, ref: str) -> torch.Tensor:
        """Take a tensor away: each stands for one. Raises KeyError where there is none."""
        return self.tensors.pop(ref)

    def claim(self, size: int) -> None:
        """Claim so many bytes. Raises ValueError where they are not left."""
        if size > self.left:
            raise ValueError("it stands for more numbers than there may be")
        self.left -= size


def value_of(tree: AnyTree, tensors: Received) -> Value:
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
            if tree.names and len(tree.names) != len(items):
                raise ValueError("each item has a name, or none has")
            return SequenceValue(type=tree.type, items=items, names=tuple(tree.names))
        case _FloatsTree():
            numbers = tree.v.split(" ") if tree.v else []
            floats = (NumberValue(type="float", value=float(digits)) for digits in numbers)
            return SequenceValue(type=tree.type, items=tuple(floats))
        case _MappingTree():
            entries = {name: value_of(entry, tensors) for name, entry in tree.entries.items()}
            return MappingValue(
                type=tree.type,
                entries=entries,
                module=tree.module,
                codes=frozenset(tree.codes),
                buffers=frozenset(tree.buffers),
            )
        case _RecordTree():
            fields = {name: value_of(part, tensors) for name, part in tree.fields.items()}
            record = RecordValue(kind=tree.kind, type=tree.type, fields=fields)
            refuse_contradiction(record)
            return record
        case _RaisedTree():
            return RaisedValue(
                type=tree.type,
                message=tree.message,
                bases=tuple(tree.bases),
                line=tree.line,
                source=tree.source,
                step=tree.step,
            )
        case _OpaqueTree():
            return OpaqueValue(type=tree.type, reason=tree.reason, about=tree.about)
        case _:
            assert_never(tree)


def _number(tree: _NumberTree) -> bool | int | float | complex:
    if isinstance(tree.v, bool):
        return tree.v
    if isinstance(tree.v, list):
        real, imaginary = tree.v
        return complex(float(real), float(imaginary))
    return int(tree.v) if tree.of == "int" else float(tree.v)


def _tensor(tree: _TensorTree, tensors: Received) -> TensorValue:
    if tree.dtype not in _DTYPES or tree.layout not in _LAYOUTS:
        raise ValueError("there is no such dtype or layout")
    shape, stored = tuple(tree.shape), None
    if is_stored(tree.dtype, tree.layout):
        tensors.claim(size(tree.dtype, shape))
        stored = _stored(tree, tensors)
        data = stood_for(
            dtype=tree.dtype,
            layout=tree.layout,
            shape=shape,
            parts=stored.parts,
            coalesced=stored.coalesced,
            axis=stored.axis,
        )
    else:
        data = _numbers(tree, tensors)
    if data.shape != shape or data.numel() != math.prod(shape):
        raise ValueError("the shape is not that of the numbers")
    if str(data.dtype) != f"torch.{WIDER.get(tree.dtype, tree.dtype)}":
        raise ValueError("the dtype is not that of the numbers")
    _refuse_contradiction(tree)
    grad = None if tree.grad is None else _tensor(tree.grad, tensors)
    return TensorValue(
        kind=tree.k,
        type=tree.type,
        shape=shape,
        dtype=tree.dtype,
        device=tree.device,
        layout=tree.layout,
        requires_grad=tree.requires_grad,
        data=data,
        leaf=tree.leaf,
        grad=grad,
        stored=stored,
    )


def _numbers(tree: _TensorTree, tensors: Received) -> torch.Tensor:
    if tree.ref is None or tree.parts is not None or tree.axis is not None or not tree.coalesced:
        raise ValueError(_IN_PARTS)
    data = tensors.take(tree.ref)
    if tree.dtype.startswith("complex"):
        return torch.view_as_complex(data)
    if tree.dtype in _FLOAT8:
        if data.dtype != torch.uint8:
            raise ValueError("the dtype is not that of the numbers")
        return data.view(getattr(torch, tree.dtype))
    return data


def _stored(tree: _TensorTree, tensors: Received) -> Stored:
    if tree.parts is None or tree.ref is not None:
        raise ValueError(_IN_PARTS)
    for part in tree.parts.values():
        if part.dtype not in _PLAIN or part.layout != "strided" or part.grad or part.parts:
            raise ValueError("its parts are no plain tensors")
    parts = {name: _tensor(part, tensors).data for name, part in tree.parts.items()}
    return Stored(parts=parts, coalesced=tree.coalesced, axis=tree.axis)


def _refuse_contradiction(tree: _TensorTree) -> None:
    """Raise ValueError for a tensor that torch, or an array that NumPy, does not let be."""
    if tree.device not in _DEVICES:
        raise ValueError("there is no such device")
    if tree.layout != "sparse_coo" and not tree.coalesced:
        raise ValueError("only what has indices can be added up")
    if tree.axis is not None and tree.dtype not in QUANTIZED:
        raise ValueError("only what is quantized has scales along an axis")
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
        or tree.dtype in WIDER
    ):
        raise ValueError("NumPy has no such array")


def tree_of(value: Value, tensors: dict[str, torch.Tensor]) -> dict[str, Any]:
    """Return the tree of a value; adds its tensors to those there are."""
    match value:
        case TensorValue():
            return _tree_of_tensor(value, tensors)
        case NumberValue():
            return {"k": "number", "type": value.type, **_digits(value.value)}
        case TextValue():
            return {"k": "text", "type": value.type, "v": value.value}
        case SequenceValue():
            items = [tree_of(item, tensors) for item in value.items]
            tree = {"k": "sequence", "type": value.type, "items": items}
            return {**tree, "names": list(value.names)} if value.names else tree
        case MappingValue():
            entries = {name: tree_of(entry, tensors) for name, entry in value.entries.items()}
            return {
                "k": "mapping",
                "type": value.type,
                "module": value.module,
                "entries": entries,
                **({"codes": sorted(value.codes)} if value.codes else {}),
                **({"buffers": sorted(value.buffers)} if value.buffers else {}),
            }
        case RecordValue():
            fields = {name: tree_of(part, tensors) for name, part in value.fields.items()}
            return {"k": "record", "type": value.type, "kind": value.kind, "fields": fields}
        case RaisedValue():
            return {
                "k": "raised",
                "type": value.type,
                "message": value.message,
                "bases": list(value.bases),
                "line": value.line,
                "source": value.source,
                "step": value.step,
            }
        case OpaqueValue():
            return {
                "k": "opaque",
                "type": value.type,
                "reason": value.reason,
                "about": value.about,
            }
        case NoValue():
            raise TypeError("nothing was seen, so there is nothing to encode")
        case _:
            assert_never(value)


def _tree_of_tensor(value: TensorValue, tensors: dict[str, torch.Tensor]) -> dict[str, Any]:
    tree: dict[str, Any] = {
        "k": value.kind,
        "type": value.type,
        "shape": list(value.shape),
        "dtype": value.dtype,
        "device": value.device,
        "layout": value.layout,
        "requires_grad": value.requires_grad,
        "leaf": value.leaf,
        "grad": None if value.grad is None else _tree_of_tensor(value.grad, tensors),
    }
    if (stored := value.stored) is None:
        return {**tree, "ref": _added(value.data, tensors)}
    tree["parts"] = {
        name: _tree_of_tensor(TensorValue.of(part), tensors) for name, part in stored.parts.items()
    }
    return {**tree, "coalesced": stored.coalesced, "axis": stored.axis}


def _added(data: torch.Tensor, tensors: dict[str, torch.Tensor]) -> str:
    """Add numbers to those there are, in a dtype that safetensors has; returns their name."""
    name = str(len(tensors))
    if data.is_complex():
        data = torch.view_as_real(data).clone()
    elif str(data.dtype).startswith("torch.float8"):
        data = data.view(torch.uint8)
    tensors[name] = data
    return name


def _digits(number: bool | int | float | complex) -> dict[str, Any]:
    if isinstance(number, bool):
        return {"v": number}
    if isinstance(number, complex):
        return {"v": [repr(number.real), repr(number.imag)], "of": "complex"}
    return {"v": repr(number), "of": "int" if isinstance(number, int) else "float"}
