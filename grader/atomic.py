"""Files that are written whole or not at all: what stood there before stays until then."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO


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
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name[:50]}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fchmod(file.fileno(), 0o666 & ~_UMASK)
            if durable:
                os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


_UMASK = _umask()  # asked once: it can only be asked by being changed
