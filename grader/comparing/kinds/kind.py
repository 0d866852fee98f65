"""What every kind of records has to say of two of them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from grader.model.aspects import Aspect
from grader.model.assignment import Check
from grader.model.features import Feature
from grader.model.values import RecordValue, Value

_One = TypeVar("_One")
_Made = TypeVar("_Made")


class Place(NamedTuple):
    """Two values that stand at the same place.

    path: the code that leads there; aspect: what differs there counts as, where that is one of what
    holds it.
    """

    path: str
    actual: Value
    expected: Value
    aspect: Aspect | None = None


class Difference(NamedTuple):
    """What differs between two records, their parts aside.

    form: whether parts cannot be compared while it is so, which counts whatever is asked for.
    """

    path: str
    aspect: Aspect
    actual: Feature
    expected: Feature
    form: bool = False
    wrong: int = 0
    total: int = 0


def each(of: Callable[[_One], _Made], actual: _One, expected: _One) -> tuple[_Made, _Made]:
    """Return what is made of the one and of the other."""
    return of(actual), of(expected)


class Two(NamedTuple):
    """Two records of one kind, at a place, and the check that they are compared for."""

    actual: RecordValue
    expected: RecordValue
    path: str
    check: Check


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How two records of a kind are compared.

    aspects: those that there are of one; differences: what differs, their parts aside; parts: the
    places inside both that are compared in turn; glimpse: one in a line; trivial: what takes no
    thought, by what it is called.
    """

    aspects: Callable[[RecordValue], Iterable[Aspect]]
    differences: Callable[[Two], Iterator[Difference]]
    parts: Callable[[Two], Iterator[Place]]
    glimpse: Callable[[RecordValue], Feature]
    trivial: Callable[[RecordValue], Iterator[tuple[str, RecordValue]]] = lambda _: iter(())
