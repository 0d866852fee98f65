"""What the probe answers to each kind of question, as models: checked where it is decoded.

The student's process may send anything; what does not fit a model is no answer. `wire` says how
the values of an answer are written and what they may be.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar, assert_never

from pydantic import BaseModel, ConfigDict, FailFast, Field, ValidationError

from grader.errors import BadAnswer
from grader.formats import wire
from grader.model.values import (
    MappingValue,
    NoValue,
    NumberValue,
    OpaqueValue,
    Payload,
    RaisedValue,
    RecordValue,
    SequenceValue,
    TensorValue,
    TextValue,
    Value,
    Values,
)

MAX_NAMES = 50_000  # in one list

_Name = Annotated[str, Field(max_length=25_000)]
_Names = Annotated[list[_Name], FailFast(), Field(max_length=MAX_NAMES)]


class _Reply(BaseModel):
    # What is more than was asked for is passed over: each fault would be put into words.
    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)


class Versions(_Reply):
    """Of what a kernel has loaded."""

    python: _Name
    torch: _Name
    numpy: _Name


class Hello(_Reply):
    """To `hello`: the kernel is seeded."""

    versions: Versions


class Laid(_Reply):
    """To `lay`: a part of a file was written. problem: why not, if so."""

    problem: _Name


class Imported(_Reply):
    """To `modules`: what has been imported since the first cell, in that order."""

    names: _Names


class Left(_Reply):
    """To `left`: the names that a cell changed, and kinds of what it left behind.

    passed_over: the magics of it that are unknown there.
    """

    changed: _Names
    left: _Names
    passed_over: _Names = []


class Done(_Reply):
    """To `restore`, `put` and `watch`: it was done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedState:
    """To `save`: the generators of random numbers, and torch's global switches, as values."""

    generators: MappingValue
    switches: SequenceValue

    @property
    def restoring(self) -> Payload:
        """The question that puts them back."""
        state: dict[str, Value] = {"generators": self.generators, "switches": self.switches}
        return wire.question("restore", values={"state": MappingValue(type="dict", entries=state)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """To `observe`: the values of expressions, by the keys under which they were asked for.

    changed: the names of what evaluating one changed in place, by its key.
    """

    values: Values
    changed: Mapping[str, frozenset[str]]
    called: frozenset[str] = frozenset()


_R = TypeVar("_R", bound=_Reply)
_CHANGED, _CALLED = "changed", "called"  # no keys of expressions


def read(payload: Payload, model: type[_R]) -> _R:
    """Return an answer as what it should be. Raises BadAnswer."""
    values = wire.decode(payload)
    try:
        return model.model_validate({name: _plain(values[name]) for name in values})
    except ValidationError as error:
        raise BadAnswer(f"the answer is no {model.__name__}") from error


def saved_state(payload: Payload) -> SavedState:
    """Return the answer to `save`. Raises BadAnswer."""
    match wire.decode(payload).get("state"):
        case MappingValue(
            entries={"generators": MappingValue() as drawn, "switches": SequenceValue() as thrown}
        ):
            return SavedState(generators=drawn, switches=thrown)
        case _:
            raise BadAnswer("the answer is no SavedState")


def generators(restoring: Payload) -> dict[str, bytes]:
    """Return the states of generators that a SavedState's question puts back, by their names."""
    values = json.loads(restoring.header)["values"]
    plain = Payload(header=json.dumps({"values": values}).encode(), tensors=restoring.tensors)
    found: dict[str, bytes] = {}
    for name, value in saved_state(plain).generators.entries.items():
        payload = wire.encode({str(name): value})
        found[str(name)] = payload.header + payload.tensors
    return found


def observed(payload: Payload) -> Observed:
    """Return the answer to `observe`. Raises BadAnswer."""
    values = wire.decode(payload)
    changed: dict[str, frozenset[str]] = {}
    match values.pop(_CHANGED, None):
        case None:
            pass
        case MappingValue(entries=entries):
            for key, names in entries.items():
                changed[key] = frozenset(map(_name, _items(names)))
        case _:
            raise BadAnswer("the answer is no Observed")
    called = (
        frozenset(map(_name, _items(values.pop(_CALLED)))) if _CALLED in values else frozenset()
    )
    return Observed(values=values, changed=changed, called=called)


def _items(value: Value) -> tuple[Value, ...]:
    if not isinstance(value, SequenceValue):
        raise BadAnswer("the answer is no Observed")
    return value.items


def _name(value: Value) -> str:
    if not isinstance(value, TextValue):
        raise BadAnswer("the answer is no Observed")
    return value.value


def _plain(value: Value) -> Any:
    """Return what a model can be made of: text, numbers, lists and mappings as Python's own."""
    match value:
        case TextValue() | NumberValue():
            return value.value
        case SequenceValue():
            return [_plain(item) for item in value.items]
        case MappingValue():
            return {name: _plain(entry) for name, entry in value.entries.items()}
        case TensorValue() | RecordValue() | RaisedValue() | OpaqueValue() | NoValue():
            return value  # which no field of a model takes
        case _:
            assert_never(value)
