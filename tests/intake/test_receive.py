import gzip
import json
import os
import re
import zipfile
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.intake import archives, attempts, roster
from grader.intake.receive import receive
from grader.model.submission import Handin
from grader.spreadsheet import harmless
from tests.conftest import notebook_of
from tests.intake.layouts import ANSWER, BLANK, zipped


@pytest.fixture
def folder(tmp_path):
    """Return a function that makes a folder of files; notebooks hold the right answers."""
    top = tmp_path / "in"

    def make(*names):
        for name in names:
            path = top / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(ANSWER if ".ipynb" in name.lower() else name.encode())
        return top

    return make


@pytest.fixture
def received(tmp_path, small_assignment):
    def run(*paths, **options):
        number = len(list(tmp_path.glob("unpacked*")))
        into = tmp_path / f"unpacked{number}"
        into.mkdir()
        return receive(paths, into, [small_assignment], **options)

    return run


@pytest.fixture
def students(received):
    def run(*paths, **options):
        found = received(*paths, **options)
        return [(one.student, one.shown.rpartition("/")[2]) for one in found]

    return run


def test_a_file_is_one_students(folder, students):
    top = folder("Анна Б.ipynb")
    assert students(top / "Анна Б.ipynb") == [("Анна Б", "Анна Б.ipynb")]


def test_a_flat_folder_has_a_file_per_student_whatever_it_is(folder, students):
    top = folder("b.ipynb", "a.ipynb", "essay.pdf", "c.ipynb.txt", "D.IPYNB")
    expected = [("D", "D.IPYNB"), ("a", "a.ipynb"), ("b", "b.ipynb"), ("c", "c.ipynb.txt")]
    assert students(top) == [*expected, ("essay", "essay.pdf")]


def test_a_folder_per_student(folder, students):
    top = folder("ann/hw.ipynb", "ann/data.csv", "bob/deep/er/hw.ipynb", "cyd/hw.docx")
    assert students(top) == [("ann", "hw.ipynb"), ("bob", "hw.ipynb"), ("cyd", "hw.docx")]


def test_what_lies_beside_a_notebook_comes_with_it(folder, received):
    top = folder(
        "ann/hw/hw.ipynb", "ann/hw/data/x.csv", "ann/hw/other.ipynb", "ann/cv.pdf", "ann/hw/z.csv"
    )
    (ann,) = received(top)
    assert [name for name, _ in ann.attachments] == ["hw.ipynb", "z.csv", "data/x.csv"]


def test_a_notebook_is_known_by_its_content_where_its_name_says_nothing(folder, received):
    top = folder("ann/notes.txt")
    (top / "ann" / "hw.json").write_bytes(ANSWER)
    (ann,) = received(top)
    assert ann.shown.endswith("hw.json")


def test_who_has_no_notebook_is_one_row_with_a_reason(folder, received):
    top = folder("ann/hw.pdf", "ann/hw.csv", "bob/.DS_Store")
    ann, bob = received(top)
    assert str(ann.problem) == "there is no notebook in what was handed in (hw.csv, hw.pdf)"
    assert str(bob.problem) == "nothing was handed in: the folder is empty"


def test_what_systems_and_jupyter_leave_behind_is_not_handed_in(folder, students):
    top = folder(
        "a.ipynb",
        ".DS_Store",
        "._a.ipynb",
        ".ipynb_checkpoints/a-checkpoint.ipynb",
        "__MACOSX/a.ipynb",
        "bob/.ipynb_checkpoints/hw-checkpoint.ipynb",
        "bob/hw.ipynb",
        "Thumbs.db",
    )
    assert students(top) == [("a", "a.ipynb"), ("bob", "hw.ipynb")]


ENVIRONMENTS = (
    *("venv/lib/python3.11/site-packages/torch/__init__.py", ".venv/pyvenv.cfg"),
    *("node_modules/x/index.js", ".git/HEAD", ".git/objects/ab/cd", "my-env/bin/python"),
    *("my-env/pyvenv.cfg", "my-env/lib/python3.11/site-packages/x.py", "my-env/Scripts/pip.exe"),
    "deep/site-packages/mine.ipynb",
)


def test_environments_are_no_ones_work(folder, received):
    top = folder("ann/hw.ipynb", "ann/lib/mine.py", *(f"ann/{name}" for name in ENVIRONMENTS))
    (ann,) = received(top)
    assert [name for name, _ in ann.attachments] == ["lib/mine.py"]


def test_an_environment_around_a_notebook_takes_nothing_of_it(folder, received):
    top = folder("ann/hw.ipynb", "ann/pyvenv.cfg", "ann/data.csv", "ann/lib/x.py", "ann/bin/pip")
    (ann,) = received(top)
    assert [name for name, _ in ann.attachments] == ["data.csv"]


def test_environments_in_archives_do_not_count(folder, received, monkeypatch):
    monkeypatch.setattr(archives, "MAX_MEMBERS", 5)
    top = folder("ann/b.py")
    files = {"hw/hw.ipynb": ANSWER, "hw/a.py": b"", **{f"hw/{n}": b"" for n in ENVIRONMENTS[:5]}}
    (top / "ann" / "hw.zip").write_bytes(zipped({**files, "hw/pyvenv.cfg": b"", "hw/bin/x": b""}))
    (ann,) = received(top)
    assert [name for name, _ in ann.attachments] == ["a.py"]


def test_the_same_file_twice_is_one_handin(folder, students):
    top = folder("a.ipynb")
    assert students(top, top / "a.ipynb") == [("a", "a.ipynb")]


def test_one_file_under_two_paths_is_one_handin(folder, students):
    top = folder("ann/hw.ipynb", "bob/hw.ipynb", "x/y")
    (top / "d.zip").write_bytes(zipped({"cyd.ipynb": ANSWER, "dan.ipynb": ANSWER}))
    found = students(top / "d.zip", top / "x" / ".." / "d.zip")
    assert found == [("cyd", "cyd.ipynb"), ("dan", "dan.ipynb")]
    found = students(top / "ann" / "hw.ipynb", top, top / "ann")
    assert [student for student, _ in found] == ["ann", "bob", "d", "x"]


def test_what_is_not_there_is_wrong_usage(tmp_path, students):
    with pytest.raises(UsageError, match="does not exist"):
        students(tmp_path / "nothing.ipynb")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="no submissions"):
        students(tmp_path / "empty")


def test_a_pattern_finds_students_that_no_layout_would(folder, received):
    top = folder("hw1-ann-s01.ipynb", "hw1-ann-s01.csv", "hw1-bob-s02.ipynb", "odd.ipynb")
    pattern = re.compile(r"hw1-(?P<student>\w+)-(?P<id>s\d+)\.")
    found = received(top, pattern=pattern)
    assert [(one.student, one.id) for one in found] == [
        ("ann", "s01"),
        ("bob", "s02"),
        ("odd", None),
    ]
    assert [name for name, _ in found[0].attachments] == ["hw1-ann-s01.csv"]
    assert "does not fit" in str(found[2].notes[0])


def test_of_several_attempts_the_latest_that_holds_an_answer_counts(folder, received):
    top = folder("ann/hw.ipynb", "ann/hw (1).ipynb")
    (top / "ann" / "hw (2).ipynb").write_bytes(BLANK)
    (top / "ann" / "scratch.ipynb").write_bytes(notebook_of(["print(1)"]))
    (top / "ann" / "broken.ipynb").write_bytes(b"{")
    (ann,) = received(top)
    assert ann.shown.endswith("hw (1).ipynb")
    several, *others = map(str, ann.notes)
    assert "3 notebooks were handed in" in several
    assert "the latest that holds an answer, hw (1).ipynb, counts" in several
    assert any("scratch.ipynb was not graded: the notebook answers none" in note for note in others)
    assert any("broken.ipynb was not graded: the file is cut off" in note for note in others)


def test_the_later_of_two_files_is_the_later_attempt(folder, received):
    top = folder("ann/first.ipynb", "ann/second.ipynb")
    os.utime(top / "ann" / "first.ipynb", (2_000_000_000, 2_000_000_000))
    (ann,) = received(top)
    assert ann.shown.endswith("first.ipynb")


def test_a_file_counts_before_one_in_an_archive_of_the_same_time(folder, received):
    top = folder("ann/hw.ipynb")
    (top / "ann" / "hw.zip").write_bytes(zipped({"hw.ipynb": ANSWER}))
    for name in ("hw.ipynb", "hw.zip"):
        os.utime(top / "ann" / name, (1_700_000_000, 1_700_000_000))
    (ann,) = received(top)
    assert ann.shown.endswith("ann/hw.ipynb")
    os.utime(top / "ann" / "hw.zip", (1_700_001_000, 1_700_001_000))
    (ann,) = received(top)
    assert ann.shown.endswith("ann/hw.zip/hw.ipynb")


def test_numbered_folders_are_attempts(folder, received):
    top = folder("ann/attempt 1/hw.ipynb", "ann/attempt 10/hw.ipynb", "ann/attempt 9/hw.ipynb")
    (ann,) = received(top)
    assert "attempt 10/" in ann.shown


def test_where_no_notebook_answers_anything_there_is_one_row(folder, received):
    top = folder()
    (top / "ann").mkdir(parents=True)
    for name in ("a", "b"):
        (top / "ann" / f"{name}.ipynb").write_bytes(b"{")
    (ann,) = received(top)
    assert ann.shown.endswith("b.ipynb")
    assert tuple(map(str, ann.notes)) == (
        "a.ipynb was not graded: the file is cut off (line 1); download or save it again",
    )


def test_a_roster_names_ids_and_lists_who_is_missing(folder, received, tmp_path):
    top = folder("s1/hw.ipynb", "Павлова Анна/hw.ipynb", "guest/hw.ipynb", "Twin/hw.ipynb")
    listed = tmp_path / "students.csv"
    listed.write_text(
        "ID;Name\nS1;Bob B\n7;Анна Павлова\n8;Cyd\n9;twin\n10;Twin\n", encoding="cp1251"
    )
    found = received(top, listed=listed)
    assert {one.student: one.id for one in found} == {
        "Bob B": "S1",
        "Анна Павлова": "7",
        "Cyd": "8",
        "guest": None,
        "Twin": None,
    }
    cyd, guest, twin = (one for one in found if one.student in ("Cyd", "guest", "Twin"))
    notes = {one.student: tuple(map(str, one.notes)) for one in (guest, twin)}
    assert notes == {
        "guest": ("guest is not on the roster",),
        "Twin": ("2 students on the roster are called Twin",),
    }
    assert str(cyd.problem) == "nothing was handed in, and the student is on the roster"


@pytest.mark.parametrize("name", ["=1+1", "Boris;=cmd", "Ann, B-C", "@x"])
def test_a_roster_of_names_from_the_table_finds_its_students(name):
    handin = Handin(student=name, path=Path("x.ipynb"), shown="x", id=f"-{name}")
    for student in (
        roster.Student(harmless(f"-{name}"), "Another"),
        roster.Student(f"-{name}", "Another"),
        roster.Student("7", harmless(name)),
    ):
        (found,) = roster.enrol([handin], [student], "students.csv")
        assert (found.id, found.student) == (student.id, student.name)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("name\nann\n", "no column id"),
        ("id,name\n", "lists no student"),
        ("id,name\n1,ann\n1,bob\n", "line 3: the id 1 stands twice"),
        ("id,name\n1,\n", "line 2: a row has an id and a name"),
    ],
)
def test_a_faulty_roster_is_wrong_usage(folder, received, tmp_path, text, problem):
    listed = tmp_path / "students.csv"
    listed.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=problem):
        received(folder("a.ipynb"), listed=listed)


def test_an_archive_that_cannot_be_opened_is_a_row(folder, received):
    top = folder("ann/hw.ipynb")
    with zipfile.ZipFile(top / "bob.zip", "w") as archive:
        archive.writestr("hw.ipynb", json.dumps({"cells": []}))
    data = (top / "bob.zip").read_bytes()
    (top / "bob.zip").write_bytes(data[: len(data) // 2])
    bob = received(top)[1]
    assert bob.student == "bob"
    assert "the archive is damaged" in str(bob.problem)


def test_a_name_says_more_than_a_platforms_id(folder, received, tmp_path):
    top = folder(
        "Ann A_101_assignsubmission_file_/hw.ipynb",
        "Bob B_102_assignsubmission_file_/hw.ipynb",
        "Семен Ив_900_assignsubmission_file_/hw.ipynb",
        "Guest_103_assignsubmission_file_/hw.ipynb",
    )
    listed = tmp_path / "students.csv"
    rows = "id,name\n101,Bob B\n102,Cyd C\n103,Ann A\n104,Ив Семён\n"
    listed.write_text(rows, encoding="utf-8")
    found = {one.student: one for one in received(top, listed=listed)}
    assert "Bob B_102" in found["Bob B"].shown
    assert "Семен" in found["Ив Семён"].shown
    assert found["Cyd C"].problem
    assert "Ann A_101" in found["Ann A"].shown
    assert str(found["Guest"].notes[-1]) == "Guest is not on the roster"


def test_an_answer_under_another_name_is_found(folder, received):
    top = folder("ann/solution.rar")
    (top / "ann" / "hw.ipynb").write_bytes(BLANK)
    (top / "ann" / "solution.txt").write_bytes(ANSWER)
    (ann,) = received(top)
    assert ann.shown.endswith("solution.txt")
    assert "solution.rar was not opened; pack notebooks as .zip" in map(str, ann.notes)


def test_scratch_work_hides_no_answer(folder, received):
    top = folder("ann/hw.ipynb")
    for number in range(60):
        (top / "ann" / f"a{number}.ipynb").write_bytes(notebook_of(["print(1)"]))
    (ann,) = received(top)
    assert ann.shown.endswith("hw.ipynb")


def test_archives_of_data_lie_beside_the_notebook_as_they_are(folder, received):
    top = folder("ann/hw.ipynb")
    for name in ("data.zip", "weights.pt"):
        (top / "ann" / name).write_bytes(zipped({"inner.csv": b"1"}))
    (top / "ann" / "table.csv.gz").write_bytes(gzip.compress(b"1,2"))
    (ann,) = received(top)
    names = [name for name, _ in ann.attachments]
    assert names == ["data.zip", "inner.csv", "table.csv.gz", "table.csv", "weights.pt"]


def test_a_notebook_that_was_compressed_is_found(folder, received):
    top = folder("ann/readme.md")
    (top / "ann" / "hw.ipynb.gz").write_bytes(gzip.compress(ANSWER))
    (ann,) = received(top)
    assert ann.path.read_bytes() == ANSWER
    assert ann.notes == ()


def test_a_fault_of_the_graders_own_is_left_to_the_students_row(folder, received, monkeypatch):
    def fail(*arguments, **options):
        raise RuntimeError

    monkeypatch.setattr(attempts, "identify_assignment", fail)
    found = received(folder("ann/hw.ipynb", "ann/hw (1).ipynb", "bob/hw.ipynb"))
    assert [one.student for one in found] == ["ann", "bob"]
    assert not any(one.problem for one in found)


def test_what_a_folder_holds_is_as_good_as_the_folder(folder, students):
    top = folder("ann/hw.ipynb", "bob/deep/hw.ipynb", "cyd.ipynb", "dan/hw.pdf")
    expected = [("ann", "hw.ipynb"), ("bob", "hw.ipynb"), ("cyd", "cyd.ipynb"), ("dan", "hw.pdf")]
    assert students(top) == expected
    assert students(*sorted(top.iterdir())) == expected
    assert students(top / "ann", top / "bob") == expected[:2]


def test_a_lone_folder_is_as_good_where_it_is_all_that_there_is_but_files(folder, students):
    top = folder("ann/hw.ipynb", "bob.ipynb")
    assert students(top / "ann", top / "bob.ipynb") == students(top)
    (top / "cyd.ipynb").write_bytes(ANSWER)
    assert students(top / "ann", top / "bob.ipynb") == [("bob", "bob.ipynb"), ("hw", "hw.ipynb")]


def test_folders_of_assignments_are_given_as_their_parent_is(folder, students):
    top = folder("hw1/ann/hw.ipynb", "hw1/bob/hw.ipynb", "hw2/ann/hw.ipynb", "hw2/bob/hw.ipynb")
    expected = [("ann", "hw.ipynb")] * 2 + [("bob", "hw.ipynb")] * 2
    assert students(top) == students(top / "hw1", top / "hw2") == expected


def test_an_archive_and_its_table_may_be_given_apart(folder, received):
    top = folder("other.txt")
    files = {"Ann A_101_assignsubmission_file_/hw.ipynb": ANSWER}
    (top / "hw.zip").write_bytes(zipped(files | {"Bob_102_assignsubmission_file_/x.ipynb": ANSWER}))
    table = "Identifier,Full name,ID number\nParticipant 101,Ann A,s1\nParticipant 102,Bo,s2\n"
    (top / "Grades-ML-1.csv").write_text(table, encoding="utf-8")
    for paths in ([top / "hw.zip", top / "Grades-ML-1.csv"], [top]):
        ids = {one.student: one.id for one in received(*paths) if one.student != "other"}
        assert ids == {"Ann A": "s1", "Bob": "102"}


@pytest.mark.parametrize("how", ["parent", "each"])
@pytest.mark.parametrize("pattern", [None, re.compile(r"^(?P<student>\w+)")])
def test_what_runs_write_is_left_out_with_a_line(folder, received, how, pattern):
    top = folder(
        *("ann/hw.ipynb", "bob/hw.ipynb"),
        *("earlier/results/ann/small/result.json", "earlier/results/ann/small/executed.ipynb"),
        *("earlier/feedback/ann/small/report.html", "earlier/grades.csv"),
    )
    (top / "grades").mkdir()
    (top / "grades" / "secret.txt").write_text("x")
    lines = []
    paths = [top] if how == "parent" else [*top.iterdir()]
    options = {"out": top / "grades", "tell": lines.append}
    if pattern is None or how == "parent":
        found = received(*paths, pattern=pattern, **options)
        assert [one.student for one in found] == ["ann", "bob"]
        assert sorted(map(str, lines)) == [
            f"{top}/{name} was left out: a run of the grader writes it"
            for name in ("earlier", "grades")
        ]


def test_a_run_may_write_where_the_hand_ins_are(folder, received):
    top = folder("ann/hw.ipynb", "bob.ipynb", "results/ann/result.json", "results/ann/x.ipynb")
    for name in ("secret.txt", "grades.csv", "index.html"):
        (top / name).write_text("x")
    assert [one.student for one in received(top, out=top)] == ["ann", "bob"]


def test_an_output_alone_is_no_submission(folder, received):
    top = folder("results/ann/small/result.json", "feedback/ann/small/report.html")
    lines = []
    with pytest.raises(UsageError, match="no submissions"):
        received(top, tell=lines.append)
    assert len(lines) == 1


def test_what_is_nobodys_is_left_out_with_a_line(folder, received):
    top = folder("ann/hw.ipynb", "bob/hw.ipynb", "index.html", "readme.txt", "grades.csv")
    lines = []
    assert [one.student for one in received(top, tell=lines.append)] == ["ann", "bob"]
    assert sorted(map(str, lines)) == [
        f"{top}/{name} was left out: it is nobody's hand-in"
        for name in ("grades.csv", "index.html", "readme.txt")
    ]


def test_a_text_among_folders_is_nobodys_and_among_notebooks_is_a_row(folder, students):
    top = folder("ann/hw.ipynb", "bob/hw.ipynb", "notes.txt", "roster.csv")
    assert [student for student, _ in students(top)] == ["ann", "bob"]
    top = folder("cyd.ipynb")
    assert [student for student, _ in students(top)] == ["ann", "bob", "cyd", "notes", "roster"]


TIMES = ("Jan 9, 2026 909 AM", "Jan 9, 2026 105 PM", "Jan 10, 2026 1230 AM")


@pytest.mark.parametrize("times", [TIMES, TIMES[::-1], (TIMES[1], TIMES[0], TIMES[2])])
@pytest.mark.parametrize(
    "pattern", [r"^(?P<student>\w+) - ", r"^(?P<student>\w+) - (?P<time>.*?)\.ipynb"]
)
def test_with_a_pattern_the_latest_is_by_time_read_as_time(folder, received, times, pattern):
    top = folder(*(f"Ann - {time}.ipynb" for time in times))
    (ann,) = received(top, pattern=re.compile(pattern))
    assert ann.shown.endswith("Jan 10, 2026 1230 AM.ipynb")
    assert ann.handed_in == ("2026-01-10T00:30:00" if "time" in pattern else None)


def test_a_date_of_a_folder_of_all_does_not_count(folder, received):
    top = folder(*(f"2026-01-05/Ann - {time}.ipynb" for time in TIMES))
    (ann,) = received(top, pattern=re.compile(r"(?P<student>[A-Z]\w+) - "))
    assert ann.shown.endswith("Jan 10, 2026 1230 AM.ipynb")


def test_a_pattern_may_tell_the_attempt_and_a_time_that_cannot_be_read(folder, received):
    top = folder("ann_9_hw.ipynb", "ann_10_hw.ipynb", "bob_1_hw.ipynb")
    pattern = re.compile(r"^(?P<student>\w+?)_(?P<attempt>\d+)_(?P<time>\w+)")
    ann, bob = received(top, pattern=pattern)
    assert ann.shown.endswith("ann_10_hw.ipynb")
    assert "the time of hand-in, hw, cannot be read" in map(str, bob.notes)


def test_a_bundle_of_files_has_those_of_its_own_attempt(folder, received):
    top = folder(
        *(
            "HW_ann_attempt_2026-01-09-09-09-00_hw.ipynb",
            "HW_ann_attempt_2026-01-10-09-09-00_hw.ipynb",
        ),
        *(
            "HW_ann_attempt_2026-01-09-09-09-00_data.csv",
            "HW_ann_attempt_2026-01-10-09-09-00_data.csv",
        ),
        "HW_bob_attempt_2026-01-10-09-09-00_hw.ipynb",
    )
    ann, _ = received(top)
    assert ann.shown.endswith("HW_ann_attempt_2026-01-10-09-09-00_hw.ipynb")
    assert [(name, path.name[15:25]) for name, path in ann.attachments] == [
        ("data.csv", "2026-01-10")
    ]
    assert (ann.handed_in, ann.late) == ("2026-01-10T09:09:00", None)
