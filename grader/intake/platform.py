"""What every learning platform tells by the names that it gives to downloads."""

from abc import ABC
from collections.abc import Iterator
from typing import ClassVar, Literal

from grader.intake.bundle import Bundle
from grader.intake.tree import Node


class Platform(ABC):
    """A learning platform.

    title, layout and tells: its name, how its downloads look and what they say of whose a file is,
    for the help and the docs.
    evidence: what shows that a download is its own: one `name`, whatever is in the same folder; the
    names in a `folder` together; or nothing, so that its names are a `hint` at most, which counts
    where each file is known to be a student's.
    """

    title: ClassVar[str]
    layout: ClassVar[str]
    tells: ClassVar[str]
    evidence: ClassVar[Literal["name", "folder", "hint"]] = "folder"

    def of_name(self, node: Node) -> Bundle | None:
        """Return what the name of a file or folder tells; None where it is not of the platform."""
        return None

    def has_made(self, folder: Node) -> bool:
        """Whether the names in a folder are those of the platform."""
        return any(self.of_name(child) for child in folder.children)

    def students_folder(self, folder: Node) -> Node:
        """Return the folder of all students' work, where the platform puts that in another."""
        return folder

    def bundles(self, folder: Node) -> Iterator[tuple[Node, Bundle | None]]:
        """Yield what is known of the files and folders in a folder; None for what is nobody's."""
        if self.has_made(folder):
            for child in folder.children:
                if (bundle := self.of_name(child)) is not None:
                    yield child, bundle
