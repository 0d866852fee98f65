"""Other data are drawn once for an assignment: a second run gives the same marks."""

import json
import re
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from grader import secret
from grader.errors import UsageError
from grader.secret import NAME
from tests.command_line import grader
from tests.conftest import SMALL, TOP, kernels, notebook_of, write_source
from tests.timeless import timeless

BROKEN = {"empty": "", "half": "ab" * 31, "no digits": "x" * 64, "too much": "ab" * 33}


def test_a_secret_is_made_once_and_kept_from_others(tmp_path):
    path = tmp_path / "out" / "secret.txt"
    first = secret.kept(path)
    assert len(first) == 32
    assert secret.kept(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["secret.txt"]
    assert secret.kept(tmp_path / "other.txt") != first


@pytest.mark.parametrize("links", [True, False])
def test_who_makes_it_at_once_gets_the_same(tmp_path, monkeypatch, links):
    if not links:
        monkeypatch.setattr(secret.Path, "hardlink_to", refused)
    path = tmp_path / "secret.txt"
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(secret.kept, [path] * 8)) if links else [secret.kept(path)] * 2
    assert len({*found, secret.kept(path)}) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def refused(*_):
    raise PermissionError(1, "Operation not permitted")


def test_one_that_was_made_meanwhile_is_taken(tmp_path, monkeypatch):
    path = tmp_path / "secret.txt"
    mine = secret.kept(path)
    monkeypatch.setattr(secret.Path, "exists", lambda self: False)
    assert secret.kept(path) == mine
    monkeypatch.setattr(secret.Path, "hardlink_to", refused)
    assert secret.kept(path) == mine


def test_each_assignment_has_an_offset_of_its_own():
    found = [secret.offset(bytes(32), digest) for digest in map(str, range(1_000))]
    assert len(set(found)) > 990
    assert all(1 <= one <= secret.MAX_OFFSET for one in found)
    assert secret.offset(bytes(32), "a") == secret.offset(bytes(32), "a")
    assert secret.offset(bytes(32), "a") != secret.offset(bytes([1] * 32), "a")


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_broken_secret_is_wrong_usage(tmp_path, content):
    path = tmp_path / "secret.txt"
    path.write_text(content)
    with pytest.raises(UsageError, match=r"secret\.txt is to hold .* put back a copy, or delete"):
        secret.kept(path)
    assert path.read_text() == content


def test_what_is_no_file_is_wrong_usage(tmp_path):
    with pytest.raises(UsageError, match="directory"):
        secret.kept(tmp_path)


def test_a_secret_that_was_edited_by_hand_counts(tmp_path):
    path = tmp_path / "secret.txt"
    path.write_bytes(b"  " + b"AB" * 32 + b"\r\n")
    assert secret.kept(path) == bytes.fromhex("ab" * 32)


# The command line.


@pytest.fixture
def handed_in(tmp_path, small_answers):
    """Return the arguments to grade six submissions to SMALL, and their paths."""
    source, folder = write_source(tmp_path, SMALL), tmp_path / "in"
    folder.mkdir()
    cells = {
        "ann": small_answers(),
        "bob": small_answers(total="#| exercise: total\ntotal = 0"),
        "cat": small_answers(means="#| exercise: means\nmeans = 1"),
        # By luck it is right for some data: what was drawn decides.
        "dan": small_answers(total="#| exercise: total\ntotal = data.sum().abs()"),
        "eve": small_answers(total="#| exercise: total\ntotal = -data.sum().abs()"),
        "fay": small_answers(fit="#| exercise: fit\n1 / 0"),
    }
    paths = [folder / f"{name}.ipynb" for name in cells]
    for path, answer in zip(paths, cells.values(), strict=True):
        path.write_bytes(notebook_of(answer))
    return ["-a", source], paths


def graded(out, options, paths, *further):
    done = grader("grade", *paths, *options, "-o", out, *further)
    assert done.returncode == 0, done.stderr
    return seen(out), done


def seen(out):
    """Return what a run wrote, byte for byte but for times."""
    files = {}
    for path in sorted(one for one in out.rglob("*") if one.is_file()):
        if path.name.startswith(("gradebook.", ".written")):  # they have times of their own
            continue
        files[str(path.relative_to(out))] = timeless(path.name, path.read_bytes()).decode()
    return files


def results(out):
    return [json.loads(path.read_text()) for path in sorted(out.glob("results/*/*/result.json"))]


def test_a_second_run_gives_the_same_in_any_order_and_number_of_jobs(tmp_path, handed_in):
    options, paths = handed_in
    out = tmp_path / "out"
    first, _ = graded(out, options, paths, "--jobs", 1)
    assert re.fullmatch(r"[0-9a-f]{64}\n", first["secret.txt"])
    assert not any(name.endswith("secret.txt") for name in first if "/" in name)
    again, _ = graded(out, options, paths[::-1], "--jobs", 2, "--again")
    assert again == first
    (drawn,) = {one["other_data"] for one in results(out)} - {None}
    # Another folder has a secret of its own, unless it is told of this one.
    done = graded(tmp_path / "third", options, paths, "--secret", out / "secret.txt")[0]
    assert "secret.txt" not in done
    assert {one["other_data"] for one in results(tmp_path / "third")} - {None} == {drawn}


def test_two_runs_at_once_end_with_one_secret(tmp_path, handed_in):
    options, paths = handed_in
    out = tmp_path / "out"
    code = "from grader.cli import main; main()"
    command = [sys.executable, "-W", "ignore", "-c", code, "grade", *paths[:1], *options]
    command += ["-o", out, "--jobs", "1"]
    runs = [
        subprocess.Popen(
            list(map(str, command)),
            cwd=TOP,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    ends = [(run.communicate(timeout=300)[1], run.returncode) for run in runs]
    codes = sorted(code for _, code in ends)
    assert codes in ([0, 0], [0, 2]), ends  # the second waits for nothing: it is refused
    (result,) = results(out)
    drawn = secret.offset(secret.kept(out / "secret.txt"), result["hashes"]["assignment"])
    assert result["other_data"] == drawn
    assert [one.name for one in out.glob("secret*")] == ["secret.txt"]


@pytest.mark.skipif(kernels().isolation.level != "full", reason="isolation is not full here")
def test_student_code_cannot_read_it(tmp_path, small_answers):
    out, source = tmp_path / "out", write_source(tmp_path, SMALL)
    key = secret.kept(out / "secret.txt")
    path = tmp_path / "ann.ipynb"
    path.write_bytes(notebook_of([*small_answers(), f"print(open({str(out / NAME)!r}).read())"]))
    files, _ = graded(out, ["-a", source], [path], "--jobs", 1)
    assert "FileNotFoundError" in files["results/ann/small/executed.ipynb"]
    assert [name for name, text in files.items() if key.hex() in text] == [NAME]


def test_a_named_secret_is_made_and_said(tmp_path, handed_in):
    options, paths = handed_in
    named = tmp_path / "course" / "secret.txt"
    arguments = [tmp_path / "out", options, paths[:1], "--secret", named, "--jobs", 1]
    _, done = graded(*arguments)
    assert f"grader: {named} is not there: a new secret is drawn" in done.stderr
    assert "secret" not in graded(*arguments)[1].stderr


def test_a_broken_secret_ends_the_run_with_what_to_do(tmp_path, handed_in):
    options, paths = handed_in
    out = tmp_path / "out"
    out.mkdir()
    (out / "secret.txt").write_text("")
    done = grader("grade", *paths, *options, "-o", out)
    assert done.returncode == 2
    assert "put back a copy, or delete it" in done.stderr
    assert "Traceback" not in done.stderr
    assert graded(out, options, paths[:1], "--other-data", "off")[0]["secret.txt"] == ""
