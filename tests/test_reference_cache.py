"""A reference from the cache is the one that was run, and nothing is run for it."""

from dataclasses import replace

import pytest

from grader import own_code
from grader.authoring.source import load
from grader.cache_folder import CacheFolder
from grader.formats import wire
from grader.kernels.sandbox import NOTHING
from grader.reference_cache import prepared
from tests.conftest import SMALL, kernels, write_source


@pytest.fixture
def assignment(tmp_path):
    return load(write_source(tmp_path, SMALL))


@pytest.fixture
def cache(tmp_path, assignment):
    """Return the folder of a cache in which the reference and a variant of it are."""
    folder = tmp_path / "cache"
    made = prepared(assignment, factory=kernels(), device="cpu", cache=folder)
    made.variant(assignment.exercise("total"), "total = 3")
    made.close()
    return folder


def refuse(*_):
    raise AssertionError("a kernel was started")


IDLE = {"start": refuse, "load": lambda names: None}


def same(values, others) -> bool:
    return values.keys() == others.keys() and all(
        wire.encode({name: values[name]}) == wire.encode({name: others[name]}) for name in values
    )


def test_no_solution_and_no_variant_is_run_again(assignment, cache):
    idle = replace(kernels(), **IDLE)
    found = prepared(assignment, factory=idle, device="cpu", cache=cache)
    fresh = prepared(assignment, factory=kernels(), device="cpu")
    total = assignment.exercise("total")
    assert found.digest == fresh.digest
    assert found.spent.keys() == fresh.spent.keys()
    assert same(found.variant(total, "total = 3"), fresh.variant(total, "total = 3"))
    fresh.close()


@pytest.mark.parametrize(
    "other",
    [
        {"seed": 5},
        {"device": "cuda"},
        {"factory": replace(kernels(), name="other", **IDLE)},
    ],
    ids=["seed", "device", "kind of kernel"],
)
def test_what_values_follow_from_is_part_of_the_key(assignment, cache, other):
    asked = {"factory": replace(kernels(), **IDLE), "device": "cpu", "cache": cache, **other}
    with pytest.raises(AssertionError, match="a kernel was started"):
        prepared(assignment, **asked)


def test_another_grader_runs_it_anew(assignment, cache, monkeypatch):
    monkeypatch.setattr(own_code, "surroundings", lambda: "of another version")
    with pytest.raises(AssertionError, match="a kernel was started"):
        prepared(assignment, factory=replace(kernels(), **IDLE), device="cpu", cache=cache)


def test_another_source_is_run_anew(cache, tmp_path):
    other = load(write_source(tmp_path, SMALL + "\n# more\n"))
    with pytest.raises(AssertionError, match="a kernel was started"):
        prepared(other, factory=replace(kernels(), **IDLE), device="cpu", cache=cache)


def test_damaged_entries_are_made_anew(assignment, cache):
    for path in cache.iterdir():
        path.write_bytes(path.read_bytes()[:-7])
    found = prepared(assignment, factory=kernels(), device="cpu", cache=cache)
    assert found.expected.keys() == {one.name for one in assignment.exercises}
    found.close()
    assert CacheFolder(cache).sizes()


def test_what_is_no_reference_is_made_anew(assignment, cache):
    folder = CacheFolder(cache)
    for path in cache.iterdir():
        folder.put(path.stem, b"whole, and of something else")
    found = prepared(assignment, factory=kernels(), device="cpu", cache=cache)
    assert found.expected.keys() == {one.name for one in assignment.exercises}
    found.close()


def test_it_is_not_used_where_student_code_could_read_it(assignment, cache):
    open_to_all = replace(kernels(), isolation=NOTHING, **IDLE)
    with pytest.raises(AssertionError, match="a kernel was started"):
        prepared(assignment, factory=open_to_all, device="cpu", cache=cache)
