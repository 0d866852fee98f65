"""Gradescope: a folder for each submission, and a file that says who handed in each."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import yaml

from grader.intake.bundle import Bundle, student_of, tidy
from grader.intake.platforms.platform import Example, Listing, Platform
from grader.intake.platforms.tables import content
from grader.intake.tree import Node

_LIST = "submission_metadata.yml"
_FOLDER = re.compile(r"submission_\d+")


class Gradescope(Platform):
    """Nobody is known by an id of their own where several handed in together."""

    title = "Gradescope"
    layout = "`submission_123/` with `submission_metadata.yml`"
    tells = "the names in it (a group's together), the SID or the address, time"
    examples = (
        Example(
            files={
                "assignment_1_export/submission_metadata.yml": "submission_11:\n"
                "  :submitters:\n  - :name: Ann A\n    :sid: 's1'\n"
                "    :email: ann@example.org\n  :created_at: 2026-01-01 10:00:00.5 Z\n"
                "submission_12:\n  :submitters:\n  - :name: Bob B\n"
                "    :email: bob@example.org\n  - :name: Cyd C\n",
                "assignment_1_export/submission_11/hw.ipynb": None,
                "assignment_1_export/submission_12/hw.ipynb": None,
                "assignment_1_export/submission_13/hw.ipynb": None,
            },
            students=(("Ann A", "s1"), ("Bob B, Cyd C", None), ("submission_13", None)),
        ),
    )

    def listing(self, folder: Node) -> Listing | None:
        """Return whose the things in a folder are; None where the platform has not made it."""
        metadata = next((child for child in folder.children if child.name == _LIST), None)
        if metadata is None or not (entries := _entries(metadata)):
            return None
        works = [child for child in folder.children if _FOLDER.fullmatch(child.name)]
        if not any(_names(_people(entries.get(child.name))) for child in works):
            return None
        bundles = [self._bundle(child, entries.get(child.name)) for child in works]
        return Listing(bundles, works, [metadata])

    def _bundle(self, folder: Node, entry: object) -> Bundle:
        """Return what a folder holds; it is one student's, too, where the file names nobody."""
        people = _people(entry)
        names = _names(people)
        ids = [id for one in people for key in (":sid", ":email") if (id := _plain(one.get(key)))]
        bundle = Bundle(
            student=student_of(", ".join(names) or folder.name),
            id=ids[0] if names and len(people) == 1 and ids else None,
            shown=folder.shown,
            platform=self.title,
        )
        created = entry.get(":created_at") if isinstance(entry, Mapping) else None
        bundle.add(folder, folder.name, handed_in=_time(created))
        return bundle


def _entries(metadata: Node) -> dict[str, Any]:
    """Return what stands in the file about each folder; nothing where it is not of the platform."""
    try:
        data = yaml.load(content(metadata), getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe
    except Exception:  # noqa: BLE001 - what PyYAML raises on hostile tags is of many kinds
        return {}
    return {str(name): entry for name, entry in data.items()} if isinstance(data, dict) else {}


def _people(entry: object) -> list[Mapping[Any, Any]]:
    """Return who handed in together, as far as an entry of the file says."""
    people = entry.get(":submitters") if isinstance(entry, Mapping) else None
    return [one for one in people if isinstance(one, dict)] if isinstance(people, list) else []


def _names(people: Sequence[Mapping[Any, Any]]) -> list[str]:
    return [name for one in people if (name := _plain(one.get(":name")))]


def _plain(value: object) -> str:
    """Return a name or a number; nothing of what could be as large as an alias makes it."""
    return tidy(str(value))[:200] if isinstance(value, str | int) else ""


def _time(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    return None
