"""Values to bytes and back: JSON for what they are, safetensors for their numbers.

A question to a kernel is `{"ask": ..., "values": {name: tree}, ...}`, an answer is
`{"values": {key: tree}}`; the trees are the models below, and tensors are named by `ref` in the
safetensors file beside them. Never pickle. Answers are hostile input: everything is checked.
"""

from __future__ import annotations

import json
import math
from typing import Annotated, Any, Literal

import torch
from pydantic import BaseModel, ConfigDict, FailFast, Field, TypeAdapter, ValidationError
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors

from grader.errors import BadAnswer
from grader.formats.extent import exceeds
from grader.model.values import (
    MappingValue,
    NoValue,
    NumberValue,
    OpaqueValue,
    Payload,
    RaisedValue,
    SequenceValue,
    TensorValue,
    TextValue,
    Value,
    Values,
)

MAX_HEADER = 24 * 2**20  # bytes; what the probe may send fits
MAX_TENSORS = 80 * 2**20  # bytes; the probe stops at 64 MiB
MAX_DEPTH = 25  # nested values; the probe stops at 20
MAX_VALUES = 210_000  # in one answer; the probe stops at 200,000
MAX_REFS = 52_000  # tensors in one answer; the probe stops at 50,000
MAX_NODES = 5 * MAX_VALUES  # of JSON
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
_FIELDS = 10  # of a tree
_DESCRIPTION = 300  # bytes of a tensor's in a safetensors file

_Text = Annotated[str, Field(max_length=25_000)]
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
    v: _Text


class _SequenceTree(_Tree):
    k: Literal["sequence"]
    # Each fault would be put into words, and there may be a million of them.
    items: Annotated[list[_AnyTree], FailFast()]


class _FloatsTree(_Tree):
    """A sequence of Python's floats: their digits in one string, for there may be thousands."""

    k: Literal["floats"]
    v: Annotated[str, Field(max_length=26 * MAX_VALUES)]


class _MappingTree(_Tree):
    k: Literal["mapping"]
    module: bool
    entries: dict[_Text, _AnyTree]


class _RaisedTree(_Tree):
    k: Literal["raised"]
    message: _Text
    bases: Annotated[list[_Name], Field(max_length=50)] = []
    line: int | None = None
    source: _Text | None = None


class _OpaqueTree(_Tree):
    k: Literal["opaque"]
    reason: _Name


_AnyTree = Annotated[
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


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    values: dict[_Text, _AnyTree]


_ANSWER = TypeAdapter(_Answer)
_NONE = "the answer is not an observation"
_TOO_MANY = "the answer has more values than an observation may have"


def question(ask: str, *, values: Values | None = None, **fields: Any) -> Payload:
    """Return the message that asks a kernel for something, with data put in."""
    return _payload(values or {}, ask=ask, **fields)


def encode(values: Values) -> Payload:
    """Return an answer that decodes to these values."""
    return _payload(values)


def _payload(values: Values, **fields: Any) -> Payload:
    tensors: dict[str, torch.Tensor] = {}
    trees = {name: _tree(value, tensors) for name, value in values.items()}
    header = json.dumps({**fields, "values": trees}).encode()
    return Payload(header=header, tensors=save_tensors(tensors) if tensors else b"")


def decode(payload: Payload) -> dict[str, Value]:
    """Return the values of an answer.

    Raises BadAnswer where it is too large, too deep, malformed, or contradicts itself.
    """
    if len(payload.header) > MAX_HEADER or len(payload.tensors) > MAX_TENSORS:
        raise BadAnswer("the answer is larger than an observation may be")
    if exceeds(payload.header, MAX_NODES):
        raise BadAnswer(_TOO_MANY)
    try:
        raw = json.loads(payload.header.decode("ascii"))
        refs = _refuse_extent(raw)
        answer = _ANSWER.validate_python(raw)
        del raw
        tensors = _tensors(payload.tensors, refs)
        values = {key: _value(tree, tensors) for key, tree in answer.values.items()}
    except RecursionError as error:
        raise BadAnswer("the answer is nested too deeply") from error
    except ValidationError as error:
        raise BadAnswer(_NONE) from error
    except (ValueError, TypeError, KeyError, RuntimeError, SafetensorError) as error:
        raise BadAnswer(f"the answer cannot be decoded: {type(error).__name__}") from error
    if tensors:
        raise BadAnswer("the answer has tensors that it does not name")
    return values


def _refuse_extent(raw: Any) -> int:
    """Refuse what is too deep or too much to be looked at in detail, without recursion.

    Each fault that is found in detail is put into words, so there may be few of them for a tree.
    Returns the number of tensors that are named.
    """
    if not isinstance(raw, dict) or [*raw] != ["values"]:
        raise BadAnswer(_NONE)
    level, depth, values, refs = _below({"entries": raw["values"]}), 0, 0, 0
    while level:
        depth += 1
        values += sum(map(_count, level))
        refs += sum("ref" in tree for tree in level)
        if depth > MAX_DEPTH:
            raise BadAnswer("the answer is nested too deeply")
        if values > MAX_VALUES or refs > MAX_REFS:
            raise BadAnswer(_TOO_MANY)
        level = [child for tree in level for child in _below(tree)]
    return refs


def _count(tree: dict[str, Any]) -> int:
    """Return how many values a tree is, without those below it."""
    numbers = tree.get("v") if tree.get("k") == "floats" else None
    return 1 + numbers.count(" ") if isinstance(numbers, str) else 1


def _below(tree: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the trees right below one. Raises BadAnswer where they are none."""
    items, entries, grad = tree.get("items", []), tree.get("entries", {}), tree.get("grad")
    if not isinstance(items, list) or not isinstance(entries, dict):
        raise BadAnswer(_NONE)
    found = [*items, *entries.values(), *([] if grad is None else [grad])]
    if not all(isinstance(child, dict) and len(child) <= _FIELDS for child in found):
        raise BadAnswer(_NONE)
    return found


def _tensors(file: bytes, refs: int) -> dict[str, torch.Tensor]:
    """Return the tensors of a safetensors file. refs: how many there may be."""
    if not file:
        return {}
    size = int.from_bytes(file[:8], "little")
    # A description has one brace, and all of them stand in one: counted before they are read.
    if size > 4_096 + _DESCRIPTION * refs or file.count(b"{", 8, 8 + size) > refs + 1:
        raise BadAnswer("the answer has tensors that it does not name")
    return load_tensors(file)


def _value(tree: _AnyTree, tensors: dict[str, torch.Tensor]) -> Value:
    match tree:
        case _TensorTree():
            return _tensor(tree, tensors)
        case _NumberTree():
            return NumberValue(type=tree.type, value=_number(tree))
        case _TextTree():
            return TextValue(type=tree.type, value=tree.v)
        case _SequenceTree():
            items = tuple(_value(item, tensors) for item in tree.items)
            return SequenceValue(type=tree.type, items=items)
        case _FloatsTree():
            numbers = tree.v.split(" ") if tree.v else []
            floats = (NumberValue(type="float", value=float(digits)) for digits in numbers)
            return SequenceValue(type=tree.type, items=tuple(floats))
        case _MappingTree():
            entries = {name: _value(entry, tensors) for name, entry in tree.entries.items()}
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


def _tree(value: Value, tensors: dict[str, torch.Tensor]) -> dict[str, Any]:
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
                "grad": None if value.grad is None else _tree(value.grad, tensors),
            }
        case NumberValue():
            return {"k": "number", "type": value.type, **_digits(value.value)}
        case TextValue():
            return {"k": "text", "type": value.type, "v": value.value}
        case SequenceValue():
            items = [_tree(item, tensors) for item in value.items]
            return {"k": "sequence", "type": value.type, "items": items}
        case MappingValue():
            entries = {name: _tree(entry, tensors) for name, entry in value.entries.items()}
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


def _digits(number: bool | int | float | complex) -> dict[str, Any]:
    if isinstance(number, bool):
        return {"v": number}
    if isinstance(number, complex):
        return {"v": [repr(number.real), repr(number.imag)], "of": "complex"}
    return {"v": repr(number), "of": "int" if isinstance(number, int) else "float"}
