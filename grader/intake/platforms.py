"""What learning platforms make of names, and what these say of whose a file is.

- Moodle: `Name_ID_assignsubmission_file_`, a folder or the beginning of a file's name;
  `_assignsubmission_onlinetext_` holds what was typed in.
- Canvas: `name_ID_FILE_original.ipynb`, `name_LATE_ID_FILE_original-2.ipynb` for a second try.
- Gradescope: folders `submission_123`, with `submission_metadata.yml` beside them.
- Google Classroom: `Name - original.ipynb`.
"""

import re

import yaml

from grader.intake.bundle import Bundle, is_notebook, student_of, tidy
from grader.intake.tree import Node
from grader.model.text import say

MAX_YAML = 20 * 2**20  # bytes
_MOODLE = re.compile(
    r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?P<kind>[a-z]+)_?(?P<file>.*)", re.DOTALL
)
_CANVAS = re.compile(
    r"(?P<name>[^_]+)(?P<late>_LATE)?_(?P<id>\d{2,})_(?P<number>\d{4,})_(?P<file>.+)", re.DOTALL
)
_CANVAS_AGAIN = re.compile(r"-(\d+)(?=(\.[^.]*)?$)")
CLASSROOM = re.compile(r"(?P<name>.+?) - (?P<file>.+)", re.DOTALL)


def is_platforms(folder: Node) -> bool:
    """Whether the names in a folder are those of a learning platform."""
    moodle = any(_MOODLE.fullmatch(child.name) for child in folder.children)
    return moodle or is_canvas(folder) or bool(gradescope(folder))


def is_canvas(folder: Node) -> bool:
    """Whether names that could be Canvas's are: it gives each file a number of its own."""
    found = [match for one in folder.children if (match := _CANVAS.fullmatch(one.name))]
    numbers = {match["number"] for match in found}
    owners = {(match["name"], match["id"]) for match in found}
    return len(numbers) == len(found) and (len(owners) > 1 or len(found) == 1)


def named(node: Node, *, canvas: bool = False) -> Bundle | None:
    """Return what a name of Moodle's tells and, if `canvas`, one of Canvas's; None for others."""
    if match := _MOODLE.fullmatch(node.name):
        bundle = Bundle(student=student_of(match["name"]), id=match["id"], shown=node.shown)
        if match["kind"] == "file":
            bundle.add(node, match["file"] or node.name)
        else:
            bundle.notes.append(
                say("there is text that was typed in on the site; it is not graded")
            )
        return bundle
    if not canvas or (node.is_folder and not node.archive):
        return None
    if match := _CANVAS.fullmatch(node.name):
        bundle = Bundle(student=student_of(match["name"]), id=match["id"], shown=node.shown)
        name, attempt = match["file"], (int(match["number"][:18]),)
        if is_notebook(name):
            name = _CANVAS_AGAIN.sub("", name)
        bundle.add(node, name, attempt)
        if not is_notebook(name) and _CANVAS_AGAIN.search(name):
            # `data-1.csv` may be what the student called it, or data.csv in a second try.
            bundle.add(node, _CANVAS_AGAIN.sub("", name), attempt)
        if match["late"]:
            bundle.notes.append(say("it was handed in late, its name says"))
        return bundle
    return None


def is_classroom(folder: Node) -> bool:
    """Whether files are called after students first; what comes after ` - ` may be the same."""
    files = [child.name for child in folder.children if is_notebook(child.name)]
    found = [match for name in files if (match := CLASSROOM.fullmatch(name))]
    students = {match["name"] for match in found}
    return bool(found) and len(students) >= len({match["file"] for match in found})


def gradescope(folder: Node) -> dict[str, tuple[str, str | None]]:
    """Return names and ids of who handed in each folder of an export of Gradescope's."""
    listed = [child for child in folder.children if child.name == "submission_metadata.yml"]
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
        ids = [id for one in people for key in (":sid", ":email") if (id := _plain(one.get(key)))]
        if names:
            found[str(folder_name)] = (
                ", ".join(names),
                ids[0] if len(people) == 1 and ids else None,
            )
    return found


def _plain(value: object) -> str:
    """Return a name or a number; nothing of what could be as large as an alias makes it."""
    return tidy(str(value))[:200] if isinstance(value, str | int) else ""
