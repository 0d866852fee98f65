"""The staff's index: one page that sorts, filters and searches without a network."""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.atomic import written
from grader.model.class_overview import ClassOverview
from grader.model.difference import RunChange
from grader.model.result import ExerciseOutcome, is_right_outcome
from grader.model.standing import Standing
from grader.model.statistics import (
    BINS,
    AssignmentStatistics,
    CheckStatistics,
    ExerciseStatistics,
    MistakeStatistics,
)
from grader.reporting import html
from grader.reporting.index_data import EXERCISE_OUTCOMES, Data, Groups
from grader.wording import review
from grader.wording.statistics import mistake

CHANGES = "changes.html"
# Outcomes that say nothing of an answer.
_NOT_WRONG = frozenset({"not graded here", "waits for a person", "marked by a person"})
_FIRST = 5  # rows that are named where more are meant
_REVIEWS = 8  # rows that are to be looked at
_COMMONEST = 8  # mistakes of an assignment
_MOST_MISTAKES = 12  # of an exercise
_FEW = 4  # mistakes, of which none is folded
_FOLDED = 24  # of these that are told


@dataclass(frozen=True, slots=True, kw_only=True)
class Some:
    """Rows that belong together. number: of the group; first: some of them, to be named."""

    number: int
    count: int
    first: Sequence[Standing]

    @property
    def more(self) -> int:
        """How many are not named."""
        return self.count - len(self.first)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A part of a distribution, from and to a share of all points. height: 0 to 1."""

    low: int
    high: int
    height: float
    rows: Some


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A mistake, and who made it. exercise: in which; anchor: of what is told of that."""

    found: MistakeStatistics
    exercise: ExerciseStatistics
    anchor: str
    rows: Some


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistakes:
    """Mistakes, the commonest first.

    shown: at once; folded: the first of those that one hand-in shows, where there are many;
    number: of these in all.
    """

    shown: Sequence[Mistake]
    folded: Sequence[Mistake] = ()
    number: int = 0

    @property
    def more(self) -> int:
        """How many of these are not told."""
        return self.number - len(self.folded)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A check, and who did not pass it."""

    found: CheckStatistics
    rows: Some


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """An exercise, and what of it can be shown. anchor: of what is told of it in the page."""

    found: ExerciseStatistics
    anchor: str
    wrong: Some
    mistakes: Mistakes
    checks: Sequence[Check]
    unexplained: Some


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """An assignment, and what of it can be shown."""

    found: AssignmentStatistics
    anchor: str
    bars: Sequence[Bar]
    open: Some
    late: Some
    repeated: Some
    exercises: Sequence[Exercise]
    commonest: Mistakes


def write(path: Path, overview: ClassOverview) -> None:
    """Write the page. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with written(path) as file:
        for part in page(overview):
            file.write(part)


def page(overview: ClassOverview) -> Iterator[bytes]:
    """Yield the page, part by part."""
    rows = {one.place: one for one in overview.rows}
    groups = Groups(overview.rows)
    assignments = [
        _assignment(number, one, rows, groups)
        for number, one in enumerate(overview.statistics, start=1)
    ]
    waiting = [one.place for one in overview.rows if one.outcome == "waits for a person"]
    to_review = _some([one.standing.place for one in overview.to_review], rows, groups)
    script = html.source("index.js.j2")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    yield from html.part_by_part(
        "index.html.j2",
        overview.language,
        overview=overview,
        rows=overview.rows,
        graded=sum(one.final is not None for one in overview.rows),
        absent=sum(one.attempts == 0 for one in overview.rows),
        open=_some(
            [one.place for one in overview.rows if _is_open(one)],
            rows,
            groups,
        ),
        waiting=_some(waiting, rows, groups),
        assignments=assignments,
        to_review=to_review,
        first_to_review=overview.to_review[:_REVIEWS],
        change=_changed(overview.change, rows, groups),
        timed=any(one.handed_in is not None or one.late is True for one in overview.rows),
        several=len(overview.statistics) != 1,
        repeated=any(one.attempts > 1 for one in overview.rows),
        seen=[name for name in EXERCISE_OUTCOMES if name in _seen(overview.rows)],
        why=review.why,
        mistake=mistake,
        has_titles=any(one.exercises for one in overview.rows),
        data=Data(overview=overview, groups=groups),
        script=script,
        digest=digest,
    )


def _is_open(one: Standing) -> bool:
    """Whether what was handed in has no score, and waits for no person to mark it."""
    return one.final is None and one.attempts > 0 and one.outcome != "waits for a person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What the last run changed. gained, lost: how many did, and how many points in all."""

    found: RunChange
    rows: Some
    gained: tuple[int, float]
    lost: tuple[int, float]


def _changed(change: RunChange | None, rows: dict[str, Standing], groups: Groups) -> Changed | None:
    if change is None:
        return None
    points = [one.gained or 0.0 for one in change.differences]
    gained, lost = [one for one in points if one > 0], [-one for one in points if one < 0]
    places = [one.place for one in change.differences if one.place in rows]
    return Changed(
        found=change,
        rows=_some(places, rows, groups),
        gained=(len(gained), sum(gained)),
        lost=(len(lost), sum(lost)),
    )


def _seen(rows: Sequence[Standing]) -> set[ExerciseOutcome]:
    return {part.outcome for one in rows for part in one.exercises}


def _some(places: Sequence[str], rows: dict[str, Standing], groups: Groups) -> Some:
    first = [rows[place] for place in places[:_FIRST]]
    return Some(number=groups.add(places), count=len(places), first=first)


def _assignment(
    number: int, one: AssignmentStatistics, rows: dict[str, Standing], groups: Groups
) -> Assignment:
    bins = one.scores.bins if one.scores is not None else ()
    most = max(map(len, bins), default=0)
    anchors = [f"exercise-{number}-{place}" for place in range(1, len(one.exercises) + 1)]
    parts = list(zip(one.exercises, anchors, strict=True))
    every = [(part, anchor, found) for part, anchor in parts for found in part.mistakes]
    return Assignment(
        found=one,
        anchor=f"assignment-{number}",
        bars=[
            Bar(
                low=100 * place // BINS,
                high=100 * (place + 1) // BINS,
                height=len(places) / most,
                rows=_some(places, rows, groups),
            )
            for place, places in enumerate(bins)
        ],
        open=_some(one.open, rows, groups),
        late=_some(one.late, rows, groups),
        repeated=_some(one.repeated, rows, groups),
        commonest=_mistakes(every, _COMMONEST, rows, groups),
        exercises=[_exercise(anchor, part, rows, groups) for part, anchor in parts],
    )


def _exercise(
    anchor: str, one: ExerciseStatistics, rows: dict[str, Standing], groups: Groups
) -> Exercise:
    wrong = [
        place
        for outcome, places in one.outcomes.items()
        if not is_right_outcome(outcome) and outcome not in _NOT_WRONG
        for place in places
    ]
    failing = sorted(
        (check for check in one.checks if check.missed), key=lambda check: -len(check.missed)
    )
    every = [(one, anchor, found) for found in one.mistakes]
    return Exercise(
        found=one,
        anchor=anchor,
        wrong=_some(wrong, rows, groups),
        mistakes=_mistakes(every, _MOST_MISTAKES, rows, groups),
        checks=[Check(found=found, rows=_some(found.missed, rows, groups)) for found in failing],
        unexplained=_some(one.unexplained, rows, groups),
    )


def _mistakes(
    every: Sequence[tuple[ExerciseStatistics, str, MistakeStatistics]],
    most: int,
    rows: dict[str, Standing],
    groups: Groups,
) -> Mistakes:
    """Return mistakes, each with its exercise and the anchor of that. most: that are shown."""

    def made(one: ExerciseStatistics, anchor: str, found: MistakeStatistics) -> Mistake:
        some = _some(found.places, rows, groups)
        return Mistake(found=found, exercise=one, anchor=anchor, rows=some)

    ordered = sorted(every, key=lambda one: -len(one[-1].places))
    if len(ordered) <= _FEW:
        return Mistakes(shown=[made(*one) for one in ordered])
    common = [one for one in ordered if len(one[-1].places) > 1]
    rare = ordered[len(common) :]
    return Mistakes(
        shown=[made(*one) for one in common[:most]],
        folded=[made(*one) for one in rare[:_FOLDED]],
        number=len(rare),
    )
