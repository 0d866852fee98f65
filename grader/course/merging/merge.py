"""Hand-ins of several gradebooks, brought into one.

To do it again changes nothing, so that what was interrupted goes on, and another can come later.
"""

from collections import ChainMap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from grader.course.entries import Entry
from grader.course.merging.source import Source, reason, troubles
from grader.course.store import stored, tables
from grader.course.store.database import failures_named
from grader.course.store.gradebook import Gradebook
from grader.course.store.grading_rows import Found
from grader.course.store.joining import join_entry, join_grading, join_handin, join_runs
from grader.course.store.stored import Damaged, StoredGrading, StoredHandin, StoredRun
from grader.course.store.times import utc
from grader.errors import UsageError

_AT_ONCE = 20  # hand-ins that are written together
_Here = set[tuple[str, int, datetime]]  # the gradings that are there, by hand-in, run and time


@dataclass(slots=True, kw_only=True)
class Joined:
    """A source, and what became of it.

    handins: by number, with the first run of each; numbers: of runs in the merged gradebook, by
    those in the source; entries, taken: of its hand-ins, there; gradings: how many were new;
    problems: what was left out, and why; is_lost: whether no more can be read.
    """

    source: Source
    runs: Sequence[StoredRun]
    handins: Sequence[tuple[int, int]]
    numbers: dict[int, int] = field(default_factory=dict)
    entries: dict[int, Entry] = field(default_factory=dict)
    taken: dict[str, str] = field(default_factory=dict)
    gradings: int = 0
    problems: list[str] = field(default_factory=list)
    is_lost: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Brought:
    """A hand-in of a source, with those of its gradings that are new."""

    joined: Joined
    handin: StoredHandin
    new: Sequence[tuple[StoredGrading, Found]]


def looked_up(source: Source) -> Joined:
    """Return what a source holds, of which nothing is merged yet.

    Raises UsageError where that cannot be read.
    """
    with troubles(source.named):
        try:
            runs, handins = stored.runs(source.connection), stored.handins(source.connection)
        except Damaged as error:
            raise UsageError(f"{source.shown} is damaged, and left out: {error}") from error
    return Joined(source=source, runs=runs, handins=handins)


def merge(
    gradebook: Gradebook,
    every: Sequence[Joined],
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> None:
    """Bring what sources hold into a gradebook.

    progress: is called with the number of hand-ins that are done, and of all. What cannot be read
    is left out, and named in what is joined. Raises NotKept.
    """
    of_all = [run for joined in every for run in joined.runs]
    numbers = gradebook.written(lambda connection: join_runs(connection, of_all))
    for joined in every:
        joined.numbers = {run.id: numbers[run.key] for run in joined.runs}
    here, order = _here(gradebook), _in_order(every)
    brought = (_brought(joined, number, here) for joined, number in order)
    done = 0
    while some := list(islice(brought, _AT_ONCE)):
        _write(gradebook, [one for one in some if one is not None])
        done += len(some)
        progress(done, len(order))


def _here(gradebook: Gradebook) -> _Here:
    handin, grading = tables.handin, tables.grading
    wanted = select(handin.c.digest, grading.c.run_id, grading.c.graded_at)
    wanted = wanted.join(handin, handin.c.id == grading.c.handin_id)
    with failures_named(gradebook.engine), gradebook.engine.connect() as connection:
        return {(one[0], one[1], utc(one[2])) for one in connection.execute(wanted)}


def _in_order(every: Sequence[Joined]) -> list[tuple[Joined, int]]:
    """Return all hand-ins in the order in which they were found."""
    found = [
        (joined.numbers.get(run, 0), place, number)
        for place, joined in enumerate(every)
        for number, run in joined.handins
    ]
    return [(every[place], number) for _, place, number in sorted(found)]


def _brought(joined: Joined, number: int, here: _Here) -> _Brought | None:
    """Return a hand-in, None where it cannot be read, which is noted."""
    if joined.is_lost:
        return None
    connection = joined.source.connection
    try:
        handin = stored.handin(connection, number)
        runs = {handin.first_run, handin.last_run, handin.latest, handin.gone_run} - {None}
        if not runs <= joined.numbers.keys():
            raise Damaged("there is no run that has found it")
        new, left_out = [], 0
        for grading in stored.gradings(connection, number):
            try:
                run = joined.numbers[grading.run_id]
                if (handin.digest, run, grading.graded_at) not in here:
                    new.append((grading, stored.found(connection, handin, grading)))
            except (Damaged, KeyError) as error:
                left_out += 1
                when = f"{grading.graded_at.astimezone():%Y-%m-%d %H:%M}"
                joined.problems.append(
                    f"what was found at {when} in {handin.student}'s {handin.shown} is damaged, and"
                    f" left out: {error}"
                )
    except Damaged as error:
        joined.problems.append(f"hand-in number {number} is damaged, and left out: {error}")
        return None
    except DBAPIError as error:
        joined.is_lost = True
        joined.problems.append(
            f"{reason(joined.source.named, error)}; what comes after its hand-in number {number} is"
            " left out"
        )
        return None
    here |= {(handin.digest, joined.numbers[one.run_id], one.graded_at) for one, _ in new}
    return _Brought(joined=joined, handin=handin, new=new)


def _write(gradebook: Gradebook, batch: Sequence[_Brought]) -> None:
    """Write hand-ins in one transaction."""

    def write(connection: Connection) -> Mapping[tuple[int, int], Entry]:
        fresh: dict[tuple[int, int], Entry] = {}
        for one in batch:
            entry = _entry(connection, one, fresh)
            handin = join_handin(connection, entry, one.handin, one.joined.numbers)
            for grading, found in one.new:
                run = one.joined.numbers[grading.run_id]
                join_grading(connection, handin, run, grading.graded_at, found)
        return fresh

    fresh = gradebook.written(write)
    for one in batch:
        joined = one.joined
        if (entry := fresh.get((id(joined), one.handin.entry))) is not None:
            joined.entries[one.handin.entry] = entry
            joined.taken[entry.key] = entry.student
        joined.gradings += len(one.new)


def _entry(connection: Connection, one: _Brought, fresh: dict[tuple[int, int], Entry]) -> Entry:
    """Return the entry of a hand-in. fresh: those of this transaction, by source and number."""
    joined, number = one.joined, (id(one.joined), one.handin.entry)
    found = joined.entries.get(one.handin.entry) or fresh.get(number)
    if found is None:
        also = {entry.key: entry.student for (of, _), entry in fresh.items() if of == id(joined)}
        taken = ChainMap(also, joined.taken)
        found = fresh[number] = join_entry(connection, one.handin, joined.numbers, taken=taken)
    return found
