import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.spreadsheet import harmless

FORMULAS = "=+-@＝＋－＠"
BEGINS = st.text("=+-@＝＋﹣,;|\t\"' \u00a0\u200b\n\r\x0b\x85\u2028ab1", max_size=12)


@pytest.mark.parametrize(
    "text",
    [
        "Anna-Maria",
        "O'Neil; Sean",
        "Müller, Jörg",
        "Иванов Пётр (2)",
        "took too long - stopped",
        "a=b",
        "ann@uni.de; bob@uni.de",
        "",
        "'=1",
    ],
)
def test_ordinary_text_stays_as_it_is(text):
    assert harmless(text) == text


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("Boris;=cmd|'/c calc'!A0", "Boris;'=cmd|'/c calc'!A0"),
        ("a, +1", "a, '+1"),
        ("a\t@x", "a @x"),
        ("a|-1", "a|'-1"),
        ('a;"=1', "a;\"'=1"),
        ("\n=1", " '=1"),
        ("a\r\nb\u2028c\x85d\0e", "a  b c d e"),
        ("＝1", "'＝1"),
        ("\u200b=1", "\u200b'=1"),
    ],
)
def test_a_formula_is_a_text_on_one_line(text, cell):
    assert harmless(text) == cell


def begins_like_a_formula(cell):
    return cell.lstrip(' "\u00a0\u200b')[:1] in {*FORMULAS}


@given(st.lists(BEGINS | st.text(), min_size=1, max_size=4))
@example(['x,";=1"', "a"])
def test_no_cell_is_a_formula_whatever_separates(texts):
    file = io.StringIO(newline="")
    csv.writer(file).writerow(map(harmless, texts))
    written = file.getvalue()
    assert len(written.splitlines()) == 1
    for separator in ",;\t|":
        for row in csv.reader(io.StringIO(written, newline=""), delimiter=separator):
            assert not any(map(begins_like_a_formula, row)), separator
        assert not any(map(begins_like_a_formula, written.rstrip().split(separator))), separator
    assert next(csv.reader(io.StringIO(written, newline=""))) == [harmless(text) for text in texts]


@given(BEGINS | st.text())
def test_what_is_harmless_stays_so(text):
    assert harmless(harmless(text)) == harmless(text)
