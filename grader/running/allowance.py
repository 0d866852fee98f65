"""How much of what a submission's checks see the trusted side keeps."""

import sys
from collections.abc import Iterable, Mapping
from typing import assert_never

from grader.errors import BadAnswer
from grader.model.values import (
    MappingValue,
    NoValue,
    NumberValue,
    OpaqueValue,
    RaisedValue,
    RecordValue,
    SequenceValue,
    TensorValue,
    TextValue,
    Value,
    Values,
)

MAX_SEEN = 96 * 2**20  # bytes of memory that what was seen may take beyond what is wanted
_ALWAYS = 2**16  # bytes of an answer that are always kept
_VALUE = 400  # bytes of a value without what it holds
_TENSOR = 2_000  # bytes of a tensor without its numbers


class Allowance:
    """What may still be kept of what is seen of one submission.

    wanted: by exercise, what the reference gives. As much as that is always kept, so that a right
    answer never lacks what wrong ones have taken.
    """

    def __init__(self, wanted: Mapping[str, Values], left: int = MAX_SEEN) -> None:
        self._wanted = {name: held(values.values()) for name, values in wanted.items()}
        self._left = left

    def take(self, exercise: str, values: Values) -> None:
        """Take an answer in. Raises BadAnswer where it is too much."""
        size = held(values.values())
        if size <= self._wanted.get(exercise, 0) + _ALWAYS:
            return
        if size > self._left:
            raise BadAnswer("the answers together are larger than they may be")
        self._left -= size


def held(values: Iterable[Value]) -> int:
    """Return about how many bytes of memory values take."""
    return sum(map(_held, values))


def _held(value: Value) -> int:
    match value:
        case TensorValue():
            parts = value.stored.parts.values() if value.stored else ()
            numbers = value.data.nbytes + sum(part.nbytes for part in parts)
            return _TENSOR * (1 + len(parts)) + numbers + (_held(value.grad) if value.grad else 0)
        case SequenceValue():
            return _VALUE + held(value.items)
        case MappingValue():
            return _VALUE + sum(map(sys.getsizeof, value.entries)) + held(value.entries.values())
        case RecordValue():
            return _VALUE + held(value.fields.values())
        case TextValue():
            return _VALUE + len(value.value)
        case RaisedValue():
            return _VALUE + len(value.message) + len(value.source or "") + 100 * len(value.bases)
        case NumberValue() | OpaqueValue() | NoValue():
            return _VALUE
        case _:
            assert_never(value)
