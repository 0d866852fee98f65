import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.formats import notebook
from grader.kernels.collect import MAX_NODES, Collector
from grader.kernels.output_budget import CUT, MAX_OUTPUT, MAX_PARTS, OutputBudget
from grader.model.submission import NotebookCell


@pytest.fixture
def files():
    made = os.memfd_create("out"), os.memfd_create("err")
    yield made
    for file in made:
        os.close(file)


def say(files, place, text):
    os.write(files[place], text.encode())


def event(files, kind, **content):
    sizes = [os.fstat(file).st_size for file in files]
    return json.dumps({"event": kind, "at": sizes, **content}).encode()


def test_what_is_printed_and_shown_comes_in_order(files):
    collector = Collector(files, {})
    say(files, 0, "one\n")
    collector.take(event(files, "turn"))
    say(files, 1, "oh\n")
    collector.take(event(files, "display", data={"text/plain": "two"}, metadata={}, id=None))
    say(files, 0, "three\n")
    kinds = [
        (output.get("name"), output.get("text") or output["data"]["text/plain"])
        for output in collector.outputs(4)
    ]
    assert kinds == [("stdout", "one\n"), ("stderr", "oh\n"), (None, "two"), ("stdout", "three\n")]


def test_cleared_outputs_are_gone_at_once_or_with_the_next(files):
    collector = Collector(files, {})
    say(files, 0, "old")
    collector.take(event(files, "clear", wait=True))
    assert [output["text"] for output in collector.outputs(1)] == ["old"]
    say(files, 0, "new")
    assert [output["text"] for output in collector.outputs(1)] == ["new"]
    collector.take(event(files, "clear", wait=False))
    assert collector.outputs(1) == []


def test_a_display_is_updated_also_by_a_later_cell(files):
    displays = {}
    first = Collector(files, displays)
    first.take(event(files, "display", data={"text/plain": "1"}, metadata={}, id="x"))
    (output,) = first.outputs(1)
    Collector(files, displays).take(event(files, "update", data={"text/plain": "2"}, id="x"))
    assert output["data"] == {"text/plain": "2"}


def test_too_much_is_cut_off_and_said(files):
    collector = Collector(files, {})
    say(files, 0, "x" * (MAX_OUTPUT + 10))
    (output,) = collector.outputs(1)
    assert output["text"].endswith("output cut off here\n")
    assert len(output["text"]) < MAX_OUTPUT + 100
    assert collector.printed == MAX_OUTPUT + 10


def test_an_error_says_so_even_where_there_is_no_room(files):
    collector = Collector(files, {})
    say(files, 0, "x" * (MAX_OUTPUT + 10))
    collector.take(event(files, "error", ename="E", evalue="v", traceback=["t"]))
    assert collector.failed
    assert collector.outputs(1)[-1]["output_type"] == "error"


def test_outputs_without_content_are_counted_too(files):
    collector = Collector(files, {})
    for _ in range(MAX_PARTS + 10):
        collector.take(event(files, "display", data={}, metadata={}))
    outputs = collector.outputs(1)
    assert len(outputs) == MAX_PARTS + 1
    assert outputs[-1]["text"] == CUT


@pytest.mark.parametrize("kind", ["display", "error"])
def test_an_event_of_too_many_parts_is_not_read(files, kind):
    collector = Collector(files, {})
    crowd = [[]] * (MAX_NODES + 1)
    collector.take(event(files, kind, ename="E", evalue="", traceback=crowd, data={"x": crowd}))
    outputs = collector.outputs(1)
    assert outputs[0]["text"] == CUT
    assert [output["ename"] for output in outputs[1:]] == (["E"] if kind == "error" else [])
    assert collector.failed == (kind == "error")


def test_what_a_later_cell_puts_into_a_display_is_counted(files):
    displays, room = {}, OutputBudget(11_000)
    first = Collector(files, displays, room)
    first.take(event(files, "display", data={"text/plain": ""}, metadata={}, id="x"))
    (output,) = first.outputs(1)
    later = Collector(files, displays, room)
    for letter in "abc":
        later.take(event(files, "update", data={"text/plain": letter * 4_000}, id="x"))
    assert output["data"]["text/plain"][0] == "b"
    assert room.left < 4_000


def test_only_what_is_shown_can_be_updated(files):
    displays = {}
    collector = Collector(files, displays, OutputBudget(1_000))
    collector.take(event(files, "display", data={"text/plain": "y"}, id="long" * 100))
    collector.take(event(files, "display", data={"text/plain": "x" * 2_000}, id="x"))
    collector.outputs(1)
    assert displays == {}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
KINDS = st.sampled_from(["display", "result", "update", "clear", "error", "turn", "dropped", "x"])
EVENTS = st.fixed_dictionaries(
    {"event": KINDS | JSON, "at": st.lists(st.integers(-9, 9) | JSON, max_size=3)},
    optional=dict.fromkeys(("data", "metadata", "id", "ename", "evalue", "traceback"), JSON),
)


@given(st.lists(EVENTS.map(lambda made: json.dumps(made).encode()) | st.binary(max_size=20)))
def test_whatever_comes_the_executed_notebook_is_valid(events):
    import nbformat

    files = os.memfd_create("out"), os.memfd_create("err")
    collector = Collector(files, {})
    for one in events:
        collector.take(one)
    outputs = collector.outputs(1)
    for file in files:
        os.close(file)
    text = notebook.write([(NotebookCell(kind="code", source="x"), outputs, 1)])
    nbformat.validate(nbformat.reads(text, 4))
