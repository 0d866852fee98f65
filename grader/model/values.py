"""What was seen when an expression was evaluated: values as data, never verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Self

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What a tensor is kept as that is more than numbers in a row: its parts, by name.

    Of a sparse one, `indices` and `values`, with `starts` where it is compressed; of a quantized
    one `ints`, `scales` and `zeros`; of a complex one of half precision, `pairs`.

    coalesced: whether nothing in a COO tensor has to be added up. axis: along which each slice of a
    quantized tensor has its own scale.
    """

    parts: Mapping[str, torch.Tensor]
    coalesced: bool = True
    axis: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TensorValue:
    """A tensor or a NumPy array, with what safetensors does not carry beside its numbers.

    data: the numbers on the CPU, of shape `shape`; a complex tensor as itself, a sparse one dense,
    a quantized one as the floats that it stands for, one of complex32 as complex64.
    stored: exactly what came, where that is more than `data`.
    leaf: whether it was not computed from others that require gradients.
    grad: the `.grad` of a leaf, if it had one.
    """

    kind: Literal["tensor", "array"]
    type: str
    shape: tuple[int, ...]
    dtype: str
    device: str
    layout: str
    requires_grad: bool
    data: torch.Tensor
    leaf: bool = True
    grad: TensorValue | None = None
    stored: Stored | None = None

    @classmethod
    def of(
        cls,
        data: torch.Tensor,
        *,
        kind: Literal["tensor", "array"] = "tensor",
        type: str = "Tensor",
        dtype: str | None = None,
    ) -> Self:
        """Return plain numbers as a value, on the CPU and without gradients.

        dtype: what they came as, where `data` holds them in another precision.
        """
        return cls(
            kind=kind,
            type=type,
            shape=tuple(data.shape),
            dtype=dtype or str(data.dtype).removeprefix("torch."),
            device="cpu",
            layout="strided",
            requires_grad=False,
            data=data,
        )

    @property
    def full_dtype(self) -> str:
        """The dtype as code names it: a tensor's is `torch.float32`, an array's `float32`."""
        return f"torch.{self.dtype}" if self.kind == "tensor" else self.dtype


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberValue:
    """A Python number or boolean, or a NumPy scalar."""

    type: str
    value: bool | int | float | complex


@dataclass(frozen=True, slots=True, kw_only=True)
class TextValue:
    """A value that equals another where its type and its text do: str, None, a dtype, a device."""

    type: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceValue:
    """A list, tuple, torch.Size or the like.

    names: those that the items of a named tuple have, where its class is the notebook's own.
    """

    type: str
    items: tuple[Value, ...]
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingValue:
    """A dict, or the state_dict of an nn.Module (`module`).

    codes: the keys that are no texts but what Python writes of them, as `1`; buffers: the entries
    of a module that are no parameters.
    """

    type: str
    entries: Mapping[str, Value]
    module: bool = False
    codes: frozenset[str] = frozenset()
    buffers: frozenset[str] = frozenset()

    @property
    def in_order(self) -> SequenceValue:
        """What it holds, without the names."""
        return SequenceValue(type="tuple", items=tuple(self.entries.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordValue:
    """A value of a kind that `grader.model.kinds` knows, as its parts by name: a table, a figure.

    type: what it is called, `pandas.DataFrame`.
    """

    kind: str
    type: str
    fields: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class RaisedValue:
    """An exception in place of a value.

    bases: the names of the classes that it is an instance of too.
    line, source: where in the student's own cell it was raised, if it was there; step: which step
    of what was asked was run then, from 1, where that was statements.
    """

    type: str
    message: str
    bases: tuple[str, ...] = ()
    line: int | None = None
    source: str | None = None
    step: int | None = None


# The type of the mapping that holds what several expressions of one check gave.
SEVERAL = "what is compared"

# Why values are not sent that could be compared otherwise; other values may be the cause.
TOO_MUCH = frozenset(
    {
        *("too many nested values", "too many items", "too much text"),
        *("too many tensors", "too many bytes of tensors"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpaqueValue:
    """A value that cannot cross the boundary, and why.

    about: what stands in the place that a reason has for it.
    """

    type: str
    reason: str
    about: str = ""

    @property
    def why(self) -> str:
        """The reason in English, for whoever writes the source."""
        return self.reason.replace("{about}", self.about)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exceeded:
    """A limit that was not enough. seconds: of CPU time, or, where `slept`, on the clock."""

    seconds: float
    slept: bool = False


Absence = Literal[
    "timed out", "too much output", "too much memory", "crashed", "unreadable", "not asked"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoValue:
    """Nothing was seen. exceeded: the limit, where it timed out."""

    reason: Absence
    exceeded: Exceeded | None = None


Value = (
    TensorValue
    | NumberValue
    | TextValue
    | SequenceValue
    | MappingValue
    | RecordValue
    | RaisedValue
    | OpaqueValue
    | NoValue
)
Values = Mapping[str, Value]  # by expression, or by name


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """One message across the boundary, not yet (or no longer) trusted.

    header: JSON, UTF-8. tensors: a safetensors file, or empty.
    """

    header: bytes
    tensors: bytes = b""
