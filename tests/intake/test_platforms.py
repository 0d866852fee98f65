"""Adding a learning platform is a class and a place in the table."""

import re
from pathlib import Path
from typing import ClassVar, Literal

from typer.testing import CliRunner

from grader.cli import app
from grader.intake.bundle import Bundle
from grader.intake.platform import Platform
from grader.intake.platforms import PLATFORMS
from grader.intake.receive import receive
from tests.intake.layouts import ANSWER, LAYOUTS, zipped

TOP = Path(__file__).parents[2]


class Sakai(Platform):
    """Made up: `GROUP=s12=Ann.ipynb`, in a folder with `grades.csv`."""

    title = "Sakai"
    layout = "`GROUP=ID=Name.ipynb`"
    tells = "Name, ID"
    evidence: ClassVar[Literal["folder"]] = "folder"

    def of_name(self, node):
        match = re.fullmatch(r"\w+=(?P<id>\w+)=(?P<name>\w+)\.ipynb", node.name)
        if match is None:
            return None
        bundle = Bundle(student=match["name"], id=match["id"], shown=node.shown)
        bundle.add(node, "hw.ipynb")
        return bundle

    def bundles(self, folder):
        yield from super().bundles(folder)
        if self.has_made(folder):
            yield from ((one, None) for one in folder.children if one.name == "grades.csv")


FILES = {
    "site/A=s1=Ann.ipynb": ANSWER,
    "site/B=s2=Bob.ipynb": ANSWER,
    "site/grades.csv": b"id,grade",
    "site/late/Cyd.ipynb": ANSWER,
}


def rows(folder, assignment, files, **known):
    path = folder / "download.zip"
    path.write_bytes(zipped(files))
    into = folder / str(len([*folder.iterdir()]))
    into.mkdir()
    return [(one.student, one.id) for one in receive([path], into, [assignment], **known)]


def test_a_platform_is_added_by_a_class_in_the_table(tmp_path, small_assignment):
    known = (*PLATFORMS, Sakai())
    found = rows(tmp_path, small_assignment, FILES, platforms=known)
    assert found == [("Ann", "s1"), ("Bob", "s2"), ("late", None)]
    unknown = [("A=s1=Ann", None), ("B=s2=Bob", None), ("grades", None), ("late", None)]
    assert rows(tmp_path, small_assignment, FILES) == unknown


def test_a_download_of_it_is_found_among_others(tmp_path, small_assignment):
    one = zipped({"A=s1=Ann.ipynb": ANSWER})
    files = {"sakai.zip": one, "canvas.zip": zipped(LAYOUTS["canvas"][0])}
    found = rows(tmp_path, small_assignment, files, platforms=(*PLATFORMS, Sakai()))
    assert found == [("Ann", "s1"), ("annall", "101"), ("bobbee", "102")]


def test_the_platforms_before_it_keep_what_is_theirs(tmp_path, small_assignment):
    for name, (files, students) in LAYOUTS.items():
        folder = tmp_path / name.replace(" ", "_").replace("'", "")
        folder.mkdir()
        known = (*PLATFORMS, Sakai())
        assert rows(folder, small_assignment, files, platforms=known) == students


def test_the_docs_and_the_help_name_every_platform():
    docs = (TOP / "docs" / "submissions.md").read_text(encoding="utf-8")
    table = [f"| {one.title} | {one.layout} | {one.tells} |" for one in PLATFORMS]
    assert "\n".join(table) in docs
    help_text = CliRunner().invoke(app, ["grade", "--help"]).output
    words = " ".join(re.sub(r"[│|]", " ", help_text).split())
    assert all(one.title in words for one in PLATFORMS)
    readme = (TOP / "README.md").read_text(encoding="utf-8")
    assert all(one.title in readme for one in PLATFORMS)
