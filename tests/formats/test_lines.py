"""Line ends that a tool has lost or disguised: put back, or the notebook is called damaged."""

import json

import pytest

from grader.errors import DamagedNotebook
from grader.formats import notebook

ANSWER = (
    "#| exercise: shares\ndef shares(prices):\n    # what's a share\\n of it?\n"
    "    print(\"a\\n\", f'{prices}\\t')\n    return prices / prices.sum()\n\n\nparts = shares(x)"
)
PLAIN = "#| exercise: shares\ndef shares(prices):\n    return prices / 2\n\n\nparts = shares(x)"


def read(*sources):
    cells = [{"cell_type": "code", "source": source} for source in sources]
    made = notebook.read(json.dumps({"cells": cells, "nbformat": 4}).encode())
    return [cell.source for cell in made.cells], [str(note) for note in made.notes]


def test_lines_without_ends_get_them():
    sources, notes = read(ANSWER.split("\n"), "x = 1")
    assert sources == [ANSWER, "x = 1"]
    assert notes == ["the lines of some cells had no line ends, and were joined with them"]


def test_lines_some_of_which_have_ends_get_the_others():
    lines = PLAIN.splitlines(keepends=True)
    lines[1] = lines[1].rstrip("\n")
    assert read(lines)[0] == [PLAIN]


def test_pieces_of_one_line_stay_one_line():
    assert read(["x = ", "1\n", "y = 2"]) == (["x = 1\ny = 2"], [])


def test_a_line_may_end_as_python_ends_lines():
    assert read(['x = "a\u2028', 'b"\n', "y = 2"]) == (['x = "a\u2028b"\ny = 2'], [])


@pytest.mark.parametrize(
    "disguise",
    [
        lambda text: json.dumps(text)[1:-1],
        lambda text: text.replace("\n", "\\r\\n"),
        lambda text: text.replace("\n", "\u2028"),
        lambda text: text.replace("\n", "<br>"),
        lambda text: [json.dumps(line)[1:-1] for line in text.splitlines(keepends=True)],
        lambda text: [f"{line}\\n\n" for line in text.split("\n")],
    ],
)
def test_disguised_line_ends_are_put_back(disguise):
    (source,), notes = read(disguise(PLAIN))
    assert source.rstrip() == PLAIN
    assert notes


def test_ends_escaped_twice_do_not_touch_texts():
    assert read(json.dumps(ANSWER)[1:-1])[0] == [ANSWER]


def test_ends_alone_may_have_been_escaped():
    source = "print(\"a\\n\")\\nprint('it')\\nx = 1"
    assert read(source)[0] == ["print(\"a\\n\")\nprint('it')\nx = 1"]


@pytest.mark.parametrize(
    "source",
    [
        'print("a\\nb")',
        "print('\\n'.join(rows))  # one a line, by \\n",
        "x = s.split('\\n')  # at \\n first",
        "!echo a\\nb",
        "print('a\\n'",
        "# only a comment\\n",
        "pattern = r'\\n|<br>'",
    ],
)
def test_a_right_line_stays_as_it_is(source):
    assert read(source, PLAIN) == ([source, PLAIN], [])


def test_what_can_be_read_is_taken_apart_with_the_rest():
    sources, _ = read("import torch\\nx = 1", "y = 2  # two\\nz = 3")
    assert sources == ["import torch\nx = 1", "y = 2  # two\nz = 3"]


@pytest.mark.parametrize(
    "sources",
    [
        ["#| exercise: shares def shares(prices):    return prices / 2"],
        ["import torchx = 1", "def f():    return 1y = f()", "z = 1"],
    ],
)
def test_lost_line_ends_are_damage(sources):
    with pytest.raises(DamagedNotebook, match="line ends of"):
        read(*sources)


@pytest.mark.parametrize(
    "sources",
    [
        ["#| exercise: shares"],
        ["x = = 1"],
        ["x = 1", "y = (", "z = 2", "# nothing", "%matplotlib inline"],
        ["x = (", "y = (", "def f():\n    return 1"],
    ],
)
def test_a_short_cell_with_an_error_is_no_damage(sources):
    assert read(*sources) == (sources, [])
