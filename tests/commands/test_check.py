"""`grader check`, in a folder with nothing but what a student has."""

import json
import os
import shutil

import pytest

from tests.command_line import grader, grader_alone
from tests.conftest import TOP, notebook_of

pytestmark = pytest.mark.kernel

PROMISE = "says nothing about marks"
OBEYS = "\x1b[31mred\x1b[0m [bold]"  # what a terminal, or rich, would take for an order


@pytest.fixture
def folder(tmp_path):
    """Return a folder with a released notebook, and what is to lie beside it."""
    for path in (TOP / "assignments" / "en").glob("gradient_descent.*"):
        shutil.copy(path, tmp_path)
    shutil.copy(TOP / "examples" / "course" / "gradient_descent-en-perfect.ipynb", tmp_path)
    return tmp_path


def check(folder, *arguments):
    done = grader("check", *arguments, cwd=folder)
    assert "Traceback" not in done.stdout + done.stderr
    return done


def edited(folder, name, cell, change):
    """Write the perfect notebook with a cell changed."""
    nodes = json.loads((folder / "gradient_descent-en-perfect.ipynb").read_text("utf-8"))
    one = next(one for one in nodes["cells"] if one["id"] == cell)
    one["source"] = change("".join(one["source"]))
    (folder / name).write_text(json.dumps(nodes), encoding="utf-8")


def test_an_untouched_notebook_is_blank(folder):
    done = check(folder, "gradient_descent.ipynb")
    assert done.returncode == 1
    head, summary, *_ = done.stdout.split("\n")
    assert head.startswith("gradient_descent.ipynb, saved 20")
    assert summary.endswith("are not filled in")
    assert "Do this first" in done.stdout
    assert PROMISE in done.stdout
    assert {one.name for one in folder.iterdir()} == {
        *("gradient_descent.ipynb", "gradient_descent.check.json"),
        "gradient_descent-en-perfect.ipynb",
    }


def test_a_whole_notebook_has_nothing_left_to_do(folder):
    done = check(folder, "gradient_descent-en-perfect.ipynb")
    assert done.returncode == 0, done.stdout
    assert "There is nothing left to do that can be told" in done.stdout
    assert PROMISE in done.stdout


def test_what_stops_comes_first_and_moves_no_cursor(folder):
    def stops(source):
        return f"{source}\nraise ValueError({OBEYS!r})"

    edited(folder, "mine.ipynb", "exercise-gradient-formula", stops)
    done = check(folder, "mine.ipynb")
    assert done.returncode == 1
    first = done.stdout.split("Do this first\n")[1].split("\n\n")[0]
    assert "stops: ValueError" in first
    assert "raise ValueError(" in first
    assert "\x1b" not in done.stdout
    assert "[bold]" in done.stdout


def test_as_json(folder):
    done = check(folder, "gradient_descent.ipynb", "--json")
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert told["bundle"] == "gradient_descent.check.json"
    assert told["nothing_to_do"] is False
    assert {one["standing"] for one in told["exercises"]} == {"blank"}


def test_in_another_language(folder):
    for path in (TOP / "assignments" / "ru").glob("gradient_descent.*"):
        shutil.copy(path, folder)
    for told, arguments in (("Начните с этого", ()), ("Do this first", ("--lang", "en"))):
        done = check(folder, "gradient_descent.ipynb", *arguments)
        assert done.returncode == 1
        assert told in done.stdout


def test_without_a_bundle_less_is_told(folder):
    (folder / "gradient_descent.check.json").unlink()
    done = check(folder, "gradient_descent-en-perfect.ipynb")
    assert done.returncode == 0, done.stdout
    assert "Looked at without the file NAME.check.json" in done.stdout


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"<html>sign in</html>", "web page"),
        (b'{"cells": [', "cut off"),
        (b"\x89PNG\r\n", ""),
        (notebook_of(["print(1)"]), "the notebook has no exercise of gradient_descent"),
    ],
)
def test_what_is_no_notebook_of_the_course_has_a_reason(folder, content, reason):
    (folder / "mine.ipynb").write_bytes(content)
    done = check(folder, "mine.ipynb")
    assert done.returncode == 1
    assert done.stderr.startswith("grader: mine.ipynb: ")
    assert reason in done.stderr
    assert done.stdout == ""


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes on this system")
def test_a_pipe_is_not_waited_for(folder):
    os.mkfifo(folder / "pipe.ipynb")
    os.mkfifo(folder / "pipe.check.json")
    done = check(folder, "pipe.ipynb")
    assert (done.returncode, done.stdout) == (2, "")
    assert "pipe.ipynb is something else than a file" in done.stderr
    done = check(folder, "gradient_descent.ipynb")
    assert "pipe.check.json: it is something else than a file" in " ".join(done.stdout.split())


def test_wrong_usage_has_a_line(folder):
    (folder / "bad.check.json").write_text("{", encoding="utf-8")
    mine = "gradient_descent.ipynb"
    for arguments, reason in (
        (["none.ipynb"], "none.ipynb cannot be read: No such file"),
        (["."], "is a folder; name the notebook in it"),
        ([mine, "--bundle", "none.check.json"], "none.check.json: it cannot be read"),
        ([mine, "--bundle", "bad.check.json"], "it is cut off, or was changed"),
    ):
        done = check(folder, *arguments)
        assert done.returncode == 2
        assert reason in done.stderr
        assert done.stdout == ""


def test_nothing_of_the_course_has_to_be_there(folder):
    """In a process of its own, which knows no source and no reference."""
    done = grader_alone("check", "gradient_descent-en-perfect.ipynb", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")


def test_build_writes_it_beside_each_notebook(small_path, tmp_path):
    done = grader("build", small_path, "-o", tmp_path / "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    path = tmp_path / "out" / "en" / "small.check.json"
    assert f"{path}: written" in done.stdout
    path.write_text("{}", encoding="utf-8")
    stale = grader("build", small_path, "-o", tmp_path / "out", "--check", cwd=tmp_path)
    assert stale.returncode == 1
    assert f"{path}: stale" in stale.stdout
    done = check(tmp_path, tmp_path / "out" / "en" / "small.ipynb")
    assert done.returncode == 1
    assert f"{path}: it is something else than a file to check" in " ".join(done.stdout.split())
