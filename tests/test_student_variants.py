"""Numbers that differ by student, from a source and a roster to marks and leads."""

import csv
import json
import re
import shutil

import pytest

from tests.command_line import grader
from tests.conftest import write_source

WALK = """
# ---
# jupyter:
#   tensorgrader:
#     title: A walk
#     languages: [en]
# ---

# %% [markdown]
# # A walk

# %%
import torch

# %%
#| variant:
#|   seed: 0..9999
#|   rate: [0.05, 0.1, 0.2]
seed = 17
rate = 0.1
torch.manual_seed(seed)
data = torch.randn(6, 3)

# %%
#| exercise: means
#| checks:
#|   - expr: means
#|     public: true
means = data.mean(dim=0)  # SOLUTION

# %%
#| mistake: means
#| name: sums
#| help: "How many rows are there?"
means = data.sum(dim=0)

# %%
#| exercise: step
#| points: 2
#| checks:
#|   - moved
#|   - expr: step(other)
#|     hidden: true
#|     given: |
#|       other = torch.randn(4)
def step(w):
    ### BEGIN SOLUTION
    return w - rate * 2 * w
    ### END SOLUTION


moved = step(means)

# %%
#| mistake: step
#| name: uphill
#| help: "Where does it go?"
return w + rate * 2 * w
"""

NAMES = {"s1": "Anna Petrova", "s2": "Boris Li", "s3": "Chen Wei", "s4": "Dora Novak"}
MEANS = "#| exercise: means\nmeans = data.mean(dim=0)"
STEP = "#| exercise: step\ndef step(w):\n    return w - rate * 2 * w\n\n\nmoved = step(means)"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Return a folder with the source, a roster, and what `grader build` made for each student."""
    folder = tmp_path_factory.mktemp("walk")
    write_source(folder, WALK, "walk")
    rows = "\n".join(f"{id},{name}" for id, name in NAMES.items())
    (folder / "roster.csv").write_text(f"id,name\n{rows}\n", encoding="utf-8")
    (folder / "secret.txt").write_text("ab" * 32)  # with which four students have four variants
    done = build(folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert "for 4 students, 8 files written" in done.stdout
    return folder


def build(folder, *options):
    return grader(
        *("build", "walk.py", "--roster", "roster.csv", "--secret", "secret.txt", "-o", "out"),
        *options,
        cwd=folder,
    )


def grade(folder, *options):
    return grader(
        *("grade", "handed-in", "-a", "walk.py", "--secret", "secret.txt", *options), cwd=folder
    )


def released(folder, id):
    path = folder / "out" / "students" / id / "en" / "walk.ipynb"
    return json.loads(path.read_text(encoding="utf-8"))


def filled(notebook, *, means=MEANS, step=STEP):
    """Return a notebook with answers in it."""
    answers = {"#| exercise: means\n": means, "#| exercise: step\n": step}
    for cell in notebook["cells"]:
        for header, answer in answers.items():
            if "".join(cell["source"]).startswith(header):
                cell["source"] = answer
    return notebook


def without_metadata(notebook):
    """Return a notebook without all that tools drop: ids, metadata, and the mark in the cell."""
    cells = [
        {**cell, "metadata": {}, "source": re.sub(r"#\| variant:.*\n", "", "".join(cell["source"]))}
        for cell in notebook["cells"]
    ]
    cells = [{key: value for key, value in cell.items() if key != "id"} for cell in cells]
    return {**notebook, "cells": cells, "metadata": {}, "nbformat_minor": 4}


def hand_in(folder, **notebooks):
    shutil.rmtree(folder / "handed-in", ignore_errors=True)
    shutil.rmtree(folder / "grades", ignore_errors=True)
    for id, notebook in notebooks.items():
        path = folder / "handed-in" / id / "walk.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook), encoding="utf-8")


def results(folder):
    """Return what was found, by id."""
    paths = (folder / "grades" / "results").glob("*/*/result.json")
    found = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    return {one["student_id"] or one["student"]: one for one in found}


def text_of(notebook):
    return "\n".join("".join(cell["source"]) for cell in notebook["cells"])


def values(notebook):
    return re.findall(r"^(?:seed|rate) = (.*)$", text_of(notebook), re.MULTILINE)


def mark(notebook):
    return notebook["metadata"]["tensorgrader"]["variant"]


@pytest.mark.kernel
def test_each_student_gets_numbers_and_a_mark_of_his_own(course):
    notebooks = [released(course, id) for id in NAMES]
    assert len({tuple(values(one)) for one in notebooks}) == len(NAMES)
    assert len({mark(one) for one in notebooks}) == len(NAMES)
    for id, notebook in zip(NAMES, notebooks, strict=True):
        text = json.dumps(notebook)
        assert text.count(mark(notebook)) == 2  # in the metadata, and in the cell
        others = {mark(one) for one in notebooks} - {mark(notebook)}
        assert not any(other in text for other in others)
        assert (course / "secret.txt").read_text().strip() not in text
        assert not any(name in text for name in (id, *NAMES.values()))
    before = [path.read_bytes() for path in sorted(course.glob("out/**/*.*"))]
    done = build(course)
    assert "for 4 students, all is current" in done.stdout
    assert [path.read_bytes() for path in sorted(course.glob("out/**/*.*"))] == before
    assert build(course, "--check").returncode == 0


@pytest.mark.kernel
def test_without_a_roster_there_is_the_example(course):
    done = grader("build", "walk.py", "-o", "example", cwd=course)
    assert done.returncode == 0, done.stderr
    notebook = json.loads((course / "example" / "en" / "walk.ipynb").read_text(encoding="utf-8"))
    assert values(notebook) == ["17", "0.1"]
    assert "variant" not in json.dumps(notebook)


@pytest.mark.kernel
def test_right_notebooks_have_full_marks_and_a_copied_one_is_a_lead(course):
    own = {id: filled(released(course, id)) for id in NAMES}
    hand_in(
        course,
        s1=own["s1"],
        s2=own["s1"],
        s3=without_metadata(own["s3"]),
        s4=released(course, "s4"),
    )
    done = grade(course, "--roster", "roster.csv")
    assert done.returncode == 0, done.stderr
    found = results(course)
    assert {id: one["score"] for id, one in found.items()} == {"s1": 3, "s2": 3, "s3": 3, "s4": 0}
    carried = {id: one["variant"] for id, one in found.items()}
    assert [carried[id]["known_by"] for id in NAMES] == ["mark", "mark", "numbers", "mark"]
    assert [carried[id]["owner"] for id in NAMES] == [None, "Anna Petrova", None, None]
    assert carried["s2"]["number"] == carried["s1"]["number"] > 0
    assert [found[id]["notes"] for id in NAMES] == [[]] * 4
    assert [found[id]["concerns"] for id in NAMES] == [[], ["another's variant"], [], []]
    listed = grader("review", cwd=course)
    assert re.findall("carries the variant of .*? Li", listed.stdout) == [
        "carries the variant of Anna Petrova   Boris Li"
    ]
    assert "carries the variant of Anna Petrova" in (course / "grades" / "index.html").read_text()
    with (course / "grades" / "grades.csv").open(encoding="utf-8-sig") as file:
        table = {row["id"]: row["variant"] for row in csv.DictReader(file)}
    assert table == {id: str(one["number"]) for id, one in carried.items()}
    for page in (course / "grades" / "feedback").rglob("*.html"):
        if "Anna" not in str(page):
            assert "Anna" not in page.read_text(encoding="utf-8")


@pytest.mark.kernel
def test_numbers_of_another_are_wrong_in_a_notebook_of_ones_own(course):
    public = re.search(r"of shape \(3,\)\",\s*(\[.*?\])", text_of(released(course, "s1")))
    typed = f"#| exercise: means\nmeans = torch.tensor({public[1]})"
    hand_in(
        course,
        s1=filled(released(course, "s1"), means=typed),
        s2=filled(released(course, "s2"), means=typed),
    )
    assert grade(course, "--roster", "roster.csv").returncode == 1  # two handed in nothing
    found = {id: results(course)[id] for id in ("s1", "s2")}
    first = {id: one["exercises"][0] for id, one in found.items()}
    assert [first[id]["score"] for id in first] == [0, 0]
    assert first["s1"]["ruling"]["unconfirmed"] is not None  # right, but for other data
    assert first["s2"]["outcome"] == "wrong"
    assert [one["concerns"] for one in found.values()] == [[], []]


@pytest.mark.kernel
def test_what_is_lost_is_made_up_for(course):
    pasted = filled(released(course, "s2"))  # with the cell of another in it
    cell = next(one for one in pasted["cells"] if "seed = " in "".join(one["source"]))
    theirs = released(course, "s1")
    cell["source"] = next(
        one["source"] for one in theirs["cells"] if "seed = " in "".join(one["source"])
    )
    changed = without_metadata(filled(released(course, "s3")))
    for one in changed["cells"]:
        one["source"] = re.sub(r"seed = \d+", "seed = 1", "".join(one["source"]))
    in_metadata = filled(released(course, "s4"))
    for one in in_metadata["cells"]:
        one["source"] = re.sub(r"#\| variant:.*\n", "", "".join(one["source"]))
    hand_in(course, s2=pasted, s3=changed, s4=in_metadata)
    done = grade(course, "--roster", "roster.csv", "--jobs", "2")
    assert done.returncode == 1, done.stderr  # one handed in nothing
    found = results(course)
    carried = {id: found[id]["variant"] for id in ("s2", "s3", "s4")}
    assert [one["known_by"] for one in carried.values()] == ["mark", "student", "mark"]
    assert [one["owner"] for one in carried.values()] == ["Anna Petrova", None, None]
    assert [found[id]["score"] for id in carried] == [3, 3, 3]


@pytest.mark.kernel
def test_without_a_roster_what_nobody_is_known_for_is_no_lead(course):
    hand_in(course, someone=filled(released(course, "s2")), s1=filled(released(course, "s1")))
    assert grade(course).returncode == 0
    assert {one["variant"]["owner"] for one in results(course).values()} == {None}


@pytest.mark.kernel
def test_another_secret_leaves_it_to_a_person(course):
    (course / "other.txt").write_text("cd" * 32)
    hand_in(course, s1=filled(released(course, "s1")))
    done = grader(
        "grade", "handed-in", "-a", "walk.py", "--secret", "other.txt", "-o", "grades", cwd=course
    )
    assert done.returncode == 3, done.stderr
    (found,) = results(course).values()
    assert (found["outcome"], found["score"]) == ("needs review", None)
    assert "grade with the --secret that the notebooks were built with" in found["reason"]


@pytest.mark.kernel
def test_a_student_can_check_his_own(course):
    folder = course / "checked"
    shutil.copytree(course / "out" / "students" / "s2" / "en", folder, dirs_exist_ok=True)
    path = folder / "walk.ipynb"
    path.write_text(json.dumps(filled(json.loads(path.read_text(encoding="utf-8")))))
    done = grader("check", "walk.ipynb", cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--secret", "secret.txt"], "--secret is for --roster"),
        (["--roster", "roster.csv", "--check"], "--check draws no secret"),
        (["--roster", "twice.csv"], "the ids A/1 and a:1 name one folder"),
    ],
)
def test_what_cannot_be_built_is_one_line(tmp_path, options, said):
    write_source(tmp_path, WALK, "walk")
    (tmp_path / "roster.csv").write_text("id,name\ns1,Anna Petrova\n")
    (tmp_path / "twice.csv").write_text("id,name\nA/1,Anna Petrova\na:1,Boris Li\n")
    done = grader("build", "walk.py", *options, cwd=tmp_path)
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr
    assert not (tmp_path / "grades").exists()


def test_a_source_without_variants_has_none_to_build(tmp_path):
    text = re.sub(r"#\| variant:\n(#\|   .*\n)+", "", WALK, count=1)
    write_source(tmp_path, text, "walk")
    (tmp_path / "roster.csv").write_text("id,name\ns1,Anna Petrova\n")
    done = grader("build", "walk.py", "--roster", "roster.csv", cwd=tmp_path)
    assert done.returncode == 2
    assert "nothing of walk differs by student" in done.stderr


def test_an_autograder_is_refused(tmp_path):
    write_source(tmp_path, WALK, "walk")
    done = grader("gradescope", "walk.py", cwd=tmp_path)
    assert done.returncode == 2
    assert "differ by student" in done.stderr
