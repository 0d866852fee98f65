"""What every learning platform tells by the names that it gives to downloads."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from grader.intake import times
from grader.intake.bundle import Bundle, student_of
from grader.intake.platforms.typed import typed_in
from grader.intake.tree import Node
from grader.model.text import Text, say


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A small download as the platform makes it, for the tests.

    files: their contents by their paths, None for a notebook with the right answers; students: the
    name and the id of each row that it has, in order.
    """

    files: Mapping[str, str | None]
    students: Sequence[tuple[str, str | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What the name of one file or folder tells.

    file: what the student called it; begins: where in the name that stands; above: a folder to put
    it in, so that what was handed in with another attempt does not lie beside it; attempt: numbers
    that later ones have more of; note: for the report; is_typed: whether it holds what was typed in
    on the site; problem: why it is not graded; is_work: whether it is the student's file, rather
    than something that the platform wrote.
    """

    student: str
    id: str | None = None
    file: str = ""
    begins: int = 0
    above: str = ""
    attempt: tuple[int, ...] = ()
    handed_in: datetime | None = None
    late: bool | None = None
    note: Text | None = None
    is_typed: bool = False
    problem: Text | None = None
    is_work: bool = True


Readings = Sequence[tuple[Node, Sequence[Label]]]


@dataclass(frozen=True, slots=True)
class Listing:
    """Whose the things in a folder are.

    works: those that are students'; own: what the platform has put beside them; begins: how much of
    the names was read, in sum: where two platforms could have made a folder, the outermost names
    count.
    """

    bundles: Sequence[Bundle]
    works: Sequence[Node]
    own: Sequence[Node] = ()
    begins: int = 0


class Platform(ABC):
    """A learning platform.

    title, layout and tells: its name, how its downloads look and what they say of whose a file is,
    for the help and the docs.
    is_sure: whether its names are no others', so that an archive of them is a download wherever it
    is; else they count where each file is known to be a student's.
    is_sure_of_one: whether the name of a single folder shows it.
    is_unique: whether it tells students of one name apart; has_lasting_ids: whether a student has
    one id in all downloads of a course.
    """

    title: ClassVar[str]
    layout: ClassVar[str]
    tells: ClassVar[str]
    examples: ClassVar[Sequence[Example]]
    is_sure: ClassVar[bool] = True
    is_sure_of_one: ClassVar[bool] = False
    is_unique: ClassVar[bool] = True
    has_lasting_ids: ClassVar[bool] = True

    @abstractmethod
    def listing(self, folder: Node) -> Listing | None:
        """Return whose the things in a folder are; None where the platform has not made it.

        Only what the platform has named is looked at, never what lies inside a student's own.
        """

    def is_table(self, node: Node) -> bool:
        """Whether a file is a table that the platform gives besides a download."""
        return False

    def complete(self, bundles: Sequence[Bundle], tables: Sequence[Node]) -> None:
        """Add to its bundles what stands in such tables."""
        return


class NamingPlatform(Platform):
    """A platform that tells all by the names of the files or folders of a download."""

    @abstractmethod
    def label(self, node: Node) -> Label | None:
        """Return what a name tells; None where it is not of the platform."""

    def readings(self, node: Node) -> Sequence[Label]:
        """Return all that a name can be read as, the likeliest first, where there are several.

        A name that its owner can change may hold what looks like another's.
        """
        return [label] if (label := self.label(node)) is not None else []

    def likely(self, read: Readings) -> Readings:
        """Return the readings of names without those that do not go with the other names."""
        return read

    def fits(self, folder: Node, labels: Sequence[Label]) -> bool:
        """Whether names that could be of the platform are, seen together."""
        return bool(labels)

    def own(self, folder: Node) -> Iterable[Node]:
        """Yield what the platform has put beside the students' work."""
        return ()

    def listing(self, folder: Node) -> Listing | None:
        """Return whose the things in a folder are; None where the platform has not made it."""
        read = [(child, found) for child in folder.children if (found := self.readings(child))]
        if not read or not self.fits(folder, [found[0] for _, found in read]):
            return None
        named = self.named(folder, _settled(self.likely(read)))
        works = [child for child, _ in named]
        own = [child for child in self.own(folder) if child not in works]
        begins = sum(label.begins for _, label in named)
        return Listing(self._bundles(named), works, own, begins)

    def named(
        self, folder: Node, found: Sequence[tuple[Node, Label]]
    ) -> Sequence[tuple[Node, Label]]:
        """Return the labels, with what they tell only together."""
        return found

    def add(self, bundle: Bundle, node: Node, label: Label) -> None:
        """Add to what a student handed in what has a label."""
        if label.is_work:
            bundle.add(
                node,
                label.file or node.name,
                above=(label.above,) if label.above else (),
                attempt=label.attempt,
                handed_in=label.handed_in,
                late=label.late,
            )
        else:
            told = [time for time in (bundle.handed_in, label.handed_in) if time is not None]
            bundle.handed_in = max(told, key=times.in_order, default=None)
            bundle.late = label.late
        bundle.problem = bundle.problem or label.problem
        note = typed_in(node) if label.is_typed else label.note
        if note is not None and note not in bundle.notes:
            bundle.notes.append(note)

    def _bundles(self, found: Sequence[tuple[Node, Label]]) -> list[Bundle]:
        """Return a bundle for each student: one name, and one id where there is any."""
        made: dict[tuple[str, str | None], Bundle] = {}
        for node, label in found:
            student = student_of(label.student)
            new = Bundle(student=student, id=label.id, shown=node.shown, platform=self.title)
            new.is_unique = self.is_unique
            # By names as they are written: what looks like another may be somebody else's.
            self.add(made.setdefault((label.student, label.id), new), node, label)
        return list(made.values())


def _settled(read: Readings) -> list[tuple[Node, Label]]:
    """Return one label for each name; where it could be two students', nobody's, and a problem.

    Whoever has a name that can be read but in one way is called so in the other files, too.
    """
    names: dict[str | None, set[str]] = {}
    for _, labels in read:
        if len({label.id for label in labels}) == 1:
            names.setdefault(labels[0].id, set()).add(labels[0].student)
    settled = []
    for node, labels in read:
        label = labels[0]
        left = [one for one in labels if one.student in names.get(one.id, {one.student})]
        if len(ids := list(dict.fromkeys(one.id or "" for one in left))) > 1:
            why = say(
                "its name can be read as that of a file of {one} or of {other}",
                one=ids[0],
                other=ids[1],
            )
            label = replace(label, student=node.name, id=None, problem=why)
        elif left:
            label = left[0]
        settled.append((node, label))
    return settled
