"""What a person should look at is a fact of the report, beside the note that tells of it."""

import json

import pytest

from grader.authoring.source import load
from grader.course.review import to_review
from grader.intake.receive import receive
from grader.kernels.kernel import Limits
from grader.model.standing import standing_of as standing
from grader.model.text import concerning, concerns, counted, listed, say
from tests.conftest import SMALL, engine_of, notebook_of, write_source
from tests.conftest import graded as grade_all
from tests.kernels.in_process import in_process


@pytest.fixture
def graded(tmp_path):
    """Grade files, named by their paths, and return what is to be looked at, by student."""
    engine = engine_of(
        assignments=[load(write_source(tmp_path, SMALL))],
        out=tmp_path / "out",
        kind=in_process()[0],
        device="cpu",
        limits=Limits(),
    )

    def run(files, **told):
        for name, data in files.items():
            path = tmp_path / "in" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        into = tmp_path / "unpacked"
        into.mkdir()
        handins = receive([tmp_path / "in"], into, engine.batch.assignments, **told)
        reports = [report for report in grade_all(engine, handins) if report.notes or report.reason]
        found = to_review(standing(report, report.student) for report in reports)
        return {one.standing.student: one.reasons for one in found}

    return run


def in_cp1251(notebook):
    text = json.dumps(json.loads(notebook), ensure_ascii=False)
    return text.replace("import torch", "# Привет, это моя работа\\nimport torch").encode("cp1251")


def test_what_was_guessed_is_to_be_looked_at(graded, small_answers):
    answers = small_answers()
    bare = [cell.replace("#| exercise: means\n", "") for cell in answers]
    apart = small_answers(total="# no header\ntotal = sum(data.flatten())")
    found = graded(
        {
            "encoded.ipynb": in_cp1251(notebook_of(answers)),
            "marked.ipynb": notebook_of(answers).decode().encode("utf-8-sig"),
            "bare.ipynb": notebook_of(bare),
            "apart.ipynb": notebook_of(apart),
            "fine.ipynb": notebook_of(answers),
        }
    )
    assert found == {
        "encoded": ("guessed encoding",),
        "bare": ("guessed cell",),
        "apart": ("guessed cell",),
    }


def test_claims_of_one_id_and_names_that_do_not_fit_are_to_be_looked_at(
    tmp_path, graded, small_answers
):
    listed = tmp_path / "roster.csv"
    listed.write_text("id,name\n1,Ann A\n2,Bob B\n", encoding="utf-8")
    answer, other = notebook_of(small_answers()), notebook_of([*small_answers(), "1"])
    found = graded(
        {
            "one/Ann A_1_assignsubmission_file/hw.ipynb": answer,
            "two/Ann A_1_assignsubmission_file/hw.ipynb": other,
            "one/Bobby_2_assignsubmission_file/hw.ipynb": answer,
        },
        listed=listed,
    )
    assert found == {
        "Ann A": ("needs review", "claims"),
        "Ann A (2)": ("needs review", "claims"),
        "Bob B": ("guessed name",),
    }


def test_a_concern_of_a_part_is_one_of_the_whole():
    part = concerning(say("cp1251"), "guessed encoding")
    whole = listed([counted("{number} of {what}", "{number} of {what}", 2, what=part), say("so")])
    assert concerns([whole, part, concerning(say("who"), "claims")]) == (
        "guessed encoding",
        "claims",
    )
    assert str(part) == "cp1251"
    assert part != say("cp1251")
