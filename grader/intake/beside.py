"""What a notebook can import from beside it: files handed in with it, and those it writes."""

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

MOST = 2**20  # bytes of a file that is looked through
_SUFFIX = ".py"
_WRITTEN = re.compile(r"%%(?:writefile|file)[ \t]+(?:-a[ \t]+)?([\w.-]+)\.py[ \t]*\n")


def modules(files: Sequence[tuple[str, Path]], cells: Iterable[str]) -> Mapping[str, str]:
    """Return the text of each module, by its name. cells: some may write such files."""
    found = {}
    for name, path in files:
        if name.endswith(_SUFFIX) and "/" not in name:
            # What cannot be read cannot be laid beside the notebook either.
            with suppress(OSError), path.open("rb") as file:
                found[name.removesuffix(_SUFFIX)] = file.read(MOST).decode("utf-8", "replace")
    for source in cells:
        if (begins := _WRITTEN.match(source.lstrip())) is not None:
            found[begins[1]] = source.lstrip()[begins.end() :]
    return found
