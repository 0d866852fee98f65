"""What a class made of its assignments, as JSON and as a table."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from grader.atomic import write_text
from grader.model.check_name import as_written
from grader.model.statistics import (
    AssignmentStatistics,
    Discrimination,
    ExerciseStatistics,
    MistakeStatistics,
    Spread,
)
from grader.spreadsheet import table
from grader.wording.catalogue import translated
from grader.wording.statistics import also, mistake

HEAD = (
    *("assignment", "exercise", "title", "max_score", "answers", "right", "success"),
    *("difficulty", "discrimination", "discrimination_number", "not_answered", "not_right"),
    *("commonest_mistake", "commonest_mistake_number", "failing_check", "failing_check_number"),
)
_DIGITS = 4


def write(out: Path, found: Sequence[AssignmentStatistics], language: str) -> None:
    """Write `statistics.json` and `statistics.csv` into a folder. Raises OSError."""
    write_text(out / "statistics.json", as_json(found, language))
    is_waiting = any(_waiting(exercise) for one in found for exercise in one.exercises)
    with table(out / "statistics.csv") as row:
        row([*HEAD, *("waiting",) * is_waiting])
        for one in found:
            for exercise in one.exercises:
                waiting = (f"{_waiting(exercise)}",) * is_waiting
                row([*_cells(one, exercise), *waiting])


def _waiting(one: ExerciseStatistics) -> int:
    """Return how many answers wait for a person, and are in none of the other numbers."""
    return len(one.outcomes.get("waits for a person", ()))


def as_json(found: Sequence[AssignmentStatistics], language: str) -> str:
    """Return all of it as JSON; hand-ins are named by the folders of their files."""
    data = [_assignment(one, language) for one in found]
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _cells(assignment: AssignmentStatistics, one: ExerciseStatistics) -> Iterator[str]:
    yield from (assignment.assignment, one.exercise, one.title, f"{one.max_score:g}")
    yield from (f"{one.answers}", f"{one.right}", _number(one.success), _number(one.difficulty))
    yield from (_number(one.discrimination.coefficient), f"{one.discrimination.number}")
    blank = sum(len(one.outcomes.get(name, ())) for name in ("blank", "missing"))
    yield from (f"{blank}", f"{one.answers - one.right}")
    commonest = next(iter(one.mistakes), None)
    yield from (_named(commonest), f"{len(commonest.places)}") if commonest else ("", "")
    failing = max(one.checks, key=lambda check: len(check.missed), default=None)
    if failing is None or not failing.missed:
        yield from ("", "")
    else:
        yield from (as_written(failing.expression), f"{len(failing.missed)}")


def _named(one: MistakeStatistics) -> str:
    return one.mistake or one.kind


def _number(number: float | None) -> str:
    return "" if number is None else f"{round(number, _DIGITS):g}"


def _assignment(one: AssignmentStatistics, language: str) -> dict[str, Any]:
    return {
        "assignment": one.assignment,
        "title": one.title,
        "handed_in": one.handed_in,
        "absent": one.absent,
        "without_a_score": list(one.open),
        "late": list(one.late),
        "several_attempts": list(one.repeated),
        "scores": None
        if one.scores is None
        else {**_spread(one.scores.spread), "bins": [len(part) for part in one.scores.bins]},
        "seconds": None if one.seconds is None else _spread(one.seconds),
        "exercises": [_exercise(exercise, language) for exercise in one.exercises],
    }


def _exercise(one: ExerciseStatistics, language: str) -> dict[str, Any]:
    return {
        "exercise": one.exercise,
        "title": one.title,
        "max_score": one.max_score,
        "answers": one.answers,
        "right": one.right,
        "success": _rounded(one.success),
        "difficulty": _rounded(one.difficulty),
        "discrimination": _discrimination(one.discrimination),
        "outcomes": {name: len(places) for name, places in one.outcomes.items()},
        "mistakes": [
            {
                "kind": found.kind,
                "mistake": found.mistake,
                "text": translated(mistake(found), language),
                "also": [translated(one, language) for one in also(found)],
                "number": len(found.places),
                "places": list(found.places),
            }
            for found in one.mistakes
        ],
        "unexplained": list(one.unexplained),
        "checks": [
            {
                "check": check.expression,
                "title": check.title,
                "hidden": check.hidden,
                "outcomes": dict(check.number),
                "not_passed": list(check.missed),
            }
            for check in one.checks
        ],
    }


def _discrimination(one: Discrimination) -> dict[str, Any]:
    return {"coefficient": _rounded(one.coefficient), "number": one.number, "right": one.right}


def _spread(one: Spread) -> dict[str, Any]:
    return {
        "number": one.number,
        "mean": _rounded(one.mean),
        "least": _rounded(one.least),
        "lower_quartile": _rounded(one.low),
        "median": _rounded(one.median),
        "upper_quartile": _rounded(one.high),
        "most": _rounded(one.most),
    }


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, _DIGITS)
