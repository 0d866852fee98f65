"""A JSON document from the bytes of a file, or what the file is instead."""

import json
import re
from typing import Any

from grader.errors import DamagedNotebook, EmptyFile, NotANotebook
from grader.formats.encoding import decode

_SIGNATURES = (
    (b"PK\x03\x04", "a zip archive under another name; hand it in as .zip, or unpack it"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\x1f\x8b", "a gzip archive under another name; unpack it"),
    (b"Rar!\x1a\x07", "a RAR archive; pack the notebook as .zip, or hand it in itself"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive; pack the notebook as .zip, or hand it in itself"),
    (b"BZh", "a bzip2 archive; unpack it"),
    (b"\xfd7zXZ\0", "an xz archive; unpack it"),
    (b"%PDF", "a PDF document; hand in the notebook itself"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\xd0\xcf\x11\xe0", "an Office document"),
    (b"{\\rtf", "an RTF document"),
    (b"bplist", "a property list, such as Safari's web archives"),
    (b"\x80\x02", "pickled data, which is never loaded"),
    (b"\x80\x04", "pickled data, which is never loaded"),
    (b"version https://git-lfs", "a Git LFS pointer; the notebook itself was not downloaded"),
)
_ARCHIVED = ((b"word/", "a Word document"), (b"xl/", "an Excel table"), (b"ppt/", "slides"))
_CONFLICT = re.compile(r"^[ \t]*(<{7}|={7}|>{7})( |\r?$)", re.MULTILINE)
_HTML = re.compile(
    r"\s*(<\?xml[^>]*>\s*)?(?>(?:<!--(?>.*?-->)\s*)*)<(!doctype\s+html|html|head|body)\b", re.S
)
_PYTHON = re.compile(r"^(import \w|from \w+(\.\w+)* import |def \w+\(|#!.*python)", re.MULTILINE)


def parse(data: bytes, notes: list[str]) -> Any:
    """Return the JSON value that a file holds; what had to be mended is added to the notes.

    Raises EmptyFile, NotANotebook or DamagedNotebook, each with a reason to show.
    """
    if not data.strip(b"\0 \t\r\n"):
        raise EmptyFile("the file is empty")
    for signature, what in _SIGNATURES:
        if data.startswith(signature):
            if signature.startswith(b"PK"):
                what = next((name for part, name in _ARCHIVED if part in data), what)
            raise NotANotebook(f"the file is {what}")
    text, encoding = decode(data)
    if encoding:
        notes.append(f"the file was read as {encoding}")
    # A disk that was full or a crash leaves zeros at the end.
    text = text.strip("\0 \t\r\n\ufeff")
    if not text:
        raise EmptyFile("the file is empty")
    try:
        return json.loads(text)
    except RecursionError as error:
        raise DamagedNotebook("the file is nested too deeply to be a notebook") from error
    except json.JSONDecodeError as error:
        raise _reason(text, error) from error
    except ValueError as error:  # Python refuses to read numbers of thousands of digits
        raise DamagedNotebook("the file holds a number that no notebook has") from error


def _reason(text: str, error: json.JSONDecodeError) -> NotANotebook | DamagedNotebook:
    """Return why a text is no JSON document."""
    if conflict := _CONFLICT.search(text):
        line = text.count("\n", 0, conflict.start()) + 1
        return DamagedNotebook(
            f"the file has unresolved git conflict markers (line {line});"
            " resolve the conflict and save again"
        )
    if not text.startswith(("{", "[")):
        return NotANotebook(f"the file is {_text(text)}")
    if error.msg == "Extra data":
        return DamagedNotebook(
            f"the file holds several JSON documents (the second begins on line {error.lineno});"
            " hand in one notebook"
        )
    if error.pos >= len(text) or "Unterminated" in error.msg or not text.endswith(("}", "]")):
        return DamagedNotebook(
            f"the file is cut off (line {error.lineno}); download or save it again"
        )
    return DamagedNotebook(
        f"the file is not valid JSON: {error.msg} (line {error.lineno}); open it in Jupyter"
        " and save it again"
    )


def _text(text: str) -> str:
    """Return what a text that is no JSON is."""
    if _HTML.match(text[:2_000].lower()):
        return "a web page; download the notebook itself"
    if sum(c < " " and c not in "\t\n\r\f\x1b" for c in text[:2_000]):
        return "binary data, not a notebook"
    if _PYTHON.search(text[:20_000]):
        return "a Python script, not a notebook"
    return "text, not a notebook"
