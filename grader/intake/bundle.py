"""What one student handed in, before it is known which of it is graded."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from grader.intake.tree import Node
from grader.model.text import Text

# A folder's name that numbers an attempt.
ATTEMPT = re.compile(
    r"(?:attempt|try|version|v|submission|попытка|вариант)?[ _.-]*(\d+)", re.IGNORECASE
)


# A number in a name that a browser or a person gave to a copy: `hw (1).ipynb`, `hw copy 2.ipynb`.
_COPY = re.compile(r"\((\d{1,6})\)|(?:copy|копия)[ _]*(\d{1,6})?", re.IGNORECASE)


@dataclass(slots=True, kw_only=True)
class Item:
    """A file of a student's.

    parts: of its path, as the student had it; attempt, handed_in, late: what the platform tells of
    the attempt that it belongs to; dated: a time that only stands in its name; order: what later
    files of one attempt have more of, by the archives that they are in, the outermost first.
    """

    parts: tuple[str, ...]
    node: Node
    attempt: tuple[int, ...] = ()
    handed_in: datetime | None = None
    late: bool | None = None
    dated: datetime | None = None
    order: tuple[Any, ...] = ()

    @property
    def name(self) -> str:
        """The path as one text."""
        return "/".join(self.parts)


@dataclass(slots=True, kw_only=True)
class Bundle:
    """All that one student handed in.

    id: what the tool that it comes from knows them by; platform: that tool, where it is known; by:
    else, what tells whose it is; handed_in and late: of all of it, where the platform tells no
    more; problem: why none of it is graded.
    """

    student: str
    shown: str
    id: str | None = None
    platform: str = ""
    by: str = "file name"
    items: list[Item] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)
    handed_in: datetime | None = None
    late: bool | None = None
    problem: Text | None = None

    def add(
        self,
        node: Node,
        name: str,
        *,
        above: tuple[str, ...] = (),
        attempt: tuple[int, ...] = (),
        handed_in: datetime | None = None,
        late: bool | None = None,
    ) -> None:
        """Add a file, or all that is in a folder or an archive.

        name: of a file, as the student had it; above: folders to put it in.
        """
        name_order = _order((*above, name), node)
        if not node.is_folder:
            found = [((*above, name), node, (name_order,))]
        elif node.archive:
            found = list(_below(node, above, (), (name_order,)))
        else:
            found = list(_below(node, above, above, ()))
        self.items += [
            Item(
                parts=parts,
                node=file,
                attempt=attempt,
                handed_in=handed_in,
                late=late,
                order=order,
            )
            for parts, file, order in found
        ]


def _below(
    node: Node, above: tuple[str, ...], level: tuple[str, ...], order: tuple[Any, ...]
) -> Iterator[tuple[tuple[str, ...], Node, tuple[Any, ...]]]:
    """Yield the files below, with their paths from here, and their order.

    above: folders, without the archives; level: those in the same archive alone. The times in an
    archive, which its maker could set, are so compared with each other and with no others.
    """
    for child in node.children:
        parts, inner = (*above, child.name), (*level, child.name)
        key = (*order, _order(inner, child))
        if child.path is not None:
            yield parts, child, key
        if child.archive:
            yield from _below(child, above, (), key)
        elif child.path is None:
            yield from _below(child, parts, inner, order)


def _order(parts: tuple[str, ...], node: Node) -> tuple[Any, ...]:
    tries = [int(match[1][:9]) for part in parts[:-1] if (match := ATTEMPT.fullmatch(part))]
    copies = [int(a or b or 1) for a, b in _COPY.findall(parts[-1])]
    return tries, -len(parts), node.modified // 60, max(copies, default=0), parts


def is_notebook(name: str) -> bool:
    """Whether a file's name is a notebook's, whatever was put behind it."""
    return ".ipynb" in name.lower()


def tidy(name: str) -> str:
    """Return a name as people write it: composed characters, single spaces, nothing unseen."""
    name = unicodedata.normalize("NFC", name)
    name = "".join(c for c in name if c.isprintable() or c in " \t")
    return " ".join(name.split())


def student_of(name: str) -> str:
    """Return a name for a student, whatever a file is called."""
    return tidy(name) or "unnamed"
