"""Blackboard: files alone, under the name of the assignment, the user and the attempt."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from grader.formats.encoding import decode
from grader.intake import times
from grader.intake.bundle import tidy
from grader.intake.platforms.platform import Example, Label, NamingPlatform
from grader.intake.platforms.prefix import common
from grader.intake.platforms.tables import content
from grader.intake.tree import Node

_HEAD = 2_000  # bytes of a receipt, in which its first line is


class Blackboard(NamingPlatform):
    """A receipt, `…_attempt_TIME.txt`, names who handed in each attempt.

    Assignment and user may hold `_`: what all names begin with, or what the receipts say, tells
    where one ends. The first time in a name is the platform's; what follows is the student's.
    """

    title = "Blackboard"
    layout = "`ASSIGNMENT_USER_attempt_2026-01-09-21-09-00_hw.ipynb`, and a `.txt` of each attempt"
    tells = "the name in the `.txt`, USER, attempt by time"
    examples = (
        Example(
            files={
                "HW 1_s_ann_attempt_2026-01-09-21-09-00.txt": "Name: Ann A (s_ann)\n"
                "Assignment: HW 1\nDate Submitted: Friday, January 9, 2026 9:09:00 PM MSK\n",
                "HW 1_s_ann_attempt_2026-01-09-21-09-00_hw.ipynb": None,
                "HW 1_s_ann_attempt_2026-01-10-08-00-00_hw.ipynb": None,
                "HW 1_s_bob_attempt_2026-01-09-10-00-00_hw.ipynb": None,
                "HW 1_s_bob_attempt_2026-01-09-10-00-00.txt": "Name: Боб Б (s_bob)\n",
                "HW 1_s_cyd_attempt_2026-01-09-10-00-00.txt": "Name: Cyd (s_cyd)\n",
            },
            students=(("Ann A", "s_ann"), ("Cyd", "s_cyd"), ("Боб Б", "s_bob")),
        ),
    )

    _name = re.compile(
        r"(?P<whose>.+?)_attempt_(?P<time>\d{4}(?:-\d\d){5})(?:\.txt|_(?P<file>.+))", re.DOTALL
    )
    _person = re.compile(r"[^:\n]{1,40}:\s*(?P<name>[^\n]*?)\s*\((?P<user>[^()\n]+)\)\s*(?:\n|$)")

    def label(self, node: Node) -> Label | None:
        """Return what a name tells; None where it is not of the platform."""
        if node.is_folder and not node.archive:
            return None
        if (match := self._name.fullmatch(node.name)) is None:
            return None
        user = match["whose"].rpartition("_")[2]
        return Label(
            student=user,
            id=user,
            file=match["file"] or "",
            begins=match.end("time"),
            above=match["time"],
            handed_in=times.read(match["time"]),
            is_work=match["file"] is not None,
        )

    def named(
        self, folder: Node, found: Sequence[tuple[Node, Label]]
    ) -> Sequence[tuple[Node, Label]]:
        """Return the labels with the users that all names together, and the receipts, tell."""
        whose = [match["whose"] for node, _ in found if (match := self._name.fullmatch(node.name))]
        people = {
            one: person
            for one, (node, label) in zip(whose, found, strict=True)
            if not label.is_work and (person := self._receipt(node, one))
        }
        # What stands before the users: as most receipts have it, or as all names have it.
        begins = Counter(one.removesuffix(user) for one, (_, user) in people.items())
        begin = begins.most_common(1)[0][0] if begins else _begin(whose, folder.name)
        named = []
        for one, (node, label) in zip(whose, found, strict=True):
            user = one.removeprefix(begin) if begin and one.startswith(begin) else label.student
            name, user = people.get(one, (user, user))
            named.append((node, replace(label, student=name, id=user)))
        return named

    def _receipt(self, node: Node, whose: str) -> tuple[str, str] | None:
        """Return the name and the user of a receipt: the last in brackets on its first line."""
        text, _ = decode(content(node)[:_HEAD])
        match = self._person.match(text.lstrip().replace("\r", "\n"))
        if match is None or not whose.endswith(f"_{match['user']}"):
            return None
        return tidy(match["name"]) or match["user"], match["user"]


def _begin(names: Sequence[str], folder: str) -> str:
    """Return what stands before the users in names of an assignment and a user.

    folder: the name of the archive, which holds the assignment's, too.
    """
    begin = common(names, "_") if len(set(names)) > 1 else ""
    shorter = common([begin[:-1]], "_")
    if f"_{shorter}" in folder and f"_{begin}" not in folder:
        return shorter
    users = begin.removeprefix(shorter)[:-1]
    if shorter and users.isalpha() and all(one.removeprefix(begin).isdecimal() for one in names):
        return shorter  # `st_1` and `st_2` begin alike
    return begin
