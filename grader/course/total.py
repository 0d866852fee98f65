"""One number a student: the marks of all assignments, weighed, the lowest left out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from grader.course.moments import passed
from grader.course.policy import same
from grader.course.rounding import exact, written
from grader.course.settings import Settings
from grader.model.standing import Standing, Total


@dataclass(slots=True)
class _Student:
    """What is known of a student.

    marks: of assignments with something handed in, as what is shown and the most there was, or
    None where a score is still open; stray: whether something was handed in that answers no known
    assignment.
    """

    name: str
    id: str | None
    marks: dict[str, tuple[float, float] | None] = field(default_factory=dict)
    stray: bool = False

    def add(self, assignment: str, mark: tuple[float, float] | None) -> None:
        """Take a mark in; of two the better, once neither is open."""
        other = self.marks.get(assignment, mark)
        self.marks[assignment] = None if mark is None or other is None else max(mark, other)


@dataclass(frozen=True, slots=True)
class Part:
    """What an assignment brings to a total, and could."""

    assignment: str
    score: Fraction
    most: Fraction
    droppable: bool


def totals(
    standings: Iterable[Standing], settings: Settings, *, at: datetime | None = None
) -> Iterator[Total]:
    """Yield the total of each student, in the order in which students first come.

    standings: of each student the one that counts, settled. An assignment counts once anybody has
    a mark in it, and who handed in nothing then has 0; with `at`, a moment that a person gives,
    only where it was due by then, extensions included. It adds its points, or where `course.toml`
    has a weight, its share of that; marks are those that are shown, so that anybody can add them
    up. What is dropped leaves the largest share of what can be reached.
    There is no total where a score is open: also where something that answers no known assignment
    could be what is missing.
    """
    students: list[_Student] = _students(standings)
    most: dict[str, float] = {}
    for one in students:
        for assignment, mark in one.marks.items():
            if mark is not None:
                most[assignment] = max(mark[1], most.get(assignment, 0.0))
    named = [name for name in settings.policies if name in most]
    order = [*named, *sorted(most.keys() - {*named})]
    for one in students:
        yield _total(one, {name: most[name] for name in order}, settings, at)


def dropped(parts: Sequence[Part], number: int) -> tuple[Part, ...]:
    """Return the parts that are left out, such that the share of the rest is as large as can be.

    At most so many; fewer only where one more would lower the share, or would leave nothing.
    """
    counts = [part for part in parts if part.most > 0]
    candidates = [part for part in counts if part.droppable]
    number = min(number, len(candidates), len(counts) - 1)
    if number <= 0:
        return ()
    # Of the choices that are better than a share, the one that is best by it has a larger share,
    # until there is none: each step is exact, and few are needed (Dinkelbach's method).
    chosen: tuple[Part, ...] = ()
    share = Fraction(-1)
    while (reached := _share([part for part in counts if part not in chosen])) > share:
        share = reached
        losses = [(part.score - share * part.most, part) for part in candidates]
        losses.sort(key=lambda one: one[0])
        chosen = tuple(part for loss, part in losses[:number] if loss <= 0)
    return tuple(part for part in counts if part in chosen)


def _share(parts: Sequence[Part]) -> Fraction:
    most = sum((part.most for part in parts), Fraction(0))
    return sum((part.score for part in parts), Fraction(0)) / most


def _students(standings: Iterable[Standing]) -> list[_Student]:
    """Return the students of all rows: by id, or by name where there is none.

    A row without an id is that of the one student of its name who has an id, unless both have a
    mark in one assignment.
    """
    found: dict[tuple[bool, str], _Student] = {}
    for row in standings:
        key = row.student_id is not None, same(row.student_id or row.student)
        student = found.setdefault(key, _Student(row.student, row.student_id))
        if row.attempts == 0:
            continue
        if row.assignment is None:
            student.stray = True
        elif row.final is None or row.max_score is None:
            student.add(row.assignment, None)
        else:
            student.add(row.assignment, (row.final, row.max_score))
    called: dict[str, list[_Student]] = {}
    for (by_id, _), student in found.items():
        if by_id:
            called.setdefault(same(student.name), []).append(student)
    for key in [key for key in found if not key[0]]:
        nameless, alike = found[key], called.get(key[1], [])
        if len(alike) == 1 and not nameless.marks.keys() & alike[0].marks.keys():
            alike[0].marks |= nameless.marks
            alike[0].stray |= nameless.stray
            del found[key]
    return [*found.values()]


def _total(
    student: _Student, most: Mapping[str, float], settings: Settings, at: datetime | None
) -> Total:
    finals: dict[str, float | None] = {}
    parts: list[Part] = []
    is_open = False
    for assignment in [*most, *(name for name in student.marks if name not in most)]:
        policy = settings.policy(assignment)
        if assignment in student.marks:
            mark = student.marks[assignment]
        else:
            due = policy.due_for(student.name, student.id)
            if at is not None and due is not None and passed(due, at).total_seconds() <= 0:
                continue
            mark = None if student.stray else (0.0, most[assignment])
        finals[assignment] = mark[0] if mark is not None else None
        if mark is None:
            is_open = is_open or policy.weight != 0
            continue
        score, highest = exact(mark[0]), exact(mark[1])
        worth = highest if policy.weight is None else policy.weight
        share = score / highest if highest else Fraction(0)
        parts.append(Part(assignment, share * worth, worth, policy.droppable))
    left_out = () if is_open else dropped(parts, settings.drop_lowest)
    kept = [part for part in parts if part not in left_out]
    score = sum((part.score for part in kept), Fraction(0))
    highest = sum((part.most for part in kept), Fraction(0))
    return Total(
        student=student.name,
        student_id=student.id,
        finals=finals,
        dropped=tuple(part.assignment for part in left_out),
        score=None if is_open else written(settings.default.rounding.rounded(score, highest)),
        max_score=None if is_open else written(highest),
    )
