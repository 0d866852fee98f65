"""Canvas: files alone; a second try has a number behind its name."""

import re
import statistics
from collections.abc import Sequence
from dataclasses import replace

from grader.intake.bundle import Bundle, is_notebook
from grader.intake.platforms.platform import Example, Label, NamingPlatform, Readings
from grader.intake.tree import Node

_APART = 10  # times: numbers that are of one assignment are nearer to each other
_LONG = 5  # digits that a file's number has at the least on a site in use


class Canvas(NamingPlatform):
    """It gives each file a number of its own, which grows; who is on time has no mark.

    A name is in small letters, and Canvas takes numbers between `_` out of it, but not all that can
    be made up: what could be read as two students' is nobody's until a person has looked.
    """

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
    _numbers = re.compile(r"_(?=(?P<id>\d{2,})_(?P<number>\d{4,})_)")
    _again = re.compile(r"-(\d+)(?=(\.[^.]*)?$)")

    def label(self, node: Node) -> Label | None:
        """Return what a name tells; None where it is not of the platform."""
        if node.is_folder and not node.archive:
            return None
        if (match := self._name.fullmatch(node.name)) is None:
            return None
        name = match["name"] or "anon"
        if "_" in name and name != name.lower():
            return None
        typed = match["typed"] is not None
        return Label(
            student=name,
            id=match["id"] or match["anon"],
            file=match["file"] or "",
            begins=len(node.name) if typed else match.start("file"),
            attempt=() if typed else (int(match["number"][:18]),),
            late=bool(match["late"] or match["late_"]),
            is_typed=typed,
            is_work=not typed,
        )

    def readings(self, node: Node) -> Sequence[Label]:
        """Return what a name can be read as: of each two numbers, as long as these are, as its."""
        if (label := self.label(node)) is None or not label.attempt:
            return [label] if label is not None else []
        before, _, number = node.name[: label.begins - 1].rpartition("_")
        least = len(label.id or ""), len(number)
        found = [label]
        for match in self._numbers.finditer(node.name, len(before)):
            if len(match["id"]) >= least[0] and len(match["number"]) >= least[1]:
                name = node.name[: match.start()].removesuffix("_LATE")
                rest = match.end("number") + 1
                attempt = (int(match["number"][:18]),)
                found.append(
                    replace(
                        label,
                        student=name,
                        id=match["id"],
                        file=node.name[rest:],
                        begins=rest,
                        attempt=attempt,
                    )
                )
        return found

    def likely(self, read: Readings) -> Readings:
        """Return the readings of names without those that do not go with the other names.

        Files of one assignment have numbers that are near to each other. Where no name is certain,
        and all begin with one word, it is that of groups: `group_12`, `group_13`.
        """
        first = [labels[0] for _, labels in read]
        sure = [labels[0] for _, labels in read if len(labels) == 1]
        if not sure and len({one.student for one in first}) == 1 < len({one.id for one in first}):
            return [(node, labels[1:] or labels) for node, labels in read]
        numbers = [one.attempt[0] for one in sure or first if one.attempt]
        middle = statistics.median_low(numbers or [1])
        return [
            (node, [one for one in labels if self._is_near(one, middle)] or labels)
            for node, labels in read
        ]

    def _is_near(self, label: Label, middle: int) -> bool:
        return not label.attempt or middle / _APART < label.attempt[0] < middle * _APART

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
