"""What travels between machines: JSON, and the bytes of files after it.

Nothing but plain data is in it, so that whoever unpacks it runs nothing of it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from grader.engines.job import Job
from grader.engines.pipe import HANDIN, JOB
from grader.errors import Unreadable
from grader.formats import notebook
from grader.intake import tree
from grader.model.assignment import Assignment
from grader.model.submission import MAX_TOTAL, Handin

_MOST = 4 * MAX_TOTAL  # bytes beside one notebook, of which no more than MAX_TOTAL are used


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """A file. content: None for one that is too large to be used, or cannot be read."""

    name: str
    content: bytes | None
    size: int = 0


def of_job(job: Job, assignments: Sequence[Assignment], *, id: str) -> bytes:
    """Return a job with its sources, and what comes with them. Raises OSError."""
    sources, files = [], []
    for assignment in assignments:
        named = [(assignment.path.name, assignment.path), *assignment.files]
        sources.append([name for name, _ in named])
        files += [path.read_bytes() for _, path in named]
    told = JOB.dump_python(job, mode="json")
    return _packed({"id": id, "job": told, "sources": sources}, files)


def job(data: bytes, folder: Path) -> tuple[str, Job]:
    """Return the id of a job, and the job, with its files in a folder. Raises OSError."""
    header, files = _unpacked(data)
    paths = []
    for number, names in enumerate(header["sources"]):
        for name in names:
            path = folder / str(number) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(files.pop(0))
        paths.append(folder / str(number) / names[0])
    told = replace(JOB.validate_python(header["job"]), sources=tuple(paths), out=folder / "out")
    return str(header["id"]), told


def of_handin(handin: Handin, *, job: str, lost: str) -> bytes:
    """Return what was handed in, with its files. job: the id of what it is graded for."""
    files: list[_File] = []
    try:
        content = tree.read(handin.path, at_most=notebook.MAX_BYTES, problem=handin.problem)
        files.append(_File(name="", content=content))
    except Unreadable as error:
        handin = replace(handin, problem=error.reason)
    left = _MOST
    for name, path in handin.attachments:
        files.append(_beside(name, path, left))
        left -= len(files[-1].content or b"")
    told = HANDIN.dump_python(replace(handin, path=None, attachments=(), kept=()), mode="json")
    header = {
        "job": job,
        "handin": told,
        "lost": lost,
        "files": [[one.name, one.size, one.content is not None] for one in files],
    }
    return _packed(header, [one.content for one in files if one.content is not None])


@dataclass(frozen=True, slots=True, kw_only=True)
class ForJob:
    """A hand-in with its files in a folder. job: the id of what it is graded for."""

    job: str
    handin: Handin
    lost: str


def handin(data: bytes, folder: Path) -> ForJob:
    """Return a hand-in, with its files in a folder. Raises OSError."""
    header, contents = _unpacked(data)
    handed_in, beside = HANDIN.validate_python(header["handin"]), []
    for number, (name, size, is_whole) in enumerate(header["files"]):
        path = folder / str(number)
        if is_whole:
            path.write_bytes(contents.pop(0))
        elif size:
            with path.open("wb") as file:
                file.truncate(size)  # its size decides what else is laid beside the notebook
        if name:
            beside.append((str(name), path))
        else:
            handed_in = replace(handed_in, path=path)
    handed_in = replace(handed_in, attachments=tuple(beside))
    return ForJob(job=str(header["job"]), handin=handed_in, lost=str(header["lost"]))


def _beside(name: str, path: Path, room: int) -> _File:
    """Return a file that was handed in with a notebook; without content, a note will name it."""
    try:
        size = path.stat().st_size
        if path.is_symlink() or not path.is_file():
            return _File(name=name, content=None)
        if size > MAX_TOTAL:
            return _File(name=name, content=None, size=size)
        return _File(name=name, content=path.read_bytes() if size <= room else None)
    except OSError:
        return _File(name=name, content=None)


def _packed(header: Mapping[str, Any], files: Sequence[bytes]) -> bytes:
    text = json.dumps({**header, "sizes": [len(one) for one in files]}).encode()
    return b"\n".join([text, b"".join(files)])


def _unpacked(data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    text, _, rest = data.partition(b"\n")
    header, files, start = json.loads(text), [], 0
    for size in header["sizes"]:
        files.append(rest[start : start + size])
        start += size
    return header, files
