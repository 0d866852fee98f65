"""GitHub Classroom, and Classroom 50 after it: clones, each called after assignment and login."""

import re

from grader.intake.bundle import Bundle, student_of
from grader.intake.platforms.platform import Example, Listing, Platform
from grader.intake.platforms.prefix import common
from grader.intake.tree import Node

_FOLDER = re.compile(r"(?P<assignment>.+)-submissions(?:-\d.*)?", re.IGNORECASE)
_LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?")


class GitHubClassroom(Platform):
    """A login may hold `-`: the folder's name, or what all names begin with, tells where it begins.

    Where no folder tells the assignment, each has to be a clone, with a `.git` in it.
    """

    title = "GitHub Classroom"
    layout = "clones: `hw1-submissions/hw1-LOGIN/`; Classroom 50: `COURSE-hw1-login/`"
    tells = "LOGIN (or team)"
    is_sure = False
    examples = (
        Example(
            files={
                "hw1-submissions/hw1-ann-a/hw.ipynb": None,
                "hw1-submissions/hw1-ann-b/hw.ipynb": None,
                "hw1-submissions/hw1-team-rocket/hw.ipynb": None,
            },
            students=(("ann-a", None), ("ann-b", None), ("team-rocket", None)),
        ),
        Example(
            files={
                "clones/cs1-hw1-ann/.git/HEAD": "ref: refs/heads/main",
                "clones/cs1-hw1-ann/hw.ipynb": None,
                "clones/cs1-hw1-bob/.git/HEAD": "ref: refs/heads/main",
                "clones/cs1-hw1-bob/hw.ipynb": None,
            },
            students=(("ann", None), ("bob", None)),
        ),
    )

    def listing(self, folder: Node) -> Listing | None:
        """Return whose the things in a folder are; None where the platform has not made it."""
        clones = [child for child in folder.children if child.is_folder and not child.archive]
        begin = self._begin(folder, clones)
        found = [child for child in clones if _is_login(child.name.removeprefix(begin))]
        found = [child for child in found if begin and child.name.startswith(begin)]
        if not found:
            return None
        bundles = []
        for child in found:
            student = student_of(child.name.removeprefix(begin))
            bundle = Bundle(student=student, shown=child.shown, platform=self.title)
            bundle.add(child, child.name)
            bundles.append(bundle)
        return Listing(bundles, found)

    def _begin(self, folder: Node, clones: list[Node]) -> str:
        """Return what stands before the logins, nothing where it is not known."""
        names = [child.name for child in clones]
        begin = common(names, "-") if len(names) > 1 else ""
        if (match := _FOLDER.fullmatch(folder.name)) is not None:
            assignment = f"{match['assignment']}-"
            # Classroom 50 has the course before the assignment.
            place = begin.casefold().find(assignment.casefold())
            if place >= 0:
                return begin[: place + len(assignment)]
            return assignment if any(name.startswith(assignment) for name in names) else ""
        if not all(".git" in child.left_behind for child in clones):
            return ""
        if all(name.removeprefix(begin).isdecimal() for name in names):
            begin = common([begin[:-1]], "-")  # `st-1` and `st-2` begin alike
        return begin


def _is_login(name: str) -> bool:
    return len(name) <= 100 and _LOGIN.fullmatch(name) is not None
