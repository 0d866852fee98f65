"""Writing the gradebook, in databases of each kind."""

import platform
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from grader.course.decision import Decision
from grader.course.decisions_table import DecisionsTable
from grader.course.marks import CourseMarks
from grader.course.settings import Settings
from grader.course.store import documents, known, past, tables
from grader.course.store.database import opened
from grader.course.store.gradebook import Gradebook
from grader.course.store.grading_rows import Found
from grader.course.store.standings import attempts
from grader.course.views import Views
from grader.engines.done import Done
from grader.formats import notebook
from grader.model.facts import SomePassed, Symptom
from grader.model.result import CheckResult, Diagnosis, ExerciseResult, Report
from grader.model.submission import NotebookCell

HOSTILE = "\0\ud800'\";\x1b[31m\n\U0001f600\u202e{}%s " + "x" * 1_000_000


def notebook_with(text):
    """Return an executed notebook with a text in it."""
    return notebook.write([(NotebookCell(kind="code", source=text), [], 1)])


def found(text="a", student="Ann", digest="d", **changed):
    """Return what a grading found, with a text wherever a student may have a say."""
    check = CheckResult(
        check="x", hidden=False, outcome="failed", score=0.0, max_score=1.0, seen=text, error=text
    )
    exercise = ExerciseResult(
        exercise="first",
        score=0.0,
        max_score=1.0,
        outcome="wrong",
        ruling=SomePassed(passed=0, total=1, moment="own"),
        checks=(check,),
        symptoms=(Symptom(kind="value", check=text),),
        diagnoses=(Diagnosis(kind="value", text=text),),
        code=text,
        output=text,
    )
    report = Report(
        assignment="steps",
        title="Steps",
        student=student,
        student_id=None,
        source=text,
        outcome="graded",
        language="en",
        reason=text,
        score=0.0,
        max_score=1.0,
        notes=(text,),
        seed=0,
        device="cpu",
        kernel="warm",
        isolation="full",
        versions={"python": text},
        hashes=dict.fromkeys(("submission", "assignment", "reference"), "0"),
        duration_s=1.0,
        handed_in=text,
        exercises=(exercise,),
    )
    return Found(
        done=Done(report=report, told=report, executed=notebook_with(text), error=text),
        digest=digest,
        given=text,
        handin=None,
        attempt=1,
        is_absent=False,
        why="new",
        anew=None,
        exercises={"first": "digest"},
        sources_digest="",
        settings_digest="",
        judging="",
        **changed,
    )


@pytest.fixture
def gradebook(url):
    made = Gradebook(opened(url, create=True))
    yield made
    made.engine.dispose()


def marks(gradebook):
    return CourseMarks(gradebook.engine, Settings(), DecisionsTable())


def begin(gradebook, command=()):
    return gradebook.begin(command=command, version="1", judging="", settings={})


def keep(gradebook, run, what):
    entry, _ = gradebook.place(what.done.report, taken={})
    return gradebook.keep(run, entry, what)


def test_any_text_is_kept_and_comes_out_again(gradebook, tmp_path):
    run = begin(gradebook, command=[HOSTILE])
    grading = keep(gradebook, run, found(HOSTILE, student=HOSTILE))
    decision = Decision(line=2, student=HOSTILE, score=1.0, comment=HOSTILE, by=HOSTILE)
    gradebook.decided([decision])
    gradebook.seen(run, [(1, HOSTILE, HOSTILE)])
    gradebook.end(run)

    clean = HOSTILE.replace("\0", "\ufffd").replace("\ud800", "?")
    (of_entry,) = attempts(gradebook.engine)
    (one,) = of_entry
    assert one.standing.reason == one.standing.source == one.standing.student == clean
    assert one.standing.notes == (clean,)
    done = documents.of_grading(gradebook.engine, grading)
    assert done.executed == notebook_with(HOSTILE).replace("\ud800", "?")
    assert done.error == HOSTILE.replace("\ud800", "?")
    assert done.report.exercises[0].code == HOSTILE.replace("\ud800", "?")
    assert [run.command for run in past.runs(gradebook.engine)] == [[clean]]
    assert len(past.gradings(gradebook.engine, clean)) == 1
    with gradebook.engine.connect() as connection:
        assert connection.execute(tables.decision.select()).one().by == clean
    Views(tmp_path / "out").refresh(marks(gradebook))
    assert (tmp_path / "out" / "index.html").is_file()


def test_what_two_machines_write_at_once_is_there_once(gradebook):
    runs = [begin(gradebook), begin(gradebook)]
    both, rounds = Barrier(len(runs), timeout=300), range(30)

    def grade(run):
        for number in rounds:
            both.wait()
            keep(gradebook, run, found(student=f"student {number}", digest=f"d{number}"))
            gradebook.seen(run, [(one, "a", "a") for one in range(1, number)])
            gradebook.decided([Decision(line=1, student="Ann", comment=str(number))])
        return gradebook.gone(run, ["a"])

    with ThreadPoolExecutor() as pool:
        assert list(pool.map(grade, runs)) == [[], []]
    assert len(list(marks(gradebook).found())) == len(rounds)
    handins = [one for same in known.by_digest(gradebook.engine).values() for one in same]
    assert len(handins) == len(rounds)
    with gradebook.engine.connect() as connection:
        assert len(connection.execute(tables.grading.select()).all()) == 2 * len(rounds)
        decided = connection.execute(tables.decision.select()).all()
    assert [one.row["comment"] for one in decided if one.withdrawn_at is None] == ["29"]
    assert len(decided) == len(rounds)


def test_what_a_run_beside_it_keeps_is_not_gone(gradebook):
    first, second = begin(gradebook), begin(gradebook)
    keep(gradebook, second, found(digest="later first"))
    keep(gradebook, first, found(digest="later first"))
    keep(gradebook, first, found(digest="earlier first", student="Bob"))
    keep(gradebook, second, found(digest="earlier first", student="Bob"))
    for run in (first, second):
        assert gradebook.gone(run, ["a"]) == []
    third = begin(gradebook)
    assert gradebook.gone(third, ["a"]) == ["Ann", "Bob"]
    assert list(marks(gradebook).found()) == []


def test_what_was_gone_and_is_graded_again_is_there_again(gradebook):
    keep(gradebook, begin(gradebook), found())
    assert gradebook.gone(begin(gradebook), ["a"]) == ["Ann"]
    keep(gradebook, begin(gradebook), found())
    assert [one.standing.student for one in marks(gradebook).found()] == ["Ann"]


def test_other_machines_have_other_hand_ins_at_a_path(server, monkeypatch):
    gradebook = Gradebook(opened(server.database(), create=True))
    keep(gradebook, begin(gradebook), found())
    monkeypatch.setattr(platform, "node", lambda: "another machine")
    run = begin(gradebook)
    keep(gradebook, run, found(student="Bob", digest="e"))
    assert gradebook.gone(run, ["a"]) == []
    assert [one.standing.student for one in marks(gradebook).found()] == ["Ann", "Bob"]
    gradebook.engine.dispose()
