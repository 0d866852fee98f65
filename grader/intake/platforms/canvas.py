"""Canvas: files alone; a second try has a number behind its name."""

import math
import re
import statistics
from collections.abc import Sequence
from dataclasses import replace

from grader.intake.bundle import Bundle, is_notebook
from grader.intake.platforms.platform import Example, Label, NamingPlatform
from grader.intake.tree import Node
from grader.model.text import say

_LONG = 5  # digits that a file's number has at the least on a site in use


class Canvas(NamingPlatform):
    """It gives each file a number of its own, which grows; who is on time has no mark."""

    title = "Canvas"
    layout = "`name_ID_FILE_hw.ipynb`, `name_LATE_ID_FILE_hw-2.ipynb`, `anon_ID_FILE_hw.ipynb`"
    tells = "name (or group), ID, attempt by FILE, late"
    examples = (
        Example(
            files={
                "annall_101_9001_hw.ipynb": None,
                "annall_101_9005_hw-1.ipynb": None,
                "bobbee_LATE_102_9002_hw.ipynb": None,
                "иванован_103_9003_hw.ipynb": None,
                "dan_104_text.html": "<p>typed in",
                "__MACOSX/._bobbee_LATE_102_9002_hw.ipynb": "\0\5",
            },
            students=(("annall", "101"), ("bobbee", "102"), ("dan", "104"), ("иванован", "103")),
        ),
    )

    _name = re.compile(
        r"(?:anon(?P<late_>_LATE)?_(?P<anon>[A-Za-z0-9]{4,})"
        r"|(?P<name>.+?)(?P<late>_LATE)?_(?P<id>\d{2,}))"
        r"_(?:(?P<number>\d{4,})_(?P<file>.+)|(?P<typed>text|link)\.html)",
        re.DOTALL,
    )
    _numbered = re.compile(r"(\d{4,18})_(.+)", re.DOTALL)
    _again = re.compile(r"-(\d+)(?=(\.[^.]*)?$)")

    def label(self, node: Node) -> Label | None:
        """Return what a name tells; None where it is not of the platform."""
        if node.is_folder and not node.archive:
            return None
        if (match := self._name.fullmatch(node.name)) is None:
            return None
        typed = match["typed"] is not None
        note = say("there is text that was typed in on the site; it is not graded")
        return Label(
            student=match["name"] or "anon",
            id=match["id"] or match["anon"],
            file=match["file"] or "",
            begins=len(node.name) if typed else match.start("file"),
            attempt=() if typed else (int(match["number"][:18]),),
            late=bool(match["late"] or match["late_"]),
            note=note if typed else None,
            is_work=not typed,
        )

    def named(
        self, folder: Node, found: Sequence[tuple[Node, Label]]
    ) -> Sequence[tuple[Node, Label]]:
        """Return the labels, with a number that ends a name in the name.

        `eva_102_1003_90010_hw.ipynb` may be of eva, 102, or of eva_102, 1003. Files of one
        assignment have numbers that are close to each other.
        """
        others = {node: other for node, label in found if (other := self._other(label))}
        numbers = [one.attempt[0] for node, one in found if one.attempt and node not in others]
        if not numbers:
            # One name for all is a group's: group_12, group_13.
            names = {label.student for _, label in found}
            if len(names) > 1 or len({label.id for _, label in found}) < 2:
                return found
            return [(node, others.get(node, label)) for node, label in found]
        middle = statistics.median_low(numbers)

        def distance(label: Label) -> float:
            return abs(math.log(max(label.attempt[0], 1) / max(middle, 1)))

        return [
            (node, min(label, others[node], key=distance) if node in others else label)
            for node, label in found
        ]

    def _other(self, label: Label) -> Label | None:
        """Return what else a name could tell, None where that is nothing."""
        match = self._numbered.fullmatch(label.file) if label.student != "anon" else None
        if match is None or label.late:
            return None
        return replace(
            label,
            student=f"{label.student}_{label.id}",
            id=str(label.attempt[0]),
            attempt=(int(match[1]),),
            file=match[2],
        )

    def add(self, bundle: Bundle, node: Node, label: Label) -> None:
        """Add a file under its first name: `hw-1.ipynb` is `hw.ipynb` in a second try."""
        names = [label.file]
        if label.is_work:
            first = self._again.sub("", label.file)
            # `data-1.csv` may be what the student called it, or data.csv in a second try.
            names = [first] if is_notebook(first) else [*dict.fromkeys((label.file, first))]
        for name in names:
            super().add(bundle, node, replace(label, file=name))

    def fits(self, folder: Node, labels: Sequence[Label]) -> bool:
        """Whether each file has a number of its own, and there are several students."""
        numbers = [label.attempt for label in labels if label.attempt]
        owners = {(label.student, label.id) for label in labels}
        several = len(owners) > 1 or len(labels) == 1
        long = all(len(str(number)) >= _LONG for (number,) in numbers)
        return len(set(numbers)) == len(numbers) and (several or long)
