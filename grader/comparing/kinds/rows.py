"""Which row of a table stands for which of another, and whether that is another order."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from grader.comparing.kinds.columns import key, numbers, taken, values, wrong
from grader.model.assignment import Check
from grader.model.kinds import array, items, length
from grader.model.values import RecordValue, TensorValue, TextValue, Value

MANY = 10_000  # rows from which it is seen how many different items there are
MAX_LABELS = 200_000  # labels of rows by which these are looked for
FEW = 3  # different items, of which fewer stand in another order by chance


def aligned(
    actual: Sequence[Value],
    expected: Sequence[Value],
    index: tuple[Sequence[Value], Sequence[Value]],
    check: Check,
) -> torch.Tensor | None:
    """Return in which order the rows of one table are most like those of the other.

    actual, expected: columns of one length that belong together; index: the labels of their rows.
    None where they are most like as they stand.
    """
    if not expected or length(expected[0]) < 2:
        return None
    off = _off(actual, expected, None, check)
    if not off:
        return None
    labels = _by_labels(*index)
    if labels is not None and _off(actual, expected, labels, check) < off:
        return labels
    if "order" in check.aspects and max(map(_kinds, expected)) < FEW:
        return None
    rows = _by_rows(actual, expected)
    # Only where nothing else is wrong: by chance some of them meet in any order.
    return rows if rows is not None and not _off(actual, expected, rows, check) else None


def _kinds(column: Value) -> int:
    """Return how many different items a column has, in its first rows."""
    match column:
        case TensorValue():
            return len({*column.data[:MANY].tolist()})
        case RecordValue():
            return len({*array(column, "codes").data[:MANY].tolist()})
        case _:
            return len({key(one) for one in values(column)})


def _off(
    actual: Sequence[Value], expected: Sequence[Value], order: torch.Tensor | None, check: Check
) -> int:
    """Return how many items differ with the rows in an order."""
    total = 0
    for one, other in zip(actual, expected, strict=True):
        moved = one if order is None else taken(one, order)
        found = wrong(moved, other, check)
        total += length(other) if found is None else int(found.sum())
    return total


def _by_labels(actual: Sequence[Value], expected: Sequence[Value]) -> torch.Tensor | None:
    """Return the order in which the labels are those expected, where each is there once."""
    if not expected or len(actual) != len(expected) or length(expected[0]) > MAX_LABELS:
        return None
    ours, theirs = (
        list(zip(*([*map(key, values(level))] for level in one), strict=True))
        for one in (actual, expected)
    )
    places = {label: place for place, label in enumerate(ours)}
    if len(places) != len(ours) or {*theirs} != places.keys() or len(theirs) != len(ours):
        return None
    order = torch.tensor([places[label] for label in theirs])
    return None if bool((order == torch.arange(len(order))).all()) else order


def _by_rows(actual: Sequence[Value], expected: Sequence[Value]) -> torch.Tensor | None:
    """Return the order in which sorted rows meet sorted rows: by words first, numbers last."""
    ours, theirs = _sorted(actual), _sorted(expected)
    if ours is None or theirs is None or not actual:
        return None
    order = np.empty_like(ours)
    order[theirs] = ours
    return torch.from_numpy(order)


def _sorted(columns: Sequence[Value]) -> "np.ndarray[tuple[int], np.dtype[np.int64]] | None":
    exact: list[np.ndarray[Any, Any]] = []
    others: list[np.ndarray[Any, Any]] = []
    for column in columns:
        if isinstance(column, RecordValue):
            exact.append(_ranked(column))
        elif (numeric := numbers(column)) is not None and not numeric.data.is_complex():
            data = numeric.data.to(torch.float64).numpy()
            (others if numeric.data.is_floating_point() else exact).append(data)
        else:
            return None
    keys = [*exact, *others]
    return np.lexsort(keys[::-1]) if keys else None


def _ranked(column: RecordValue) -> np.ndarray[Any, Any]:
    """Return where each word of a column comes in the order of all of its words."""
    levels = [one.value for one in items(column, "levels") if isinstance(one, TextValue)]
    order = np.argsort(np.array([*levels, ""], dtype=object))
    ranks = np.empty(len(order), dtype=np.float64)
    ranks[order] = np.arange(len(order))
    ranks[-1] = -1  # what is missing
    found: np.ndarray[Any, Any] = ranks[array(column, "codes").data.numpy()]
    return found
