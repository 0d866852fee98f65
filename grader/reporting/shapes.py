"""Two shapes side by side, with the axes in which they differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from grader.model.facts import Mismatch, PartsDiffer
from grader.model.features import Shape

MOST_AXES = 16  # more of one are told in a sentence alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """An axis of one of both. differs: whether the other has none like it in its place."""

    size: int
    differs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """A shape that was seen and the expected one. place: where, in the value of the check."""

    place: str
    actual: tuple[Axis, ...]
    expected: tuple[Axis, ...]

    @property
    def axes(self) -> tuple[int, ...] | None:
        """The axes that differ, from 0; None where there are more or fewer of them."""
        if len(self.actual) != len(self.expected):
            return None
        return tuple(place for place, axis in enumerate(self.actual) if axis.differs)


def sides(found: Mismatch | PartsDiffer, check: str) -> Sides | None:
    """Return what a mismatch says of two shapes; None where it does not, or both are not told."""
    if not isinstance(found, Mismatch):
        return None
    actual, expected = found.actual, found.expected
    if not isinstance(actual, Shape) or not isinstance(expected, Shape):
        return None
    if max(len(actual.sizes), len(expected.sizes)) > MOST_AXES:
        return None
    same = _same(actual.sizes, expected.sizes)
    return Sides(
        place=found.path.removeprefix(check),
        actual=_axes(actual.sizes, {mine for mine, _ in same}),
        expected=_axes(expected.sizes, {other for _, other in same}),
    )


def _same(actual: Sequence[int], expected: Sequence[int]) -> set[tuple[int, int]]:
    """Return which axes of one are which of the other: by place, or as many as go in order."""
    if len(actual) == len(expected):
        sizes = enumerate(zip(actual, expected, strict=True))
        return {(place, place) for place, (one, other) in sizes if one == other}
    matcher = SequenceMatcher(None, actual, expected, autojunk=False)
    return {
        (block.a + step, block.b + step)
        for block in matcher.get_matching_blocks()
        for step in range(block.size)
    }


def _axes(sizes: Sequence[int], same: set[int]) -> tuple[Axis, ...]:
    return tuple(Axis(size=size, differs=n not in same) for n, size in enumerate(sizes))
