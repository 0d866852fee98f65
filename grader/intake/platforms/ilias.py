"""ILIAS: a folder for each student under name, login and number, or one for each team."""

import re
from collections.abc import Sequence

from grader.intake.bundle import Bundle
from grader.intake.platforms.platform import Example, Label, NamingPlatform
from grader.intake.tree import Node

# What stands before the name of a file that came after the deadline.
_LATE = re.compile(
    r"(?:late submission|late hand-?in|versp(?:ä|ae)tete (?:abgabe|einreichung)) - ", re.IGNORECASE
)


class Ilias(NamingPlatform):
    """A team's folder holds one for each of who is in it: the team is one student."""

    title = "ILIAS"
    layout = "`Last_First_LOGIN_ID/`, `Team 12/Last_First_LOGIN_ID/`, `Late Submission - hw.ipynb`"
    tells = "First Last (or team), LOGIN, late"
    is_sure = False
    examples = (
        Example(
            files={
                "HW 1/Arendt_Ann_ann.a_261/hw.ipynb": None,
                "HW 1/Braun_Bob_bob_b_262/Late Submission - hw.ipynb": None,
            },
            students=(("Ann Arendt", "ann.a"), ("Bob Braun", "bob_b")),
        ),
        Example(
            files={
                "HW 1/Team 12/Arendt_Ann_ann.a_261/hw.ipynb": None,
                "HW 1/Team 12/Braun_Bob_bob_b_262/data.csv": "1,2",
                "HW 1/Team 13/Clay_Cyd_cyd_263/hw.ipynb": None,
            },
            students=(("Team 12", None), ("Team 13", None)),
        ),
    )

    _name = re.compile(r"(?P<last>[^_]+)_(?P<first>[^_]+)_(?P<login>[^\s_]\S*)_(?P<id>\d{2,})")
    _team = re.compile(r"(?:team|группа|команда) \d+", re.IGNORECASE)

    def label(self, node: Node) -> Label | None:
        """Return what a name tells; None where it is not of the platform."""
        if not node.is_folder or node.archive:
            return None
        if (match := self._name.fullmatch(node.name)) is not None:
            name = f"{match['first']} {match['last']}"
            return Label(student=name, id=match["login"], begins=len(node.name))
        is_team = self._team.fullmatch(node.name) is not None and bool(node.children)
        if is_team and all(self._name.fullmatch(child.name) for child in node.children):
            return Label(student=node.name, begins=len(node.name))
        return None

    def fits(self, folder: Node, labels: Sequence[Label]) -> bool:
        """Whether each folder has a login of its own, as parts of a title would not."""
        logins = [label.id for label in labels if label.id is not None]
        return len(set(logins)) == len(logins)

    def add(self, bundle: Bundle, node: Node, label: Label) -> None:
        """Add what is in a folder; a word before a file's name says that it is late."""
        for child in node.children:
            inner = child.children if label.id is None else (child,)
            above = (child.name,) if label.id is None else ()
            for one in inner:
                late = _LATE.match(one.name)
                folder = (one.name,) if one.is_folder and not one.archive else ()
                name = one.name[late.end() :] if late else one.name
                bundle.add(one, name, above=(*above, *folder), late=late is not None)
