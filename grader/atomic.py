"""Files that are written whole or not at all: what stood there before stays until then."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

_PART = ".part"  # what is being written


def write_text(path: Path, text: str, *, durable: bool = False) -> None:
    """Write a text in UTF-8; what no file can hold of it, as half a character, becomes `?`.

    durable: whether it is on the disk, and not in the system's memory, when this returns. Raises
    OSError, as where a disk is full; then nothing has changed.
    """
    write_bytes(path, text.encode("utf-8", "replace"), durable=durable)


def write_bytes(path: Path, data: bytes, *, durable: bool = False) -> None:
    """Write bytes, as `write_text` does."""
    with written(path, durable=durable) as file:
        file.write(data)


@contextmanager
def written(path: Path, *, durable: bool = False) -> Iterator[IO[bytes]]:
    """Give a file that takes the place of another when the block ends, unless it raises.

    durable, and what is raised, as in `write_text`.
    """
    with _named(path):
        descriptor, name = tempfile.mkstemp(_PART, f".{path.name[:50]}.", path.parent)
    try:
        with _named(path):
            with os.fdopen(descriptor, "wb") as file:
                yield file
                file.flush()
                os.fchmod(file.fileno(), 0o666 & ~_UMASK)
                if durable:
                    os.fsync(file.fileno())
            Path(name).replace(path)
            if durable:
                _sync(path.parent)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def remove_parts(folder: Path) -> None:
    """Remove what is left of files in a folder whose writers were killed; nobody may be writing."""
    for part in folder.glob(f".*{_PART}"):
        part.unlink(missing_ok=True)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Have an OSError name the file that a person knows: one of a full disk names none."""
    try:
        yield
    except OSError as error:
        if error.errno is None or error.filename == os.fspath(path):
            raise
        raise OSError(error.errno, error.strerror, os.fspath(path)) from error


def _sync(folder: Path) -> None:
    """Have the names in a folder on the disk, where the system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


_UMASK = _umask()  # asked once: it can only be asked by being changed
