"""nbgrader: a folder for each student in one of the course's own, whose names say no more."""

from datetime import datetime

from grader.intake import times
from grader.intake.bundle import Bundle, student_of
from grader.intake.platforms.platform import Example, Listing, Platform
from grader.intake.platforms.tables import content
from grader.intake.tree import Node

_SUBMITTED = "submitted"
# The others of a course's folder, of which none is a student's.
_OTHERS = frozenset(
    (
        *("source", "release", "autograded", "feedback", "gradebook.db", "nbgrader_config.py"),
        *("exchange", "downloaded"),
    )
)


class Nbgrader(Platform):
    """`timestamp.txt`, in the folder of an assignment, was written as it was handed in."""

    title = "nbgrader"
    layout = "`submitted/STUDENT/ASSIGNMENT/`, `timestamp.txt`"
    tells = "STUDENT, time"
    is_sure = False
    examples = (
        Example(
            files={
                "course/source/ps1/hw.ipynb": None,
                "course/submitted/ann/ps1/hw.ipynb": None,
                "course/submitted/ann/ps1/timestamp.txt": "2026-01-01 10:00:00 UTC",
                "course/submitted/bob/ps1/hw.ipynb": None,
            },
            students=(("ann", None), ("bob", None)),
        ),
    )

    def listing(self, folder: Node) -> Listing | None:
        """Return whose the things in a folder are; None where the platform has not made it."""
        children = {child.name: child for child in folder.children}
        submitted = children.get(_SUBMITTED)
        if submitted is not None and (children.keys() & _OTHERS or len(children) == 1):
            others = [child for name, child in children.items() if name in _OTHERS]
            students = [child for child in submitted.children if _is_students(child)]
            return Listing([self._bundle(one) for one in students], [submitted], others)
        students = [child for child in folder.children if _is_students(child)]
        if folder.name == _SUBMITTED and students:
            return Listing([self._bundle(one) for one in students], students)
        return None

    def _bundle(self, folder: Node) -> Bundle:
        bundle = Bundle(student=student_of(folder.name), shown=folder.shown, platform=self.title)
        for child in folder.children:
            above = (child.name,) if _is_students(child) else ()
            bundle.add(child, child.name, above=above, handed_in=_time(child))
        return bundle


def _is_students(node: Node) -> bool:
    return node.is_folder and not node.archive


def _time(assignment: Node) -> datetime | None:
    stamp = next((one for one in assignment.children if one.name == "timestamp.txt"), None)
    return times.read(content(stamp)[:100].decode("utf-8", "replace")) if stamp else None
