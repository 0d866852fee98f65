"""Notebooks from bytes and to bytes: the only reader and writer of notebook files.

What is no JSON may be a notebook as text (`grader.formats.texts`).
Reading goes by what is there, not by what a schema wants: saved outputs are dropped before
anything looks at them, and missing and mistyped fields are mended. So every format since the first
is read in the same way, and so is one that is still to come.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic_core import to_json

from grader.errors import DamagedNotebook, EmptyFile, NotANotebook, TooLarge
from grader.formats import lines, mending, split_lines, texts
from grader.formats.document import parse
from grader.model.submission import Notebook, NotebookCell
from grader.model.text import Text, counted, say

MAX_BYTES = 50 * 2**20
MAX_CELLS = 2_000
MAX_CELL = 1_000_000  # characters
MAX_CODE = 3_000_000  # characters, of all code cells together
MAX_DEPTH = 20  # of JSON in an output

NBFORMAT = 4
_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


_NO_CELLS = say("the file is JSON, but not a notebook: it has no cells")


def read(data: bytes) -> Notebook:
    """Return the notebook that a file holds.

    Raises EmptyFile, NotANotebook, DamagedNotebook, OtherLanguage or TooLarge, each with a reason
    that can be shown to the student.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge(
            say(
                "the file is {size} MiB; at most {most} MiB are read"
                " (clear the outputs and save again)",
                size=len(data) // 2**20,
                most=MAX_BYTES // 2**20,
            )
        )
    notes: list[Text] = []
    raw = texts.parse(data, notes) or parse(data, notes)
    if isinstance(raw, str):
        notes.append(say("the whole file was written as one text, and was read as that text"))
        raw = parse(raw.encode("utf-8", "replace"), notes)
    if not isinstance(raw, dict):
        raise NotANotebook(_NO_CELLS)
    cells = _cells(raw, notes)
    metadata = raw.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    if not cells:
        raise EmptyFile(say("the notebook has no cells"))
    if len(cells) > MAX_CELLS:
        raise TooLarge(
            say(
                "the notebook has {cells} cells; at most {most} are read",
                cells=len(cells),
                most=MAX_CELLS,
            )
        )
    read_cells = tuple(_cell(cell, notes) for cell in cells if isinstance(cell, dict))
    if not read_cells:
        raise DamagedNotebook(say("every cell of the notebook is damaged"))
    size = sum(len(cell.source) for cell in read_cells if cell.kind == "code")
    if size > MAX_CODE:
        raise TooLarge(
            say(
                "there are {size} characters of code; at most {most} are read",
                size=size,
                most=MAX_CODE,
            )
        )
    if damaged := len(cells) - len(read_cells):
        notes.append(
            counted(
                "{number} damaged cell was left out",
                "{number} damaged cells were left out",
                damaged,
            )
        )
    read_cells = mending.mended(read_cells, metadata, notes)
    return Notebook(cells=read_cells, metadata=metadata, notes=tuple(dict.fromkeys(notes)))


def write(
    cells: Iterable[tuple[NotebookCell, list[dict[str, Any]], int | None]],
    *,
    about: Mapping[str, Any] | None = None,
) -> str:
    """Return a valid notebook file, from cells with their outputs and execution counts.

    An output that is not valid is left out: what a kernel sends is the student's to make up.
    about: what the metadata says of the assignment.
    """
    texts: list[str] = []
    used = set[str]()
    for position, (cell, outputs, count) in enumerate(cells, start=1):
        id = cell.id
        if id is None or id in used or not re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", id):
            id = f"cell-{position}"
        while id in used:
            id += "-"
        used.add(id)
        code = {"execution_count": count, "outputs": list(filter(_is_output, outputs))}
        node = {
            "cell_type": cell.kind,
            **(code if cell.kind == "code" else {}),
            "id": id,
            "metadata": dict(cell.metadata),
            "source": cell.source,
        }
        # One by one: what its lines take apart is many times what they take as text.
        texts.append(_json(split_lines.of_cell(node)).replace("\n", "\n  "))
    metadata = {**_METADATA, **({"tensorgrader": dict(about)} if about else {})}
    rest = _json({"cells": [], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})
    if not texts:
        return rest + "\n"
    before, _, after = rest.partition("[]")
    separated = (part for text in texts for part in (",\n  ", text))
    next(separated)
    return "".join((before, "[\n  ", *separated, "\n ]", after, "\n"))


def _json(value: Any) -> str:
    """Return JSON with keys in order and lines apart, as Jupyter writes it.

    nbformat takes 17 ms for a notebook.
    """
    tidy = _sorted(value)
    try:
        return to_json(tidy, indent=1).decode()
    except ValueError:  # half a character
        return json.dumps(tidy, ensure_ascii=False, indent=1)


def _is_output(output: dict[str, Any]) -> bool:
    """Whether an output keeps to nbformat's schema, version 4."""
    kind = output.get("output_type")
    if kind == "stream":
        wanted: dict[str, type] = {"name": str, "text": str}
    elif kind == "error":
        wanted = {"ename": str, "evalue": str, "traceback": list}
    elif kind in ("display_data", "execute_result"):
        wanted = {"data": dict, "metadata": dict}
        if kind == "execute_result":
            output.setdefault("execution_count", None)
            wanted["execution_count"] = int if output["execution_count"] is not None else type(None)
    else:
        return False
    if set(output) != {"output_type", *wanted}:
        return False
    if not all(isinstance(output[name], cls) for name, cls in wanted.items()):
        return False
    if kind == "error":
        return all(isinstance(line, str) for line in output["traceback"])
    if not _is_flat(output.get("metadata", {})):
        return False
    return all(_is_format(*item) for item in output.get("data", {}).items())


def _is_format(name: Any, value: Any) -> bool:
    if not isinstance(name, str):
        return False
    if re.fullmatch(r"application/(.*\+)?json", name):
        return _is_flat(value)
    return isinstance(value, str) or (
        isinstance(value, list) and all(isinstance(line, str) for line in value)
    )


def _is_flat(value: Any) -> bool:
    """Whether JSON is nested no deeper than people do: each level is as much more to indent."""
    level = [value]
    for _ in range(MAX_DEPTH):
        inner = [item for item in level if isinstance(item, dict | list)]
        level = [
            child for item in inner for child in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return True
    return False


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value, key=str)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value


def _cells(raw: dict[str, Any], notes: list[Text]) -> list[Any]:
    """Return the cells, of worksheets too, which notebooks had before the fourth format."""
    cells, sheets, version = raw.get("cells"), raw.get("worksheets"), raw.get("nbformat")
    if "cells" not in raw and "worksheets" not in raw:
        raise NotANotebook(_NO_CELLS)
    if not (isinstance(cells, list) and cells) and isinstance(sheets, list):
        found = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
        cells = [cell for part in found if isinstance(part, list) for cell in part]
    if isinstance(cells, dict):  # by number or by name, as some converters write them
        cells = list(cells.values())
    if not isinstance(cells, list):
        raise DamagedNotebook(say("the notebook's list of cells is damaged; save it again"))
    if isinstance(version, int) and version != NBFORMAT:
        old = say(
            "the notebook is in an old format ({version}), and was read as it stands",
            version=version,
        )
        newer = say(
            "the notebook is in a newer format ({version}), and was read as it stands",
            version=version,
        )
        notes.append(old if version < NBFORMAT else newer)
    return cells


def _cell(raw: dict[str, Any], notes: list[Text]) -> NotebookCell:
    # The third format has `input` in its code cells, and the first has `code`.
    texts = (raw[name] for name in ("source", "input", "code", "text") if raw.get(name) is not None)
    source = next(texts, "")
    if isinstance(source, list):
        parts = [part for part in source if isinstance(part, str)]
        if len(parts) < len(source):
            notes.append(say("a part of a cell is something else than text, and was left out"))
        source, is_mended = lines.joined(parts)
        if is_mended:
            notes.append(say("the lines of some cells had no line ends, and were joined with them"))
    if not isinstance(source, str):
        notes.append(say("a cell holds something else than text, and was read as empty"))
        source = ""
    if len(source) > MAX_CELL:
        raise TooLarge(
            say(
                "a cell has {size} characters; at most {most} are read",
                size=len(source),
                most=MAX_CELL,
            )
        )
    metadata = raw.get("metadata")
    id = raw.get("id")
    return NotebookCell(
        kind=_kind(raw, notes),
        source=re.sub(r"\r\n?", "\n", source.encode("utf-8", "replace").decode("utf-8")),
        id=id if isinstance(id, str) else None,
        metadata=metadata if isinstance(metadata, dict) else {},
    )


def _kind(raw: dict[str, Any], notes: list[Text]) -> Literal["code", "markdown", "raw"]:
    kind = raw.get("cell_type")
    if not isinstance(kind, str) or not kind:
        # Prose that is run does no harm; code that is not run would be lost.
        notes.append(say("a cell does not say what it is, and was read as code"))
        return "code"
    match kind.strip().lower():
        case "code":
            return "code"
        case "markdown" | "heading" | "html":
            return "markdown"
        case _:
            return "raw"
