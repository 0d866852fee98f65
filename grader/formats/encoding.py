"""Text from bytes: by a mark, then as UTF-8, then by likelihood; never by the locale."""

import codecs
import re

import chardet

from grader.model.text import Text, concerning, counted, say, verbatim

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# A document that begins with an ASCII character, without a mark.
_WIDE = (
    (re.compile(rb"[\t\n\r -~]\0\0\0"), "utf-32-le"),
    (re.compile(rb"\0\0\0[\t\n\r -~]"), "utf-32-be"),
    (re.compile(rb"[\t\n\r -~]\0"), "utf-16-le"),
    (re.compile(rb"\0[\t\n\r -~]"), "utf-16-be"),
)
_ENOUGH = 100_000  # bytes to judge by


def decode(data: bytes, *, among: tuple[str, ...] | None = None) -> tuple[str, Text | None]:
    """Return the text that bytes stand for, and how it was read, for a note; None for plain UTF-8.

    What does not fit the encoding becomes U+FFFD. among: the encodings to choose from where there
    is no mark and it is not UTF-8, the first where nothing fits; else all that are known.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            label = encoding.removesuffix("-le").removesuffix("-be").upper()
            text = data[len(mark) :].decode(encoding, "replace")
            return text, _note(say("{encoding} with a mark", encoding=label), text)
    for pattern, encoding in _WIDE:
        if pattern.match(data):
            text = data.decode(encoding, "replace")
            label = encoding.rpartition("-")[0].upper()
            return text, _note(say("{encoding} without a mark", encoding=label), text)
    try:
        # Half a character is one that UTF-8 should not hold, but careless programs write it.
        return data.decode("utf-8", "surrogatepass"), None
    except UnicodeDecodeError:
        pass
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    if 10 * broken <= sum(character > "\x7f" for character in text):
        return text, _note(verbatim("UTF-8"), text)
    encoding = _likely(data, among) or "cp1252"
    text = data.decode(encoding, "replace")
    return text, _note(concerning(verbatim(encoding), "guessed encoding"), text)


def _likely(data: bytes, among: tuple[str, ...] | None) -> str | None:
    """Return the encoding that the lines outside ASCII look most like."""
    lines = (line for line in data.splitlines(keepends=True) if not line.isascii())
    guess = chardet.detect(
        b"".join(lines)[:_ENOUGH],
        prefer_superset=True,
        compat_names=False,
        include_encodings=among,
        no_match_encoding=among[0] if among else "cp1252",
    )
    return guess["encoding"]


def _note(encoding: Text, text: str) -> Text:
    broken = text.count("\ufffd")
    if not broken:
        return encoding
    return counted(
        "{encoding}; {number} character of it is broken",
        "{encoding}; {number} characters of it are broken",
        broken,
        encoding=encoding,
    )
