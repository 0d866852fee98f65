"""Whose file is it? From a tree of files to what each student handed in.

1. What a learning platform has named (`grader.intake.platforms`) is whose it says.
2. A folder, or an archive, for each student; or a file for each; in groups, too.

Where a folder could be one student's or many students', it is many: a row too many is seen.
"""

import re
from collections.abc import Iterator, Sequence

from grader.intake.bundle import ATTEMPT, Bundle, Item, is_notebook, student_of, tidy
from grader.intake.platform import Platform
from grader.intake.platforms import PLATFORMS
from grader.intake.tree import Node
from grader.model.text import say

_NOTEBOOK = re.compile(r"\.ipynb\b.*", re.IGNORECASE | re.DOTALL)
_PART = re.compile(
    r"(?:part|task|lab|hw|homework|ps|ex|exercise|assignment|часть|дз|лаб\w*|задани\w*)[ _.-]*\d*",
    re.IGNORECASE,
)


def bundles(
    root: Node,
    pattern: re.Pattern[str] | None = None,
    platforms: Sequence[Platform] = PLATFORMS,
) -> list[Bundle]:
    """Return what each student handed in, of what is at one path.

    pattern: finds the groups `student` and, if it has it, `id` in a file's path below the root;
    it goes before the layouts. platforms: those that are known, in the order in which they count.
    """
    if root.is_folder and pattern is not None:
        return _by_pattern(root, pattern)
    return _Layouts(platforms).bundles(root)


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


class _Layouts:
    """Whose files are, as far as these platforms are known."""

    def __init__(self, platforms: Sequence[Platform]) -> None:
        self._platforms = platforms

    def bundles(self, root: Node) -> list[Bundle]:
        if not root.is_folder:
            certain = (one for one in self._platforms if one.evidence != "hint")
            found = (one.of_name(root) for one in certain)
            return [next((bundle for bundle in found if bundle is not None), _of_file(root))]
        if root.archive and self._is_one_students(root):
            return [_of_file(root)]
        return list(self._in(root))

    def _known(self, folder: Node) -> dict[int, Bundle | None]:
        """Return what platforms tell of what is in a folder, by its identity; None: nobody's."""
        known: dict[int, Bundle | None] = {}
        for platform in self._platforms:
            for node, bundle in platform.bundles(folder):
                known.setdefault(id(node), bundle)
        return known

    def _is_platforms(self, folder: Node) -> bool:
        """Whether the names in a folder are those of a learning platform."""
        return any(one.evidence != "hint" and one.has_made(folder) for one in self._platforms)

    def _is_named(self, node: Node) -> bool:
        """Whether a name alone is a learning platform's."""
        sure = (one for one in self._platforms if one.evidence == "name")
        return any(one.of_name(node) is not None for one in sure)

    def _in(self, folder: Node) -> Iterator[Bundle]:
        """Yield what is in a folder of many students' work."""
        folder = self._unwrapped(folder)
        for platform in self._platforms:
            folder = platform.students_folder(folder)
        known = self._known(folder)
        groups, archived = self._are_groups(folder), self._archives_hold_people(folder)
        for child in folder.children:
            if id(child) in known:
                if (found := known[id(child)]) is not None:
                    yield found
            elif (groups and child.is_folder) or self._is_download(child, archived):
                for bundle in self._in(child):
                    if child.archive:
                        bundle.notes.append(say("it was found in {name}", name=child.name))
                    yield bundle
            elif child.is_folder and not child.archive:
                bundle = Bundle(student=student_of(child.name), shown=child.shown)
                bundle.add(child, child.name)
                yield bundle
            else:
                yield _of_file(child)

    def _is_one_students(self, archive: Node) -> bool:
        """Whether an archive is one student's: one notebook at the top, with its data."""
        files = list(archive.files())
        notebooks = [parts for parts, _ in files if is_notebook(parts[-1])]
        if len(notebooks) != 1 or len(files) == 1 or len(notebooks[0]) != 1:
            return False
        return not self._is_platforms(archive)

    def _is_download(self, node: Node, archived: bool) -> bool:
        """Whether a folder or an archive in a folder is itself a folder of many students' work.

        It is if a learning platform has made it, or if it is an archive of several folders with
        notebooks, and `archived`: the archives in the same folder hold folders of students.
        """
        if not node.is_folder:
            return False
        if self._is_platforms(self._unwrapped(node)):
            return True
        return archived and node.archive and len(self._with_notebooks(node)) > 1

    def _archives_hold_people(self, folder: Node) -> bool:
        """Whether folders in a folder's archives are students': a student's own would be parts."""
        archives = (child for child in folder.children if child.archive and child.is_folder)
        return _are_people([name for archive in archives for name in self._with_notebooks(archive)])

    def _with_notebooks(self, archive: Node) -> list[str]:
        """Return the names of the folders in an archive that hold notebooks."""
        return [
            one.name
            for one in self._unwrapped(archive).children
            if one.is_folder and any(is_notebook(parts[-1]) for parts, _ in one.files())
        ]

    def _unwrapped(self, folder: Node) -> Node:
        """Return the folder of students in a folder that holds nothing else.

        An archive often holds all in one folder. That may be the only student's: it is where a
        single notebook is in it.
        """
        while len(folder.children) == 1 and (child := folder.children[0]).is_folder:
            inner = [one for one in child.children if one.is_folder or is_notebook(one.name)]
            known = child.name.lower() in ("submitted", "submissions") or self._is_platforms(child)
            several = len(inner) > 1 or (len(inner) == 1 and inner[0].is_folder)
            if self._is_named(child) or not (known or (folder.archive and several)):
                break
            folder = child
        return folder

    def _are_groups(self, folder: Node) -> bool:
        """Whether the folders in a folder are groups of students, rather than students.

        They are if they hold folders and no notebooks, some more than one, and if these folders
        have names like students.
        """
        inner: list[str] = []
        groups = [c for c in folder.children if c.is_folder and not c.archive and c.children]
        if folder.name == "submitted":
            return False
        for group in groups:
            folders = [one.name for one in group.children if one.is_folder]
            notebooks = any(is_notebook(one.name) for one in group.children if not one.is_folder)
            if not folders or notebooks or self._is_named(group):
                return False
            inner += folders
        return len(inner) > len(groups) and _are_people(inner)


def _of_file(node: Node) -> Bundle:
    """Return a file, or an archive, that stands for a student."""
    stem = _NOTEBOOK.sub("", node.name) or node.name
    if stem == node.name:
        stem = re.sub(r"(\.tar)?\.\w{1,8}$", "", node.name) or node.name
    bundle = Bundle(student=student_of(stem), shown=node.shown)
    bundle.add(node, node.name)
    return bundle


def _are_people(names: Sequence[str]) -> bool:
    """Whether names of folders are students': they hardly repeat, and no numbers of parts."""
    if all(ATTEMPT.fullmatch(name) or _PART.fullmatch(name) for name in names):
        return False
    return 2 * len(set(names)) > len(names)


def _by_pattern(root: Node, pattern: re.Pattern[str]) -> list[Bundle]:
    found: dict[tuple[str, str | None], Bundle] = {}
    rest = []
    for parts, node in root.files():
        if node.is_folder:
            continue
        # With the names of archives, which `parts`, a student's own view, leaves out.
        match = pattern.search(node.shown.removeprefix(f"{root.shown}/"))
        groups = match.groupdict() if match else {}
        if student := tidy(groups.get("student") or ""):
            key = student, groups.get("id") or None
            new = Bundle(student=student, id=key[1], shown=node.shown)
            found.setdefault(key, new).items.append(Item(parts=parts, node=node))
        else:
            rest.append(_of_file(node))
            rest[-1].notes.append(say("its path does not fit --student-pattern"))
    return [*found.values(), *rest]
