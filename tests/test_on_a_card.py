"""Submissions that share cards, on cards that are not there: the same marks, and each its own."""

from contextlib import closing
from dataclasses import replace

import pytest

from grader.commands import doctor as command
from grader.course.digests import settings
from grader.engines import workers
from grader.engines.choose import open_engine
from grader.engines.job import Job
from grader.engines.pipe import JOB
from grader.kernels import card_files, cards
from grader.kernels.cards import Place
from grader.kernels.kernel import Limits
from grader.kernels.sandbox import Bounds
from grader.kernels.warm import Template, forks_of
from tests.conftest import answers_to_small, engine_of, graded, kernels, notebook_of, received
from tests.kernels.fake_cards import FakeCards, FakeSlot, slot

ASSERT = "raise RuntimeError('CUDA error: device-side assert triggered')"
CLASS = {
    "ann": {},
    "bob": {"total": f"#| exercise: total\n{ASSERT}"},
    "cat": {"means": f"#| exercise: means\ndef column_means(table):\n    {ASSERT}\n\nmeans = 1"},
    "dan": {"total": "#| exercise: total\nimport time\nwhile True:\n    time.sleep(9)"},
    "eve": {"total": "#| exercise: total\nraise RuntimeError('CUDA out of memory. Tried to')"},
    "fay": {},
}


@pytest.fixture
def handins(tmp_path, small_assignment):
    folder = tmp_path / "in"
    folder.mkdir()
    for name, changes in CLASS.items():
        (folder / f"{name}.ipynb").write_bytes(notebook_of(answers_to_small(**changes)))
    return received(folder, small_assignment)


def reports(handins, assignment, kind, out, device):
    limits = Limits(cell=3.0, submission=60.0)
    engine = engine_of([assignment], out=out, kind=kind, device=device, limits=limits)
    with closing(engine):
        return {one.student: one for one in graded(engine, handins)}


@pytest.mark.kernel
def test_marks_are_those_of_the_cpu_and_no_neighbour_pays(handins, small_assignment, tmp_path):
    on_cpu = reports(handins, small_assignment, kernels_again(), tmp_path / "cpu", "cpu")
    template = Template(Bounds(), slot=slot(FakeCards()))
    on_card = reports(handins, small_assignment, forks_of(template), tmp_path / "card", "cuda")
    marks = {name: one.score for name, one in on_card.items()}
    assert marks == {name: one.score for name, one in on_cpu.items()}
    assert marks["ann"] == marks["fay"] == 6.0
    assert marks["bob"] == marks["dan"] == marks["eve"] == 5.0
    assert 0 < marks["cat"] < 6.0
    for one in on_card.values():
        assert (one.outcome, one.device) == ("graded", "cuda")
        assert one.versions["GPU"] == "cuda:0 (NVIDIA Test)"
        assert "with a card" in one.isolation
    assert "GPU" not in on_cpu["ann"].versions
    outcomes = {name: one.exercises[1].outcome for name, one in on_card.items()}
    assert (outcomes["ann"], outcomes["dan"]) == ("right", "timed out")
    texts = {
        name: " ".join(one.text for exercise in report.exercises for one in exercise.diagnoses)
        for name, report in on_card.items()
    }
    assert "number of a class" in texts["bob"]
    assert "more of the card's memory" in texts["eve"]


def kernels_again():
    """Return the usual kernels, which stay open when an engine closes what it was given."""
    return replace(kernels(), close=lambda: None)


def test_which_card_it_was_is_nothing_that_marks_follow_from(tmp_path):
    job = Job(sources=(), out=tmp_path, device="cuda")
    one, other = (replace(job, places=(Place(card=index, share=0.1),)) for index in (0, 1))
    assert settings(one, "on") == settings(other, "on")
    assert settings(one, "on") != settings(replace(job, device="cpu"), "on")
    assert JOB.validate_python(JOB.dump_python(one, mode="json")) == one


class Recorded:
    """Stands for a worker process, and keeps what it was told."""

    has_ended = False

    def __init__(self, job, *, kept):
        self.job = job

    def ready(self):
        return "full, with a card"

    def end(self):
        pass


def opened(monkeypatch, tmp_path, number, **told):
    """Return the cards of the workers that an engine for two cards starts, and what it says."""
    found = FakeCards(2)
    places = cards.places(found.found(), found, 2)
    job = Job(sources=(), out=tmp_path, device="cuda", places=places)
    monkeypatch.setattr(workers, "WorkerProcess", Recorded)
    said = []
    engine = open_engine(job, handins=number, tell=said.append, **told)
    with closing(engine):
        assert engine.isolation == "full, with a card"
        return [one.job.places for one in engine._executor._workers], said


def test_workers_are_spread_over_the_cards(monkeypatch, tmp_path):
    placed, said = opened(monkeypatch, tmp_path, 100, jobs=3)
    assert [[one.card for one in places] for places in placed] == [[0], [1], [0]]
    assert said == []


def test_no_more_work_than_there_are_slots(monkeypatch, tmp_path):
    placed, said = opened(monkeypatch, tmp_path, 100, jobs=9)
    assert [places[0].card for places in placed] == [0, 1, 0, 1]
    assert said == [
        "--jobs 9: 4 have room on the cards, so that many work; --gpu-slots allows more"
    ]


@pytest.fixture
def one_card(monkeypatch):
    """One card that is not there, for who asks which there are."""
    found = FakeCards(problem="nvidia-ml-py is not installed: pip install 'tensorgrader[cuda]'")
    monkeypatch.setattr(cards, "here", lambda: found)
    monkeypatch.setattr(card_files, "torch_has_cuda", lambda: True)

    def slot_at(place, found):
        return FakeSlot(card=found.cards[place.card], share=place.share, cards=found)

    monkeypatch.setattr(cards, "slot_at", slot_at)
    return found


@pytest.mark.kernel
def test_the_doctor_says_what_holds_on_a_card(one_card, capsys):
    with pytest.raises(command.typer.Exit):
        command.doctor()
    said = capsys.readouterr().out
    assert "CUDA       cuda:0 (NVIDIA Test)\n" in said
    assert "nvidia-ml-py is not installed" in said.split("kernels", 1)[0]
    assert "on a card  partial, with a card (missing:" in said
    assert "  no   card memory: nvidia-ml-py is not installed" in said
    assert "process limits: not that on memory, which is watched in its place" in said


def test_the_doctor_says_how_much_is_free(one_card, capsys):
    one_card.problem = ""
    one_card.free_bytes = 2**30
    assert command._say_cards(one_card)
    assert "cuda:0: 1.0 of 24.0 GiB are free" in capsys.readouterr().out


def test_a_card_without_room_is_said(one_card, capsys):
    one_card.problem = ""
    one_card.free_bytes = 2**30
    assert not command._say_isolation_on(one_card)
    assert "on a card  it cannot be used: cuda:0 (NVIDIA Test) has 1.0" in capsys.readouterr().out
