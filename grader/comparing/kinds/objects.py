"""Dataclasses: values by the names of their fields."""

from collections.abc import Iterable, Iterator

from grader.comparing.kinds.kind import Difference, Kind, Place, Two, each
from grader.model.aspects import Aspect
from grader.model.features import Entries, Feature, Names, Outline, Thing
from grader.model.values import RecordValue

SHOWN = 12  # fields that are named


def _aspects(value: RecordValue) -> Iterable[Aspect]:
    return ("type", "shape")


def _differences(two: Two) -> Iterator[Difference]:
    actual, expected, path, check = two
    if check.exact_type and actual.type != expected.type:
        yield Difference(path, "type", *each(_thing, actual, expected))
    if actual.fields.keys() != expected.fields.keys():
        yield Difference(path, "shape", *each(_entries, actual, expected), form=True)


def _thing(value: RecordValue) -> Feature:
    return Thing(kind="record", name=value.type)


def _entries(value: RecordValue) -> Feature:
    return Entries(names=tuple(sorted(value.fields)[:SHOWN]))


def _parts(two: Two) -> Iterator[Place]:
    actual, expected, path, _ = two
    if actual.fields.keys() == expected.fields.keys():
        for name, other in expected.fields.items():
            yield Place(f"{path}.{name}", actual.fields[name], other)


def _glimpse(value: RecordValue) -> Feature:
    return Outline(type=value.type, parts=(Names(names=tuple(value.fields)[:SHOWN]),))


DATACLASS = Kind(
    aspects=_aspects,
    differences=_differences,
    parts=_parts,
    glimpse=_glimpse,
)
