"""Whose file is it? From a tree of files to what each student handed in.

1. What a learning platform has named (`grader.intake.platforms`) is whose it says: that platform
   that knows the most of what is in a folder, and more than half.
2. A folder, or an archive, for each student; or a file for each; in groups, too.

Both are looked for above students alone. What lies in a student's own folder or archive names
nobody, whatever it is called: so folders and archives among others are downloads, or groups, only
where most of them look so.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from grader.intake.bundle import PART, Bundle, are_parts, is_notebook, student_of
from grader.intake.platforms.platform import Listing, Platform
from grader.intake.tree import Node
from grader.model.text import Text, counted, say

_NOTEBOOK = re.compile(r"\.ipynb\b.*", re.IGNORECASE | re.DOTALL)
# What is no hand-in where it lies beside those of others.
_NOBODYS = re.compile(r"(?:index\.html?|readme(?:\.\w+)?|grades\.(?:csv|xlsx?))", re.IGNORECASE)
_NO_WORK = re.compile(r".*\.(?:html?|txt|csv|xlsx?|xml|log|ini)", re.IGNORECASE | re.DOTALL)
_SUBMISSIONS = re.compile(r"submitted|(?:.+[-_ ])?submissions(?:-\d.*)?", re.IGNORECASE)
_MANY = 3  # students, whom a platform's names tell apart that could also be others'


@dataclass(slots=True)
class Found:
    """What each student handed in, and what was left out, with the reason."""

    bundles: list[Bundle] = field(default_factory=list)
    left_out: list[Text] = field(default_factory=list)


def find(roots: Sequence[Node], platforms: Sequence[Platform]) -> Found:
    """Return what each student handed in, of what is at several paths.

    platforms: those that are known, in the order in which they count.
    """
    return _Layouts(platforms).of(roots)


class _Layouts:
    """Whose files are, as far as these platforms are known."""

    def __init__(self, platforms: Sequence[Platform]) -> None:
        self._platforms = platforms
        self._tables: dict[Node, Platform] = {}
        self._left_out: list[Text] = []

    def of(self, roots: Sequence[Node]) -> Found:
        self._keep_tables(roots)
        bundles = [
            bundle for root in roots if root not in self._tables for bundle in self._of_root(root)
        ]
        for platform in self._platforms:
            tables = [node for node, known in self._tables.items() if known is platform]
            own = [bundle for bundle in bundles if bundle.platform == platform.title]
            if tables and own:
                platform.complete(own, tables)
                self._left_out += [
                    say(
                        "{path} is no hand-in: it was read as a table of {platform}",
                        path=node.shown,
                        platform=platform.title,
                    )
                    for node in tables
                ]
            elif tables:
                self._leave_out(tables)
        return Found(bundles, self._left_out)

    def _of_root(self, root: Node) -> list[Bundle]:
        if not root.is_folder or self._is_sure_of(root):
            return [self._alone(root)]
        if root.archive and self._is_one_students(root):
            return [of_file(root)]
        return list(self._in(root))

    def _is_sure_of(self, node: Node) -> bool:
        """Whether the name of a folder alone is a learning platform's."""
        alone = Node(name="", shown="", children=[node])
        return any(one.is_sure_of_one and one.listing(alone) for one in self._platforms)

    def _alone(self, node: Node) -> Bundle:
        """Return what the name of a single file or folder tells."""
        listing = self._listing(Node(name="", shown="", children=[node]), sure=True)
        return listing.bundles[0] if listing is not None and listing.bundles else of_file(node)

    def _listing(self, folder: Node, *, sure: bool = False) -> Listing | None:
        """Return what the platform tells that has made a folder. sure: whether it has to be sure.

        That is the one that knows most of it. Of several, it is the one that reads the least of
        the names: the rest may be what a student called a file.
        """
        count = sum(map(_is_work, folder.children))
        best: Listing | None = None
        for platform in self._platforms:
            found = platform.listing(folder)
            if found is None or (sure and not platform.is_sure):
                continue
            known = (*found.works, *found.own)
            if 2 * sum(map(_is_work, known)) <= count > 0:
                continue
            if best is None or _rank(found) > _rank(best):
                best = found
        return best

    def _in(self, folder: Node) -> Iterator[Bundle]:
        """Yield what is in a folder of many students' work."""
        folder = self._unwrapped(folder)
        listing = self._listing(folder)
        if listing is None:
            yield from self._rest(folder.children, groups=self._are_groups(folder.children))
            return
        yield from listing.bundles
        covered = {*listing.works, *listing.own}
        self._keep_tables(listing.own)
        rest = [child for child in folder.children if child not in covered]
        stray = [child for child in rest if not _is_work(child)]
        self._leave_out(stray)
        for bundle in self._rest([child for child in rest if child not in stray], groups=False):
            if not bundle.platform:
                why = say(
                    "it lies among what comes from {platform} and is not named like it",
                    platform=listing.bundles[0].platform if listing.bundles else "",
                )
                bundle.notes.append(why)
            yield bundle

    def _rest(self, children: Sequence[Node], *, groups: bool) -> Iterator[Bundle]:
        """Yield what is in a folder that no platform has made."""
        self._keep_tables(children)
        children = [child for child in children if child not in self._tables]
        nobodys = _nobodys(children)
        self._leave_out(nobodys)
        children = [child for child in children if child not in nobodys]
        downloads = self._downloads(children)
        for child in children:
            if child in downloads or (groups and child.is_folder and not child.archive):
                for bundle in self._in(child):
                    if child.archive:
                        bundle.notes.append(say("it was found in {name}", name=child.name))
                    yield bundle
            else:
                yield self._of_one(child)

    def _of_one(self, node: Node) -> Bundle:
        """Return what one student handed in, to whom a folder or a file belongs."""
        if node.is_folder and not node.archive:
            if self._is_sure_of(node):
                return self._alone(node)
            bundle = Bundle(student=student_of(node.name), shown=node.shown, by="folder name")
            bundle.add(node, node.name)
        else:
            bundle = of_file(node)
        if node.is_folder and self._has_many(node):
            note = say(
                "what is in it is called as the work of many students is; if it is, grade it by"
                " itself: grader grade {path}",
                path=node.shown,
            )
            bundle.notes.append(note)
        if node.is_folder and (inner := self._listing(self._unwrapped(node), sure=True)):
            owners = {(one.id, one.student) for one in inner.bundles}
            if len(owners) > 1:
                bundle.problem = counted(
                    "it looks like a download with {number} student's work, among others' work;"
                    " if it is one, grade it by itself: grader grade {path}",
                    "it looks like a download with {number} students' work, among others' work;"
                    " if it is one, grade it by itself: grader grade {path}",
                    len(owners),
                    path=node.shown,
                )
        return bundle

    def _keep_tables(self, nodes: Sequence[Node]) -> None:
        """Keep the tables of platforms among files that are no student's."""
        for node in nodes:
            for platform in self._platforms:
                if not node.is_folder and platform.is_table(node):
                    self._tables.setdefault(node, platform)

    def _leave_out(self, nodes: Sequence[Node]) -> None:
        self._left_out += [
            say("{path} was left out: it is nobody's hand-in", path=node.shown) for node in nodes
        ]

    def _is_one_students(self, archive: Node) -> bool:
        """Whether an archive is one student's: one notebook at the top, with its data."""
        files = list(archive.files())
        notebooks = [parts for parts, _ in files if is_notebook(parts[-1])]
        if len(notebooks) != 1 or len(files) == 1 or len(notebooks[0]) != 1:
            return False
        return self._listing(archive, sure=True) is None

    def _downloads(self, children: Sequence[Node]) -> set[Node]:
        """Return which of the folders and archives in a folder are downloads.

        One is where a learning platform has made it, or where it is an archive of several folders
        with notebooks that have names like students. Most of what lies beside has to be, too.
        """
        folders = [child for child in children if child.is_folder]
        likely = {one for one in folders if self._listing(self._unwrapped(one), sure=True)}
        archives = {
            one: _with_notebooks(self._unwrapped(one))
            for one in folders
            if one.archive and one not in likely
        }
        names = [name for inside in archives.values() for name in inside]
        if archives and _are_people(names) and all(len(inside) > 1 for inside in archives.values()):
            likely |= archives.keys()
        works = sum(map(_is_work, children))
        return likely if 2 * len(likely) > works else set()

    def _unwrapped(self, folder: Node) -> Node:
        """Return the folder of students in a folder that holds nothing else.

        An archive often holds all in one folder. That may be the only student's: it is where a
        single notebook is in it.
        """
        while True:
            children = [one for one in folder.children if not _is_nobodys(one)]
            if len(children) != 1 or not (child := children[0]).is_folder:
                return folder
            if self._is_sure_of(child) or self._listing(folder) is not None:
                return folder
            inner = [one for one in child.children if one.is_folder or is_notebook(one.name)]
            guess = self._listing(child)
            known = (
                _SUBMISSIONS.fullmatch(child.name) is not None
                or self._listing(child, sure=True) is not None
                or (guess is not None and len(guess.bundles) >= _MANY)
            )
            several = len(inner) > 1 or (len(inner) == 1 and inner[0].is_folder)
            if not (known or (folder.archive and several) or self._leads_to_many(child)):
                return folder
            folder = child

    def _are_groups(self, children: Sequence[Node]) -> bool:
        """Whether the folders in a folder are groups of students, rather than students.

        They are if they hold folders and no notebooks, most more than one, and if most of these
        folders hold notebooks and have names like students; or if they are numbered parts, as
        homeworks are, and hold files that are called after many students.
        """
        inner: list[str] = []
        groups = [c for c in children if c.is_folder and not c.archive and c.children]
        if groups and all(PART.fullmatch(one.name) and self._has_many(one) for one in groups):
            return True
        several = held = 0
        for group in groups:
            folders = [one.name for one in group.children if one.is_folder]
            notebooks = any(is_notebook(one.name) for one in group.children if not one.is_folder)
            if not folders or notebooks or self._is_sure_of(group):
                return False
            several += len(folders) > 1
            held += len(_with_notebooks(group))
            inner += folders
        if not several or not groups or 2 * held <= len(inner):
            return False
        if all(PART.fullmatch(group.name) for group in groups):
            return not are_parts(inner)  # the same students, for each of several assignments
        numbered = all(re.search(r"\d", group.name) for group in groups)
        most = 2 * several > len(groups) or (2 * several == len(groups) and numbered)
        return most and _are_people(inner)

    def _leads_to_many(self, folder: Node) -> bool:
        """Whether a folder holds nothing but a folder, and so on, down to one of many students."""
        while len(folder.children) == 1 and folder.children[0].is_folder:
            (folder,) = folder.children
            if len(names := _with_notebooks(folder)) >= _MANY:
                return _are_people(names)
        return False

    def _has_many(self, folder: Node) -> bool:
        """Whether the files in a folder are called as a platform calls those of many students."""
        listing = self._listing(folder)
        names = [one.student for one in listing.bundles] if listing is not None else []
        return len(names) >= _MANY and not are_parts(names)


def of_file(node: Node) -> Bundle:
    """Return a file, or an archive, that stands for a student."""
    stem = _NOTEBOOK.sub("", node.name) or node.name
    if stem == node.name:
        stem = re.sub(r"(\.tar)?\.\w{1,8}$", "", node.name) or node.name
    bundle = Bundle(student=student_of(stem), shown=node.shown)
    bundle.add(node, node.name)
    return bundle


def _is_nobodys(node: Node) -> bool:
    """Whether a file is no hand-in by its name; a folder so called is somebody's."""
    return not node.is_folder and _NOBODYS.fullmatch(node.name) is not None


def _is_work(node: Node) -> bool:
    """Whether what lies in a folder could be what somebody was to hand in."""
    return node.is_folder or not (_is_nobodys(node) or _NO_WORK.fullmatch(node.name))


def _nobodys(children: Sequence[Node]) -> list[Node]:
    """Return what is no hand-in where students have folders, and else may be one."""
    works = [child for child in children if _is_work(child)]
    if works and all(child.is_folder and not child.archive for child in works):
        return [child for child in children if child not in works]
    if any(child.is_folder for child in children):
        return [child for child in children if _is_nobodys(child)]
    return []


def _with_notebooks(folder: Node) -> list[str]:
    """Return the names of the folders in a folder that hold notebooks."""
    return [
        one.name
        for one in folder.children
        if one.is_folder and any(is_notebook(parts[-1]) for parts, _ in one.files())
    ]


def _rank(listing: Listing) -> tuple[int, int]:
    return len(listing.works) + len(listing.own), -listing.begins


def _are_people(names: Sequence[str]) -> bool:
    """Whether names of folders are students': they hardly repeat, and no numbers of parts."""
    return not are_parts(names) and 2 * len(set(names)) > len(names)
