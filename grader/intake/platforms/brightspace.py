"""D2L Brightspace: folders or files under a number, a name and the time of hand-in."""

import re
from collections.abc import Iterable

from grader.intake import times
from grader.intake.platforms.platform import Example, Label, NamingPlatform
from grader.intake.tree import Node
from grader.model.text import say

_SEPARATOR = " - "
_OWN = ("index.html", "index.htm")


class Brightspace(NamingPlatform):
    """The first part that is a time ends the name: what follows is the student's.

    A time has mostly no `:`, which names of files may not hold everywhere.
    """

    title = "Brightspace"
    layout = "`ID - Name - Jan 9, 2026 909 PM/`, or flat: `… - hw.ipynb`; `index.html`"
    tells = "Name (or group), ID, attempt by time"
    is_sure_of_one = True
    examples = (
        Example(
            files={
                "12345-678 - Ann - Marie A - Jan 9, 2026 909 PM/hw.ipynb": None,
                "12345-678 - Ann - Marie A - Jan 10, 2026 105 PM/hw.ipynb": None,
                "12346-678 - Боб Б - 9 янв. 2026 2109/hw.ipynb": None,
                "index.html": "<html>",
            },
            students=(("Ann - Marie A", "12345-678"), ("Боб Б", "12346-678")),
        ),
        Example(
            files={
                "12345-678 - Ann A - Jan 9, 2026 9:09 PM - hw.ipynb": None,
                "12346-678 - Bob B - Jan 9, 2026 909 AM - hw.ipynb": None,
                "12346-678 - Bob B - Jan 9, 2026 105 PM - hw - final.ipynb": None,
            },
            students=(("Ann A", "12345-678"), ("Bob B", "12346-678")),
        ),
    )

    _id = re.compile(r"\d{2,}-\d{2,}")

    def label(self, node: Node) -> Label | None:
        """Return what a name tells; None where it is not of the platform."""
        parts = node.name.split(_SEPARATOR)
        if len(parts) < 3 or not self._id.fullmatch(parts[0].strip()):
            return None
        read = ((place, times.read(part)) for place, part in enumerate(parts[2:], start=2))
        place, time = next((one for one in read if one[1] is not None), (2, None))
        note = say("the time of hand-in, {time}, cannot be read", time=parts[place])
        return Label(
            student=_SEPARATOR.join(parts[1:place]),
            id=parts[0].strip(),
            file=_SEPARATOR.join(parts[place + 1 :]),
            begins=len(_SEPARATOR.join(parts[: place + 1])),
            above=parts[place],
            handed_in=time,
            note=note if time is None else None,
        )

    def own(self, folder: Node) -> Iterable[Node]:
        """Yield the page that lists what is in the folder."""
        return (child for child in folder.children if child.name.lower() in _OWN)
