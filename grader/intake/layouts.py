"""Whose file is it? By what the tools that files are downloaded from make of names.

1. Moodle: `Name_ID_assignsubmission_file_`, a folder or the beginning of a file's name;
   `_assignsubmission_onlinetext_` holds what was typed in.
2. Canvas: `name_ID_FILE_original.ipynb`, `name_LATE_ID_FILE_original-2.ipynb` for a second try.
3. Gradescope: folders `submission_123`, with `submission_metadata.yml` beside them.
4. nbgrader: `submitted/STUDENT/ASSIGNMENT/`.
5. Google Classroom: `Name - original.ipynb`.
6. A folder, or an archive, for each student; or a file for each.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import yaml

from grader.intake.tree import Node

MAX_YAML = 20 * 2**20  # bytes
_MOODLE = re.compile(
    r"(?P<name>.+?)\s*_(?P<id>\d+)_assignsubmission_(?P<kind>[a-z]+)_?(?P<file>.*)", re.DOTALL
)
_CANVAS = re.compile(
    r"(?P<name>[^_]+)(?P<late>_LATE)?_(?P<id>\d{2,})_(?P<number>\d{3,})_(?P<file>.+)", re.DOTALL
)
_CANVAS_AGAIN = re.compile(r"-(\d+)(?=(\.[^.]*)?$)")
_CLASSROOM = re.compile(r"(?P<name>.+?) - (?P<file>.+)", re.DOTALL)
_ATTEMPT = re.compile(
    r"(?:attempt|try|version|v|submission|попытка|вариант)?[ _.-]*(\d+)", re.IGNORECASE
)
_NOTEBOOK = re.compile(r"\s*\.ipynb\b.*", re.IGNORECASE | re.DOTALL)
_NBGRADER = {"source", "release", "autograded", "feedback", "gradebook.db", "nbgrader_config.py"}


@dataclass(slots=True, kw_only=True)
class Item:
    """A file of a student's. parts: of its path, as the student had it; attempt: by number."""

    parts: tuple[str, ...]
    node: Node
    attempt: tuple[int, ...] = ()


@dataclass(slots=True, kw_only=True)
class Bundle:
    """All that one student handed in. id: what the tool that it comes from knows them by."""

    student: str
    shown: str
    id: str | None = None
    items: list[Item] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, node: Node, name: str, attempt: tuple[int, ...] = ()) -> None:
        """Add a file, or all that is in a folder."""
        if not node.is_folder:
            self.items.append(Item(parts=(name,), node=node, attempt=attempt))
            return
        for parts, file in node.files():
            tries = [int(m[1][:9]) for part in parts[:-1] if (m := _ATTEMPT.fullmatch(part))]
            self.items.append(Item(parts=parts, node=file, attempt=(*attempt, *tries)))


def bundles(root: Node, pattern: re.Pattern[str] | None = None) -> list[Bundle]:
    """Return what each student handed in, of what is at one path.

    pattern: finds the groups `student` and, if it has it, `id` in a file's path below the root;
    it goes before the layouts.
    """
    if not root.is_folder:
        return [_of_file(root)]
    if pattern is not None:
        return _by_pattern(root, pattern)
    if root.archive and _is_one_students(root):
        return [_of_file(root)]
    return list(_in(root))


def merged(found: Sequence[Bundle]) -> list[Bundle]:
    """Return one bundle for each student with an id; without one, namesakes may be two people."""
    kept: dict[object, Bundle] = {}
    for bundle in found:
        key = (bundle.student, bundle.id) if bundle.id is not None else id(bundle)
        first = kept.setdefault(key, bundle)
        if first is not bundle:
            first.items += bundle.items
            first.notes += [note for note in bundle.notes if note not in first.notes]
    return list(kept.values())


def is_notebook(name: str) -> bool:
    """Whether a file's name is a notebook's, whatever was put behind it."""
    return ".ipynb" in name.lower()


def tidy(name: str) -> str:
    """Return a name as people write it: composed characters, single spaces, nothing unseen."""
    name = unicodedata.normalize("NFC", name)
    name = "".join(c for c in name if c.isprintable() or c in " \t")
    return " ".join(name.split())


def _student(name: str) -> str:
    return tidy(name) or "unnamed"


def _in(folder: Node) -> Iterator[Bundle]:
    """Yield what is in a folder of many students' work."""
    folder = _unwrapped(folder)
    names = {child.name for child in folder.children}
    if "submitted" in names and (names & _NBGRADER or len(names) == 1):
        folder = next(child for child in folder.children if child.name == "submitted")
    submitters = _gradescope(folder)
    classroom = _is_classroom(folder)
    groups = _are_groups(folder)
    for child in folder.children:
        if child.name == "submission_metadata.yml" and submitters:
            continue
        if (found := _named(child)) is not None:
            yield found
        elif child.name in submitters:
            student, id = submitters[child.name]
            bundle = Bundle(student=student, id=id, shown=child.shown)
            bundle.add(child, child.name)
            yield bundle
        elif classroom and not child.is_folder and (match := _CLASSROOM.fullmatch(child.name)):
            bundle = Bundle(student=_student(match["name"]), shown=child.shown)
            bundle.add(child, match["file"])
            yield bundle
        elif (groups and child.is_folder) or (child.archive and _is_download(child)):
            yield from _in(child)
        elif child.is_folder and not child.archive:
            bundle = Bundle(student=_student(child.name), shown=child.shown)
            bundle.add(child, child.name)
            yield bundle
        else:
            yield _of_file(child)


def _named(node: Node) -> Bundle | None:
    """Return what the name of a file or folder tells, by rules 1 and 2."""
    if match := _MOODLE.fullmatch(node.name):
        bundle = Bundle(student=_student(match["name"]), id=match["id"], shown=node.shown)
        if match["kind"] == "file":
            bundle.add(node, match["file"] or node.name)
        else:
            bundle.notes.append("there is text that was typed in on the site; it is not graded")
        return bundle
    if not node.archive and node.is_folder:
        return None
    if match := _CANVAS.fullmatch(node.name):
        bundle = Bundle(student=_student(match["name"]), id=match["id"], shown=node.shown)
        again = _CANVAS_AGAIN.search(match["file"])
        attempt = int(again[1][:9]) if again else 0
        name = _CANVAS_AGAIN.sub("", match["file"])
        bundle.add(node, name, (attempt, int(match["number"][:18])))
        if match["late"]:
            bundle.notes.append("it was handed in late, its name says")
        return bundle
    return None


def _of_file(node: Node) -> Bundle:
    """Return a file, or an archive, that stands for a student."""
    if (found := _named(node)) is not None:
        return found
    stem = _NOTEBOOK.sub("", node.name) or node.name
    if stem == node.name:
        stem = re.sub(r"(\.tar)?\.\w{1,8}$", "", node.name) or node.name
    bundle = Bundle(student=_student(stem), shown=node.shown)
    bundle.add(node, node.name)
    return bundle


def _is_one_students(archive: Node) -> bool:
    """Whether an archive is one student's: a notebook at the top, and only that, with its data."""
    files = list(archive.files())
    notebooks = [parts for parts, _ in files if is_notebook(parts[-1])]
    if len(notebooks) != 1 or len(files) == 1 or len(notebooks[0]) != 1:
        return False
    return not any(map(_named, archive.children))


def _is_download(archive: Node) -> bool:
    """Whether an archive among others is of many students' work."""
    inside = _unwrapped(archive)
    if any(map(_named, inside.children)) or _gradescope(inside):
        return True
    folders = [child for child in inside.children if child.is_folder]
    return sum(any(is_notebook(parts[-1]) for parts, _ in one.files()) for one in folders) > 1


def _unwrapped(folder: Node) -> Node:
    """Return the folder of students in a folder that holds nothing else.

    An archive often holds all in one folder. That may be the only student's: it is where a single
    notebook lies in it.
    """
    while len(folder.children) == 1 and (child := folder.children[0]).is_folder:
        inner = [one for one in child.children if one.is_folder or is_notebook(one.name)]
        known = child.name.lower() in ("submitted", "submissions") or any(map(_named, inner))
        several = len(inner) > 1 or (len(inner) == 1 and inner[0].is_folder)
        if _named(child) or not (known or (folder.archive and several)):
            break
        folder = child
    return folder


def _are_groups(folder: Node) -> bool:
    """Whether the folders in a folder are groups of students, rather than students.

    They are if each holds nothing but folders, and these are hardly ever called the same: those of
    a student would be called after assignments, or numbered.
    """
    inner: list[str] = []
    for child in folder.children:
        if not child.is_folder or child.archive or _named(child):
            return False
        if folder.name == "submitted":
            return False
        if not child.children or not all(one.is_folder for one in child.children):
            return False
        inner += [one.name for one in child.children]
    if all(_ATTEMPT.fullmatch(name) for name in inner):
        return False
    return 2 * len(set(inner)) > len(inner) > 1


def _is_classroom(folder: Node) -> bool:
    """Whether files are called after students first; what comes after ` - ` may be the same."""
    files = [child.name for child in folder.children if is_notebook(child.name)]
    found = [match for name in files if (match := _CLASSROOM.fullmatch(name))]
    students = {match["name"] for match in found}
    return bool(found) and len(students) >= len({match["file"] for match in found})


def _gradescope(folder: Node) -> dict[str, tuple[str, str | None]]:
    """Return names and ids of who handed in each folder of an export of Gradescope's."""
    listed = [child for child in folder.children if child.name == "submission_metadata.yml"]
    if not listed or (path := listed[0].path) is None or path.stat().st_size > MAX_YAML:
        return {}
    try:
        data = yaml.load(path.read_bytes(), getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe
    except (yaml.YAMLError, OSError, UnicodeDecodeError, RecursionError, ValueError):
        return {}
    found: dict[str, tuple[str, str | None]] = {}
    for name, entry in data.items() if isinstance(data, dict) else ():
        people = entry.get(":submitters") if isinstance(entry, dict) else None
        people = [one for one in people or () if isinstance(one, dict)] if people else []
        names = [tidy(str(one[":name"])) for one in people if one.get(":name")]
        ids = [str(one[key]) for one in people for key in (":sid", ":email") if one.get(key)]
        if names:
            found[str(name)] = (", ".join(names), ids[0] if len(people) == 1 and ids else None)
    return found


def _by_pattern(root: Node, pattern: re.Pattern[str]) -> list[Bundle]:
    found: dict[tuple[str, str | None], Bundle] = {}
    rest = []
    for parts, node in root.files():
        match = pattern.search("/".join(parts))
        groups = match.groupdict() if match else {}
        if student := tidy(groups.get("student") or ""):
            key = student, groups.get("id") or None
            new = Bundle(student=student, id=key[1], shown=node.shown)
            found.setdefault(key, new).items.append(Item(parts=parts, node=node))
        else:
            rest.append(_of_file(node))
            rest[-1].notes.append("its path does not fit --student-pattern")
    return [*found.values(), *rest]
