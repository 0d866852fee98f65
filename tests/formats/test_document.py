import json

import pytest

from grader.errors import DamagedNotebook, EmptyFile, NotANotebook, TooLarge
from grader.formats.document import parse


@pytest.mark.parametrize(
    ("data", "error", "reason"),
    [
        (b"", EmptyFile, "empty"),
        (b" \n\0 ", EmptyFile, "empty"),
        (b"\xef\xbb\xbf", EmptyFile, "empty"),
        (b"<!DOCTYPE html><html>", NotANotebook, "web page"),
        (b"<!-- saved -->\n<HTML lang=en>", NotANotebook, "web page"),
        (b"PK\x03\x04....", NotANotebook, "zip"),
        (b"PK\x03\x04....word/document.xml", NotANotebook, "a Word document"),
        (b"Rar!\x1a\x07\0", NotANotebook, "RAR"),
        (b"%PDF-1.4", NotANotebook, "PDF"),
        (b"\x80\x04\x95", NotANotebook, "pickled"),
        (b"version https://git-lfs.github.com/spec/v1", NotANotebook, "LFS"),
        (b"import torch\n", NotANotebook, "a Python script"),
        ("Привет".encode("cp1251"), NotANotebook, "text"),
        (b"\xff\xfe\xff", NotANotebook, "text"),
        (b"\x01\x02\x03 abc", NotANotebook, "binary"),
        (b'{"cells": []}\n{"cells": []}', DamagedNotebook, r"several JSON .* on line 2"),
        (b'{"cells": [{"source": "abc', DamagedNotebook, "cut off"),
        (b'{"cells": [{"source": "\xf1"', DamagedNotebook, "cut off"),
        (b'{"cells": [],}', DamagedNotebook, r"not valid JSON: .* \(line 1\)"),
        (b'{"cells": [\n<<<<<<< HEAD\n', DamagedNotebook, r"conflict markers \(line 2\)"),
        (b'{"cells": [\r\n<<<<<<< HEAD\r\n', DamagedNotebook, r"conflict markers \(line 2\)"),
        (b"[" * 100_000, DamagedNotebook, "nested"),
        (b'{"cells": [' + b"9" * 5_000 + b"]}", DamagedNotebook, "a number"),
    ],
)
def test_what_is_no_document_is_named(data, error, reason):
    with pytest.raises(error, match=reason):
        parse(data, [])


def test_what_was_mended_is_noted():
    notes = []
    assert parse('{"a": "я"}'.encode("utf-16"), notes) == {"a": "я"}
    assert list(map(str, notes)) == ["the file was read as UTF-16 with a mark"]


@pytest.mark.parametrize(
    "data",
    [b"[" + b"[]," * 2_000_000 + b"0]", b"[" + b'"ab",' * 5_000_000 + b"0]", b'[{"":0},' * 700_000],
)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_values_that_take_much_memory_are_refused(data, mark):
    with pytest.raises(TooLarge, match="more than can be read"):
        parse(mark + data, [])


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_what_stands_in_a_text_weighs_nothing(mark):
    text = '[{,\\":' * 1_000_000
    assert parse(mark + json.dumps({"a": text}).encode(), []) == {"a": text}


def test_half_a_character_is_read():
    assert parse(b'{"a": "\\ud83d", "b": NaN}', [])["a"] == "\ud83d"
