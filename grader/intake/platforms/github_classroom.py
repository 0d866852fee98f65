"""GitHub Classroom, and Classroom 50 after it: clones, each called after assignment and login."""

import re
from collections import Counter

from grader.intake.bundle import PART, Bundle, student_of
from grader.intake.platforms.platform import Example, Listing, Platform
from grader.intake.platforms.prefix import common
from grader.intake.tree import Node

_FOLDER = re.compile(r"(?P<assignment>.+)-submissions(?:-\d.*)?", re.IGNORECASE)
_LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?")


class GitHubClassroom(Platform):
    """A login may hold `-`: the folder's name, or what all names begin with, tells where it begins.

    Where no folder tells the assignment, it has to look like one (`hw1`), before folders of files,
    or each folder has to be a clone, with a `.git` in it.
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
        if (match := _FOLDER.fullmatch(folder.name)) is not None:
            assignment = f"{match['assignment']}-"
            begin = common([child.name for child in clones], "-") if len(clones) > 1 else ""
            # Classroom 50 has the course before the assignment.
            place = begin.casefold().find(assignment.casefold())
            if place >= 0:
                return begin[: place + len(assignment)]
            return assignment if any(one.name.startswith(assignment) for one in clones) else ""
        words = Counter(child.name.partition("-")[0] for child in clones)
        if not words or 2 * words.most_common(1)[0][1] <= len(clones):
            return ""
        first = words.most_common(1)[0][0]
        alike = [child for child in clones if child.name.startswith(f"{first}-")]
        begin = common([child.name for child in alike], "-") if len(alike) > 1 else ""
        rest = [child.name.removeprefix(begin) for child in alike]
        if all(name.isdecimal() for name in rest):
            begin = common([begin[:-1]], "-")  # `st-1` and `st-2` begin alike
        if all(".git" in child.left_behind for child in alike):
            return begin
        have_files = all(any(not c.is_folder for c in child.children) for child in alike)
        return begin if have_files and _is_assignment(begin[:-1], folder.name) else ""


def _is_assignment(name: str, folder: str) -> bool:
    """Whether what names begin with is an assignment, and not a name that students share."""
    words = name.split("-")
    return name == folder or any(PART.fullmatch(word) for word in words)


def _is_login(name: str) -> bool:
    return len(name) <= 100 and _LOGIN.fullmatch(name) is not None
