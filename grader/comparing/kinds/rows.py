"""Which row of a table stands for which of another, and whether that is another order."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from grader.comparing.kinds.columns import key, numbers, taken, values, words, wrong
from grader.model.assignment import Check
from grader.model.kinds import length
from grader.model.values import RecordValue, Value

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
    """Return how many different items a column has."""
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
    if not expected or len(actual) != len(expected):
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
            found = words(column)
            ranks = {word: rank for rank, word in enumerate(sorted({w or "" for w in found}))}
            exact.append(np.array([ranks[word or ""] for word in found], dtype=np.float64))
        elif (numeric := numbers(column)) is not None and not numeric.data.is_complex():
            data = numeric.data.to(torch.float64).numpy()
            (others if numeric.data.is_floating_point() else exact).append(data)
        else:
            return None
    keys = [*exact, *others]
    return np.lexsort(keys[::-1]) if keys else None
