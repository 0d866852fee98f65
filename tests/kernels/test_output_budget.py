import json

import pytest

from grader.kernels.output_budget import CUT, MAX_ALL, OutputBudget, footprint


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def error(name):
    return {"output_type": "error", "ename": name, "evalue": "v", "traceback": ["t"]}


def test_outputs_are_kept_until_there_is_no_room():
    room, outputs = OutputBudget(5_000), [stream("x" * 1_000) for _ in range(10)]
    kept = room.keep(outputs)
    assert kept[:3] == outputs[:3]
    assert len(kept) == 4
    assert kept[3]["text"].endswith(CUT)
    assert room.left == 0
    assert room.keep([stream("later")]) == [{**stream(CUT), "name": "stderr"}]


def test_the_last_error_of_a_cell_is_known_anyhow():
    kept = OutputBudget(0).keep([stream("x"), error("First"), error("Second")])
    assert [output.get("ename") for output in kept] == [None, "Second"]


@pytest.mark.parametrize(
    "data",
    [
        [[]] * 1_000,
        {str(place): 0 for place in range(1_000)},
        ["ab"] * 1_000,
        "a\n" * 1_000,
        "\x01" * 1_000,
        [[[[[[]]]]]] * 200,
    ],
    ids=str,
)
def test_what_is_small_as_text_is_counted_as_what_it_takes(data):
    text = json.dumps(data)
    assert footprint(json.loads(text)) > 0.9 * len(json.dumps(data, indent=1))
    assert footprint([json.loads(text) for _ in range(3)]) >= 3 * footprint(json.loads(text))


def test_a_cell_that_shows_nothing_thousands_of_times_uses_the_room_up():
    empty = {"output_type": "display_data", "data": {}, "metadata": {}}
    room = OutputBudget()
    for _ in range(1_000):
        kept = room.keep([{**empty, "data": {}, "metadata": {}} for _ in range(2_000)])
        if len(kept) < 2_000:
            break
    assert sum(map(footprint, kept)) < MAX_ALL
    assert room.left == 0
