import json

import pytest

from grader.errors import BadBundle
from grader.formats import bundle_file
from tests.bundles import bundle, put


def test_a_bundle_is_read_as_it_was_written(tmp_path):
    written = bundle()
    read = bundle_file.read(put(tmp_path, written))
    assert bundle_file.write(read) == bundle_file.write(written)
    assert read.assignment.exercises == written.assignment.exercises
    assert read.assignment.cells == written.assignment.cells
    assert (read.limit, read.cell_limit, read.language) == (60.0, 20.0, "en")


def test_it_has_no_place_for_a_solution_or_a_check():
    text = bundle_file.write(bundle())
    assert "secret_solution" not in text
    content = json.loads(text)["content"]
    assert set(content["cells"][2]) == {"id", "role", "source", "exercise"}
    assert set(content["exercises"][0]) == {
        *("name", "title", "points", "forbid", "needs_cuda", "limit"),
    }


def test_it_names_the_files_that_come_with_the_notebook(tmp_path):
    names = ["data/table.csv", "helpers.py"]
    path = put(tmp_path, bundle(files=names))
    read = bundle_file.read(path)
    assert read.assignment.files == tuple((name, tmp_path / name) for name in names)
    assert '"files"' not in bundle_file.write(bundle())
    for bad in ("/etc/passwd", "../x", "a/../../x", ".ssh/id", "a\\b", "a//b", ""):
        path.write_text(changed(GOOD, content(files=[bad])), encoding="utf-8")
        with pytest.raises(BadBundle, match="files"):
            bundle_file.read(path)


def changed(text, change, *, is_digest_right=True):
    whole = json.loads(text)
    change(whole)
    if is_digest_right:
        whole["digest"] = bundle_file._digest(whole["content"])
    return json.dumps(whole)


def content(**values):
    return lambda whole: whole["content"].update(values)


GOOD = bundle_file.write(bundle())
CELL = {"id": "x", "role": "exercise", "source": "", "exercise": "two"}
DAMAGED = {
    "nothing in it": ("", "it is no JSON"),
    "cut off": (GOOD[:400], "it is no JSON"),
    "no text": (b"\xff\xfe\x00\x80", "it is no JSON"),
    "deeply nested": ("[" * 100_000, "it is no JSON"),
    "a list": ("[]", "something else than a file to check"),
    "a notebook": ('{"cells": [], "nbformat": 4}', "something else than a file to check"),
    "of another version": (
        changed(GOOD, lambda whole: whole.update(version=3)),
        "of version 3, and this grader reads version 2: update",
    ),
    "a version that is none": (
        changed(GOOD, lambda whole: whole.update(version=["x" * 500])),
        "of version",
    ),
    "edited": (
        changed(GOOD, content(title="Other"), is_digest_right=False),
        "it was changed after it was made",
    ),
    "without content": (
        changed(GOOD, lambda whole: whole.update(content=None)),
        "is damaged",
    ),
    "more than it may hold": (changed(GOOD, content(solutions={})), "`solutions` is damaged"),
    "a limit that is text": (changed(GOOD, content(limit="60")), "`limit` is damaged"),
    "a limit that is none": (changed(GOOD, content(limit=float("inf"))), "`limit` is damaged"),
    "a name that leads elsewhere": (
        changed(GOOD, content(assignment="../../x")),
        "`assignment` is damaged",
    ),
    "cells of no exercise": (
        changed(GOOD, lambda whole: whole["content"]["cells"].append(CELL)),
        "do not belong together",
    ),
    "an exercise without a cell": (changed(GOOD, content(cells=[])), "do not belong together"),
    "an id that stands twice": (
        changed(GOOD, lambda whole: whole["content"]["cells"].append(whole["content"]["cells"][1])),
        "a name stands twice",
    ),
}


@pytest.mark.parametrize("what", DAMAGED)
def test_what_is_damaged_has_a_reason_and_what_to_do(tmp_path, what):
    data, reason = DAMAGED[what]
    path = tmp_path / "small.check.json"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    with pytest.raises(BadBundle) as raised:
        bundle_file.read(path)
    said = str(raised.value)
    assert said.startswith(f"{path}: ")
    assert reason in said
    assert "get the file again" in said or "update the grader" in said
    assert len(said) < 600


def test_what_is_not_there_or_too_large_has_a_reason(tmp_path, monkeypatch):
    with pytest.raises(BadBundle, match="cannot be read"):
        bundle_file.read(tmp_path / "none.check.json")
    (tmp_path / "folder.check.json").mkdir()
    with pytest.raises(BadBundle, match="something else than a file;"):
        bundle_file.read(tmp_path / "folder.check.json")
    path = put(tmp_path, bundle())
    monkeypatch.setattr(bundle_file, "MAX_BYTES", 100)
    with pytest.raises(BadBundle, match="larger than"):
        bundle_file.read(path)


def test_it_is_known_by_its_beginning():
    assert bundle_file.is_one(GOOD.encode())
    assert bundle_file.is_one(GOOD[:200].encode())
    assert not bundle_file.is_one(b'{"cells": []}')
