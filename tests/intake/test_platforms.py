"""Adding a learning platform is a module, and a line in the registry."""

import re
import runpy
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from grader.cli import app
from grader.intake.platforms.platform import Example, Label, NamingPlatform
from grader.intake.platforms.registry import PLATFORMS
from grader.intake.receive import receive
from tests.conftest import TOP
from tests.intake.layouts import ANSWER, LAYOUTS, zipped


class Madeup(NamingPlatform):
    """Made up: `GROUP=s12=Ann.ipynb`, in a folder with `list.csv`."""

    title = "Madeup"
    layout = "`GROUP=ID=Name.ipynb`"
    tells = "Name, ID"
    examples = (Example(files={"A=s1=Ann.ipynb": None}, students=(("Ann", "s1"),)),)

    def label(self, node):
        match = re.fullmatch(r"\w+=(?P<id>\w+)=(?P<name>\w+)\.ipynb", node.name)
        if match is None:
            return None
        return Label(student=match["name"], id=match["id"], file="hw.ipynb", begins=1)

    def own(self, folder):
        return [one for one in folder.children if one.name == "list.csv"]


FILES = {
    "site/A=s1=Ann.ipynb": ANSWER,
    "site/B=s2=Bob.ipynb": ANSWER,
    "site/list.csv": b"id,grade",
    "site/late/Cyd.ipynb": ANSWER,
}


def rows(folder, assignment, files, **known):
    path = folder / "download.zip"
    path.write_bytes(zipped(files))
    into = folder / str(len([*folder.iterdir()]))
    into.mkdir()
    return [(one.student, one.id) for one in receive([path], into, [assignment], **known)]


def test_a_platform_is_added_by_a_class_in_the_table(tmp_path, small_assignment):
    known = (*PLATFORMS, Madeup())
    found = rows(tmp_path, small_assignment, FILES, platforms=known)
    assert found == [("Ann", "s1"), ("Bob", "s2"), ("late", None)]
    unknown = [("A=s1=Ann", None), ("B=s2=Bob", None), ("late", None), ("list", None)]
    assert rows(tmp_path, small_assignment, FILES) == unknown


def test_a_download_of_it_is_found_among_others(tmp_path, small_assignment):
    one = zipped({"A=s1=Ann.ipynb": ANSWER})
    files = {"madeup.zip": one, "canvas.zip": zipped(LAYOUTS["canvas"][0])}
    found = rows(tmp_path, small_assignment, files, platforms=(*PLATFORMS, Madeup()))
    assert found == [("Ann", "s1"), ("annall", "101"), ("bobbee", "102")]


def test_the_platforms_before_it_keep_what_is_theirs(tmp_path, small_assignment):
    for name, (files, students) in LAYOUTS.items():
        folder = tmp_path / name.replace(" ", "_").replace("'", "")
        folder.mkdir()
        known = (*PLATFORMS, Madeup())
        assert rows(folder, small_assignment, files, platforms=known) == students


def test_the_help_names_every_platform():
    help_text = CliRunner().invoke(app, ["grade", "--help"]).output
    words = " ".join(re.sub(r"[│|]", " ", help_text).split())
    assert all(one.title in words for one in PLATFORMS)


def test_the_table_in_the_docs_is_made_of_the_registry():
    made = subprocess.run(
        [sys.executable, TOP / "docs" / "make_tables.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr


def test_a_new_platform_is_in_the_table_by_its_line_alone():
    table = runpy.run_path(str(TOP / "docs" / "make_tables.py"))["table"]
    assert "| Madeup | `GROUP=ID=Name.ipynb` | Name, ID |\n" in table((*PLATFORMS, Madeup()))


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda one: one.title)
def test_every_platform_shows_what_its_downloads_look_like(platform):
    assert platform.title
    assert platform.layout
    assert platform.tells
    assert platform.examples


def students(folder, assignment, names, top):
    files = {f"{top}/{name}/hw.ipynb": ANSWER for name in names}
    return [student for student, _ in rows(folder, assignment, files)]


@pytest.mark.parametrize(
    ("top", "names", "logins"),
    [
        ("all", ["hw1-ann", "hw1-bob-b", "hw1-cyd"], ["ann", "bob-b", "cyd"]),
        ("all", ["cs1-hw1-ann", "cs1-hw1-bob"], ["ann", "bob"]),
        ("all", ["hw1-st-1", "hw1-st-2"], ["st-1", "st-2"]),
        ("deep-nets", ["deep-nets-ann", "deep-nets-bob"], ["ann", "bob"]),
        ("hw-1-submissions", ["hw-1-ann"], ["ann"]),
        ("hw1-submissions", ["cs-hw1-ann-a", "cs-hw1-ann-b"], ["ann-a", "ann-b"]),
        ("all", ["hw1-ann", "hw1-bob", "hw1-cyd", "extra"], ["ann", "bob", "cyd", "extra"]),
        # Names that students share are no assignment's.
        ("all", ["ivanov-ivan", "ivanov-petr"], ["ivanov-ivan", "ivanov-petr"]),
        ("all", ["ann-a", "bob-b"], ["ann-a", "bob-b"]),
    ],
)
def test_clones_are_called_after_logins(tmp_path, small_assignment, top, names, logins):
    assert sorted(students(tmp_path, small_assignment, names, top)) == logins


def test_groups_are_no_clones(tmp_path, small_assignment):
    names = [("lab-a", "ann"), ("lab-a", "bob"), ("lab-b", "cyd"), ("lab-b", "dan")]
    files = {f"all/{group}/{name}/hw.ipynb": ANSWER for group, name in names}
    found = rows(tmp_path, small_assignment, files)
    assert found == [(name, None) for _, name in names]


@pytest.mark.parametrize(
    ("names", "users"),
    [
        (["HW 1_ann", "HW 1_anna"], ["ann", "anna"]),
        (["HW_1_12345", "HW_1_12399"], ["12345", "12399"]),
        (["HW 1_st_1", "HW 1_st_2"], ["st_1", "st_2"]),
        (["HW 1_ann"], ["ann"]),
    ],
)
def test_blackboard_tells_users_without_receipts(tmp_path, small_assignment, names, users):
    files = {f"{name}_attempt_2026-01-09-21-09-00_hw.ipynb": ANSWER for name in names}
    assert rows(tmp_path, small_assignment, files) == [(user, user) for user in users]


def test_a_classroom_may_hold_several_files_of_each(tmp_path, small_assignment):
    files = {
        f"HW/{name} - {file}": ANSWER
        for name in ("Ann Arendt", "Боб Бо")
        for file in ("a.ipynb", "b.ipynb", "c.ipynb")
    }
    found = rows(tmp_path, small_assignment, files)
    assert found == [("Ann Arendt", None), ("Боб Бо", None)]


def test_assignments_before_names_are_no_students(tmp_path, small_assignment):
    files = {
        f"all/{task} - {name}.ipynb": ANSWER for task in ("hw1", "hw2") for name in ("Ann", "Bob")
    }
    assert len(rows(tmp_path, small_assignment, files)) == 4


def test_a_worksheet_in_russian_and_one_without_names_tell_times(tmp_path, small_assignment):
    table = (
        "Идентификатор;Статус;Оценка;Последнее изменение (ответ)\n"
        "Участник101;Отправлено - Срок выполнения закончился 2 ч. назад;;"
        '"пятница, 9 января 2026, 21:09"\nУчастник102;Отправлено;;"суббота, 10 января 2026, 9:09"\n'
    )
    files = {f"Участник_{n}_assignsubmission_file/hw.ipynb": ANSWER for n in (101, 102, 103)}
    (tmp_path / "hw.zip").write_bytes(zipped(files | {"Оценки-ML-7.csv": table.encode("cp1251")}))
    found = receive([tmp_path / "hw.zip"], tmp_path / "unpacked", [small_assignment])
    assert [(one.id, one.handed_in, one.late) for one in found] == [
        ("101", "2026-01-09T21:09:00", True),
        ("102", "2026-01-10T09:09:00", False),
        ("103", None, None),
    ]


@pytest.mark.parametrize(
    "name",
    [
        "Ann A_101_assignsubmission_onlinetext/onlinetext.html",
        "Ann A_101_assignsubmission_onlinetext_onlinetext.html",
        "anna_101_link.html",
    ],
)
def test_a_link_that_was_typed_in_is_named(tmp_path, small_assignment, name):
    path = tmp_path / "in" / name
    path.parent.mkdir(parents=True)
    link = "https://colab.research.google.com/drive/1abc"
    path.write_text(f'<p><a href="{link}">{link}</a></p>', encoding="utf-8")
    second = name.replace("Ann", "Bob").replace("anna", "bobb").replace("101", "102")
    other = tmp_path / "in" / second
    other.parent.mkdir(exist_ok=True)
    other.write_text("<p>See my mail.</p>", encoding="utf-8")
    ann, bob = receive([tmp_path / "in"], tmp_path / "unpacked", [small_assignment])
    assert f"a link to Google Colab ({link})" in str(ann.problem)
    assert "typed in on the site" in str(bob.problem)
    assert "link" not in str(bob.problem)
