"""The reports and files of gradings, as the gradebook holds them."""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Engine, Row, select

from grader.course.store import tables
from grader.course.store.database import failures_named
from grader.engines.done import Done
from grader.model.result import Report
from grader.reporting import record
from grader.reporting.folder import Files

_AT_ONCE = 100  # gradings that are asked for


def packed(done: Done) -> Mapping[str, bytes | None]:
    """Return the columns that hold what was found."""
    texts = {
        "report": record.dump(done.report),
        "told": record.dump(done.told),
        "page": done.page,
        "executed": done.executed,
        "error": done.error,
    }
    return {name: _packed(text) for name, text in texts.items()}


def of_grading(engine: Engine, number: int) -> Done:
    """Return what a grading found. Raises NotKept."""
    row = _row(engine, number)
    return Done(
        report=record.load(_unpacked(row.report) or ""),
        told=record.load(_unpacked(row.told) or ""),
        page=_unpacked(row.page),
        executed=_unpacked(row.executed),
        error=_unpacked(row.error),
    )


def files(engine: Engine, number: int) -> Files | None:
    """Return the files of a grading as they were made then, None where they were not.

    Raises NotKept.
    """
    row = _row(engine, number)
    page = _unpacked(row.page)
    if page is None:
        return None
    return Files(
        page=page,
        result=_unpacked(row.report) or "",
        executed=_unpacked(row.executed),
        error=_unpacked(row.error),
    )


def reports(engine: Engine, numbers: Sequence[int]) -> Iterator[tuple[int, Report]]:
    """Yield what gradings found, for the staff. Raises NotKept."""
    document = tables.document
    with failures_named(engine), engine.connect() as connection:
        for start in range(0, len(numbers), _AT_ONCE):
            wanted = select(document.c.grading_id, document.c.report)
            some = document.c.grading_id.in_(numbers[start : start + _AT_ONCE])
            for number, report in connection.execute(wanted.where(some)):
                yield number, record.load(_unpacked(report) or "")


def _row(engine: Engine, number: int) -> Row[Any]:
    document = tables.document
    wanted = select(document).where(document.c.grading_id == number)
    with failures_named(engine), engine.connect() as connection:
        return connection.execute(wanted).one()


def _packed(text: str | None) -> bytes | None:
    return None if text is None else zlib.compress(text.encode("utf-8", "replace"))


def _unpacked(data: bytes | None) -> str | None:
    return None if data is None else zlib.decompress(data).decode()
