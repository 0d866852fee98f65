"""What a class is compared with, and that a run of a class alone is shown to its end."""

import json

import pytest
from rich.console import Console

from benchmarks import class_ratios, class_table, ratios, record
from benchmarks.arguments import parse
from benchmarks.class_measure import BLANK, TORCH, OfClass, Where
from benchmarks.class_routes import Taken
from benchmarks.footprint import MIB, Sample
from benchmarks.metered import Metered
from benchmarks.mixed_class import HandIn
from benchmarks.rounds import Measured


def cost_of(cpu, samples=()):
    return Metered(cpu=cpu, began=100, ended=110, how="a clock", samples=samples, output="")


def taken(cpu, *, workers=2):
    samples = tuple(Sample(101 + n, n, 1000 * MIB + n, (500 + n) * MIB) for n in range(10))
    return Taken(cost=cost_of(cpu, samples), ends=(104.0, 108.0), workers=workers)


@pytest.fixture
def found():
    student = {"assignment": "tensors", "language": "en", "about": (), "text": ""}
    return OfClass(
        hand_ins=[
            HandIn(student="a", kind="right", **student),
            HandIn(student="b", kind="wrong", **student),
        ],
        taken={
            "grader": [taken(12), taken(24)],
            "nbclient": [taken(48), taken(72)],
            "floor": [taken(4)],
        },
        where=Where(spent={("start", ""): 3.0, ("rest", ""): 1.0}, each={"a": 1.0, "b": 3.0}),
        firsts={TORCH: [(2.0, 1.0)], BLANK: [(5.0, 4.0)]},
        verified={"all four": cost_of(30)},
        skipped={"seen": "nothing is kept"},
        loads=[1.0],
    )


def test_routes_are_compared_round_by_round(found):
    settings = parse(["--workload", "class"])
    told = {one.what: (one.each, one.verdict) for one in class_ratios.ratios(found, settings)}
    assert told == {
        "core-seconds, nbclient / grader": (3.5, "NOT met"),
        "core-seconds, grader / 2 × floor": (1.5, "met"),
        "seconds, blank notebook / import torch": (2.5, "met"),
        "core-seconds, blank notebook / import torch": (4.0, ""),
        "PSS of a worker at last, MiB": (509.0, "met"),
        "verify all four, seconds": (10.0, "met"),
    }


def test_one_worker_alone_is_all_there_is():
    assert taken(1, workers=1).worker == pytest.approx(1000)
    assert taken(1).first == 4.0


def test_a_class_alone_is_compared_shown_and_recorded(found, tmp_path):
    settings = parse(["--workload", "class", "--json", str(tmp_path / "told.json")])
    assert (settings.workloads, settings.has_class) == ((), True)
    assert list(ratios.ratios(Measured(), settings)) == []
    console = Console(record=True, width=120, file=(tmp_path / "said").open("w"))
    class_table.show(found, settings, console)
    console.file.close()
    text = console.export_text()
    assert "A class of 2 hand-ins, seed 19" in text
    assert "75.0%" in text  # of the time is start
    assert "SKIPPED seen (class): nothing is kept" in text
    record.write(settings.json, Measured(), found, [], settings, {})
    kept = json.loads(settings.json.read_text())["class"]
    assert [one["cpu"] for one in kept["taken"]["nbclient"]] == [48, 72]
    assert kept["taken"]["floor"][0]["ends"] == [4, 8]
    assert kept["hand_ins"][1]["kind"] == "wrong"
