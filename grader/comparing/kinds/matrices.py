"""SciPy's sparse matrices, number by number, wherever one of the two holds any."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import torch

from grader.comparing import tolerance
from grader.comparing.features import number as describe_number
from grader.comparing.kinds.kind import Difference, Kind, Place, Two, each
from grader.model.aspects import Aspect
from grader.model.features import Feature, Name, Outline, Shape, Thing
from grader.model.kinds import array, items, text
from grader.model.values import NumberValue, RecordValue


def _aspects(value: RecordValue) -> Iterable[Aspect]:
    return ("type", "shape", "dtype", "values")


def _differences(two: Two) -> Iterator[Difference]:
    actual, expected, path, check = two
    if check.exact_type and (actual.type, _format(actual)) != (expected.type, _format(expected)):
        yield Difference(path, "type", *each(_exact, actual, expected))
    left, right = array(actual, "numbers"), array(expected, "numbers")
    if left.dtype != right.dtype:
        yield Difference(path, "dtype", Name(name=left.dtype), Name(name=right.dtype))
    if _shape(actual) != _shape(expected):
        shapes = Shape(sizes=_shape(actual)), Shape(sizes=_shape(expected))
        yield Difference(path, "shape", *shapes, form=True)
        return
    places, ours, theirs = _side_by_side(two)
    row = tolerance.row(right.dtype, right.device)
    wrong = tolerance.differs(ours, theirs, dtype=row, check=check)
    if bool(wrong.any()):
        first = int(wrong.nonzero()[0])
        index = divmod(int(places[first]), max(_shape(expected)[-1], 1))[-len(_shape(expected)) :]
        features = each(lambda one: describe_number(one[first].item()), ours, theirs)
        yield Difference(
            f"{path}[{', '.join(map(str, index))}]",
            "values",
            *features,
            wrong=int(wrong.sum()),
            total=wrong.numel(),
        )


def _side_by_side(two: Two) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return where one of the two holds a number, and what both hold there."""
    sides = [
        (array(one, "places").data, array(one, "numbers").data)
        for one in (two.actual, two.expected)
    ]
    places = torch.unique(torch.cat([where for where, _ in sides]))
    found = []
    for where, data in sides:
        whole = torch.zeros(len(places), dtype=data.dtype)
        whole[torch.searchsorted(places, where)] = data
        found.append(whole)
    return places, found[0], found[1]


def _parts(two: Two) -> Iterator[Place]:
    return iter(())


def _exact(value: RecordValue) -> Thing:
    return Thing(kind="record", name=f"{value.type}, {_format(value)}")


def _format(value: RecordValue) -> str:
    return text(value, "format")


def _shape(value: RecordValue) -> tuple[int, ...]:
    sizes = items(value, "shape")
    return tuple(int(one.value.real) for one in sizes if isinstance(one, NumberValue))


def _glimpse(value: RecordValue) -> Feature:
    numbers = array(value, "numbers")
    return Outline(type=value.type, parts=(Shape(sizes=_shape(value)), Name(name=numbers.dtype)))


def _trivial(value: RecordValue) -> Iterator[tuple[str, RecordValue]]:
    none = {
        name: replace(part, data=part.data[:0], shape=(0,))
        for name in ("places", "numbers")
        for part in (array(value, name),)
    }
    yield "a matrix of zeros", replace(value, fields={**value.fields, **none})


SPARSE = Kind(
    aspects=_aspects,
    differences=_differences,
    parts=_parts,
    glimpse=_glimpse,
    trivial=_trivial,
)
