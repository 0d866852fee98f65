"""One column of a table: numbers, words, or any values in a row."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import torch

from grader.comparing import tolerance
from grader.comparing.kinds.kind import Place
from grader.model.assignment import Check
from grader.model.kinds import array, items, length
from grader.model.values import (
    NumberValue,
    RecordValue,
    SequenceValue,
    TensorValue,
    TextValue,
    Value,
)

_MISSING = frozenset({"NoneType", "NAType", "NaTType"})
_TEXTS = frozenset({"object", "str", "string", "String", "category"})


def words(column: RecordValue) -> list[str | None]:
    """Return the words of a column, None for what is missing."""
    levels = [one.value for one in items(column, "levels") if isinstance(one, TextValue)]
    codes = array(column, "codes").data.reshape(-1).tolist()
    return [levels[code] if code >= 0 else None for code in codes]


def as_words(column: RecordValue, other: RecordValue) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the words of two columns as numbers, equal where the words are."""
    vocabulary: dict[str, int] = {}
    found = []
    for one in (column, other):
        levels = [level.value for level in items(one, "levels") if isinstance(level, TextValue)]
        numbers = [vocabulary.setdefault(level, len(vocabulary)) for level in levels]
        codes = array(one, "codes").data
        found.append(torch.tensor([*numbers, -1])[codes])
    return found[0], found[1]


def numbers(column: Value) -> TensorValue | None:
    """Return the numbers of a column, also of one that holds any values; None for others."""
    if isinstance(column, TensorValue):
        return column
    if not isinstance(column, SequenceValue):
        return None
    found: list[float] = []
    for item in column.items:
        if is_missing(item):
            found.append(float("nan"))
        elif isinstance(item, NumberValue) and not isinstance(item.value, complex):
            if abs(item.value) >= 2**63:
                return None
            found.append(float(item.value))
        else:
            return None
    data = torch.tensor(found, dtype=torch.float64)
    return TensorValue.of(data, kind="array", type="Series", dtype=tolerance.NUMBER)


def is_missing(item: Value) -> bool:
    """Whether an item of a column is none."""
    if isinstance(item, NumberValue):
        return item.value != item.value
    return isinstance(item, TextValue) and item.type in _MISSING


def values(column: Value) -> Sequence[Value]:
    """Return the items of a column one by one."""
    match column:
        case SequenceValue():
            return column.items
        case RecordValue():
            none = TextValue(type="NoneType", value="None")
            return [
                none if word is None else TextValue(type="str", value=word)
                for word in words(column)
            ]
        case TensorValue():
            kind = "bool" if column.dtype == "bool" else "float"
            return [NumberValue(type=kind, value=one) for one in column.data.tolist()]
        case _:
            return ()


def key(value: Value) -> object:
    """Return what is equal for exactly equal values."""
    match value:
        case NumberValue():
            return None if is_missing(value) else value.value
        case TextValue():
            return None if is_missing(value) else ("text", value.value)
        case SequenceValue():
            return ("items", *map(key, value.items))
        case _:
            return ("other", id(value))


def dtype_name(dtype: str, column: Value, *, across: bool) -> str:
    """Return what a dtype is called, alike where the difference is of no account.

    Of texts, it is how they are kept; of moments, in which unit. across: whether it is compared
    with one of another library, which has its own names for the same.
    """
    is_words = isinstance(column, RecordValue)
    if dtype.startswith(("datetime64[", "timedelta64[")):
        kind, _, rest = dtype.partition("[")
        zone = rest.removesuffix("]").partition(", ")[2]
        return f"{kind}[{zone}]" if zone else kind
    if is_words and dtype.startswith("string"):
        return "text"
    if is_words and dtype in _TEXTS - {"category"}:
        return "text"
    if across:
        low = dtype.lower().replace("boolean", "bool")
        return "category" if low.startswith(("categorical", "enum")) else low
    return dtype


def wrong(actual: Value, expected: Value, check: Check) -> torch.Tensor | None:
    """Return which items of two columns differ; None where they are of other kinds."""
    if isinstance(actual, RecordValue) and isinstance(expected, RecordValue):
        one, other = as_words(actual, expected)
        return one != other
    left, right = numbers(actual), numbers(expected)
    if left is not None and right is not None:
        row = tolerance.row(right.dtype, right.device)
        return tolerance.differs(left.data, right.data, dtype=row, check=check.close)
    if isinstance(actual, TensorValue) or isinstance(expected, TensorValue):
        return None
    pairs = zip(map(key, values(actual)), map(key, values(expected)), strict=True)
    return torch.tensor([one != other for one, other in pairs], dtype=torch.bool)


def taken(column: Value, order: torch.Tensor) -> Value:
    """Return a column with its items in another order."""
    match column:
        case TensorValue():
            data = column.data[order]
            return replace(column, data=data, shape=tuple(data.shape))
        case RecordValue():
            codes = array(column, "codes")
            data = codes.data[order]
            moved = replace(codes, data=data, shape=tuple(data.shape))
            return replace(column, fields={**column.fields, "codes": moved})
        case SequenceValue():
            return replace(column, items=tuple(column.items[place] for place in order.tolist()))
        case _:
            return column


def first(column: Value, number: int) -> Value:
    """Return the first items of a column."""
    return taken(column, torch.arange(min(number, length(column))))


def place(actual: Value, expected: Value, path: str) -> Iterator[Place]:
    """Yield where two columns of one length are compared further; nothing where they cannot be."""
    left, right = numbers(actual), numbers(expected)
    if left is not None and right is not None:
        yield Place(path, replace(left, dtype=right.dtype, type=right.type), right)
    elif isinstance(actual, RecordValue) and isinstance(expected, RecordValue):
        yield Place(path, actual, expected)
    elif not isinstance(actual, TensorValue) and not isinstance(expected, TensorValue):
        pairs = zip(values(actual), values(expected), strict=True)
        for number, (one, other) in enumerate(pairs):
            if not (is_missing(one) and is_missing(other)):
                yield Place(f"{path}[{number}]", one, other)


def can_be_compared(actual: Value, expected: Value) -> bool:
    """Whether two columns are of kinds that can be compared item by item."""
    if (numbers(actual) is None) != (numbers(expected) is None):
        return not isinstance(actual, TensorValue) and not isinstance(expected, TensorValue)
    return True


def dtype_of(value: RecordValue, number: int) -> str:
    """Return the dtype of a column, as its library calls it."""
    found = items(value, "dtypes")[number]
    return found.value if isinstance(found, TextValue) else ""


def label(value: Value) -> str:
    """Return the label of a column or row, as code."""
    match value:
        case TextValue(type="str" | "str_"):
            return repr(value.value)
        case TextValue():
            return value.value
        case NumberValue():
            return repr(value.value)
        case SequenceValue():
            inside = ", ".join(map(label, value.items))
            return f"({inside},)" if len(value.items) == 1 else f"({inside})"
        case _:
            return "…"
