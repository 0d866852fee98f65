"""Which files beside a notebook its code names: without them it runs nowhere else."""

import re
from collections.abc import Iterable
from pathlib import Path

from grader.formats.bundle_file import ENDING

_MOST = 2_000  # files and folders that are looked at


def named_files(
    notebook: Path, sources: Iterable[str], own: Iterable[str] = ()
) -> list[tuple[str, Path]]:
    """Return the files of a notebook's folder that its code names, by their paths from there.

    They lie in that folder or in one below it; a module is named without its ending. own: what
    comes with the notebook, and is returned, if it is there, whether it is named or not.
    """
    code, folder, found = "\n".join(sources), notebook.parent, list[tuple[str, Path]]()
    try:
        entries = sorted(folder.iterdir())[:_MOST]
        inner = [one for one in entries if one.is_dir() and one.name in code and _is_seen(one)]
        entries += [one for above in inner for one in sorted(above.iterdir())[:_MOST]]
    except OSError:  # the notebook can be run without
        return []
    for path in entries:
        if path.is_file() and _is_seen(path) and path != notebook and _is_named(path, code):
            found.append((path.relative_to(folder).as_posix(), path))
    known = {name for name, _ in found}
    also = [(name, folder / name) for name in own if name not in known]
    return found + [(name, path) for name, path in also if path.is_file()]


def _is_seen(path: Path) -> bool:
    return not path.name.startswith(".") and not path.name.endswith(ENDING)


def _is_named(path: Path, code: str) -> bool:
    is_imported = path.suffix == ".py" and re.search(
        rf"\b(?:import|from) +{re.escape(path.stem)}\b", code
    )
    return path.name in code or bool(is_imported)
