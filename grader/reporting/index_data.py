"""What the index's script works with: its rows, and which of them belong together."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args
from urllib.parse import quote

from grader.model.class_overview import ClassOverview
from grader.model.result import ExerciseOutcome, Outcome, is_right_outcome, points
from grader.model.standing import ExerciseStanding, Standing
from grader.reporting.controls import strip_controls
from grader.reporting.html import plain_title
from grader.wording import outcomes, review
from grader.wording.catalogue import translated

EXERCISE_OUTCOMES: tuple[ExerciseOutcome, ...] = get_args(ExerciseOutcome)
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
_IN_SCRIPTS = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}


class Groups:
    """Rows that belong together, by the number of a group."""

    def __init__(self, rows: Sequence[Standing]) -> None:
        self._numbers = {one.place: number for number, one in enumerate(rows)}
        self.all: list[list[int]] = []

    def add(self, places: Iterable[str]) -> int:
        """Return the number of a group of the rows at some places."""
        self.all.append([self._numbers[place] for place in places])
        return len(self.all) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """What the script reads."""

    overview: ClassOverview
    groups: Groups

    def __html__(self) -> str:
        """Return it as JSON that is no more than text wherever it stands in a page."""
        data = {
            "rows": list(self._rows()),
            "groups": self.groups.all,
            "assignments": [
                {
                    "title": plain_title(one.title),
                    "language": one.language,
                    "exercises": [plain_title(part.title) for part in one.exercises],
                    "anchors": [quote(part.exercise) for part in one.exercises],
                }
                for one in self.overview.statistics
            ],
            "outcomes": [self._told(outcomes.outcome(name)) for name in OUTCOMES],
            "slugs": [_slug(name) for name in OUTCOMES],
            "exerciseOutcomes": [
                {
                    "slug": _slug(name),
                    "letter": self._told(outcomes.letter(name)),
                    "name": self._told(outcomes.outcome(name)),
                    "right": is_right_outcome(name),
                }
                for name in EXERCISE_OUTCOMES
            ],
        }
        text = json.dumps(_clean(data), ensure_ascii=False, separators=(",", ":"))
        return text.translate(_IN_SCRIPTS)

    def _rows(self) -> Iterator[dict[str, Any]]:
        overview = self.overview
        of = {one.assignment: number for number, one in enumerate(overview.statistics)}
        places = {
            one.assignment: {part.exercise: place for place, part in enumerate(one.exercises)}
            for one in overview.statistics
        }
        whys = {
            one.standing.place: (
                rank,
                [self._told(review.why(reason, one)) for reason in one.reasons],
            )
            for rank, one in enumerate(overview.to_review)
        }
        change = overview.change
        gained = {one.place: one.gained for one in change.differences} if change else {}
        for one in overview.rows:
            rank, why = whys.get(one.place, (None, []))
            seconds = overview.seconds.get(one.place)
            row = {
                **_about(one),
                "language": "" if one.language == overview.language else one.language,
                "assignment": of.get(one.assignment or ""),
                "exercises": _exercises(one, places.get(one.assignment or "", {})),
                "rank": rank,
                "why": why,
                "changed": one.place in gained,
                "gained": gained.get(one.place),
                "seconds": None if seconds is None else round(seconds, 1),
            }
            if overview.totals is not None:
                row["total"] = overview.totals.get(one.student_id or one.student)
            # 0 is something; what is missing, no or empty need not be told.
            yield {
                name: value
                for name, value in row.items()
                if value is not None and value is not False and value not in ("", [])
            }

    def _told(self, text: Any) -> str:
        return translated(text, self.overview.language)


def _about(one: Standing) -> dict[str, Any]:
    is_other = one.computed is not None and one.final != one.computed
    return {
        "place": quote(one.place, errors="surrogateescape"),
        "student": one.student,
        "id": one.student_id,
        "outcome": OUTCOMES.index(one.outcome),
        "reason": one.reason,
        "score": one.final,
        "most": one.max_score,
        "found": one.computed if is_other else None,
        "handedIn": one.handed_in,
        "late": one.late is True,
        "attempt": one.attempt if one.attempts > 1 else None,
        "attempts": one.attempts if one.attempts > 1 else None,
        "source": one.source,
        "notes": list(one.notes),
        "comment": one.comment,
    }


def _exercises(one: Standing, places: Mapping[str, int]) -> list[list[Any] | int]:
    """Return the outcome of each exercise, its points and the most, by places; 0 for none."""
    found: list[list[Any] | int] = [0] * len(places) if one.exercises else []
    for exercise in one.exercises:
        if exercise.exercise in places:
            found[places[exercise.exercise]] = _exercise(exercise)
    return found


def _exercise(one: ExerciseStanding) -> list[Any]:
    score = None if one.score is None else points(one.score)
    return [EXERCISE_OUTCOMES.index(one.outcome), score, points(one.max_score)]


def _slug(name: str) -> str:
    return name.replace(" ", "-")


def _clean(value: Any) -> Any:
    """Return data without characters that are no text."""
    if isinstance(value, str):
        return strip_controls(value)
    if isinstance(value, dict):
        return {key: _clean(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_clean(part) for part in value]
    return value
