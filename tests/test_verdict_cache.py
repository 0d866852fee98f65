"""What was shown to be sound is shown again only where what it follows from has changed."""

import json
from dataclasses import replace

import pytest

from grader import own_code, verdict_cache
from grader.cache_folder import CacheFolder
from grader.kernels.kernel import Limits
from grader.kernels.sandbox import NOTHING
from grader.model.verdict import Finding, Row, Verdict
from grader.verdict_cache import Asked
from tests.command_line import grader
from tests.conftest import kernels, write_source
from tests.verifying.sound import SOUND, spoilt


@pytest.fixture
def asked(tmp_path):
    return Asked(source=write_source(tmp_path, SOUND), device="cpu", limits=Limits(), exercises=())


@pytest.fixture
def verdict(asked):
    row = Row(
        exercise="centre", points=2, checks=2, hidden=1, weak=0, mistakes=2, named=2,
        alternatives=1, spread=0.25, nearest=float("inf"),
    )  # fmt: skip
    note = Finding(fault=False, path=asked.source, cell=4, line=9, problem="weak", todo="nothing")
    return Verdict(
        assignment="lines", rows=[row], findings=[note], confusion={"centre": {"one": ["one"]}}
    )


def test_a_verdict_comes_back_as_it_was(asked, verdict, tmp_path):
    cache = tmp_path / "cache"
    verdict_cache.keep(asked, verdict, cache, kernels())
    assert verdict_cache.known(asked, cache) == verdict
    assert verdict_cache.known(asked, None) is None


@pytest.mark.parametrize(
    "other", [{"device": "cuda"}, {"limits": Limits(cell=2)}, {"exercises": ("another",)}]
)
def test_what_is_asked_otherwise_is_verified(asked, verdict, tmp_path, other):
    verdict_cache.keep(asked, verdict, tmp_path / "cache", kernels())
    assert verdict_cache.known(replace(asked, **other), tmp_path / "cache") is None


def test_what_holds_for_the_whole_holds_for_an_exercise(asked, verdict, tmp_path):
    cache, other = tmp_path / "cache", replace(verdict.rows[0], exercise="other")
    both = replace(verdict, rows=[other, *verdict.rows])
    verdict_cache.keep(asked, both, cache, kernels())
    assert verdict_cache.known(replace(asked, exercises=("centre",)), cache) == verdict
    part = replace(asked, exercises=("centre", "another"))
    assert verdict_cache.known(part, cache) is None
    verdict_cache.keep(replace(asked, exercises=("centre",)), verdict, tmp_path / "b", kernels())
    assert verdict_cache.known(asked, tmp_path / "b") is None


def test_a_change_of_the_source_or_of_the_grader_is_verified(asked, verdict, tmp_path, monkeypatch):
    cache = tmp_path / "cache"
    verdict_cache.keep(asked, verdict, cache, kernels())
    with monkeypatch.context() as patched:
        patched.setattr(own_code, "surroundings", lambda: "another grader")
        assert verdict_cache.known(asked, cache) is None
    assert verdict_cache.known(asked, cache) is not None
    asked.source.write_text(SOUND + "\n# %%\nlate = 1\n")
    assert verdict_cache.known(asked, cache) is None
    asked.source.unlink()
    assert verdict_cache.known(asked, cache) is None


def test_neither_a_fault_nor_what_a_kernel_could_read_is_kept(asked, verdict, tmp_path):
    cache = tmp_path / "cache"
    faulty = replace(verdict, findings=[replace(verdict.findings[0], fault=True)])
    verdict_cache.keep(asked, faulty, cache, kernels())
    verdict_cache.keep(asked, verdict, cache, replace(kernels(), isolation=NOTHING))
    assert CacheFolder(cache).sizes() == []


def test_what_is_damaged_or_of_another_form_is_verified(asked, verdict, tmp_path):
    cache = tmp_path / "cache"
    verdict_cache.keep(asked, verdict, cache, kernels())
    (entry,) = cache.glob("*.entry")
    for data in (b"", entry.read_bytes()[:-1]):
        entry.write_bytes(data)
        assert verdict_cache.known(asked, cache) is None
    CacheFolder(cache).put(entry.stem, json.dumps({"verdict": {"rows": 1}}).encode())
    assert verdict_cache.known(asked, cache) is None


def test_a_command_shows_again_what_it_found(tmp_path):
    sound, bad = tmp_path / "sound.py", tmp_path / "bad.py"
    write_source(tmp_path, SOUND).rename(sound)
    text = spoilt({"#|   - centred\n": "#|   - expr: centred\n#|     rtol: 100\n"})
    write_source(tmp_path, text).rename(bad)
    first, again = (grader("verify", sound, "--confusion", cwd=tmp_path) for _ in range(2))
    assert (first.returncode, again.returncode) == (0, 0), first.stderr + again.stderr
    assert again.stdout == first.stdout.replace("sound: sound\n", "sound: sound, as shown before\n")
    assert first.stdout != again.stdout
    for jobs in (1, 2):
        both = grader("verify", bad, sound, "--jobs", jobs, cwd=tmp_path)
        assert both.returncode == 1
        assert both.stdout.index("to mend") < both.stdout.index("sound, as shown before")
