"""Which Python a notebook was written for, where that is newer than the one it is run on."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from grader.model.result import Fault
from grader.model.text import Text, few, say
from grader.running.outputs import Ran, fault

_VERSION = re.compile(r"3\.(\d{1,2})\b")
_KERNEL = re.compile(r"py(?:thon)?[ _-]*v?3[._]?(\d{1,2})\b", re.IGNORECASE)
_UNREADABLE = ("SyntaxError", "IndentationError", "TabError")
_MOST_CELLS = 5  # that a note names


class WrittenFor:
    """What a notebook's metadata say of its Python; run_on: the version that it was run on."""

    def __init__(self, metadata: Mapping[str, Any], run_on: str) -> None:
        found = _VERSION.match(_text_at(metadata, "language_info", "version"))
        for key in ("name", "display_name"):
            found = found or _KERNEL.search(_text_at(metadata, "kernelspec", key))
        here = _VERSION.match(run_on)
        is_newer = found is not None and here is not None and int(found[1]) > int(here[1])
        self._newer = f"3.{int(found[1])}" if found is not None and is_newer else ""
        self._run_on = f"3.{here[1]}" if here is not None else ""

    def explained(self, error: Fault | None) -> Fault | None:
        """Return an error that says so where the code cannot be read for being newer, maybe."""
        if error is None or not self._newer or error.name not in _UNREADABLE:
            return error
        return replace(error, written_for=self._newer, run_on=self._run_on)

    def notes(self, ran: Sequence[Ran]) -> list[Text]:
        """Return what is said of cells that cannot be read."""
        errors = [(one.step.cell, fault(one)) for one in ran] if self._newer else []
        cells = [
            str(cell + 1)
            for cell, error in errors
            if cell is not None and error is not None and error.name in _UNREADABLE
        ]
        if not cells:
            return []
        return [
            say(
                "written for Python {version}, run on {run_on}; cells that cannot be read here:"
                " {cells}",
                version=self._newer,
                run_on=self._run_on,
                cells=few(cells, _MOST_CELLS),
            )
        ]


def _text_at(metadata: Mapping[str, Any], part: str, key: str) -> str:
    section = metadata.get(part)
    value = section.get(key) if isinstance(section, Mapping) else None
    return value if isinstance(value, str) else ""
