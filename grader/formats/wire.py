"""Values to bytes and back: JSON for what they are, safetensors for their numbers.

A question to a kernel is `{"ask": ..., "values": {name: tree}, ...}`, an answer is
`{"values": {key: tree}}`; the trees are those of `grader.formats.trees`, and tensors are named by
`ref` in the safetensors file beside them. Never pickle. Answers are hostile input: everything is
checked.
"""

import json
from typing import Any

import torch
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors

from grader.errors import BadAnswer
from grader.formats.extent import exceeds
from grader.formats.limits import (
    MAX_DEPTH,
    MAX_HEADER,
    MAX_NODES,
    MAX_REFS,
    MAX_TENSORS,
    MAX_VALUES,
)
from grader.formats.trees import AnyTree, Received, Text, tree_of, value_of
from grader.model.values import Payload, Value, Values

_FIELDS = 13  # of a tree
_DESCRIPTION = 300  # bytes of a tensor's in a safetensors file


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    values: dict[Text, AnyTree]


_ANSWER = TypeAdapter(_Answer)
_NONE = "the answer does not hold values"
_TOO_MANY = "the answer has more values than it may have"


def question(ask: str, *, values: Values | None = None, **fields: Any) -> Payload:
    """Return the message that asks a kernel for something, with data put in."""
    return _payload(values or {}, ask=ask, **fields)


def encode(values: Values) -> Payload:
    """Return an answer that decodes to these values."""
    return _payload(values)


def _payload(values: Values, **fields: Any) -> Payload:
    tensors: dict[str, torch.Tensor] = {}
    trees = {name: tree_of(value, tensors) for name, value in values.items()}
    header = json.dumps({**fields, "values": trees}).encode()
    return Payload(header=header, tensors=save_tensors(tensors) if tensors else b"")


def decode(payload: Payload) -> dict[str, Value]:
    """Return the values of an answer.

    Raises BadAnswer where it is too large, too deep, malformed, or contradicts itself.
    """
    if len(payload.header) > MAX_HEADER or len(payload.tensors) > MAX_TENSORS:
        raise BadAnswer("the answer is larger than it may be")
    if exceeds(payload.header, MAX_NODES):
        raise BadAnswer(_TOO_MANY)
    try:
        raw = json.loads(payload.header.decode("ascii"))
        refs = _refuse_extent(raw)
        answer = _ANSWER.validate_python(raw)
        del raw
        tensors = _tensors(payload.tensors, refs)
        received = Received(tensors)
        values = {key: value_of(tree, received) for key, tree in answer.values.items()}
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
        refs += sum(tree.get("ref") is not None for tree in level)
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
    parts, fields = tree.get("parts") or {}, tree.get("fields", {})
    inside = (entries, parts, fields)
    if not isinstance(items, list) or not all(isinstance(held, dict) for held in inside):
        raise BadAnswer(_NONE)
    found = [*items, *([] if grad is None else [grad])]
    found += [child for held in inside for child in held.values()]
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
