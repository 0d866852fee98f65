"""The learning platforms whose downloads are taken as they are.

To add one, write a subclass of `Platform` that says how its downloads look and what their names
tell, and put it into `PLATFORMS`: the layouts, the help of `grader grade` and the table in
`docs/submissions.md` follow from that (a test says what the table lacks). Earlier ones go first.
An example of a download belongs into `tests/intake/layouts.py`.
"""

import re
from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal

import yaml

from grader.intake.bundle import Bundle, is_notebook, student_of, tidy
from grader.intake.platform import Platform
from grader.intake.tree import Node
from grader.model.text import say

MAX_YAML = 20 * 2**20  # bytes


class _Moodle(Platform):
    """A folder for each student, or the beginning of each file's name; and what was typed in."""

    title = "Moodle"
    layout = "`Name_ID_assignsubmission_file_/`, or flat; `_onlinetext_`"
    tells = "Name, ID"
    evidence: ClassVar[Literal["name"]] = "name"

    _name = re.compile(
        r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?P<kind>[a-z]+)_?(?P<file>.*)", re.DOTALL
    )

    def of_name(self, node: Node) -> Bundle | None:
        if (match := self._name.fullmatch(node.name)) is None:
            return None
        bundle = Bundle(student=student_of(match["name"]), id=match["id"], shown=node.shown)
        if match["kind"] == "file":
            bundle.add(node, match["file"] or node.name)
        else:
            bundle.notes.append(
                say("there is text that was typed in on the site; it is not graded")
            )
        return bundle


class _Canvas(Platform):
    """Files alone; a second try has a number behind its name."""

    title = "Canvas"
    layout = "`name_ID_FILE_hw.ipynb`, `name_LATE_ID_FILE_hw-2.ipynb`"
    tells = "name, ID; late is noted"

    _name = re.compile(
        r"(?P<name>[^_]+)(?P<late>_LATE)?_(?P<id>\d{2,})_(?P<number>\d{4,})_(?P<file>.+)",
        re.DOTALL,
    )
    _again = re.compile(r"-(\d+)(?=(\.[^.]*)?$)")

    def of_name(self, node: Node) -> Bundle | None:
        if node.is_folder and not node.archive:
            return None
        if (match := self._name.fullmatch(node.name)) is None:
            return None
        bundle = Bundle(student=student_of(match["name"]), id=match["id"], shown=node.shown)
        name, attempt = match["file"], (int(match["number"][:18]),)
        if is_notebook(name):
            name = self._again.sub("", name)
        bundle.add(node, name, attempt)
        if not is_notebook(name) and self._again.search(name):
            # `data-1.csv` may be what the student called it, or data.csv in a second try.
            bundle.add(node, self._again.sub("", name), attempt)
        if match["late"]:
            bundle.notes.append(say("it was handed in late, its name says"))
        return bundle

    def has_made(self, folder: Node) -> bool:
        # It gives each file a number of its own.
        names = (one.name for one in folder.children)
        found = [match for name in names if (match := self._name.fullmatch(name))]
        numbers = {match["number"] for match in found}
        owners = {(match["name"], match["id"]) for match in found}
        return len(numbers) == len(found) and (len(owners) > 1 or len(found) == 1)


class _Gradescope(Platform):
    """Folders, with a file that says who handed in each."""

    title = "Gradescope"
    layout = "`submission_123/` with `submission_metadata.yml`"
    tells = "the names in it, the SID or the address"

    _list = "submission_metadata.yml"

    def has_made(self, folder: Node) -> bool:
        return bool(self._submitters(folder))

    def bundles(self, folder: Node) -> Iterator[tuple[Node, Bundle | None]]:
        submitters = self._submitters(folder)
        for child in folder.children if submitters else ():
            if child.name == self._list:
                yield child, None
            elif child.name in submitters:
                student, id = submitters[child.name]
                bundle = Bundle(student=student, id=id, shown=child.shown)
                bundle.add(child, child.name)
                yield child, bundle

    def _submitters(self, folder: Node) -> dict[str, tuple[str, str | None]]:
        """Return names and ids of who handed in each folder."""
        listed = [child for child in folder.children if child.name == self._list]
        if not listed or (path := listed[0].path) is None or path.stat().st_size > MAX_YAML:
            return {}
        try:
            data = yaml.load(path.read_bytes(), getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe
        except Exception:  # noqa: BLE001 - what PyYAML raises on hostile tags is of many kinds
            return {}
        found: dict[str, tuple[str, str | None]] = {}
        for folder_name, entry in data.items() if isinstance(data, dict) else ():
            people = entry.get(":submitters") if isinstance(entry, dict) else None
            people = [one for one in people or () if isinstance(one, dict)] if people else []
            names = [name for one in people if (name := _plain(one.get(":name")))]
            keys = (":sid", ":email")
            ids = [id for one in people for key in keys if (id := _plain(one.get(key)))]
            if names:
                only = ids[0] if len(people) == 1 and ids else None
                found[str(folder_name)] = (", ".join(names), only)
        return found


class _Nbgrader(Platform):
    """A folder for each student in one of the course's own, whose names say no more."""

    title = "nbgrader"
    layout = "`submitted/STUDENT/ASSIGNMENT/`"
    tells = "STUDENT"
    evidence: ClassVar[Literal["hint"]] = "hint"

    _others = frozenset(
        ("source", "release", "autograded", "feedback", "gradebook.db", "nbgrader_config.py")
    )

    def students_folder(self, folder: Node) -> Node:
        names = {child.name for child in folder.children}
        if "submitted" in names and (names & self._others or len(names) == 1):
            return next(child for child in folder.children if child.name == "submitted")
        return folder


class _Classroom(Platform):
    """Files that are called after students first; what comes after ` - ` may be the same."""

    title = "Google Classroom"
    layout = "`Name - hw.ipynb`"
    tells = "Name"
    evidence: ClassVar[Literal["hint"]] = "hint"

    _name = re.compile(r"(?P<name>.+?) - (?P<file>.+)", re.DOTALL)

    def of_name(self, node: Node) -> Bundle | None:
        if node.is_folder or (match := self._name.fullmatch(node.name)) is None:
            return None
        bundle = Bundle(student=student_of(match["name"]), shown=node.shown)
        bundle.add(node, match["file"])
        return bundle

    def has_made(self, folder: Node) -> bool:
        files = [child.name for child in folder.children if is_notebook(child.name)]
        found = [match for name in files if (match := self._name.fullmatch(name))]
        students = {match["name"] for match in found}
        return bool(found) and len(students) >= len({match["file"] for match in found})


PLATFORMS: Sequence[Platform] = (
    _Moodle(),
    _Canvas(),
    _Gradescope(),
    _Nbgrader(),
    _Classroom(),
)


def _plain(value: object) -> str:
    """Return a name or a number; nothing of what could be as large as an alias makes it."""
    return tidy(str(value))[:200] if isinstance(value, str | int) else ""
