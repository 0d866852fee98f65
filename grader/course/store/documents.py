"""The reports and files of gradings, as the gradebook holds them."""

import zlib
from collections.abc import Mapping

from sqlalchemy import Engine, select

from grader.course.store import tables
from grader.course.store.database import failures_named
from grader.engines.done import Done
from grader.reporting import record


def packed(done: Done) -> Mapping[str, bytes | None]:
    """Return the columns that hold what was found."""
    texts = {
        "report": record.dump(done.report),
        "told": record.dump(done.told),
        "executed": done.executed,
        "error": done.error,
    }
    return {name: _packed(text) for name, text in texts.items()}


def of_grading(engine: Engine, number: int) -> Done:
    """Return what a grading found. Raises NotKept."""
    document = tables.document
    wanted = select(document).where(document.c.grading_id == number)
    with failures_named(engine), engine.connect() as connection:
        row = connection.execute(wanted).one()
    return Done(
        report=record.load(_unpacked(row.report) or ""),
        told=record.load(_unpacked(row.told) or ""),
        executed=_unpacked(row.executed),
        error=_unpacked(row.error),
    )


def _packed(text: str | None) -> bytes | None:
    return None if text is None else zlib.compress(text.encode("utf-8", "replace"))


def _unpacked(data: bytes | None) -> str | None:
    return None if data is None else zlib.decompress(data).decode()
