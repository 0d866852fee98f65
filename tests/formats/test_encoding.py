import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.formats.encoding import decode

RUSSIAN = '{"cells": [\n{"source": "# Задание 1. Средние по столбцам"},\n{"source": "x = 1"}]}'


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_a_mark_tells_the_encoding(mark, encoding):
    text, note = decode(mark + RUSSIAN.encode(encoding))
    assert text == RUSSIAN
    assert str(note).endswith("with a mark")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_characters_need_no_mark(encoding):
    assert decode(RUSSIAN.encode(encoding))[0] == RUSSIAN


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "cp866", "mac-cyrillic"])
def test_old_encodings_are_told_by_likelihood(encoding):
    assert decode(RUSSIAN.encode(encoding))[0] == RUSSIAN


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("# 练习一：计算均方误差", "gb18030"), ("# 平均二乗誤差を計算", "shift_jis")],
)
def test_so_are_those_of_other_scripts(text, encoding):
    assert decode(text.encode(encoding))[0] == text


def test_a_few_broken_bytes_make_no_other_encoding():
    text, note = decode(RUSSIAN.encode().replace("З".encode(), b"\xd0", 1))
    assert text == RUSSIAN.replace("З", "\ufffd", 1)
    assert str(note) == "UTF-8; 1 character of it is broken"


@given(st.text())
def test_utf_8_is_taken_as_it_is(text):
    if "\0" not in text[:4] and not text.startswith("\ufeff"):
        assert decode(text.encode("utf-8", "surrogatepass")) == (text, None)


@given(st.binary(max_size=200))
def test_any_bytes_are_some_text(data):
    text, _ = decode(data)
    assert isinstance(text, str)
