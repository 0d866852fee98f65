"""Notebooks that are texts: scripts, Markdown, and what marimo and Databricks write.

What a text is, is told by the first line in it that begins a cell, never by the file's name.
Nothing of it is run or imported, and no other file is read.
"""

import re
from typing import Any

from grader.errors import NotANotebook, OtherLanguage, TooLarge
from grader.formats import databricks, document, fenced, front_matter, link, marimo, script
from grader.formats.encoding import decode
from grader.model.text import Text, say
from grader.syntax import code

MAX_CHARACTERS = 3_000_000
_MARIMO = 300_000  # characters; a syntax tree takes a hundred times as much
_CONFLICT = re.compile(r"^<{7} ", re.MULTILINE)
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def parse(data: bytes, notes: list[Text]) -> dict[str, Any] | None:
    """Return the notebook that a text stands for, as JSON would have it; None where it is none.

    What it was read as is added to the notes. Raises NotANotebook for a link, DamagedNotebook,
    OtherLanguage or TooLarge, each with a reason to show.
    """
    if (linked := link.reason(data)) is not None:
        raise NotANotebook(linked)
    text, encoding = _text(data)
    if text is None:
        return None
    metadata, body = front_matter.split(text)
    if not _has_cells(body):
        if language := fenced.other_language(body[:MAX_CHARACTERS]):
            raise OtherLanguage(
                say("the notebook is in {language}, not in Python", language=language)
            )
        return None
    _refuse_longer(text, MAX_CHARACTERS)
    if conflict := _CONFLICT.search(text):
        raise document.unresolved(text, conflict.start())
    cells, what = _cells(body)
    if encoding is not None:
        notes.append(say("the file was read as {encoding}", encoding=encoding))
    notes.append(say("the file is {what}, and was read as a notebook", what=what))
    return {"cells": cells, "metadata": metadata}


def has_header(data: bytes) -> bool:
    """Whether a file is a text that names an exercise, as the cells of a release do."""
    text, _ = _text(data)
    return text is not None and code.header(text) is not None


def is_one(data: bytes) -> bool:
    """Whether a file is a text with cells, by any of the marks that tell them."""
    text, _ = _text(data)
    return text is not None and _has_cells(text)


def _text(data: bytes) -> tuple[str | None, Text | None]:
    """Return what a file that is no more than text says, and how it was read, as `decode` does."""
    head = data[:200].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if head.startswith(b"{") or document.is_named(data):
        return None, None
    text, encoding = decode(data)
    text = text.lstrip("\ufeff\0 \t\r\n")
    if _BINARY.search(text[:2_000]) or document.is_page(text):
        return None, None
    return re.sub(r"\r\n?", "\n", text), encoding


def _has_cells(text: str) -> bool:
    text = text[:MAX_CHARACTERS]
    if databricks.is_one(text) or marimo.is_one(text) or script.style(text):
        return True
    return any(map(fenced.is_opening, text.split("\n")))


def _refuse_longer(text: str, most: int) -> None:
    if len(text) > most:
        raise TooLarge(
            say(
                "the file is a text of {size} characters; at most {most} are read",
                size=len(text),
                most=most,
            )
        )


def _cells(text: str) -> tuple[list[dict[str, Any]], Text]:
    if databricks.is_one(text):
        return databricks.cells(text), say("a notebook of Databricks")
    if marimo.is_one(text):
        _refuse_longer(text, _MARIMO)
        return marimo.cells(text), say("a marimo notebook")
    how = script.style(text)
    lines = text.split("\n")
    block = next((n for n, line in enumerate(lines) if fenced.is_opening(line)), None)
    if block is not None:
        cells, what = fenced.cells(text)
        if how == "plain":  # a text in quotes may show a block
            is_document = any(
                cell["cell_type"] == "code" and code.header(cell["source"]) for cell in cells
            )
        else:
            is_document = how is None or script.style("\n".join(lines[:block])) != how
        if is_document:
            return cells, what
    assert how is not None
    return script.cells(text, how)
