"""Attachments that were handed in beside a notebook, put into a kernel's working folder."""

import filecmp
import posixpath
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath

import torch

from grader.formats import replies, wire
from grader.kernels.kernel import Kernel
from grader.model.submission import MAX_FILES, MAX_TOTAL
from grader.model.text import Text, few, say
from grader.model.values import TensorValue

Attachments = Sequence[tuple[str, Path]]  # by their paths from the notebook's folder

_CHUNK = 8 * 2**20
_NOTHING = torch.empty(0, dtype=torch.uint8)
_LAY = 30.0  # CPU seconds for a chunk


def choose(
    files: Attachments, sources: Iterable[str], *, own: Attachments = ()
) -> tuple[Attachments, list[Text]]:
    """Return the files that fit into a kernel, in order, and notes on what was left out.

    sources: the cells that may use them; own: what comes with the assignment, and stands in place
    of what has been handed in under its name. Other notebooks, which are most often earlier
    attempts, come along where a cell names one of them.
    """
    files, notes = _beside(own, files)
    if not _names_a_notebook(files, sources):
        files = [(name, path) for name, path in files if ".ipynb" not in name.lower()]
    kept: list[tuple[str, Path]] = []
    left: list[str] = []
    total = 0
    for name, path in (*own, *files):
        size = 0
        with suppress(OSError):
            size = path.stat().st_size
        if len(kept) < MAX_FILES and total + size <= MAX_TOTAL:
            kept.append((name, path))
            total += size
        else:
            left.append(name)
    if not left:
        return kept, notes
    return kept, [
        *notes,
        say(
            "{names} could not be laid beside the notebook: at most {files} files and {size} MiB"
            " are",
            names=few(left, 3),
            files=MAX_FILES,
            size=MAX_TOTAL // 2**20,
        ),
    ]


def _beside(own: Attachments, files: Attachments) -> tuple[Attachments, list[Text]]:
    """Return the files that take nothing's place that comes with the assignment, and notes.

    A package, or an extension module, would be imported before a module of the same name.
    """
    paths = {PurePosixPath(name): path for name, path in own}
    taken = {*paths, *(_module(path) for path in paths if path.suffix == ".py")}
    kept, changed = list[tuple[str, Path]](), list[str]()
    for name, path in files:
        place = PurePosixPath(posixpath.normpath(name))
        if place not in taken and not {*map(_module, (place, *place.parents))} & taken:
            kept.append((name, path))
        elif place not in paths or not _is_same(path, paths[place]):
            changed.append(name)
    if not changed:
        return kept, []
    names = few(changed, 3)
    note = say("{names}: what comes with the assignment stands in place of yours", names=names)
    return kept, [note]


def _module(path: PurePosixPath) -> PurePosixPath:
    """Return a path as an import names it."""
    return path.parent / path.name.split(".")[0]


def _is_same(one: Path, other: Path) -> bool:
    with suppress(OSError):
        return filecmp.cmp(one, other, shallow=False)
    return False


def _names_a_notebook(files: Attachments, sources: Iterable[str]) -> bool:
    stems = [Path(name).stem for name, _ in files if ".ipynb" in name.lower()]
    return bool(stems) and any(stem in source for source in sources for stem in stems)


def copy_attachments(kernel: Kernel, files: Attachments) -> list[Text]:
    """Write files to the working folder of a fresh kernel; returns notes on what failed.

    What is there is only ever data: the folder comes last on the import path, so that a `torch.py`
    shadows nothing. Raises KernelDied, AnswerTimedOut or BadAnswer.
    """
    notes: dict[Text, None] = {}
    for name, chunk in _chunks(files, notes):
        data = torch.frombuffer(bytearray(chunk), dtype=torch.uint8) if chunk else _NOTHING
        question = wire.question("lay", values={"chunk": TensorValue.of(data)}, name=name)
        answer = replies.read(kernel.ask(question, limit=_LAY), replies.Laid)
        if answer.problem:
            note = say(
                "{name} could not be laid beside the notebook: {problem}",
                name=name,
                problem=answer.problem,
            )
            notes[note] = None
    return list(notes)


def _chunks(files: Attachments, notes: dict[Text, None]) -> Iterator[tuple[str, bytes]]:
    for name, path in files:
        try:
            with path.open("rb") as file:
                chunk = file.read(_CHUNK)
                yield name, chunk
                while chunk := file.read(_CHUNK):
                    yield name, chunk
        except OSError as error:
            note = say("{name} could not be read: {why}", name=name, why=str(error.strerror))
            notes[note] = None
