import zipfile

import pytest

from grader import ready_made
from grader.authoring.source import load
from grader.engines.job import Job
from grader.engines.references import References
from grader.errors import SourceError
from grader.formats import wire
from tests.conftest import SMALL, write_source


@pytest.fixture
def written(small, tmp_path):
    path = tmp_path / ready_made.name_of(small.assignment, 0)
    ready_made.write(small, path)
    return path


def same(values, others) -> bool:
    return values.keys() == others.keys() and all(
        wire.encode({name: values[name]}) == wire.encode({name: others[name]}) for name in values
    )


def test_a_reference_is_read_as_it_was_written(small, written):
    found = ready_made.read(written, small.assignment, factory=small.factory)
    for name in small.expected:
        assert same(found.expected[name], small.expected[name])
    assert found.started.keys() == small.started.keys()
    assert found.recording.given.keys() == small.recording.given.keys()
    assert all(
        same(found.recording.given[key], small.recording.given[key])
        for key in found.recording.given
    )
    for name in ("states", "modules", "changed"):
        assert getattr(found.recording, name) == getattr(small.recording, name)
    for name in ("released", "changed_inputs", "gradable", "digest", "seed", "device", "spent"):
        assert getattr(found, name) == getattr(small, name)
    found.prove()
    found.close()


def test_other_code_runs_in_its_snapshots(small, written):
    found = ready_made.read(written, small.assignment, factory=small.factory)
    exercise = small.assignment.exercise("total")
    assert same(found.variant(exercise, "total = 3"), small.variant(exercise, "total = 3"))
    found.close()


def test_no_solution_is_run_where_it_is_ready_made(small, written, tmp_path):
    def refuse(device):
        raise AssertionError("a kernel was started")

    job = Job(sources=(), out=tmp_path, ready=written.parent)
    idle = type(small.factory)(name="idle", isolation=small.factory.isolation, start=refuse)
    found = References(job, idle).get(small.assignment)
    assert found.digest == small.digest


def test_one_of_another_source_is_refused(small, written, tmp_path):
    other = load(write_source(tmp_path, SMALL + "\n# more\n"))
    with pytest.raises(SourceError, match="another version of the assignment"):
        ready_made.read(written, other, factory=small.factory)


def test_one_of_another_torch_is_refused(small, written, monkeypatch):
    monkeypatch.setattr(ready_made, "version", lambda name: "1.0+cpu")
    with pytest.raises(SourceError, match=r"torch 1\.0"):
        ready_made.read(written, small.assignment, factory=small.factory)


def rewritten(path, change) -> None:
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def damage(members) -> None:
    members["about.json"] = members["about.json"][:-30]


def lose(members) -> None:
    del members["0.json"]


def forge(members) -> None:
    members["0.json"], members["1.json"] = members["1.json"], members["0.json"]
    members["0.safetensors"], members["1.safetensors"] = (
        members["1.safetensors"],
        members["0.safetensors"],
    )


@pytest.mark.parametrize("change", [damage, lose, forge])
def test_a_damaged_one_is_refused(small, written, change):
    rewritten(written, change)
    with pytest.raises(SourceError, match="ready-made values"):
        ready_made.read(written, small.assignment, factory=small.factory)


def test_one_that_is_not_there_is_named(small, tmp_path):
    with pytest.raises(SourceError, match="missing"):
        ready_made.read(tmp_path / "missing", small.assignment, factory=small.factory)
