"""Zips that are the same whenever they hold the same."""

import io
import zipfile
from collections.abc import Iterable, Mapping
from typing import IO

_TIME = (1980, 1, 1, 0, 0, 0)


def write(file: IO[bytes], members: Iterable[tuple[str, bytes]]) -> None:
    """Write a zip of files, each with its name in it. Raises OSError."""
    with zipfile.ZipFile(file, "w") as packed:
        for name, data in members:
            info = zipfile.ZipInfo(name, _TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            packed.writestr(info, data)


def packed(members: Mapping[str, bytes]) -> bytes:
    """Return the bytes of such a zip."""
    made = io.BytesIO()
    write(made, members.items())
    return made.getvalue()
