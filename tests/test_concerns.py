"""What a person should look at is a fact of the report, beside the note that tells of it."""

import json

import pytest

from grader.authoring.source import load
from grader.course.review import to_review
from grader.feedback import feedback
from grader.formats import notebook
from grader.grade import grade
from grader.intake.receive import receive
from grader.kernels.kernel import Limits
from grader.model.standing import standing_of as standing
from grader.model.submission import Submission
from grader.model.text import concerning, concerns, counted, listed, say
from tests.conftest import SMALL, engine_of, kernels, notebook_of, reference_of, write_source
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


FORBIDDING = """
# %%
import torch
from torch.nn import functional as F
scores = torch.randn(3, 4)

# %%
#| exercise: softmax
#| forbid: [torch.nn.functional.softmax, torch.softmax, torch.nn.Softmax]
#| checks:
#|   - expr: softmax(other)
#|     hidden: true
#|     given: |
#|       other = torch.randn(2, 3)
def softmax(scores):
    ### BEGIN SOLUTION
    powers = scores.exp()
    return powers / powers.sum(dim=1, keepdim=True)
    ### END SOLUTION
"""


@pytest.mark.kernel
def test_what_is_forbidden_and_cannot_be_seen_is_seen_in_use(tmp_path):
    reference = reference_of(write_source(tmp_path, FORBIDDING))
    start, head = FORBIDDING.split("# %%\n")[1], "#| exercise: softmax\ndef softmax(scores):\n    "
    bodies = {
        "built": "name = ''.join(sorted('softmax', key='softmax'.index))[:7]\n"
        "    return vars(F)[name](scores, dim=1)",
        "own": "powers = torch.exp(scores)\n    return powers / powers.sum(1, keepdim=True)",
        "plain": "return F.softmax(scores, dim=1)",
        "home": "return torch.nn.modules.activation.Softmax(dim=1)(scores)",
    }
    found = {}
    for name, body in bodies.items():
        data = notebook_of([start, head + body])
        submission = Submission(student=name, source=name, digest="0", notebook=notebook.read(data))
        report = grade(
            submission, reference, factory=kernels(), limits=Limits(), language="en"
        ).report
        (result,) = report.exercises
        found[name] = result.score, result.called, report.concerns
        (told,) = feedback(report, reference.assignment).exercises
        assert told.called == ()
        assert ("nothing was found in what could be read" in told.not_found) == (
            name not in ("plain", "home")
        )
    assert found["own"] == (1, (), ())
    assert found["built"] == (1, ("torch.nn.functional.softmax",), ("forbidden in use",))
    assert found["plain"] == found["home"] == (0, (), ())
    reference.close()
