"""What people decided in several places, brought into one table: nothing of it is lost.

A row that is there already is not written twice, and one that was taken back in the merged table
stays taken back. Of two scores for the same thing that counts which was seen first later.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, update
from sqlalchemy.exc import SQLAlchemyError

from grader.course import decisions_file
from grader.course.decision import Decision
from grader.course.decisions_table import NAME, read
from grader.course.merging.source import Source, reason
from grader.course.store import stored, tables
from grader.course.store.gradebook import Gradebook, digest_of
from grader.course.store.inserted import insert_all
from grader.course.store.stored import Damaged, StoredDecision
from grader.errors import UsageError


@dataclass(slots=True, kw_only=True)
class Decided:
    """What people decided in a source.

    now: what holds there; seen: all that ever did, as its gradebook knows it; problems: what of it
    cannot be read.
    """

    shown: str
    now: Sequence[Decision] = ()
    seen: Sequence[StoredDecision] = ()
    problems: list[str] = field(default_factory=list)


def decided_in(source: Source) -> Decided:
    """Return what people decided in a source: by its table, or by its gradebook without one."""
    found = Decided(shown=source.shown)
    try:
        found.seen = stored.decisions(source.connection)
    except Damaged as error:
        found.problems.append(f"what people decided is damaged in the gradebook: {error}")
    except SQLAlchemyError as error:
        found.problems.append(reason(source.named, error))
    path = source.folder / NAME if source.folder is not None else None
    if path is None or not path.is_file():
        found.now = [one.decision for one in found.seen if one.withdrawn_at is None]
        return found
    try:
        table = read(path)
    except UsageError as error:
        found.problems.append(f"{error}; nothing that it decides is merged")
        return found
    found.now = table.decisions
    found.problems += [f"{path}: {one}; it is not merged" for one in table.remarks]
    return found


def bring(
    gradebook: Gradebook, path: Path, known: Sequence[Decision], every: Sequence[Decided]
) -> list[str]:
    """Write what was decided in sources into the merged table; returns lines on conflicts.

    path: of the table; known: what it says. Raises UsageError, OSError and NotKept.
    """
    there = gradebook.written(stored.decisions)
    times = _Times([*there, *(one for decided in every for one in decided.seen)])
    taken_back = {decisions_file.said(one.decision) for one in there if one.withdrawn_at}
    written = {decisions_file.said(one) for one in known}
    new: dict[object, tuple[Decision, str]] = {}
    told: list[str] = []
    for decided in every:
        for one in decided.now:
            key = decisions_file.said(one)
            if key in taken_back and key not in written:
                told.append(
                    f"{_what(one)}: {decided.shown} has a row that was taken back in {path}, and is"
                    " not added again: write it there if so it is meant"
                )
            elif key not in written:
                new.setdefault(key, (one, decided.shown))
    ordered = sorted(new.values(), key=lambda one: times.of(one[0]))
    above: list[Decision] = []
    below: list[Decision] = []
    for place, (one, shown) in enumerate(ordered):
        rivals = [other for other in known if _are_rivals(one, other)]
        is_older = any(times.of(other) > times.of(one) for other in rivals)
        (above if is_older else below).append(one)
        told += [_conflict((one, shown), (other, str(path)), is_older) for other in rivals]
        later = [other for other in ordered[place + 1 :] if _are_rivals(one, other[0])]
        told += [_conflict(other, (one, shown), False) for other in later]
    decisions_file.added(path, above=above, below=below)
    gradebook.written(lambda connection: _note(connection, times))
    return told


class _Times:
    """When each decision was first seen, wherever that was; what was not yet seen is new."""

    def __init__(self, seen: Sequence[StoredDecision]) -> None:
        self.first: dict[str, StoredDecision] = {}
        self._now = datetime.now(UTC)
        for one in seen:
            digest = digest_of(one.decision)
            if digest not in self.first or one.first_seen < self.first[digest].first_seen:
                self.first[digest] = one

    def of(self, decision: Decision) -> datetime:
        known = self.first.get(digest_of(decision))
        return known.first_seen if known is not None else self._now


def _note(connection: Connection, times: _Times) -> None:
    """Keep when each decision was first seen, and what was taken back."""
    table = tables.decision
    known = {digest_of(one.decision): one.first_seen for one in stored.decisions(connection)}
    for digest, one in times.first.items():
        if digest in known and one.first_seen < known[digest]:
            earlier = update(table).where(table.c.digest == digest)
            connection.execute(earlier.values(first_seen=one.first_seen))
    new = [
        {
            "digest": digest,
            "row": asdict(one.decision),
            "by": one.decision.by,
            "first_seen": one.first_seen,
            "withdrawn_at": one.withdrawn_at,
        }
        for digest, one in times.first.items()
        if digest not in known
    ]
    insert_all(connection, table, new)


def _are_rivals(one: Decision, other: Decision) -> bool:
    """Whether two decisions give the same thing different scores."""
    if one.score is None or other.score is None or one.score == other.score:
        return False
    return decisions_file.about(one) == decisions_file.about(other)


def _conflict(one: tuple[Decision, str], other: tuple[Decision, str], is_older: bool) -> str:
    (mine, here), (theirs, there) = one, other
    counts = theirs.score if is_older else mine.score
    return (
        f"{_what(mine)}: a person gave {mine.score:g} in {here}, and {theirs.score:g} in {there};"
        f" {counts:g} counts, as the later one: delete the other row if so it is meant"
    )


def _what(one: Decision) -> str:
    return " ".join(filter(None, (one.whose, one.assignment, one.exercise)))
