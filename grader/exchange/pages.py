"""Reports in one zip, under the names by which another system gives them to their students."""

import zipfile
from collections.abc import Iterable
from pathlib import Path

from grader.atomic import written

_TIME = (1980, 1, 1, 0, 0, 0)  # the same marks give the same file


def write(path: Path, pages: Iterable[tuple[str, str]]) -> None:
    """Write a zip of pages, each with its name in it. Raises OSError."""
    with written(path, durable=True) as file, zipfile.ZipFile(file, "w") as packed:
        for name, page in pages:
            info = zipfile.ZipInfo(name, _TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            packed.writestr(info, page.encode("utf-8", "replace"))


def safe(name: str) -> str:
    """Return a name of a member that stays where it is put."""
    return name.replace("/", "_").replace("\\", "_").lstrip(".~") or "_"
