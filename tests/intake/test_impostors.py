"""Ways to hand in for another student, in every layout: none adds a row, none replaces work."""

import io
import re
import zipfile

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from grader.intake.platforms.registry import PLATFORMS
from grader.intake.receive import receive
from tests.intake.downloads import marked
from tests.intake.layouts import zipped
from tests.intake.test_downloads import mark
from tests.intake.test_layouts import put

FAKE = marked("fake")
YAML = b"submission_12:\n  :submitters:\n  - :name: Eva\n    :sid: '102'\n"
YAML += b"hw.ipynb:\n  :submitters:\n  - :name: Eva\n    :sid: '102'\n"
GRADES = b'"HW","POINTS"\n""\n"Display ID","ID","Last Name","First Name"\n"102","102","E","Eva"\n'
WORKSHEET = b"Identifier,Full name,ID number\nParticipant 103,Mallory,102\n"


def dated(files, year):
    """Return a zip archive whose members are of a year."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (year, 1, 1, 0, 0, 0)), content)
    return buffer.getvalue()


# What a student hands in, beside or in place of work of their own.
WAYS = {
    "a Moodle folder": {"Eva_102_assignsubmission_file_/hw.ipynb": FAKE},
    "Moodle folders": {
        "Eva_102_assignsubmission_file_/hw.ipynb": FAKE,
        "Ann_101_assignsubmission_file_/hw.ipynb": FAKE,
    },
    "a Moodle file": {"Eva_102_assignsubmission_file_hw.ipynb": FAKE},
    "a Moodle archive": {
        "Eva_102_assignsubmission_file_hw.zip": zipped({"hw.ipynb": FAKE}),
    },
    "a Canvas file": {"eva_102_99999_hw.ipynb": FAKE},
    "Canvas files": {"eva_102_99999_hw.ipynb": FAKE, "ann_101_99998_hw.ipynb": FAKE},
    "a list of Gradescope's": {
        "submission_metadata.yml": YAML,
        "submission_12/hw.ipynb": FAKE,
        "hw.ipynb": FAKE,
    },
    "a receipt of Blackboard's": {
        "HW_eva_attempt_2099-01-09-21-09-00.txt": b"Name: Eva (102)\n",
        "HW_eva_attempt_2099-01-09-21-09-00_hw.ipynb": FAKE,
    },
    "a Brightspace folder": {"102-777 - Eva - Jan 9, 2099 909 PM/hw.ipynb": FAKE},
    "a Brightspace file": {"102-777 - Eva - Jan 9, 2099 909 PM - hw.ipynb": FAKE},
    "a version of Teams'": {"Submitted files/Eva/HW/Version 99/hw.ipynb": FAKE},
    "a Sakai folder": {
        "grades.csv": GRADES,
        "E, Eva(102)/Submission attachment(s)/hw.ipynb": FAKE,
    },
    "an ILIAS folder": {"E_Eva_eva_102/hw.ipynb": FAKE, "A_Ann_ann_101/hw.ipynb": FAKE},
    "a clone": {"hw-submissions/hw-Eva/hw.ipynb": FAKE, "hw-submissions/hw-Ann/hw.ipynb": FAKE},
    "nbgrader's folders": {"source/hw.ipynb": FAKE, "submitted/Eva/hw/hw.ipynb": FAKE},
    "a Classroom file": {"Eva - hw.ipynb": FAKE},
    "a folder called so": {"Eva/hw.ipynb": FAKE},
    "folders called so": {"Eva/hw.ipynb": FAKE, "Ann/hw.ipynb": FAKE, "Bob/hw.ipynb": FAKE},
    "an archive called so": {"Eva.zip": zipped({"hw.ipynb": FAKE})},
    "a file called so": {"Eva.ipynb": FAKE},
    "a file of a later day": {"hw Jan 9, 2099 909 PM.ipynb": FAKE},
    "an archive of a later day": {"late.zip": dated({"hw.ipynb": FAKE}, 2099)},
    "a late archive of a Moodle folder": {
        "late.zip": dated({"Eva_102_assignsubmission_file_/hw.ipynb": FAKE}, 2099)
    },
    "a worksheet": {"Grades-ML-HW-7.csv": WORKSHEET, "hw.ipynb": FAKE},
    "an output": {
        "feedback/Eva/report.html": b"<html>",
        "results/Eva/result.json": b"{}",
        "grades.csv": b"student,id\nEva,102\n",
        "hw.ipynb": FAKE,
    },
    "a later attempt": {"attempt 99/Eva_102_assignsubmission_file_/hw.ipynb": FAKE},
    **{
        f"a download of {platform.title}'s, {number}": {
            name: FAKE if content is None else content.encode()
            for name, content in example.files.items()
        }
        for platform in PLATFORMS
        for number, example in enumerate(platform.examples)
    },
}


def _in(folder):
    return lambda files: {f"{folder}/{name}": data for name, data in files.items()}


def _packed(begin):
    return lambda files: {f"{begin}work.zip": zipped(files)}


def _flat(begin):
    """Return files under the beginning of a name; where some lie in folders, all in an archive."""

    def named(files):
        if any("/" in name for name in files):
            return _packed(begin)(files)
        return {f"{begin}{name}": data for name, data in files.items()}

    return named


OWN = marked("eva")
LIST = b"".join(
    b"submission_%d:\n  :submitters:\n  - :name: %s\n    :sid: '10%d'\n" % (n + 10, name, n)
    for n, name in enumerate((b"Ann", b"Eva", b"Mallory"), start=1)
)
# By layout: what others handed in, where a student's files go, and who is in it.
LAYOUTS = {
    "Moodle": (
        {
            "Ann_101_assignsubmission_file_/hw.ipynb": marked("ann"),
            "Eva_102_assignsubmission_file_/hw.ipynb": OWN,
        },
        _in("Mallory_103_assignsubmission_file_"),
        {("Ann", "101"), ("Eva", "102"), ("Mallory", "103")},
    ),
    "Moodle, flat": (
        {
            "Ann_101_assignsubmission_file_hw.ipynb": marked("ann"),
            "Eva_102_assignsubmission_file_hw.ipynb": OWN,
        },
        _flat("Mallory_103_assignsubmission_file_"),
        {("Ann", "101"), ("Eva", "102"), ("Mallory", "103")},
    ),
    "Canvas": (
        {"ann_101_90001_hw.ipynb": marked("ann"), "eva_102_90002_hw.ipynb": OWN},
        lambda files: {
            f"mallory_103_{90003 + place}_{name}": data
            for place, (name, data) in enumerate(_flat("")(files).items())
        },
        {("ann", "101"), ("eva", "102"), ("mallory", "103")},
    ),
    "Gradescope": (
        {
            "a_export/submission_metadata.yml": LIST,
            "a_export/submission_11/hw.ipynb": marked("ann"),
            "a_export/submission_12/hw.ipynb": OWN,
        },
        _in("a_export/submission_13"),
        {("Ann", "101"), ("Eva", "102"), ("Mallory", "103")},
    ),
    "Blackboard": (
        {
            "HW_ann_attempt_2026-01-09-10-00-00_hw.ipynb": marked("ann"),
            "HW_102_attempt_2026-01-09-10-00-00_hw.ipynb": OWN,
            "HW_102_attempt_2026-01-09-10-00-00.txt": b"Name: Eva (102)\n",
            "HW_mal_attempt_2026-01-10-10-00-00.txt": b"Name: Eva (102) (mal)\n",
        },
        _flat("HW_mal_attempt_2026-01-10-10-00-00_"),
        {("ann", "ann"), ("Eva", "102"), ("Eva (102)", "mal")},
    ),
    "Brightspace": (
        {
            "101-777 - Ann - Jan 9, 2026 909 PM/hw.ipynb": marked("ann"),
            "102-777 - Eva - Jan 9, 2026 909 PM/hw.ipynb": OWN,
        },
        _in("103-777 - Mallory - Jan 10, 2026 909 PM"),
        {("Ann", "101-777"), ("Eva", "102-777"), ("Mallory", "103-777")},
    ),
    "Brightspace, flat": (
        {
            "101-777 - Ann - Jan 9, 2026 909 PM - hw.ipynb": marked("ann"),
            "102-777 - Eva - Jan 9, 2026 909 PM - hw.ipynb": OWN,
        },
        _flat("103-777 - Mallory - Jan 10, 2026 909 PM - "),
        {("Ann", "101-777"), ("Eva", "102-777"), ("Mallory", "103-777")},
    ),
    "Teams": (
        {
            "Submitted files/Ann/HW/Version 1/hw.ipynb": marked("ann"),
            "Submitted files/Eva/HW/Version 1/hw.ipynb": OWN,
            "Working files/Eva/HW/hw.ipynb": marked("draft"),
        },
        _in("Submitted files/Mallory/HW/Version 1"),
        {("Ann", None), ("Eva", None), ("Mallory", None)},
    ),
    "Sakai": (
        {
            "HW/grades.csv": GRADES,
            "HW/A, Ann(101)/Submission attachment(s)/hw.ipynb": marked("ann"),
            "HW/E, Eva(102)/Submission attachment(s)/hw.ipynb": OWN,
        },
        _in("HW/M, Mallory(103)/Submission attachment(s)"),
        {("Ann A", "101"), ("Eva E", "102"), ("Mallory M", "103")},
    ),
    "ILIAS": (
        {"HW/A_Ann_ann_101/hw.ipynb": marked("ann"), "HW/E_Eva_eva_102/hw.ipynb": OWN},
        _in("HW/M_Mallory_mal_103"),
        {("Ann A", "ann"), ("Eva E", "eva"), ("Mallory M", "mal")},
    ),
    "GitHub Classroom": (
        {
            "hw-submissions/hw-Ann/hw.ipynb": marked("ann"),
            "hw-submissions/hw-Eva/hw.ipynb": OWN,
        },
        _in("hw-submissions/hw-Mallory"),
        {("Ann", None), ("Eva", None), ("Mallory", None)},
    ),
    "nbgrader": (
        {
            "source/hw/hw.ipynb": marked("source"),
            "submitted/Ann/hw/hw.ipynb": marked("ann"),
            "submitted/Eva/hw/hw.ipynb": OWN,
        },
        _in("submitted/Mallory/hw"),
        {("Ann", None), ("Eva", None), ("Mallory", None)},
    ),
    "Google Classroom": (
        {"HW/Ann - hw.ipynb": marked("ann"), "HW/Eva - hw.ipynb": OWN, "HW/Z - hw.ipynb": OWN},
        _packed("HW/Mallory - "),
        {("Ann", None), ("Eva", None), ("Mallory", None), ("Z", None)},
    ),
    "a folder each": (
        {"all/Ann/hw.ipynb": marked("ann"), "all/Eva/hw.ipynb": OWN},
        _in("all/Mallory"),
        {("Ann", None), ("Eva", None), ("Mallory", None)},
    ),
    "a folder in a folder each": (
        {"all/Ann/hw/hw.ipynb": marked("ann"), "all/Eva/hw/hw.ipynb": OWN},
        _in("all/Mallory"),
        {("Ann", None), ("Eva", None), ("Mallory", None)},
    ),
    "an archive each": (
        {
            "all/Ann.zip": zipped({"hw.ipynb": marked("ann")}),
            "all/Eva.zip": zipped({"hw/hw.ipynb": OWN}),
        },
        lambda files: {"all/Mallory.zip": zipped(files)},
        {("Ann", None), ("Eva", None), ("Mallory", None)},
    ),
    "an archive among files": (
        {"all/Ann.ipynb": marked("ann"), "all/Eva.ipynb": OWN},
        lambda files: {"all/Mallory.zip": zipped(files)},
        {("Ann", None), ("Eva", None), ("Mallory", None)},
    ),
    "groups": (
        {
            "all/1/Ann/hw.ipynb": marked("ann"),
            "all/1/Bob/hw.ipynb": marked("bob"),
            "all/2/Eva/hw.ipynb": OWN,
        },
        _in("all/2/Mallory"),
        {("Ann", None), ("Bob", None), ("Eva", None), ("Mallory", None)},
    ),
}


def laid_down(files, top, how):
    """Lay a download down, and return what is named on the command line."""
    if how == "zipped":
        (top / "download.zip").write_bytes(zipped(files))
        return [top / "download.zip"]
    folder = put(files, top / "in")
    while len([*folder.iterdir()]) == 1:
        (folder,) = folder.iterdir()
    return [folder] if how == "unpacked" else sorted(folder.iterdir())


@pytest.mark.parametrize("how", ["zipped", "unpacked", "each"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_nobody_hands_in_for_another(tmp_path, small_assignment, layout, how):
    others, mallorys, students = LAYOUTS[layout]
    for number, (way, files) in enumerate(WAYS.items()):
        top = tmp_path / str(number)
        top.mkdir()
        paths = laid_down({**others, **mallorys(files)}, top, how)
        found = receive(paths, top / "unpacked", [small_assignment])
        assert {(one.student, one.id) for one in found} == students, way
        assert len(found) == len(students), way
        for one in found:
            if one.student.casefold() in ("eva", "eva e"):
                assert (mark(one), one.doubt, one.problem) == ("eva", None, None), way


def own_folder(names):
    """Return the folder of the last notebook; None where anything else lies in it, too."""
    last = [name for name in names if name.endswith(".ipynb")][-1]
    top = last.rpartition("/")[0]
    return None if any(name.startswith(f"{top}/") for name in {*names} - {last}) else top


# Of what every platform gives as an example of itself, where the last student has a folder in it.
OWN_FOLDERS = {
    f"{platform.title}, {number}": (example, top)
    for platform in PLATFORMS
    for number, example in enumerate(platform.examples)
    if (top := own_folder(example.files))
}


@pytest.mark.parametrize("name", OWN_FOLDERS)
def test_in_no_platforms_folder_of_a_student_is_there_another(tmp_path, small_assignment, name):
    example, own = OWN_FOLDERS[name]
    files = {
        path: OWN if content is None else content.encode()
        for path, content in example.files.items()
    }
    for number, (way, more) in enumerate(WAYS.items()):
        top = tmp_path / str(number)
        top.mkdir()
        paths = laid_down({**_in(own)(more), **files}, top, "zipped")
        found = receive(paths, top / "unpacked", [small_assignment])
        assert sorted((one.student, one.id) for one in found) == sorted(example.students), way


@pytest.fixture
def received(tmp_path, small_assignment):
    def run(files, *names, **options):
        top = put(files, tmp_path / "in")
        paths = [top / name for name in names] or [top]
        return receive(paths, tmp_path / "unpacked", [small_assignment], **options)

    return run


def rows(found):
    return {(one.student, one.id): mark(one) for one in found}


def test_two_places_that_claim_an_id_are_left_to_a_person(received):
    found = received(
        {
            "a/Eva_102_assignsubmission_file_/hw.ipynb": OWN,
            "a/Ann_101_assignsubmission_file_/hw.ipynb": marked("ann"),
            "b/Eva_102_assignsubmission_file_/hw.ipynb": FAKE,
            "b/Bob_104_assignsubmission_file_/hw.ipynb": marked("bob"),
        }
    )
    doubts = {one.shown.partition("/in/")[2][0]: one.doubt for one in found if one.id == "102"}
    assert len(found) == 4
    assert all("two hand-ins claim id 102: " in str(doubt) for doubt in doubts.values())
    assert all(one.doubt is None for one in found if one.id != "102")


def test_one_id_under_two_names_is_left_to_a_person(received):
    found = received(
        {
            "Eva_102_assignsubmission_file_/hw.ipynb": OWN,
            "Mallory_102_assignsubmission_file_/hw.ipynb": OWN,
        }
    )
    assert len(found) == 2
    assert all("two hand-ins claim id 102" in str(one.doubt) for one in found)


def test_the_same_download_twice_is_one(received):
    files = {"Eva_102_assignsubmission_file_/hw.ipynb": OWN}
    files |= {"Ann_101_assignsubmission_file_/hw.ipynb": marked("ann")}
    found = received(
        {**{f"x/{name}": data for name, data in files.items()}, "x.zip": zipped(files)}
    )
    assert rows(found) == {("Ann", "101"): "ann", ("Eva", "102"): "eva"}
    assert all(one.doubt is None for one in found)
    assert all("the same file was handed in twice" in str(one.notes[-1]) for one in found)


def test_numbers_of_two_platforms_are_not_the_same_ids(received):
    found = received(
        {
            "canvas.zip": zipped({"ann_102_9001_hw.ipynb": FAKE, "bob_103_9002_hw.ipynb": FAKE}),
            "moodle.zip": zipped({"Eva_102_assignsubmission_file_/hw.ipynb": OWN}),
        }
    )
    assert rows(found)["Eva", "102"] == "eva"
    assert all(one.doubt is None for one in found)


def test_what_cannot_be_read_takes_nothing_from_whoever_has_the_id(received):
    (broken, eva) = received(
        {
            "a/Eva_102_assignsubmission_file_/hw.ipynb": b"{",
            "b/Eva_102_assignsubmission_file_/hw.ipynb": OWN,
        }
    )
    assert (mark(eva), eva.doubt, broken.doubt) == ("eva", None, None)
    assert "two hand-ins claim id 102" in str(eva.notes[-1])


ROSTER = "id,name\n101,Ann A\n102,Eva E\n103,Mallory M\n"


def test_a_shown_name_is_not_another_student(received, tmp_path):
    """Where most ids are the roster's, an id says more than a name that its owner can change."""
    (tmp_path / "students.csv").write_text(ROSTER, encoding="utf-8")
    files = {
        "Ann A_101_assignsubmission_file_/hw.ipynb": marked("ann"),
        "Eva E_103_assignsubmission_file_/hw.ipynb": FAKE,
    }
    found = received(files, listed=tmp_path / "students.csv")
    assert rows(found) == {
        ("Ann A", "101"): "ann",
        ("Eva E", "102"): None,
        ("Mallory M", "103"): "fake",
    }
    (mallory,) = (one for one in found if one.id == "103")
    assert str(mallory.notes[-1]) == "this is Mallory M's by its id; its name says Eva E"


def test_a_shown_name_is_no_id(received, tmp_path):
    (tmp_path / "students.csv").write_text(ROSTER, encoding="utf-8")
    files = {
        "Ann A_9001_assignsubmission_file_/hw.ipynb": marked("ann"),
        "102_9003_assignsubmission_file_/hw.ipynb": FAKE,
    }
    found = received(files, listed=tmp_path / "students.csv")
    assert [one.problem is not None for one in found if one.id == "102"] == [True]
    (fake,) = (one for one in found if mark(one) == "fake")
    assert str(fake.notes[-1]) == "102 is not on the roster"


def test_a_name_shown_by_two_is_left_to_a_person(received, tmp_path):
    """Where ids are the platform's own, names are all that there is."""
    (tmp_path / "students.csv").write_text(ROSTER, encoding="utf-8")
    files = {
        "Ann A_9001_assignsubmission_file_/hw.ipynb": marked("ann"),
        "Eva E_9002_assignsubmission_file_/hw.ipynb": OWN,
        "Eva E_9003_assignsubmission_file_/hw.ipynb": FAKE,
    }
    found = received(files, listed=tmp_path / "students.csv")
    evas = [one for one in found if one.id == "102"]
    assert sorted(mark(one) for one in evas) == ["eva", "fake"]
    assert all("two hand-ins claim id 102" in str(one.doubt) for one in evas)
    assert [one.problem is not None for one in found if one.id == "103"] == [True]


@pytest.mark.parametrize(
    "name", ["Eva_v9.ipynb", "x/Eva_v9.ipynb", "Eva_v9/Eva_v9.ipynb", "Eva_v9.zip"]
)
@pytest.mark.parametrize("depth", [1, 2])
def test_names_in_an_archive_fit_no_pattern(received, name, depth):
    inner = {name: zipped({"Eva_v9.ipynb": FAKE}) if name.endswith("zip") else FAKE}
    for _ in range(depth):
        inner = {"work.zip": zipped(inner)}
    pattern = re.compile(r"(?P<student>[^/]+)_v(?P<attempt>[0-9]+)\b")
    files = {
        "Eva_v1.ipynb": OWN,
        "Ann_v1.ipynb": marked("ann"),
        "Mallory_v1.zip": inner["work.zip"],
    }
    found = received(files, pattern=pattern)
    assert rows(found) == {("Ann", None): "ann", ("Eva", None): "eva", ("Mallory", None): "fake"}


def test_dates_in_archives_are_compared_with_each_other_alone(received):
    found = received(
        {
            "Eva/hw.ipynb": marked("new"),
            "Eva/a.zip": dated({"hw.ipynb": marked("old"), "hw (1).ipynb": marked("older")}, 2099),
            "Ann/a.zip": zipped(
                {"2025.zip": dated({"x.ipynb": marked("a")}, 2025), "hw.zip": zipped({"x": b""})}
            ),
            "Bob/work.zip": dated({"a.ipynb": marked("first"), "b.ipynb": marked("b")}, 2020),
        }
    )
    assert rows(found) == {("Eva", None): "new", ("Ann", None): "a", ("Bob", None): "b"}


def test_a_date_to_come_does_not_count(received):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, year in (("a.ipynb", 2099), ("b.ipynb", 2021), ("c.ipynb", 2020)):
            member = zipfile.ZipInfo(name, (year, 1, 1, 0, 0, 0))
            archive.writestr(member, marked(name))
    found = received({"Eva/hw.zip": buffer.getvalue(), "Ann/hw.ipynb": marked("ann")})
    assert rows(found) == {("Eva", None): "b.ipynb", ("Ann", None): "ann"}


def test_a_download_among_hand_ins_is_told_of_and_not_graded(received):
    download = {f"s{n}_10{n}_9000{n}_hw.ipynb": FAKE for n in range(5)}
    found = received({"canvas.zip": zipped(download), "Ann.ipynb": marked("ann"), "Eva.ipynb": OWN})
    assert rows(found) == {("Ann", None): "ann", ("Eva", None): "eva", ("canvas", None): None}
    assert "it looks like a download with 5 students' work" in str(
        next(one for one in found if one.student == "canvas").problem
    )


# By layout: what Eva handed in, what somebody handed in who has made up a name, and Eva's row.
SHOWN_NAMES = {
    "Moodle": (
        {"Eva_102_assignsubmission_file_/hw.ipynb": OWN},
        {"Eva_102_assignsubmission_file_x_103_assignsubmission_file_/hw.ipynb": FAKE},
        ("Eva", "102"),
    ),
    "Moodle, flat": (
        {"Eva_102_assignsubmission_file_hw.ipynb": OWN},
        {"Eva_102_assignsubmission_file_x_103_assignsubmission_file_hw.ipynb": FAKE},
        ("Eva", "102"),
    ),
    "Canvas": (
        {"eva_102_90002_hw.ipynb": OWN},
        {"eva_102_90009_x_103_90003_hw.ipynb": FAKE},
        ("eva", "102"),
    ),
    "Canvas, late": (
        {"eva_102_90002_hw.ipynb": OWN},
        {"eva_102_90009_x_LATE_103_90003_hw.ipynb": FAKE},
        ("eva", "102"),
    ),
    "Brightspace": (
        {"102-777 - Eva - Jan 9, 2026 909 PM/hw.ipynb": OWN},
        {"103-777 - 102-777 - Eva - Jan 9, 2099 909 PM - Jan 9, 2026 909 PM/hw.ipynb": FAKE},
        ("Eva", "102-777"),
    ),
    "Sakai": (
        {"HW/E, Eva(102)/Submission attachment(s)/hw.ipynb": OWN},
        {"HW/E, Eva(102)(103)/Submission attachment(s)/hw.ipynb": FAKE},
        ("Eva E", "102"),
    ),
    "ILIAS": (
        {"HW/E_Eva_eva_102/hw.ipynb": OWN},
        {"HW/E_Eva_eva_102_M_mal_103/hw.ipynb": FAKE},
        ("Eva E", "eva"),
    ),
    "Blackboard": (
        {
            "HW_eva_attempt_2026-01-09-10-00-00_hw.ipynb": OWN,
            "HW_eva_attempt_2026-01-09-10-00-00.txt": b"Name: Eva (eva)\n",
        },
        {
            "HW_mal_attempt_2026-01-09-10-00-00_hw.ipynb": FAKE,
            "HW_mal_attempt_2026-01-09-10-00-00.txt": b"Name: Eva (eva)\nName: Eva (eva)\n",
        },
        ("Eva", "eva"),
    ),
    "Gradescope": (
        {
            "a_export/submission_metadata.yml": LIST.replace(b": Mallory", b": Eva"),
            "a_export/submission_12/hw.ipynb": OWN,
        },
        {"a_export/submission_13/hw.ipynb": FAKE},
        ("Eva", "102"),
    ),
}


@pytest.mark.parametrize("layout", SHOWN_NAMES)
@pytest.mark.parametrize("is_there", [True, False])
def test_a_name_that_is_made_up_takes_nobodys_place(received, layout, is_there):
    own, made_up, eva = SHOWN_NAMES[layout]
    if not is_there and layout == "Gradescope":
        own = {name: data for name, data in own.items() if "metadata" in name}
    elif not is_there:
        own = {}
    others = {  # so that there is a layout to be seen
        "Moodle": {"Ann_101_assignsubmission_file_/hw.ipynb": FAKE},
        "Moodle, flat": {"Ann_101_assignsubmission_file_hw.ipynb": FAKE},
        "Brightspace": {"101-777 - Ann - Jan 9, 2026 909 PM/hw.ipynb": FAKE},
        "Sakai": {"HW/A, Ann(101)/Submission attachment(s)/hw.ipynb": FAKE},
        "ILIAS": {"HW/A_Ann_ann_101/hw.ipynb": FAKE},
        "Blackboard": {"HW_ann_attempt_2026-01-09-10-00-00_hw.ipynb": FAKE},
        "Gradescope": {"a_export/submission_11/hw.ipynb": FAKE},
    }.get(layout, {"ann_101_90001_hw.ipynb": FAKE})
    found = received({**own, **others, **made_up})
    assert len(found) == (3 if is_there else 2)
    (evas,) = [[one for one in found if one.id == eva[1]]]
    assert [mark(one) for one in evas] == (["eva"] if is_there else [])
    assert all(one.doubt is None for one in evas)


def test_a_file_with_the_numbers_of_two_is_nobodys(received):
    found = received(
        {
            "eva_102_90002_hw.ipynb": OWN,
            "eva_102_90009_x_103_90003_hw.ipynb": FAKE,
            "ann_101_90001_hw.ipynb": marked("ann"),
            "ann_101_90004_lab_12_2024.ipynb": marked("later"),
        }
    )
    (one,) = (one for one in found if one.problem)
    assert (one.student, one.id) == ("eva_102_90009_x_103_90003_hw.ipynb", None)
    assert "as that of a file of 102 or of 103" in str(one.problem)
    assert rows(found)["ann", "101"] == "later"


def test_two_of_one_name_where_there_are_no_ids_are_left_to_a_person(received):
    found = received(
        {
            "HW/Eva E - hw.ipynb": OWN,
            "HW/Eva E - hw (1).ipynb": FAKE,
            "HW/Ann A - hw.ipynb": marked("ann"),
            "HW/Ann A - hw (1).ipynb": marked("ann"),
            "HW/Bob B - hw.ipynb": marked("bob"),
        }
    )
    assert [one.student for one in found] == ["Ann A", "Bob B", "Eva E"]
    assert [one.doubt is None for one in found] == [True, True, False]
    assert str(found[2].doubt) == (
        "2 notebooks are called Eva E's, and may be of several students: hw.ipynb, hw (1).ipynb"
    )


FOLDERS = [
    *("Eva", "Ann", "hw", "source", "submitted", "Submitted files", "Version 99", "1", "attempt 9"),
    *("Eva_102_assignsubmission_file_", "102-777 - Eva - Jan 9, 2099 909 PM", "E, Eva(102)"),
    *("Submission attachment(s)", "hw-submissions", "hw-Eva", "E_Eva_eva_102", "Team 1"),
    *("submission_12", "results", "feedback", ".git", "hw1-Eva", "hw1-Ann"),
]
FILES = {
    **dict.fromkeys(("hw.ipynb", "Eva.ipynb", "Eva - hw.ipynb", "eva_102_90009_hw.ipynb"), FAKE),
    **dict.fromkeys(("Eva_102_assignsubmission_file_hw.ipynb", "ann_101_90008_x.ipynb"), FAKE),
    "HW_eva_attempt_2099-01-09-21-09-00_hw.ipynb": FAKE,
    "HW_eva_attempt_2099-01-09-21-09-00.txt": b"Name: Eva (eva)",
    "102-777 - Eva - Jan 9, 2099 909 PM - hw.ipynb": FAKE,
    "submission_metadata.yml": YAML,
    "grades.csv": GRADES,
    "Grades-ML.csv": WORKSHEET,
    **dict.fromkeys(("index.html", "result.json", "secret.txt", "timestamp.txt"), b"2099-01-01"),
}
PATHS = st.tuples(
    st.lists(st.sampled_from(FOLDERS), max_size=3),
    st.sampled_from(sorted(FILES)),
    st.sampled_from([None, None, "Eva.zip", "Eva_102_assignsubmission_file_x.zip"]),
)


@settings(max_examples=150)
@given(
    layout=st.sampled_from(sorted(LAYOUTS)),
    paths=st.lists(PATHS, min_size=1, max_size=5),
    how=st.sampled_from(["zipped", "unpacked", "each"]),
)
def test_no_mixture_of_names_hands_in_for_another(
    tmp_path_factory, small_assignment, layout, paths, how
):
    files = {}
    for folders, name, archive in paths:
        path, data = "/".join([*folders, name]), FILES[name]
        files[archive or path] = zipped({path: data}) if archive else data
    assume(not any(b.startswith(f"{a}/") for a in files for b in files))
    others, mallorys, students = LAYOUTS[layout]
    top = tmp_path_factory.mktemp("download")
    paths = laid_down({**others, **mallorys(files)}, top, how)
    found = receive(paths, top / "unpacked", [small_assignment])
    assert sorted((one.student, one.id or "") for one in found) == sorted(
        (student, id or "") for student, id in students
    )
    (eva,) = (one for one in found if one.student.casefold() in ("eva", "eva e"))
    assert (mark(eva), eva.doubt, eva.problem) == ("eva", None, None)
