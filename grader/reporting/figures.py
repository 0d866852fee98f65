"""Points, signs, numbers and times, as every form of a report has them."""

import re
from collections.abc import Mapping, Sequence

from grader.model.in_course import InCourse
from grader.model.result import ExerciseResult, is_open

SIGNS: Mapping[str, str] = {
    **dict.fromkeys(("right", "right by follow-through"), "✓"),
    "partly right": "◐",
    **dict.fromkeys(("wrong", "timed out", "crashed"), "✗"),
    "waits for a person": "…",
    "marked by a person": "✎",
}
OTHER = "–"  # the sign of any other outcome
NUMBER = re.compile(r"^(\d+(?:\.\d+)*)([.)]?)(?=\s)")


def points(number: float | None) -> str:
    """Return points with two decimals at most."""
    return "–" if number is None else f"{number:.2f}".rstrip("0").rstrip(".")


def percent(share: float) -> str:
    """Return a share in per cent; only all is 100, and only nothing is 0."""
    whole = round(100 * share)
    return f"{min(max(whole, 1), 99) if 0 < share < 1 else whole} %"


def earned(result: ExerciseResult) -> str:
    """Return the points of an exercise; what could not be run has none."""
    return points(None if is_open(result) else result.score)


def of_items(result: ExerciseResult) -> list[str]:
    """Return what each item of a rubric gave, of what it can."""
    return [points(one.points if one.is_ticked else 0.0) for one in result.rubric]


def by_exercise(results: Sequence[ExerciseResult], in_course: InCourse) -> dict[str, str]:
    """Return the points of exercises, as the course rounds them."""
    found = {one.exercise: earned(one) for one in results}
    return found | {name: points(number) for name, number in in_course.points.items()}


def missing(result: ExerciseResult, in_course: InCourse) -> str:
    """Return the points that an exercise has not earned, of those that are shown."""
    return points(result.max_score - in_course.points.get(result.exercise, result.score))


def numbers(titles: Sequence[str]) -> list[str]:
    """Return the numbers of exercises: as their titles begin, where all do, else from 1."""
    found = [NUMBER.match(title) for title in titles]
    return [one[1] if one and all(found) else str(n) for n, one in enumerate(found, 1)]


def time(text: str) -> str:
    """Return a time in ISO 8601 to the minute, with its zone where it has one."""
    return re.sub(r"T(\d\d:\d\d)(?::\d\d)?", r" \1", text)


def day(text: str) -> str:
    """Return the day of a time in ISO 8601."""
    return text[:10]
