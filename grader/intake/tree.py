"""What was handed in, as a tree of folders and files: on disk and in archives alike."""

import os
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from grader.errors import Unreadable
from grader.formats.encoding import decode
from grader.intake import archives, left_behind
from grader.intake.left_behind import is_left_behind
from grader.model.text import Text, say

_DAY = 86_400  # seconds, since the times in archives name no zone
_UNSET = 316_000_000  # the first days of 1980, which stand where a program gave no time
MAX_DEPTH = 20  # folders in folders, in an archive; what is deeper is taken up
# Zip archives that are somebody's data, and are read as they are.
_DATA = (".npz", ".pt", ".pth", ".ckpt", ".safetensors", ".whl", ".jar")
NOTHING = say("there is no file of this name, or it is something else than a file")
_LINK = say("it is a link to another file: hand in the file itself")


@dataclass(slots=True, kw_only=True, eq=False)
class Node:
    """A file, or a folder or an archive with what is in it.

    path: where a file's content is, None for a folder; shown: where it is as a person would say;
    modified: seconds since 1970, 0 where it is not known; problem: why it cannot be read;
    left_behind: the names in it that are no one's work; is_out: whether this run writes to it. An
    archive's own path is kept.
    """

    name: str
    shown: str
    path: Path | None = None
    modified: float = 0.0
    problem: Text | None = None
    archive: bool = False
    children: list["Node"] = field(default_factory=list)
    left_behind: set[str] = field(default_factory=set)
    is_out: bool = False

    @property
    def is_folder(self) -> bool:
        """Whether there are files in it, or could be."""
        return self.path is None or (self.archive and not self.problem)

    def files(self, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], "Node"]]:
        """Yield the files below, each with the parts of its path from here.

        An archive is one of them, and what is in it has paths as if it were not.
        """
        for child in self.children:
            if child.path is not None:
                yield (*above, child.name), child
            inner = above if child.archive else (*above, child.name)
            yield from child.files(inner)


def read(path: Path | None, *, at_most: int, problem: Text | None = None) -> bytes:
    """Return the bytes of a file, one more than `at_most` where there are more.

    path: None where there is none; problem: why it cannot be read, where that is known already.
    Raises Unreadable with the reason.
    """
    if path is None or problem:
        raise Unreadable(problem or NOTHING)
    if path.is_symlink():
        raise Unreadable(_LINK)
    if not path.is_file():
        raise Unreadable(NOTHING)
    try:
        with path.open("rb") as file:
            return file.read(at_most + 1)
    except OSError as error:
        raise Unreadable(_no_reading(error)) from error


class Unpacked:
    """Where archives are unpacked to: one numbered folder each. out: where the run writes to."""

    def __init__(self, folder: Path, out: Path | None = None) -> None:
        self._folder, self._number = folder, 0
        self._out = out.resolve() if out is not None else None

    def tree(self, path: Path) -> Node:
        """Return what is at a path, without what systems and editors leave behind."""
        # What a person names may be a link; what somebody handed in may not.
        path = path.resolve() if path.is_symlink() else path
        return self._node(path, name=path.resolve().name, shown=str(path))

    def _node(
        self,
        path: Path,
        *,
        name: str,
        shown: str,
        depth: int = 0,
        budget: archives.UnpackBudget | None = None,
        modified: float | None = None,
    ) -> Node:
        name = unicodedata.normalize("NFC", _readable(name))
        if path.is_symlink():
            return Node(name=name, shown=shown, path=path, problem=_LINK)
        node = Node(name=name, shown=shown, path=path)
        if path.is_dir():
            try:
                entries = sorted(path.iterdir())
            except OSError as error:
                node.problem = say(
                    "the folder cannot be read: {problem}", problem=str(error.strerror)
                )
                return node
            node.path, node.is_out = None, path.resolve() == self._out
            names = {entry.name for entry in entries}
            node.left_behind = {
                entry.name for entry in entries if is_left_behind(entry.name, entry.is_dir(), names)
            }
            node.children = [
                self._node(entry, name=entry.name, shown=f"{shown}/{_readable(entry.name)}")
                for entry in entries
                if entry.name not in node.left_behind
            ]
            return node
        if not path.is_file():
            node.problem = say("it is something else than a file")
            return node
        try:
            node.modified = path.stat().st_mtime if modified is None else modified
            if not name.lower().endswith(_DATA) and archives.is_archive(path):
                self._open(node, path, depth, budget or archives.UnpackBudget(path.stat().st_size))
        except OSError as error:
            node.problem = _no_reading(error)
        except Unreadable as error:
            node.problem = error.reason
        return node

    def _open(self, node: Node, path: Path, depth: int, budget: archives.UnpackBudget) -> None:
        node.archive = True
        if depth >= archives.MAX_DEPTH:
            raise Unreadable(
                say(
                    "it is an archive in {depth} others; at most {most} are unpacked",
                    depth=depth,
                    most=archives.MAX_DEPTH,
                )
            )
        self._number += 1
        members = archives.unpack(path, self._folder / str(self._number), budget)
        folders: dict[tuple[str, ...], Node] = {(): node}
        leaves: dict[tuple[str, ...], Node] = {}
        for member in members:
            # What was only compressed has the name of the file, without the ending.
            parts = member.parts or (Path(node.name).stem,)
            if len(parts) > MAX_DEPTH:
                parts = (*parts[: MAX_DEPTH - 1], parts[-1])
            is_folder = member.path is None
            above = parts if is_folder else parts[:-1]
            if (behind := left_behind.outermost(above)) is not None:
                _folder(folders, above[:behind]).left_behind.add(above[behind])
                continue
            parent = _folder(folders, above)
            if member.path is None or is_left_behind(parts[-1], is_folder=False):
                continue
            shown = f"{parent.shown}/{parts[-1]}"
            modified = member.modified
            if _UNSET < node.modified < modified - _DAY:
                modified = 0.0  # nothing in an archive is later than the archive
            elif modified <= _UNSET:
                modified = 0.0
            if member.problem:
                leaf = Node(name=parts[-1], shown=shown, path=member.path, problem=member.problem)
            else:
                leaf = self._node(
                    member.path,
                    name=parts[-1],
                    shown=shown,
                    depth=depth + 1,
                    budget=budget,
                    modified=modified,
                )
            # A name that stands twice was packed twice; the later one is what the packer meant.
            leaves[parts] = leaf
        for parts, leaf in leaves.items():
            folders[parts[:-1]].children.append(leaf)
        for folder in folders.values():
            names = {child.name for child in folder.children}
            folder.children = [
                child
                for child in folder.children
                if not is_left_behind(child.name, child.path is None, names)
            ]
        _sort(folders.values())


def _readable(name: str) -> str:
    """Return a file's name; what is no UTF-8, as an old archive leaves it, is decoded."""
    if name.isascii() or not any("\ud800" <= character <= "\udfff" for character in name):
        return name
    return decode(os.fsencode(name), among=archives.NAMES)[0]


def _folder(folders: dict[tuple[str, ...], Node], parts: tuple[str, ...]) -> Node:
    """Return the folder of an archive by its parts, made where it is new."""
    if parts not in folders:
        parent = _folder(folders, parts[:-1])
        name = unicodedata.normalize("NFC", parts[-1])
        folders[parts] = Node(name=name, shown=f"{parent.shown}/{parts[-1]}")
        parent.children.append(folders[parts])
    return folders[parts]


def _sort(folders: Iterable[Node]) -> None:
    for folder in folders:
        folder.children.sort(key=lambda child: child.name)


def _no_reading(error: OSError) -> Text:
    return say("the file cannot be read: {problem}", problem=str(error.strerror))
