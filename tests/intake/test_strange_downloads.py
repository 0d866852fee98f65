"""Downloads as they come in practice: wrapped, with tables, with names that a file cannot hold."""

import json
import re

import pytest

from grader.authoring.source import load
from grader.intake.receive import receive
from tests.intake.downloads import marked
from tests.intake.layouts import zipped
from tests.intake.test_layouts import put

WORKSHEET = "Identifier,Full name,ID number,Status,Grade,Last modified (submission)\n"


@pytest.fixture
def received(tmp_path, small_assignment):
    """Return a function that lays files down, and gives the rows; what is told is in `told`."""

    def run(files, paths=("",), **told):
        encoded = {
            name: data if isinstance(data, bytes) else data.encode() for name, data in files.items()
        }
        top = put(encoded, tmp_path / "in")
        into = tmp_path / "unpacked"
        run.told = []
        return receive(
            [top / one for one in paths], into, [small_assignment], tell=run.told.append, **told
        )

    return run


def mark(handin):
    """Return what was put into the notebook that counts."""
    if handin.path is None:
        return None
    cells = json.loads(handin.path.read_bytes())["cells"]
    match = re.search(r"mark: (.*)", "".join(cells[-1]["source"]))
    return match[1] if match else None


def rows(found):
    return [(one.student, one.id, mark(one)) for one in found]


def test_moodles_worksheet_knows_names_that_no_file_can_have(received):
    found = received(
        {
            "Sean OBrien_101_assignsubmission_file/hw.ipynb": marked("sean"),
            "Team 7-Ann A_102_assignsubmission_file/hw.ipynb": marked("ann"),
            "A B_103_assignsubmission_file/hw.ipynb": marked("ab"),
            "Eva_104_assignsubmission_file/hw.ipynb": marked("eva"),
            "Grades-ML-HW-7.csv": WORKSHEET
            + 'Participant 101,Sean O\'Brien,s1,Submitted,,"Friday, 9 January 2026, 9:09 PM"\n'
            "Participant 102,Ann A,s2,Submitted for grading - 2 days late,,-\n"
            "Participant 103,A_B,s3,Submitted,,-\nParticipant 104,Not Eva,s4,Submitted,,-\n",
        }
    )
    assert rows(found) == [
        ("A B", "s3", "ab"),
        ("Eva", "104", "eva"),
        ("Sean OBrien", "s1", "sean"),
        ("Team 7-Ann A", "s2", "ann"),
    ]
    assert (found[2].handed_in, found[2].late) == ("2026-01-09T21:09:00", False)
    assert found[3].late is True
    (line,) = map(str, received.told)
    assert line.endswith("Grades-ML-HW-7.csv is no hand-in: it was read as a table of Moodle")


@pytest.mark.parametrize("paths", [("",), ("d", "Grades-x.csv")])
def test_moodles_worksheet_of_blind_marking_is_nobody(received, paths):
    folder = "d/" if len(paths) > 1 else ""
    found = received(
        {
            f"{folder}Participant_101_assignsubmission_file/hw.ipynb": marked("a"),
            f"{folder}Participant_102_assignsubmission_file/hw.ipynb": marked("b"),
            "Grades-x.csv": "Identifier,Status,Grade,Last modified (submission)\n"
            "Participant 101,Submitted for grading - 2 days late,,-\n",
        },
        paths,
    )
    assert [(one.id, one.late) for one in found] == [("101", True), ("102", None)]


def test_a_table_that_tells_of_nobody_is_left_out_with_a_line(received):
    found = received(
        {
            "ann.ipynb": marked("ann"),
            "cyd.ipynb": marked("cyd"),
            "bob.csv": f"{WORKSHEET}Participant 1,X,2,3,4,5\n",
        }
    )
    assert [one.student for one in found] == ["ann", "cyd"]
    assert [str(line).rpartition("/")[2] for line in received.told] == [
        "bob.csv was left out: it is nobody's hand-in"
    ]


def test_sakais_table_is_read_by_the_id_that_is_displayed(received):
    folder = "HW/A, Ann(s1)"
    (ann,) = received(
        {
            "HW/grades.csv": '"HW","SCORE_GRADE_TYPE"\n""\n"Display ID","ID","Last Name",'
            '"First Name","grade","Submission date","Late submission"\n'
            '"s1","e1","A","Ann","","Jan 9, 2026 9:09 PM","Late"\n',
            f"{folder}/Submission attachment(s)/hw.ipynb": marked("ann"),
        }
    )
    assert (ann.id, ann.handed_in, ann.late) == ("s1", "2026-01-09T21:09:00", True)


def test_a_folder_is_somebodys_whatever_it_is_called(received):
    names = ["grades.csv", "index.html", "readme.txt", "Bob", "Eve"]
    found = received({f"{name}/hw.ipynb": marked(name) for name in names})
    assert [one.student for one in found] == sorted(names)
    assert received.told == []


def test_what_is_not_named_as_the_rest_of_a_download_says_so(received):
    found = received(
        {
            "hw-submissions/hw-ann/hw.ipynb": marked("ann"),
            "hw-submissions/hw-bob/hw.ipynb": marked("bob"),
            "hw-submissions/README.md": "hello",
            "hw-submissions/solution.ipynb": marked("?"),
        }
    )
    assert [one.student for one in found] == ["ann", "bob", "solution"]
    assert [str(note) for note in found[2].notes] == [
        "it lies among what comes from GitHub Classroom and is not named like it"
    ]
    assert ["README.md" in str(line) for line in received.told] == [True]


@pytest.mark.parametrize("above", ["a/", "a/b/", "a/b/c/"])
@pytest.mark.parametrize("is_zipped", [False, True])
def test_folders_around_a_class_are_nobody(received, above, is_zipped):
    names = ["Ann", "Bob", "Cyd", "Dan"]
    files = {f"{above}{name}/hw.ipynb": marked(name) for name in names}
    found = received({"a.zip": zipped(files)} if is_zipped else files)
    assert [one.student for one in found] == [mark(one) for one in found] == names


def test_the_only_students_folders_are_not_students(received):
    for top in ("alice/", "alice/project/"):
        files = {f"{top}src/hw.ipynb": marked("a"), f"{top}data/x.csv": "1", f"{top}doc/a.md": ""}
        (alice,) = received(files)
        assert (alice.student, mark(alice)) == ("alice", "a")


def test_several_homeworks_of_a_class_lie_side_by_side(received):
    names = ["Ann A", "Bob B", "Cyd C"]
    files = {f"HW {n}/{name} - hw.ipynb": marked(name) for n in (1, 2) for name in names}
    found = received(files)
    assert [one.student for one in found] == [mark(one) for one in found] == sorted(names * 2)


def test_a_single_clone_is_its_students(received):
    (ann,) = received({"hw1-submissions/hw1-ann-a/hw.ipynb": marked("ann")})
    assert ann.student == "ann-a"


def test_who_has_another_number_in_another_assignment_is_no_namesake(tmp_path, small_path):
    other = tmp_path / "other.py"
    other.write_text(
        small_path.read_text(encoding="utf-8").replace("exercise: ", "exercise: other-"),
        encoding="utf-8",
    )
    both = [load(small_path), load(other)]
    answers = {1: marked("1"), 2: marked("2").replace(b"exercise: ", b"exercise: other-")}
    files = {
        f"hw{n}/{name}_{number + n * 100}_assignsubmission_file/hw.ipynb": answer
        for n, answer in answers.items()
        for number, name in enumerate(["Ann", "Bob", "Twin", "Twin"])
    }
    found = receive([put(files, tmp_path / "in")], tmp_path / "unpacked", both)
    twins = [f"Twin ({number})" for number in (102, 103, 202, 203)]
    assert [one.student for one in found] == ["Ann", "Ann", "Bob", "Bob", *twins]
    assert all(one.doubt is None for one in found)


@pytest.mark.parametrize("name", ["E\u200bva", "E\u00adva", "\u202eEva"])
@pytest.mark.parametrize("layout", ["{}/hw.ipynb", "{} - hw.ipynb", "{}.ipynb"])
def test_a_name_that_looks_like_another_is_left_to_a_person(received, name, layout):
    files = {layout.format("Eva"): marked("eva"), layout.format(name): marked("fake")}
    found = received({**files, layout.format("Bob"): marked("bob")})
    doubts = {mark(one): str(one.doubt or "") for one in found}
    assert doubts.pop("bob") == ""
    assert doubts.keys() == {"eva", "fake"}
    assert all("several hand-ins are under the name " in doubt for doubt in doubts.values())


def test_two_archives_that_name_one_student_inside_are_two_hand_ins(received):
    files = {
        "eva.zip": zipped({"Eva_v1.ipynb": marked("eva")}),
        "mallory.zip": zipped({"Eva_v9.ipynb": marked("fake")}),
    }
    found = received(files, pattern=re.compile(r"(?P<student>[^/]+)_v\d+\.ipynb$"))
    assert sorted(rows(found)) == [("Eva", None, "eva"), ("Eva", None, "fake")]
    assert all("under the name Eva" in str(one.doubt) for one in found)


def test_a_folder_that_could_be_a_whole_class_says_so(received):
    files = {f"Gradients/{name} - hw.ipynb": marked(name) for name in ("Ann", "Bob", "Cyd")}
    (one, two) = received({**files, "Dan/hw.ipynb": marked("dan")})
    assert one.notes == ()
    assert "called as the work of many students is" in str(two.notes[0])


@pytest.mark.parametrize(
    ("files", "students"),
    [
        (["a_b_103_90010_hw", "c_LATE_104_90011_hw"], [("a_b", "103"), ("c", "104")]),
        (
            ["group_12_1012_90012_hw", "group_13_1013_90013_hw"],
            [("group_12", "1012"), ("group_13", "1013")],
        ),
        # Files that begin with the number that a university knows its students by.
        (
            ["ann_101_90001_1234567_hw", "bob_102_90002_1234568_hw"],
            [("ann", "101"), ("bob", "102")],
        ),
        (["ann_101_90001_1234567_hw", "bob_102_90002_hw"], [("ann", "101"), ("bob", "102")]),
        # Who is called eva_102 is not eva, 102.
        (["eva_102_1003_90010_hw", "ann_1001_90011_hw"], [("ann", "1001"), ("eva_102", "1003")]),
        (
            ["eva_102_1003_90010_hw", "eva_102_90012_hw", "ann_101_90011_hw"],
            [("ann", "101"), ("eva", "102"), ("eva_102", "1003")],
        ),
    ],
)
def test_canvas_names_may_hold_underscores_and_numbers(received, files, students):
    found = received({f"{name}.ipynb": marked(name) for name in files})
    assert [(one.student, one.id) for one in found] == students
    assert not any(one.others or one.doubt for one in found)


def test_folders_of_students_are_no_output_of_a_run(received):
    files = {
        "feedback/hw.ipynb": marked("1"),
        "results/x/result.json": "{}",
        "results/hw.ipynb": marked("2"),
        "Bob/hw.ipynb": marked("3"),
    }
    found = received(files)
    assert [one.student for one in found] == ["Bob", "feedback", "results"]
    assert received.told == []
