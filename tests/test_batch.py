import csv
import json

import jsonschema
import pytest

from grader.authoring.source import load
from grader.errors import KernelFailed, SourceError
from grader.kernels.kernel import KernelFactory, Limits
from grader.kernels.sandbox import NOTHING
from grader.reporting import record
from grader.retry import TRIES
from tests.conftest import SMALL, engine_of, graded, notebook_of, received, write_source
from tests.kernels.in_process import in_process

OTHER = """
# %%
#| exercise: other
#| checks:
#|   - z
z = 26  # SOLUTION
"""


@pytest.fixture
def handed_in(tmp_path):
    """Write files into a folder of submissions; returns it."""
    folder = tmp_path / "submissions"

    def write(**files):
        for name, data in files.items():
            path = folder / name.replace("__", "/")
            path = path if path.suffix else path.with_suffix(".ipynb")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return folder

    return write


def run(tmp_path, folder, *sources, kind=None, chosen=False):
    texts = sources or (("small", SMALL),)
    engine = engine_of(
        assignments=[load(write_source(tmp_path, text, name)) for name, text in texts],
        out=tmp_path / "out",
        kind=kind or in_process()[0],
        device="cpu",
        limits=Limits(),
        chosen=chosen,
    )
    return list(graded(engine, received(folder, *engine.batch.assignments)))


def rows(tmp_path):
    with (tmp_path / "out" / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_submission_gets_its_files(tmp_path, handed_in, small_answers):
    folder = handed_in(ann=notebook_of(small_answers()), bob=b"<html>")
    reports = run(tmp_path, folder)
    assert [(r.student, r.outcome, r.score) for r in reports] == [
        ("ann", "graded", 6),
        ("bob", "not graded", None),
    ]
    files = {str(p.relative_to(tmp_path / "out")) for p in (tmp_path / "out").rglob("*.*")}
    assert files == {
        ".written.json",
        "gradebook.db",
        "index.html",
        "grades.csv",
        "statistics.csv",
        "statistics.json",
        "feedback/ann/small/report.html",
        "feedback/ann/small/executed.html",
        "feedback/bob/unknown/report.html",
        "results/ann/small/result.json",
        "results/ann/small/executed.ipynb",
        "results/bob/unknown/result.json",
    }


def test_the_table_has_a_row_each_and_a_column_an_exercise(tmp_path, handed_in, small_answers):
    folder = handed_in(
        ann=notebook_of(small_answers(total="#| exercise: total\ntotal = 1")), bob=b"<html>"
    )
    run(tmp_path, folder)
    ann, bob = rows(tmp_path)
    assert list(ann) == [
        "student", "id", "assignment", "outcome", "score", "max_score",
        "handed_in", "late", "means", "total", "fit", "reason",
    ]  # fmt: skip
    assert (ann["score"], ann["max_score"], ann["total"], ann["fit"]) == ("5", "6", "0", "3")
    assert (bob["outcome"], bob["score"], bob["total"]) == ("not graded", "", "")
    assert "web page" in bob["reason"]


def test_results_keep_to_the_published_schema(tmp_path, handed_in, small_answers):
    run(tmp_path, handed_in(ann=notebook_of(small_answers()), bob=b""))
    validator = jsonschema.Draft202012Validator(record.published_schema())
    for path in (tmp_path / "out" / "results").rglob("result.json"):
        data = json.loads(path.read_text(encoding="utf-8"))
        validator.validate(data)
        assert {"source", "seed", "kernel", "isolation", "hashes", "duration_s"} <= set(data)


def test_a_notebook_finds_its_assignment(tmp_path, handed_in, small_answers):
    other = notebook_of(["#| exercise: other\nz = 26"])
    neither = notebook_of(["print('hello')"])
    folder = handed_in(ann=notebook_of(small_answers()), bob=other, cyd=neither)
    reports = run(tmp_path, folder, ("small", SMALL), ("other", OTHER))
    assert [(r.assignment, r.outcome) for r in reports] == [
        ("small", "graded"),
        ("other", "graded"),
        (None, "not graded"),
    ]
    assert "small, other" in reports[2].reason
    assert "small/means" in rows(tmp_path)[0]


def test_metadata_names_the_assignment(tmp_path, handed_in):
    data = json.loads(notebook_of(["z = 26"]))
    data["metadata"]["tensorgrader"] = {"assignment": "other", "language": ["x"]}
    folder = handed_in(ann=json.dumps(data).encode())
    (report,) = run(tmp_path, folder, ("small", SMALL), ("other", OTHER))
    assert (report.assignment, report.outcome) == ("other", "graded")


def test_the_assignment_that_the_person_chose_is_taken(tmp_path, handed_in):
    folder = handed_in(ann=notebook_of(["#| exercise: fit\nx = 1"]), bob=notebook_of(["x = 1"]))
    ann, bob = run(tmp_path, folder, chosen=True)
    assert ann.outcome == "graded"
    assert {r.outcome for r in ann.exercises} == {"missing", "wrong"}
    assert (bob.outcome, bob.reason) == ("not graded", "the notebook has no exercise of small")


def test_two_students_of_one_name_are_two_rows(tmp_path, handed_in, small_answers):
    good = notebook_of(small_answers())
    bad = notebook_of(small_answers(total="#| exercise: total\ntotal = 1"))
    reports = run(tmp_path, handed_in(ann=good, ann__two=bad))
    assert [(r.student, r.score) for r in reports] == [("ann", 6), ("ann (2)", 5)]
    assert "more than one hand-in" in reports[1].notes[-1]
    assert (tmp_path / "out/feedback/ann (2)/small/report.html").exists()


def test_two_students_whose_folders_would_be_one_keep_their_names(tmp_path, small_answers):
    for name in ("a:b", "a_b", "a_b (2)"):
        (tmp_path / "in" / name).mkdir(parents=True)
        answers = small_answers(total=f"#| exercise: total\ntotal = {name!r}")
        (tmp_path / "in" / name / "hw.ipynb").write_bytes(notebook_of(answers))
    reports = run(tmp_path, tmp_path / "in")
    assert sorted(r.student for r in reports) == ["a:b", "a_b", "a_b (2)"]
    assert not any("more than one hand-in" in note for r in reports for note in r.notes)
    folders = sorted(path.name for path in (tmp_path / "out/feedback").iterdir())
    assert folders == ["a_b", "a_b (2)", "a_b (2) (2)"]


@pytest.mark.parametrize(
    "name", ["a..", "a\\..\\b", "con:", "=1+1", "Анна 🎓", "x" * 150, "%2e%2e", "\udcd0"]
)
def test_no_name_leaves_the_output_folder(tmp_path, handed_in, name):
    folder = handed_in()
    (tmp_path / "submissions").mkdir()
    try:
        (folder / f"{name}.ipynb").write_bytes(b"")
    except OSError:
        pytest.skip("this file system does not take the name")
    before = set(tmp_path.iterdir())
    run(tmp_path, folder)
    assert set(tmp_path.iterdir()) - before == {tmp_path / "out", tmp_path / "small.py"}
    (place,) = (tmp_path / "out" / "results").iterdir()
    assert (place / "unknown" / "result.json").exists()
    (row,) = rows(tmp_path)
    assert not row["student"].startswith("=")


def test_long_names_and_names_that_differ_in_case_get_places_of_their_own(tmp_path, handed_in):
    long = "я" * 120
    folder = handed_in(
        **{f"{long[:110]}a": b"", f"{long[:110]}b": b"", "Ann__x": b"", "ann__x": b""}
    )
    run(tmp_path, folder)
    places = {place.name.casefold() for place in (tmp_path / "out" / "results").iterdir()}
    assert len(places) == 4
    assert all(len(name.encode()) <= 120 for name in places)


def failing(error):
    def start(device):
        raise error

    return KernelFactory(name="failing", isolation=NOTHING, start=start)


def unreliable(fails):
    """Return a kind of kernel whose starts fail where `fails` says so, and the list of them."""
    kind, started = in_process()
    tries = iter(fails)

    def start(device):
        if next(tries, False):
            raise KernelFailed("no kernel could be started: no memory")
        return kind.start(device)

    return KernelFactory(name="x", isolation=NOTHING, start=start), started


REFERENCE = [False] * 2  # the run of the solutions, and the one that answers its calls


@pytest.mark.parametrize("failing", [1, 2, 5, 8])
def test_a_fault_of_the_graders_own_costs_nothing_where_it_passes(
    failing, tmp_path, handed_in, small_answers
):
    folder = handed_in(ann=notebook_of(small_answers()), bob=b"")
    kind, _ = unreliable([*REFERENCE, *[True] * failing])
    ann, bob = run(tmp_path, folder, kind=kind, chosen=True)
    assert (ann.outcome, ann.score) == ("graded", ann.max_score)
    assert bob.outcome == "not graded"


def test_a_fault_of_the_graders_own_is_no_score_and_the_next_is_graded(
    tmp_path, handed_in, small_answers
):
    folder = handed_in(ann=notebook_of(small_answers()), cyd=notebook_of(small_answers()))
    kind, _ = unreliable([*REFERENCE, *[True] * TRIES**2])
    ann, cyd = run(tmp_path, folder, kind=kind, chosen=True)
    assert (ann.outcome, ann.score) == ("needs review", None)
    assert "no memory" in ann.reason
    assert (cyd.outcome, cyd.score) == ("graded", cyd.max_score)


def test_a_batch_that_can_grade_nothing_any_more_ends_and_says_why(
    tmp_path, handed_in, small_answers
):
    folder = handed_in(ann=notebook_of(small_answers()), cyd=notebook_of(small_answers()))
    kind, _ = unreliable([*REFERENCE, *[True] * 1_000])
    with pytest.raises(KernelFailed, match="no memory"):
        run(tmp_path, folder, kind=kind, chosen=True)
    (row,) = rows(tmp_path)
    assert (row["student"], row["outcome"]) == ("ann", "needs review")


def test_a_bug_of_the_graders_own_is_no_score_either(tmp_path, handed_in, small_answers):
    folder = handed_in(ann=notebook_of(small_answers()))
    (report,) = run(tmp_path, folder, kind=failing(ZeroDivisionError("a bug")))
    assert (report.outcome, report.score) == ("needs review", None)
    assert "ZeroDivisionError" in report.reason
    trace = tmp_path / "out" / "results" / "ann" / "small" / "error.txt"
    assert "ZeroDivisionError" in trace.read_text()
    page = (tmp_path / "out" / "feedback" / "ann" / "small" / "report.html").read_text()
    assert "A person will look at it" in page
    assert "ZeroDivisionError" not in page


def test_a_faulty_source_that_was_chosen_stops_the_batch(tmp_path, handed_in, small_answers):
    folder = handed_in(ann=notebook_of(small_answers()))
    faulty = ("other", OTHER.replace("- z", "- y"))
    with pytest.raises(SourceError, match="`y` raises NameError"):
        run(tmp_path, folder, faulty, chosen=True)


def test_a_caller_that_stops_leaves_what_is_done(tmp_path, handed_in, small_answers):
    folder = handed_in(ann=notebook_of(small_answers()), bob=b"", cyd=b"")
    engine = engine_of(
        assignments=[load(write_source(tmp_path, SMALL))],
        out=tmp_path / "out",
        kind=in_process()[0],
        device="cpu",
        limits=Limits(),
    )
    reports = graded(engine, received(folder, *engine.batch.assignments))
    next(reports)
    reports.close()
    assert [row["student"] for row in rows(tmp_path)] == ["ann"]
