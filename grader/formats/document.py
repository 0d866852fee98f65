"""A JSON document from the bytes of a file, or what the file is instead."""

import json
import re
from contextlib import suppress
from sys import getsizeof
from typing import Any

from pydantic_core import from_json

from grader.errors import DamagedNotebook, EmptyFile, NotANotebook, TooLarge
from grader.formats.encoding import decode
from grader.model.text import Text, say

_SIGNATURES = (
    (b"PK\x03\x04", say("a zip archive under another name; hand it in as .zip, or unpack it")),
    (b"PK\x05\x06", say("an empty zip archive")),
    (b"\x1f\x8b", say("a gzip archive under another name; unpack it")),
    (b"Rar!\x1a\x07", say("a RAR archive; pack the notebook as .zip, or hand it in itself")),
    (b"7z\xbc\xaf\x27\x1c", say("a 7z archive; pack the notebook as .zip, or hand it in itself")),
    (b"BZh", say("a bzip2 archive; unpack it")),
    (b"\xfd7zXZ\0", say("an xz archive; unpack it")),
    (b"%PDF", say("a PDF document; hand in the notebook itself")),
    (b"\x89PNG", say("a picture")),
    (b"\xff\xd8\xff", say("a picture")),
    (b"GIF8", say("a picture")),
    (b"\xd0\xcf\x11\xe0", say("an Office document")),
    (b"{\\rtf", say("an RTF document")),
    (b"bplist", say("a property list, such as Safari's web archives")),
    (b"\x80\x02", say("pickled data, which is never loaded")),
    (b"\x80\x04", say("pickled data, which is never loaded")),
    (b"version https://git-lfs", say("a Git LFS pointer; the notebook itself was not downloaded")),
)
_ARCHIVED = (
    (b"word/", say("a Word document")),
    (b"xl/", say("an Excel table")),
    (b"ppt/", say("slides")),
)
_CONFLICT = re.compile(r"^[ \t]*(<{7}|={7}|>{7})( |\r?$)", re.MULTILINE)
_HTML = re.compile(
    r"\s*(<\?xml[^>]*>\s*)?(?>(?:<!--(?>.*?-->)\s*)*)<(!doctype\s+html|html|head|body)\b", re.S
)
# Bytes of memory that each mark outside texts stands for, about.
_WEIGHTS = {b"[": 70, b"{": 240, b",": 60, b":": 100}
MAX_WEIGHT = 250_000_000
_MAX_TEXT = 110_000_000  # bytes of a text that has to be decoded before it is read
_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_PYTHON = re.compile(
    r"^(import \w|from \w+(\.\w+)* import |def \w+\(|class \w+.*:|#!.*python|\w+ = |\w+\(.*\)$)",
    re.MULTILINE,
)


def parse(data: bytes, notes: list[Text]) -> Any:
    """Return the JSON value that a file holds; what had to be mended is added to the notes.

    Raises EmptyFile, NotANotebook, DamagedNotebook or TooLarge, each with a reason to show.
    """
    if not data.strip(b"\0 \t\r\n"):
        raise EmptyFile(say("the file is empty"))
    for signature, what in _SIGNATURES:
        if data.startswith(signature):
            if signature.startswith(b"PK"):
                what = next((name for part, name in _ARCHIVED if part in data), what)
            raise NotANotebook(say("the file is {what}", what=what))
    if sum(each * data.count(mark) for mark, each in _WEIGHTS.items()) <= MAX_WEIGHT:
        with suppress(ValueError):  # most notebooks are plain UTF-8, and take half the memory here
            return from_json(data)
    text, encoding = decode(data)
    if encoding is not None:
        notes.append(say("the file was read as {encoding}", encoding=encoding))
    # A disk that was full or a crash leaves zeros at the end.
    text = text.strip("\0 \t\r\n\ufeff")
    if not text:
        raise EmptyFile(say("the file is empty"))
    if getsizeof(text) > _MAX_TEXT or weight(text) > MAX_WEIGHT:
        raise TooLarge(
            say("the file holds more than can be read; clear the outputs and save again")
        )
    try:
        return json.loads(text)
    except RecursionError as error:
        raise DamagedNotebook(say("the file is nested too deeply to be a notebook")) from error
    except json.JSONDecodeError as error:
        raise _reason(text, error) from error
    except ValueError as error:  # Python refuses to read numbers of thousands of digits
        raise DamagedNotebook(say("the file holds a number that no notebook has")) from error


def is_named(data: bytes) -> bool:
    """Whether the first bytes of a file say that it is something else than text."""
    return any(data.startswith(signature) for signature, _ in _SIGNATURES)


def is_page(text: str) -> bool:
    """Whether a text is a web page."""
    return _HTML.match(text[:2_000].lower()) is not None


def weight(text: str) -> int:
    """Return about how much memory the values of a JSON document take, their texts aside."""
    most = _weight(text)
    return most if most <= MAX_WEIGHT else _weight(_STRING.sub("", text))


def _weight(text: str) -> int:
    return sum(each * text.count(mark.decode()) for mark, each in _WEIGHTS.items())


def unresolved(text: str, start: int) -> DamagedNotebook:
    """Return what is wrong with a text in which a conflict's marker starts there."""
    return DamagedNotebook(
        say(
            "the file has unresolved git conflict markers (line {line});"
            " resolve the conflict and save again",
            line=text.count("\n", 0, start) + 1,
        )
    )


def _reason(text: str, error: json.JSONDecodeError) -> NotANotebook | DamagedNotebook:
    """Return why a text is no JSON document."""
    if conflict := _CONFLICT.search(text):
        return unresolved(text, conflict.start())
    if not text.startswith(("{", "[")):
        return NotANotebook(say("the file is {what}", what=_text(text)))
    if error.msg == "Extra data":
        return DamagedNotebook(
            say(
                "the file holds several JSON documents (the second begins on line {line});"
                " hand in one notebook",
                line=error.lineno,
            )
        )
    if error.pos >= len(text) or "Unterminated" in error.msg or not text.endswith(("}", "]")):
        return DamagedNotebook(
            say("the file is cut off (line {line}); download or save it again", line=error.lineno)
        )
    return DamagedNotebook(
        say(
            "the file is not valid JSON: {problem} (line {line}); open it in Jupyter"
            " and save it again",
            problem=error.msg,
            line=error.lineno,
        )
    )


def _text(text: str) -> Text:
    """Return what a text that is no JSON is."""
    if is_page(text):
        return say("a web page; download the notebook itself")
    if sum(c < " " and c not in "\t\n\r\f\x1b" for c in text[:2_000]):
        return say("binary data, not a notebook")
    if _PYTHON.search(text[:20_000]):
        return say(
            "a Python script, not a notebook; copy its code into the cells of the notebook that"
            " was given out, and hand in that .ipynb"
        )
    return say("text, not a notebook")
