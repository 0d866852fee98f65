"""From paths on the command line to what each student handed in."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from pathlib import Path

from grader.errors import UsageError
from grader.intake import attempts, claims, layouts, namesakes, outputs, roster
from grader.intake import pattern as patterns
from grader.intake.answered import Answers
from grader.intake.bundle import Bundle, Item
from grader.intake.layouts import Found
from grader.intake.left_behind import is_left_behind
from grader.intake.platforms.platform import Platform
from grader.intake.platforms.registry import PLATFORMS
from grader.intake.tree import Node, Unpacked
from grader.model.assignment import Assignment
from grader.model.submission import Handin
from grader.model.text import Text


def receive(
    paths: Sequence[Path],
    into: Path,
    assignments: Sequence[Assignment],
    *,
    chosen: bool = False,
    pattern: re.Pattern[str] | None = None,
    listed: Path | None = None,
    platforms: Sequence[Platform] = PLATFORMS,
    out: Path | None = None,
    all_of: Collection[str] = (),
    tell: Callable[[Text], None] = lambda line: None,
) -> list[Handin]:
    """Return what was handed in, in order of student and path.

    into: an empty folder that archives are unpacked to, which has to stay until all is graded.
    assignments: those that a notebook may answer, and chosen, as in `identify_assignment`;
    pattern: finds a student's name in a path; listed: a roster; platforms: those whose downloads
    are known; out: the folder that the run writes to; all_of: as in `grader.intake.attempts`; tell:
    gets a line for what is left out.
    Raises UsageError for a path that does not exist, a faulty roster, and where there is nothing
    at all.
    """
    students = roster.read(listed) if listed is not None else ()
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path} does not exist")
    unpacked = Unpacked(into, out)
    roots = [unpacked.tree(path) for path in _outermost(paths)]
    given = Node(name="", shown="", children=roots)
    written = outputs.leave_out(given)
    found = _found(given.children, pattern, platforms)
    for line in (*written, *found.left_out):
        tell(line)
    handins = [
        handin
        for bundle in _once(found.bundles)
        for handin in attempts.handins(bundle, assignments, chosen=chosen, all_of=all_of)
    ]
    if not handins:
        raise UsageError(f"there are no submissions in {', '.join(map(str, paths))}")
    answers = Answers(assignments, chosen=chosen)
    handins = claims.without_copies(handins, answers)
    if students:
        handins = roster.enrol(handins, students, str(listed))
    enrolled = {student.id for student in students}
    handins = claims.settled(handins, answers, enrolled=enrolled)
    lasting = {one.title for one in platforms if one.has_lasting_ids}
    handins = namesakes.told_apart(handins, answers, lasting=lasting)
    return sorted(handins, key=lambda handin: (handin.student, handin.shown))


def of_one(
    path: Path,
    into: Path,
    assignment: Assignment,
    *,
    student: str,
    id: str | None = None,
    handed_in: datetime | None = None,
    late: bool | None = None,
) -> Handin:
    """Return what one known student handed in for an assignment: all that is in a folder.

    into: as in `receive`. The rest is what a platform tells.
    """
    node = Unpacked(into).tree(path)
    bundle = Bundle(
        student=student, id=id, shown=str(path), by="platform", handed_in=handed_in, late=late
    )
    bundle.add(node, node.name)
    (handin,) = attempts.handins(bundle, [assignment], chosen=True)
    return handin


def _outermost(paths: Sequence[Path]) -> list[Path]:
    """Return the paths once each, without those that lie in others."""
    real = {path.resolve(): path for path in reversed(paths)}
    return [real[place] for place in reversed(real) if not real.keys() & {*place.parents}]


def _found(
    roots: Sequence[Node], pattern: re.Pattern[str] | None, platforms: Sequence[Platform]
) -> Found:
    """Return what is at several paths; those that a folder could have held, as if it had."""
    folders = [root for root in roots if root.is_folder] if pattern is not None else []
    found = layouts.find(_gathered([one for one in roots if one not in folders]), platforms)
    if pattern is not None:
        found.bundles += patterns.find(folders, pattern)
    return found


def _gathered(roots: Sequence[Node]) -> list[Node]:
    """Return the roots, with those of one folder as if that had been given.

    So `submissions/*` is what `submissions` is. Several folders or archives are of one folder, and
    so are files; a folder among files is not, unless all that is in the folder was given: it may
    well be one of many students' work.
    """
    by_folder: dict[str, list[Node]] = defaultdict(list)
    for root in roots:
        by_folder[str(Path(root.shown).absolute().parent)].append(root)
    gathered = []
    for place, siblings in by_folder.items():
        if len(siblings) > 1:
            siblings = [
                one
                for one in siblings
                if not is_left_behind(Path(one.shown).name, is_folder=one.is_folder)
            ]
        folders = [root for root in siblings if root.is_folder]
        if len(folders) == 1 and not _are_all(siblings, Path(place)):
            gathered += folders
            siblings = [root for root in siblings if root not in folders]
        if len(siblings) > 1:
            shown = str(Path(siblings[0].shown).parent)
            name = Path(place).name
            siblings = [Node(name=name, shown=shown, children=list(siblings))]
        gathered += siblings
    return gathered


def _are_all(roots: Sequence[Node], folder: Path) -> bool:
    """Whether nothing else is in a folder, but what a shell's `*` leaves out."""
    names = {Path(root.shown).absolute().name for root in roots}
    try:
        there = [(path.name, path.is_dir()) for path in folder.iterdir()]
    except OSError:  # it may be somebody else's
        return False
    return all(
        name in names or name.startswith(".") or is_left_behind(name, is_folder=is_folder)
        for name, is_folder in there
    )


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
