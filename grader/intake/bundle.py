"""What one student handed in, before it is known which of it is graded."""

import re
import unicodedata
from dataclasses import dataclass, field

from grader.intake.tree import Node
from grader.model.text import Text

# A folder's name that numbers an attempt.
ATTEMPT = re.compile(
    r"(?:attempt|try|version|v|submission|попытка|вариант)?[ _.-]*(\d+)", re.IGNORECASE
)


@dataclass(slots=True, kw_only=True)
class Item:
    """A file of a student's. parts: of its path, as the student had it; attempt: by number."""

    parts: tuple[str, ...]
    node: Node
    attempt: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """The path as one text."""
        return "/".join(self.parts)


@dataclass(slots=True, kw_only=True)
class Bundle:
    """All that one student handed in. id: what the tool that it comes from knows them by."""

    student: str
    shown: str
    id: str | None = None
    items: list[Item] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)

    def add(self, node: Node, name: str, attempt: tuple[int, ...] = ()) -> None:
        """Add a file, or all that is in a folder."""
        if not node.is_folder:
            self.items.append(Item(parts=(name,), node=node, attempt=attempt))
            return
        for parts, file in node.files():
            tries = [int(m[1][:9]) for part in parts[:-1] if (m := ATTEMPT.fullmatch(part))]
            self.items.append(Item(parts=parts, node=file, attempt=(*attempt, *tries)))


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
