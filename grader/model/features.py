"""What can be told of a value: plain data, small, and no sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from grader.model.values import Absence

Kind = Literal[
    "tensor",
    "array",
    "number",
    "bool",
    "none",
    "ellipsis",
    "text",
    "sequence",
    "mapping",
    "record",
    "module",
    "error",
    "opaque",
    "other",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """What sort of thing a value is.

    name: of its type where that tells things of one kind apart (`list`, `tuple`), of the layout of
    a tensor that is not strided, `per-channel` of one that is quantized so; reason: of a value that
    cannot cross the boundary, why, and about: what stands in the place that the reason has for it.
    exact: whether a Python number and a tensor without axes are two things.
    """

    kind: Kind
    name: str = ""
    reason: str = ""
    about: str = ""
    exact: bool = False
    code: Literal["thing"] = "thing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """Nothing was seen of a value."""

    why: Absence
    code: Literal["unseen"] = "unseen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The shape of a tensor or an array."""

    sizes: tuple[int, ...]
    code: Literal["shape"] = "shape"


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """How many items a sequence has."""

    items: int
    code: Literal["length"] = "length"


Part = Literal["row", "column", "field", "parameter", "axes", "line", "points", "bars", "picture"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How many parts of a sort a value has."""

    of: Part
    number: int
    code: Literal["size"] = "size"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """In which order parts of a sort stand, of which nothing more is said."""

    of: Literal["rows", "columns", "rows and columns", "categories"]
    code: Literal["order"] = "order"


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """Of a set: what is in it and should not be, the first few, and how many are missing.

    surplus: how many should not be in it.
    """

    extra: tuple[Feature, ...]
    surplus: int
    missing: int
    code: Literal["members"] = "members"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A value of many parts in one line: what it is, and how much of what it has."""

    type: str
    parts: tuple[Feature, ...]
    code: Literal["outline"] = "outline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """The names that a mapping has."""

    names: tuple[str, ...]
    code: Literal["entries"] = "entries"


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A word of code: a dtype, a device, a type, a variable."""

    name: str
    code: Literal["name"] = "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Some words of code."""

    names: tuple[str, ...]
    code: Literal["names"] = "names"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """Something that is so, or is not."""

    value: bool
    code: Literal["flag"] = "flag"


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """One number of a value.

    text: with six significant digits; empty for an integer too long for a line; digits: how many
    such a one has.
    """

    text: str
    digits: int = 0
    code: Literal["number"] = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What a number has to be: not less than one, not more than another; None for no bound."""

    at_least: float | None = None
    at_most: float | None = None
    code: Literal["bound"] = "bound"


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many, or which one, from 1: a line, a step, a cell."""

    number: int
    code: Literal["count"] = "count"


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """A factor that is whole (`under` is 1), or one through a whole number."""

    over: int
    under: int = 1
    code: Literal["factor"] = "factor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A text that is a value, as Python writes it where it is a str."""

    text: str
    code: Literal["quote"] = "quote"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gradient:
    """Whether there is a gradient."""

    present: bool
    code: Literal["gradient"] = "gradient"


@dataclass(frozen=True, slots=True, kw_only=True)
class Glimpse:
    """A tensor or an array in one line. numbers: the first few; more: whether there are others.

    kept_as: its layout where that is not strided, `per-channel` where it is quantized so.
    """

    kind: Literal["tensor", "array"]
    dtype: str
    shape: tuple[int, ...]
    device: str
    numbers: tuple[Number, ...]
    more: bool
    kept_as: str = ""
    code: Literal["glimpse"] = "glimpse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A sequence in one line. items: all of a few, else none."""

    type: str
    length: int
    items: tuple[Feature, ...] = ()
    code: Literal["series"] = "series"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thrown:
    """An exception in one line."""

    type: str
    message: str
    code: Literal["thrown"] = "thrown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """There is something here that must not be told; see `grader.disclosure`.

    of: what it is, where that is not what its aspect is called.
    """

    code: Literal["withheld"] = "withheld"
    of: Literal["", "entries"] = ""


Feature: TypeAlias = (
    Thing
    | Unseen
    | Shape
    | Length
    | Size
    | Order
    | Members
    | Outline
    | Entries
    | Name
    | Names
    | Flag
    | Number
    | Bound
    | Count
    | Factor
    | Quote
    | Gradient
    | Glimpse
    | Series
    | Thrown
    | Withheld
)
