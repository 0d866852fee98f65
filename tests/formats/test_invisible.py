"""Characters that nobody sees, in code that Python cannot read for them."""

import json

import pytest

from grader.formats import notebook

CODE = "def f(x):\n    return x\n\n\ny = f(1)"


def read(source):
    cells = [{"cell_type": "code", "source": source}]
    made = notebook.read(json.dumps({"cells": cells, "nbformat": 4}).encode())
    return made.cells[0].source, [str(note) for note in made.notes]


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("    ", "\u00a0" * 4),
        lambda text: text.replace("= ", "=\u200b "),
        lambda text: text.replace(" ", "\u3000"),
        lambda text: text + "\n\0\0",
    ],
)
def test_what_nobody_sees_is_taken_out(damage):
    source, notes = read(damage(CODE))
    assert source.rstrip() == CODE
    assert notes == ["characters that nobody sees were taken out of the code (cells: 1)"]


@pytest.mark.parametrize(
    "source", ["x = 'a\u00a0b\u200b'", "# a\u00a0b\nx = 1", "x = (\u00a0", "x = “a”"]
)
def test_what_does_no_harm_or_cannot_be_helped_stays(source):
    assert read(source) == (source, [])


def test_a_file_that_was_written_as_one_text():
    text = json.dumps({"cells": [{"cell_type": "code", "source": CODE}], "nbformat": 4})
    made = notebook.read(json.dumps(text).encode())
    assert made.cells[0].source == CODE
    assert str(made.notes[0]).startswith("the whole file was written as one text")
