"""From paths on the command line to what each student handed in."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from grader.errors import UsageError
from grader.intake import attempts, roster
from grader.intake.bundle import Bundle, Item
from grader.intake.layouts import bundles, merged
from grader.intake.platform import Platform
from grader.intake.platforms import PLATFORMS
from grader.intake.tree import Node, Unpacked
from grader.model.assignment import Assignment
from grader.model.submission import Handin


def receive(
    paths: Sequence[Path],
    into: Path,
    assignments: Sequence[Assignment],
    *,
    chosen: bool = False,
    pattern: re.Pattern[str] | None = None,
    listed: Path | None = None,
    platforms: Sequence[Platform] = PLATFORMS,
) -> list[Handin]:
    """Return what was handed in, in order of student and path.

    into: an empty folder that archives are unpacked to, which has to stay until all is graded.
    assignments: those that a notebook may answer, and chosen, as in `identify_assignment`;
    pattern: finds a student's name in a path; listed: a roster; platforms: those whose downloads
    are known.
    Raises UsageError for a path that does not exist, a faulty roster, and where there is nothing
    at all.
    """
    students = roster.read(listed) if listed is not None else ()
    unpacked = Unpacked(into)
    roots = []
    for path in dict.fromkeys(paths):
        if not path.exists():
            raise UsageError(f"{path} does not exist")
        roots.append(unpacked.tree(path))
    archives = [root for root in roots if root.archive]
    if len(archives) > 1 and pattern is None:  # as a folder of them: one each, or downloads
        roots = [root for root in roots if not root.archive]
        roots.append(Node(name="", shown="", children=archives))
    found = [bundle for root in roots for bundle in bundles(root, pattern, platforms)]
    handins = [
        handin
        for bundle in merged(_once(found))
        for handin in attempts.handins(bundle, assignments, chosen=chosen)
    ]
    if not handins:
        raise UsageError(f"there are no submissions in {', '.join(map(str, paths))}")
    if students:
        handins = roster.enrol(handins, students, str(listed))
    return sorted(_distinguished(handins), key=lambda handin: (handin.student, handin.shown))


def _once(found: Sequence[Bundle]) -> list[Bundle]:
    """Return the bundles with each file once, though two paths may lead to it."""
    seen = set[Path]()
    kept = []
    for bundle in found:
        items = bundle.items
        places = [_real(item) for item in items]
        bundle.items = [
            item for item, place in zip(items, places, strict=True) if place not in seen
        ]
        seen.update(places)
        if bundle.items or not items:
            kept.append(bundle)
    return kept


def _real(item: Item) -> Path:
    """Return the same for two ways to one file; a link is a thing of its own."""
    path = item.node.path
    assert path is not None
    return path.parent.resolve() / path.name if path.is_symlink() else path.resolve()


def _distinguished(handins: Sequence[Handin]) -> list[Handin]:
    """Return the hand-ins; those of namesakes have their ids in their names."""
    ids: dict[str, set[str | None]] = defaultdict(set)
    for handin in handins:
        ids[handin.student.casefold()].add(handin.id)
    return [
        replace(handin, student=f"{handin.student} ({handin.id})")
        if handin.id is not None and len(ids[handin.student.casefold()]) > 1
        else handin
        for handin in handins
    ]
