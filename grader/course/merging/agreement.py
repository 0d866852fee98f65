"""Whether what was merged fits together: marks agree where they follow from the same."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, Row, Select, func, select

from grader.course import digests
from grader.course.marks import Counted
from grader.course.merging.merge import Joined
from grader.course.shard import Shard, shard_in
from grader.course.store import tables
from grader.course.store.database import failures_named

_AT_ONCE = 500  # gradings that are asked for
_SHOWN = 12  # characters of a digest
_DIGEST = re.compile(r"[0-9a-f]{64}")
_AGAIN = "grade what is odd again with the same, with --changed, and merge again"
_ONE_FOR_ALL = "grade what is odd again with the course's secret, --changed, and merge again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origins:
    """Where each run is from: by its number, the sources that have it, as a person named them.

    into: what all was merged into, for runs that no source has.
    """

    by_run: Mapping[int, Sequence[str]]
    into: str

    def of(self, runs: Iterable[int]) -> str:
        """Return the sources of some runs, as a list of names."""
        names = {name for run in runs for name in self.by_run.get(run, [self.into])}
        return ", ".join(sorted(names))

    def is_of_one(self, runs: Iterable[int]) -> bool:
        """Whether one source has all of some runs."""
        return bool(set.intersection(*({*self.by_run.get(run, [self.into])} for run in runs)))


def origins(every: Sequence[Joined], into: str) -> Origins:
    """Return where the runs of a merged gradebook are from."""
    found: dict[int, list[str]] = defaultdict(list)
    for joined in every:
        for number in joined.numbers.values():
            found[number].append(joined.source.shown)
    return Origins(by_run=found, into=into)


def several(engine: Engine, counted: Sequence[Counted], origins: Origins) -> Iterator[str]:
    """Yield a line for each row that was graded in several sources: which of them counts.

    counted: all rows, as they stand. Raises NotKept.
    """
    entry, handin, grading = tables.entry, tables.handin, tables.grading
    wanted = (
        select(entry.c.place, grading.c.run_id, func.max(grading.c.id).label("last"))
        .select_from(grading)
        .join(handin, handin.c.id == grading.c.handin_id)
        .join(entry, entry.c.id == handin.c.entry_id)
        .group_by(entry.c.place, grading.c.run_id)
    )
    runs: dict[str, dict[int, int]] = defaultdict(dict)
    with failures_named(engine), engine.connect() as connection:
        for row in connection.execute(wanted):
            runs[row.place][row.run_id] = row.last
    disputed = [one for one in counted if not origins.is_of_one(runs[one.standing.place])]
    chosen = {row.id: row.run_id for row in _rows(engine, [one.grading for one in disputed])}
    for one in disputed:
        of = one.standing
        yield (
            f"{of.student} ({of.assignment or 'no assignment that is known'}) was graded in"
            f" {origins.of(runs[of.place])}: what counts is from"
            f" {origins.of([chosen[one.grading]])}; the rest stays in `grader history`"
        )


def differences(engine: Engine, counted: Sequence[Counted], origins: Origins) -> Iterator[str]:
    """Yield a line for each thing that marks follow from, where it is not the same in all.

    counted: as in `several`. Raises NotKept.
    """
    found = _followed(engine, [one.grading for one in counted])
    for (what, do), values in found.items():
        if len(values) > 1:
            told = "; ".join(
                f"{value[:60]} in {origins.of(runs)}" for value, runs in sorted(values.items())
            )
            yield f"{what} is not the same everywhere, and marks may not agree ({told}): {do}"


def missing_shards(every: Sequence[Joined]) -> Iterator[str]:
    """Yield a line where some shards of a class are not among what is merged."""
    asked: dict[int, set[int]] = defaultdict(set)
    for joined in every:
        shard: Shard | None
        for run in joined.runs:
            if (shard := shard_in(run.command)) is not None:
                asked[shard.total].add(shard.number)
    is_whole = any(len(numbers) == total for total, numbers in asked.items())
    for total, numbers in sorted(asked.items()):
        missing = [f"{n}/{total}" for n in range(1, total + 1) if n not in numbers]
        if missing and not is_whole:
            are = "is" if len(missing) == 1 else "are"
            yield (
                f"shard {', '.join(missing)} {are} not among what was merged: its students are"
                " missing until it is merged, too"
            )


def _followed(
    engine: Engine, gradings: Sequence[int]
) -> Mapping[tuple[str, str], Mapping[str, set[int]]]:
    """Return what gradings follow from: its name, what to do, and the runs by each value."""
    found: dict[tuple[str, str], dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    settings: dict[str, Mapping[str, Any]] = {}
    versions: dict[str, str] = {}
    with failures_named(engine), engine.connect() as connection:
        for run in connection.execute(select(tables.run)):
            settings[digests.of_settings(run.settings)] = run.settings
            versions[run.judging] = run.grader
    for row in _rows(engine, gradings):
        version = f"{versions.get(row.judging, 'one')}, code {row.judging[:_SHOWN]}"
        said = {("the version of the grader", _AGAIN): version}
        for key, value in settings.get(row.settings_digest, {}).items():
            said[_setting(key)] = _DIGEST.sub(lambda one: one[0][:_SHOWN], str(value))
        for what, value in {**said, **_of_sources(row)}.items():
            found[what][value].add(row.run_id)
    return found


def _rows(engine: Engine, gradings: Sequence[int]) -> Iterator[Row[Any]]:
    """Yield what gradings say of what they follow from."""
    entry, handin, grading = tables.entry, tables.handin, tables.grading
    names = ("id", "run_id", "judging", "settings_digest", "versions", "assignment_digest")
    wanted: Select[Any] = (
        select(*(grading.c[name] for name in names), entry.c.assignment)
        .join(handin, handin.c.id == grading.c.handin_id)
        .join(entry, entry.c.id == handin.c.entry_id)
    )
    with failures_named(engine), engine.connect() as connection:
        for start in range(0, len(gradings), _AT_ONCE):
            some = grading.c.id.in_(gradings[start : start + _AT_ONCE])
            yield from connection.execute(wanted.where(some)).all()


def _of_sources(row: Row[Any]) -> dict[tuple[str, str], str]:
    said = {}
    if row.assignment is not None and row.assignment_digest is not None:
        do = "grade with the same source everywhere, with --changed, and merge again"
        said[f"the source of {row.assignment}", do] = row.assignment_digest[:_SHOWN]
    for name, version in row.versions.items():
        said[f"the version of {name}", _AGAIN] = version
    return said


def _setting(key: str) -> tuple[str, str]:
    if key == "other_data":
        return "the secret of other data", _ONE_FOR_ALL
    return f"the setting `{key}`", _AGAIN
