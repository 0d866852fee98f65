"""Images: their size, their mode, and their pixels."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import torch

from grader.comparing.kinds.kind import Difference, Kind, Place, Two, each
from grader.model.aspects import Aspect
from grader.model.features import Feature, Name, Outline, Shape
from grader.model.kinds import array, text
from grader.model.values import RecordValue, TensorValue


def _aspects(value: RecordValue) -> Iterable[Aspect]:
    return ("type", "dtype", "shape", "values")


def _differences(two: Two) -> Iterator[Difference]:
    actual, expected, path, _ = two
    sizes, fits = each(_size, actual, expected), _fits(two)
    if sizes[0] != sizes[1]:
        yield Difference(f"{path}.size", "shape", *each(_shape, *sizes), form=True)
    modes = text(actual, "mode"), text(expected, "mode")
    if modes[0] != modes[1] or (not fits and sizes[0] == sizes[1]):
        yield Difference(f"{path}.mode", "dtype", *each(_name, *modes), form=not fits)


def _name(mode: str) -> Feature:
    return Name(name=mode)


def _shape(sizes: tuple[int, ...]) -> Feature:
    return Shape(sizes=sizes)


def _size(value: RecordValue) -> tuple[int, ...]:
    """Return width and height, as Pillow says them."""
    return array(value, "pixels").shape[1::-1]


def _fits(two: Two) -> bool:
    return array(two.actual, "pixels").shape == array(two.expected, "pixels").shape


def _parts(two: Two) -> Iterator[Place]:
    if _fits(two):
        # With a tolerance, whole numbers may be off by it.
        wide = two.check.rtol is not None or two.check.atol is not None
        left, right = (_pixels(one, wide) for one in (two.actual, two.expected))
        yield Place(f"np.asarray({two.path})", replace(left, dtype=right.dtype), right)


def _pixels(value: RecordValue, wide: bool) -> TensorValue:
    pixels = array(value, "pixels")
    return replace(pixels, data=pixels.data.to(torch.float64)) if wide else pixels


def _glimpse(value: RecordValue) -> Feature:
    return Outline(
        type=value.type, parts=(Shape(sizes=_size(value)), Name(name=text(value, "mode")))
    )


PICTURE = Kind(aspects=_aspects, differences=_differences, parts=_parts, glimpse=_glimpse)
