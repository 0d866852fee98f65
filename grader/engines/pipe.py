"""What goes between a worker process and who hands out work: JSON, a line each."""

import contextlib
import json
from collections.abc import Mapping
from typing import IO, Any

from pydantic import TypeAdapter

from grader.engines.done import Done
from grader.engines.job import Job
from grader.model.submission import Handin
from grader.reporting import record

JOB = TypeAdapter(Job)
HANDIN = TypeAdapter(Handin)


def packed(done: Done) -> dict[str, Any]:
    """Return what a worker answers when it is done with a hand-in."""
    return {
        "report": record.dump(done.report),
        "told": record.dump(done.told),
        "page": done.page,
        "executed": done.executed,
        "error": done.error,
    }


def unpacked(answer: Mapping[str, Any]) -> Done:
    """Return what a worker has answered."""
    return Done(
        report=record.load(answer["report"]),
        told=record.load(answer["told"]),
        page=answer["page"],
        executed=answer["executed"],
        error=answer["error"],
    )


def send(stream: IO[bytes] | None, message: dict[str, Any]) -> None:
    """Send a message, to a worker or from it; nothing happens where the other side is gone."""
    assert stream is not None
    with contextlib.suppress(BrokenPipeError, ValueError):  # the answer will be missing, too
        stream.write(json.dumps(message).encode() + b"\n")
        stream.flush()


def received(stream: IO[bytes] | None) -> dict[str, Any]:
    """Return the next message; an empty one at the end."""
    assert stream is not None
    try:
        line = stream.readline()
    except ValueError:  # closed by who ended the process
        return {}
    return dict(json.loads(line)) if line.endswith(b"\n") else {}
