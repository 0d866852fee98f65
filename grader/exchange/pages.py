"""Reports in one zip, under the names by which another system gives them to their students."""

from collections.abc import Iterable
from pathlib import Path

from grader.atomic import written
from grader.formats import zips


def write(path: Path, pages: Iterable[tuple[str, str]]) -> None:
    """Write a zip of pages, each with its name in it. Raises OSError."""
    with written(path, durable=True) as file:
        zips.write(file, ((name, page.encode("utf-8", "replace")) for name, page in pages))


def safe(name: str) -> str:
    """Return a name of a member that stays where it is put."""
    return name.replace("/", "_").replace("\\", "_").lstrip(".~") or "_"
