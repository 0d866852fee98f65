"""The table in which a person marks: a row for each item of a rubric and each student."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from grader import spreadsheet
from grader.course.decision import Decision, Remark, not_applied
from grader.course.decision_target import Known, NotApplied, target
from grader.course.decisions_table import number
from grader.course.to_mark import ToMark
from grader.formats import rows
from grader.formats.columns import Field
from grader.model.result import points, points_text

HEAD = (
    *("student", "id", "assignment", "exercise", "item", "worth", "ticked", "score", "comment"),
    *("looks for", "answer"),
)
_NEEDED: dict[str, tuple[Field, ...]] = {
    "student": (*rows.STUDENT_NAME, *rows.STUDENT_ID),
    "exercise": ("exercise",),
    "item": ("item",),
    "ticked": ("ticked", "score"),
}
_YES = frozenset(["x", "х", "v", "+", "1", "✓", "✔", "yes", "y", "true", "да"])
_NO = frozenset(["-", "–", "—", "0", "no", "n", "false", "нет"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """What a table says. remarks: why some of it is not taken over."""

    decisions: tuple[Decision, ...]
    remarks: tuple[Remark, ...]


def write(path: Path, answers: Iterable[ToMark]) -> int:
    """Write the table of some answers; returns how many rows there are. Raises OSError."""
    written = 0
    with spreadsheet.table(path) as write_row:
        write_row(HEAD)
        for one in answers:
            for row in _rows(one):
                write_row(row)
                written += 1
    return written


def read(path: Path, answers: Sequence[ToMark], *, by: str) -> Marked:
    """Return what a person has filled in, as decisions. answers: all that there are.

    An answer is marked once one of its rows is filled in: items that are left empty are not ticked
    then. Raises UsageError where the file cannot be read, or is another table.
    """
    groups: dict[tuple[str, str], _Group] = {}
    unread: set[tuple[str, str]] = set()  # answers that wait on, since a row is not understood
    remarks: list[Remark] = []
    finder = _Finder(answers)
    for row in rows.read(
        path, _NEEDED, tell=lambda line, why: remarks.append(not_applied(line, why))
    ):
        if not (row.text("ticked") or row.text("score") or row.text("comment")):
            continue
        try:
            one = finder.of(row)
        except (NotApplied, ValueError) as error:
            remarks.append(not_applied(row.line, str(error)))
            continue
        try:
            groups.setdefault(one.key, _Group(one)).add(row)
        except ValueError as error:
            unread.add(one.key)
            problem = f"{error}; nothing of this answer is taken over"
            remarks.append(not_applied(row.line, problem))
    decisions: list[Decision] = []
    for group in (group for key, group in groups.items() if key not in unread):
        try:
            decisions.append(group.decision(by))
        except ValueError as error:
            remarks.append(not_applied(group.line, str(error)))
    return Marked(decisions=tuple(decisions), remarks=tuple(sorted(remarks, key=lambda r: r.line)))


def decision(
    one: ToMark, *, ticked: Iterable[str] | None, score: float | None, comment: str, by: str
) -> Decision:
    """Return what a person decided on an answer. score: in place of the sum of what is ticked."""
    names = None if ticked is None else {*ticked}
    worth = [item.points for item in one.result.rubric if names and item.name in names]
    return Decision(
        line=0,
        student=one.standing.student,
        ids=(one.standing.student_id,) if one.standing.student_id is not None else (),
        assignment=one.standing.assignment or "",
        exercise=one.exercise.exercise,
        score=points(sum(worth)) if score is None else score,
        comment=comment,
        by=by,
        date=date.today().isoformat(),
        ticked=None
        if names is None
        else tuple(item.name for item in one.result.rubric if item.name in names),
    )


def _rows(one: ToMark) -> Iterator[Iterable[str]]:
    about = (
        one.standing.student,
        one.standing.student_id or "",
        one.standing.assignment or "",
        one.exercise.exercise,
    )
    marked = one.exercise.is_decided
    score = points_text(one.exercise.score) if marked else ""
    comment = one.exercise.comment if marked else ""
    if not one.result.rubric:
        worth = points_text(one.exercise.max_score)
        yield (*about, "", worth, "", score, comment, "", one.answer)
        return
    is_sum = one.exercise.ticked is not None
    for place, item in enumerate(one.result.rubric):
        first = place == 0
        ticked = {True: "x", False: "no", None: ""}[item.is_ticked] if marked else ""
        yield (
            *(*about, item.name, points_text(item.points), ticked),
            *("" if is_sum or not first else score, comment if first else ""),
            *(item.text, one.answer if first else ""),
        )


class _Finder:
    """Finds the answer that a row is about."""

    def __init__(self, answers: Sequence[ToMark]) -> None:
        standings = {one.standing.place: one.standing for one in answers}
        self._standings = [*standings.values()]
        self._known = Known(self._standings)
        self._answers = {one.key: one for one in answers}

    def of(self, row: rows.Row) -> ToMark:
        """Return the answer. Raises NotApplied, and ValueError where the row names nobody."""
        if not (row.name or row.ids):
            raise ValueError("it names no student; write a name or an id")
        about = Decision(
            line=row.line,
            student=row.name,
            ids=row.ids,
            assignment=row.text("assignment"),
            exercise=row.text("exercise"),
        )
        place, _ = target(about, self._known.of(about), self._standings, {})
        standing = self._standings[place]
        if (found := self._answers.get((standing.place, about.exercise))) is None:
            raise NotApplied(f"{about.whose}'s {about.exercise} is not for a person to mark")
        return found


@dataclass(slots=True)
class _Group:
    """The rows of one answer."""

    of: ToMark
    line: int = 0
    ticks: dict[str, bool] = field(default_factory=dict)
    score: float | None = None
    comments: list[str] = field(default_factory=list)

    def add(self, row: rows.Row) -> None:
        """Take a row in. Raises ValueError."""
        self.line = row.line
        name, ticked, score = row.text("item"), row.text("ticked"), row.text("score")
        known = [item.name for item in self.of.result.rubric]
        if name and name not in known:
            there = ", ".join(known) or "it has no rubric"
            raise ValueError(f"there is no item {name} ({there})")
        if ticked and not name:
            raise ValueError("it ticks nothing: write points into `score`")
        if ticked:
            self.ticks[name] = _tick(ticked)
        if score:
            self.score = number(score)
        if comment := row.text("comment"):
            self.comments.append(comment)

    def decision(self, by: str) -> Decision:
        """Return what the rows say together. Raises ValueError."""
        if not self.ticks and self.score is None:
            raise ValueError("it has a comment alone; tick an item, or write a score")
        most = self.of.result.max_score
        if self.score is not None and self.score > most:
            raise ValueError(
                f"of {points_text(most)} points it gives {points_text(self.score)}; a bonus is an"
                " adjustment in overrides.csv"
            )
        ticked = (name for name, is_ticked in self.ticks.items() if is_ticked)
        return decision(
            self.of,
            ticked=ticked if self.ticks else None,
            score=self.score,
            comment=" ".join(dict.fromkeys(self.comments)),
            by=by,
        )


def _tick(text: str) -> bool:
    """Return whether an item is ticked. Raises ValueError."""
    plain = text.removeprefix("'").casefold()
    if plain in _YES or plain in _NO:
        return plain in _YES
    raise ValueError(f"`{text[:20]}` is neither a tick (x) nor none (no)")
