"""Adding a learning platform is a module, and a line in the registry."""

import re
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


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda one: one.title)
def test_every_platform_shows_what_its_downloads_look_like(platform):
    assert platform.title
    assert platform.layout
    assert platform.tells
    assert platform.examples
