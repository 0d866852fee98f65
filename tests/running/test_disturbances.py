import json

import pytest

from grader.kernels.kernel import AnswerTimedOut, KernelDied
from grader.model.submission import Step
from grader.model.values import Exceeded, Payload
from grader.running.disturbances import Disturbance, Disturbances
from grader.running.recording import Recording
from tests.running.test_run import answer, execute, exercise, given, own

START = "import sys\ndata, other = [1, 2], 3\ndef double(x): return 2 * x"


def found(run):
    return [(one.place, sorted(one.changed), one.left) for one in run.disturbances.found]


def test_each_step_is_blamed_for_what_it_did_itself():
    steps = [
        given(START, "g"),
        own("data[0] = 5"),
        answer("mine = 3", "a"),
        own("def double(x): return x", "a"),
        given("later = data", "h"),
        own("later.append(4)\nother = other + 0"),
    ]
    run, _ = execute(steps, [exercise("a", "mine")])
    assert found(run) == [(1, ["data"], ()), (3, ["double"], ()), (5, ["data", "later"], ())]


def test_what_given_code_binds_for_a_while_is_no_data_of_its_own():
    start = "rows = [n for n in (1, 2)]\ntry:\n    rows[9]\nexcept IndexError as error:\n    pass"
    steps = [given(start, "g"), own("n = error = 5\nrows.append(3)")]
    run, _ = execute(steps, [])
    assert found(run) == [(1, ["rows"], ())]


def test_the_reference_records_what_an_exercise_is_to_change():
    recording = Recording()
    steps = [given(START, "g"), answer("data.append(3)", "a"), answer("mine = 1", "b")]
    execute(steps, [exercise("a", "data"), exercise("b", "mine")], recording, records=True)
    assert recording.changed == {"a": {"data"}}


def test_after_a_lost_kernel_a_step_is_not_blamed_for_what_an_earlier_one_did():
    steps = [given(START, "g"), own("data[0] = 5"), own("'DIE'"), own("x = 1"), own("data[1] = 5")]
    run, started = execute(steps, [])
    assert len(started) == 2
    assert found(run) == [(1, ["data"], ()), (4, ["data"], ())]


class Answering:
    """A kernel that says the same to every question."""

    def __init__(self, said):
        self.said, self.alive = said, True

    def ask(self, question, *, limit):
        if isinstance(self.said, BaseException):
            raise self.said
        return Payload(header=self.said)


def told(said):
    record = Disturbances()
    kernel = Answering(b'{"values": {}}')
    record.after(kernel, given("data = 1", "g"), 0)
    kernel.said = said
    for place in (1, 2):
        record.after(kernel, Step(source="", role="own"), place)
    return record.found


def texts(*words):
    items = [{"k": "text", "type": "str", "v": word} for word in words]
    return {"k": "sequence", "type": "list", "items": items}


def test_what_is_no_given_name_is_nobody_s_business():
    said = json.dumps({"values": {"changed": texts("data", "secret"), "left": texts()}}).encode()
    assert told(said)[0] == Disturbance(place=1, changed=frozenset({"data"}))


def test_a_kind_that_nobody_knows_is_something():
    said = json.dumps({"values": {"changed": texts(), "left": texts("<script>", "x")}}).encode()
    assert [one.left for one in told(said)] == [("unknown",)] * 2


@pytest.mark.parametrize(
    "said",
    [
        KernelDied(),
        AnswerTimedOut(Exceeded(seconds=1)),
        b"",
        b"{}",
        b'{"values": {}}',
        b"[" * 10**5,
        json.dumps({"values": {"changed": texts("data")}}).encode(),
        json.dumps({"values": {"changed": texts(), "left": texts("x")["items"][0]}}).encode(),
    ],
)
def test_no_answer_is_something_left_by_the_first_that_gives_none(said):
    assert told(said) == [Disturbance(place=1, left=("unknown",))]
