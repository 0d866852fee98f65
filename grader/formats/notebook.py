"""Notebooks from bytes and to bytes: the only reader and writer of notebook files.

Reading goes by what is there, not by what the schema wants: saved outputs are dropped before
anything looks at them, missing and mistyped fields are mended, and what is no notebook is named.
"""

import codecs
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import nbformat
from nbformat.v4.rwbase import split_lines
from pydantic_core import to_json

from grader.errors import DamagedNotebook, EmptyFile, NotANotebook, OtherLanguage, TooLarge
from grader.model.submission import Notebook, NotebookCell

MAX_BYTES = 50 * 2**20
MAX_CELLS = 2_000
MAX_CELL = 1_000_000  # characters

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SIGNATURES = (
    (b"PK\x03\x04", "a zip archive; unpack it first"),
    (b"\x1f\x8b", "a gzip archive; unpack it first"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"version https://git-lfs", "a Git LFS pointer; the notebook itself was not downloaded"),
)
_CONFLICT = re.compile(r"^(<{7}|={7}|>{7})( |$)", re.MULTILINE)
_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
_PYTHON = re.compile(r"i?python\d*(\.\d+)*$", re.IGNORECASE)


def read(data: bytes) -> Notebook:
    """Return the notebook that a file holds.

    Raises EmptyFile, NotANotebook, DamagedNotebook, OtherLanguage or TooLarge, each with a reason
    that can be shown to the student.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge(
            f"the file is {len(data) // 2**20} MiB; at most {MAX_BYTES // 2**20} MiB are read"
            " (clear the outputs and save again)"
        )
    if not data.strip(b"\0 \t\r\n"):
        raise EmptyFile("the file is empty")
    notes: list[str] = []
    raw = _parse(_text(data, notes))
    if not isinstance(raw, dict) or not ("cells" in raw or "worksheets" in raw):
        raise NotANotebook("the file is JSON, but not a notebook: it has no cells")
    if "cells" not in raw:
        raw = _upgraded(raw)
        notes.append("an old notebook format was upgraded")
    metadata = raw.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    _refuse_other_language(metadata)
    cells = raw["cells"]
    if not isinstance(cells, list):
        raise DamagedNotebook("the notebook's list of cells is damaged")
    if len(cells) > MAX_CELLS:
        raise TooLarge(f"the notebook has {len(cells)} cells; at most {MAX_CELLS} are read")
    read_cells = tuple(_cell(cell) for cell in cells if isinstance(cell, dict))
    if len(read_cells) < len(cells):
        notes.append(f"{len(cells) - len(read_cells)} damaged cells were left out")
    return Notebook(cells=read_cells, metadata=metadata, notes=tuple(notes))


def write(
    cells: Iterable[tuple[NotebookCell, list[dict[str, Any]], int | None]],
    *,
    about: Mapping[str, Any] | None = None,
) -> str:
    """Return a valid notebook file, from cells with their outputs and execution counts.

    An output that is not valid is left out: what a kernel sends is the student's to make up.
    about: what the metadata says of the assignment.
    """
    nodes: list[dict[str, Any]] = []
    used = set[str]()
    for position, (cell, outputs, count) in enumerate(cells, start=1):
        id = cell.id
        if id is None or id in used or not re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", id):
            id = f"cell-{position}"
        while id in used:
            id += "-"
        used.add(id)
        code = {"execution_count": count, "outputs": list(filter(_is_output, outputs))}
        nodes.append(
            {
                "cell_type": cell.kind,
                **(code if cell.kind == "code" else {}),
                "id": id,
                "metadata": dict(cell.metadata),
                "source": cell.source,
            }
        )
    metadata = {**_METADATA, **({"tensorgrader": dict(about)} if about else {})}
    notebook = {"cells": nodes, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    # Keys in order and lines apart, as Jupyter writes them; nbformat takes 17 ms for it.
    tidy = _sorted(split_lines(nbformat.from_dict(notebook)))
    try:
        return to_json(tidy, indent=1).decode() + "\n"
    except ValueError:  # half a character
        return json.dumps(tidy, ensure_ascii=False, indent=1) + "\n"


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
    return all(_is_format(*item) for item in output.get("data", {}).items())


def _is_format(name: Any, value: Any) -> bool:
    if not isinstance(name, str):
        return False
    if re.fullmatch(r"application/(.*\+)?json", name):
        return True
    return isinstance(value, str) or (
        isinstance(value, list) and all(isinstance(line, str) for line in value)
    )


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value, key=str)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value


def _text(data: bytes, notes: list[str]) -> str:
    for signature, what in _SIGNATURES:
        if data.startswith(signature):
            raise NotANotebook(f"the file is {what}")
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            notes.append(f"the file was saved as {encoding.upper()}")
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise DamagedNotebook(f"the file is broken {encoding.upper()} text") from error
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotANotebook(
            f"the file is not UTF-8 text (byte {error.start + 1}); save the notebook again"
        ) from error


def _parse(text: str) -> Any:
    start = text.lstrip()[:200].lower()
    if start.startswith(("<!doctype html", "<html")):
        raise NotANotebook("the file is a web page; download the notebook itself")
    try:
        return json.loads(text)
    except RecursionError as error:
        raise DamagedNotebook("the file is nested too deeply") from error
    except json.JSONDecodeError as error:
        if conflict := _CONFLICT.search(text):
            line = text.count("\n", 0, conflict.start()) + 1
            raise DamagedNotebook(
                f"the file has unresolved git conflict markers (line {line})"
            ) from error
        if not start.startswith("{"):
            raise NotANotebook("the file is text, not a notebook") from error
        if error.pos >= len(text.rstrip()) - 1 or "Unterminated" in error.msg:
            raise DamagedNotebook(
                f"the file is cut off (line {error.lineno}); download or save it again"
            ) from error
        raise DamagedNotebook(
            f"the file is not valid JSON: {error.msg} (line {error.lineno})"
        ) from error
    except ValueError as error:  # Python refuses to read numbers of thousands of digits
        raise DamagedNotebook("the file holds a number that no notebook has") from error


def _upgraded(raw: dict[str, Any]) -> dict[str, Any]:
    try:
        for sheet in raw["worksheets"]:
            for cell in sheet["cells"]:
                cell.pop("outputs", None)
                if cell.get("cell_type") == "code":
                    cell["outputs"] = []
        # The reader joins the lines of each cell, which the converter takes for granted.
        old = nbformat.reader.reads(json.dumps({"metadata": {}, **raw, "nbformat": 3}))
        return dict(nbformat.convert(old, 4))
    except (LookupError, TypeError, AttributeError, ValueError, AssertionError) as error:
        raise DamagedNotebook("the notebook is of an old format and damaged") from error


def _refuse_other_language(metadata: Mapping[str, Any]) -> None:
    for part, key in (("language_info", "name"), ("kernelspec", "language")):
        section = metadata.get(part)
        language = section.get(key) if isinstance(section, dict) else None
        if isinstance(language, str) and language.strip():
            if not _PYTHON.match(language.strip()):
                raise OtherLanguage(f"the notebook is in {language.strip()[:40]}, not in Python")
            return


def _cell(raw: dict[str, Any]) -> NotebookCell:
    kind = raw.get("cell_type")
    source = raw.get("source", "")
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    if not isinstance(source, str):
        source = ""
    if len(source) > MAX_CELL:
        raise TooLarge(f"a cell has {len(source)} characters; at most {MAX_CELL} are read")
    metadata = raw.get("metadata")
    id = raw.get("id")
    return NotebookCell(
        kind=kind if kind in ("code", "markdown") else "raw",
        source=source.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n"),
        id=id if isinstance(id, str) else None,
        metadata=metadata if isinstance(metadata, dict) else {},
    )
