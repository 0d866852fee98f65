"""What marks follow from, as digests: what is equal need not be graded again."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from grader.engines.job import Job
from grader.model.assignment import Assignment, Exercise
from grader.model.submission import Handin
from grader.model.varied import Varied

_EXERCISE = TypeAdapter(Exercise)
_HANDIN = TypeAdapter(Handin)
_VARIED = TypeAdapter(Varied)
_CHUNK = 2**20
_MOST = 256 * 2**20  # bytes of a file that are looked at; none that is larger is graded
# Of a hand-in: where it lies on this disk, and today.
_PASSING = {"path", "shown", "attachments", "kept", "attempt", "bundle"}
# Of an exercise: what no mark follows from, and where in the source things stand.
_UNTOLD: Any = {"alternatives": True, "mistakes": {"__all__": {"cell"}}}


def of_handin(handin: Handin) -> str:
    """Return the digest of all that was handed in, and of what is known of it."""
    known = _HANDIN.dump_python(handin, mode="json", exclude=_PASSING)
    files = [("", handin.path)] if handin.path is not None else []
    named = [(name, _of_file(path)) for name, path in [*files, *sorted(handin.attachments)]]
    return _of([known, named])


def of_exercises(assignment: Assignment) -> dict[str, str]:
    """Return for each exercise the digest of what its marks follow from.

    That is what its author says of it, its cell, and every given cell above. Prose is not in it.
    """
    found: dict[str, str] = {}
    above: list[str | tuple[str, str]] = []
    for cell in assignment.cells:
        if cell.exercise is not None:
            exercise = assignment.exercise(cell.exercise)
            told = _EXERCISE.dump_python(exercise, mode="json", exclude=_UNTOLD)
            found[exercise.name] = _of([told, cell.source, cell.solution, above])
        elif cell.role == "given":
            above.append(("guarded", cell.solution) if cell.needs_answer else cell.solution)
            if assignment.varied is not None and assignment.varied.cell == cell.id:
                told = _VARIED.dump_python(assignment.varied, mode="json", exclude={"number"})
                above.append(("varied", _of(told)))
    return found


def of_sources(assignments: Sequence[Assignment]) -> str:
    """Return the digest of all assignments that a hand-in may answer."""
    return _of(sorted((one.name, one.digest) for one in assignments))


def of_settings(settings: Mapping[str, Any]) -> str:
    """Return the digest of what else a person has set that marks follow from."""
    return _of(settings)


def settings(job: Job, other_data: str) -> Mapping[str, Any]:
    """Return what a person has set for a run, as data.

    other_data: what the seeds of other data follow from.
    """
    return {
        "device": job.device,
        "kernel": job.kernel,
        "limits": {"cell": job.limits.cell, "submission": job.limits.submission},
        "language": job.language,
        "other_data": other_data,
    }


def _of(data: object) -> str:
    text = json.dumps(data, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _of_file(path: Path) -> str | None:
    """Return the digest of a file; None where it cannot be read, which grading will tell."""
    digest, left = hashlib.sha256(), _MOST
    try:
        if not path.is_file():  # one may wait for ever on what is none
            return None
        with path.open("rb") as file:
            while chunk := file.read(min(_CHUNK, left)):
                digest.update(chunk)
                left -= len(chunk)
    except OSError:
        return None
    return digest.hexdigest()
