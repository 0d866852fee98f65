"""Which students each of several machines grades, where no machine knows of the others.

All that one student handed in is in one shard: everything under one id, and under one name, also
where a name has got a number, since what one hand-in is called hangs on the others of that name.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from grader.model.submission import Handin
from grader.reporting.folder import in_common

_FORM = re.compile(r"([0-9]{1,6})/([0-9]{1,6})")
_OPTION = "--shard"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """One of several parts of a class. number: from 1 to total."""

    number: int
    total: int

    def __str__(self) -> str:
        """Return it as a person writes it."""
        return f"{self.number}/{self.total}"


def shard_of(text: str) -> Shard | None:
    """Return the shard that a text names, as 2/3; None where it names none."""
    found = _FORM.fullmatch(text)
    if found is None or not 1 <= int(found[1]) <= int(found[2]):
        return None
    return Shard(number=int(found[1]), total=int(found[2]))


def shard_in(command: Sequence[str]) -> Shard | None:
    """Return the shard that a command line asked for, None where it asked for all."""
    for word, after in zip(command, [*command[1:], ""], strict=False):
        if word == _OPTION or word.startswith(f"{_OPTION}="):
            return shard_of(after if word == _OPTION else word.partition("=")[2])
    return None


class Division:
    """A class, divided into shards. handins: all that is there, on every machine.

    A student's shard follows from the lowest of the ids that the hand-ins have, or else from the
    name: it stays the same from run to run as long as these do.
    """

    def __init__(self, handins: Iterable[Handin], total: int) -> None:
        self._total = total
        self._above: dict[str, str] = {}
        for one in handins:
            first, *others = _keys(one.student, one.id)
            for other in others:
                self._join(first, other)

    def holds(self, shard: Shard, student: str, id: str | None) -> bool:
        """Whether a student is in a shard; also one of whom nothing is there."""
        top = min(map(self._top, _keys(student, id)))
        digest = hashlib.sha256(top.encode("utf-8", "replace")).digest()
        return int.from_bytes(digest[:8]) % self._total == shard.number - 1

    def _top(self, key: str) -> str:
        while (above := self._above.get(key)) is not None:
            key = above
        return key

    def _join(self, one: str, other: str) -> None:
        lower, higher = sorted([self._top(one), self._top(other)])
        if lower != higher:
            self._above[higher] = lower


def _keys(student: str, id: str | None) -> Iterator[str]:
    """Yield what tells a student; ids are lower than names."""
    if id is not None:
        yield f"id {id.casefold()}"
    yield f"name {in_common(student)}"
