"""What is written alike, for the staff: a page with both codes side by side, and tables of it."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from grader.atomic import write_text
from grader.model.resemblance import Answers, Pair, Side, Survey
from grader.reporting import html
from grader.spreadsheet import table

HEAD = (
    *("assignment", "exercise", "student", "id", "share", "other_student", "other_id"),
    *("other_share", "holders", "students", "bits", "same_text", "mistakes"),
)
_SHOWN = 300  # pairs whose code is in the page; all are in the tables
_LINES, _WIDE = 400, 400  # lines of a code that a page shows, and characters of a line


def page(surveys: Sequence[Survey], language: str) -> str:
    """Return the page. language: of the staff's."""
    shown = [
        pair
        for survey in surveys
        for group in survey.groups
        for pair in sorted(group.shown, key=lambda one: -one.bits)
    ]
    return html.similar(
        language,
        surveys=surveys,
        is_shown={id(pair) for pair in shown[:_SHOWN]}.__contains__,
        identity=id,
        titles=[{one.exercise: one.title for one in survey.exercises} for survey in surveys],
        anchor=_Anchors(surveys).of,
        lines=lines,
    )


def lines(side: Side) -> Iterator[tuple[int, str, bool]]:
    """Yield the number of each line of a code, its text, and whether it is alike."""
    every = side.code.rstrip().split("\n")
    for number, text in enumerate(every[:_LINES], start=1):
        yield number, text[:_WIDE] + "…" * (len(text) > _WIDE), number in side.lines
    if len(every) > _LINES:
        yield _LINES + 1, "…", False


def as_json(surveys: Sequence[Survey]) -> str:
    """Return all of it as JSON, the code left out."""
    return json.dumps([_survey(one) for one in surveys], ensure_ascii=False, indent=1) + "\n"


def write(out: Path, surveys: Sequence[Survey], language: str) -> None:
    """Write the page and the tables into a folder. Raises OSError."""
    write_text(out / "similar.html", page(surveys, language))
    write_text(out / "similar.json", as_json(surveys))
    with table(out / "similar.csv") as row:
        row(HEAD)
        for survey in surveys:
            for group in survey.groups:
                for pair in group.pairs:
                    row(_cells(survey, pair))


class _Anchors:
    """The places in the page to which the table of students leads."""

    def __init__(self, surveys: Sequence[Survey]) -> None:
        pairs = (pair for survey in surveys for group in survey.groups for pair in group.pairs)
        self._numbers = {id(pair): number for number, pair in enumerate(pairs, start=1)}

    def of(self, survey: int, pair: Pair) -> str:
        return f"pair-{survey}-{self._numbers[id(pair)]}"


def _cells(survey: Survey, pair: Pair) -> Iterator[str]:
    one, two = pair.sides
    yield from (survey.assignment, pair.exercise)
    for side in (one, two):
        yield from (side.answers.student, side.answers.student_id or "", f"{side.share:.2f}")
    yield from (f"{pair.holders}", f"{survey.students}", f"{pair.bits:.1f}")
    yield from ("yes" if pair.is_same_text else "no", "; ".join(pair.mistakes))


def _survey(survey: Survey) -> dict[str, Any]:
    return {
        "assignment": survey.assignment,
        "students": survey.students,
        "exercises": [
            {"exercise": one.exercise, "answers": dict(one.kinds)} for one in survey.exercises
        ],
        "students_alike": [
            {
                "students": [_student(one) for one in couple.students],
                "exercises": [pair.exercise for pair in couple.pairs],
            }
            for couple in survey.couples
        ],
        "groups": [
            {
                "exercise": group.exercise,
                "students": [_student(one) for one in group.members],
                "pairs": [_pair(pair) for pair in group.pairs],
            }
            for group in survey.groups
        ],
    }


def _student(one: Answers) -> dict[str, Any]:
    return {"student": one.student, "id": one.student_id, "place": one.place}


def _pair(pair: Pair) -> dict[str, Any]:
    return {
        "sides": [
            _student(side.answers) | {"share": round(side.share, 3), "lines": sorted(side.lines)}
            for side in pair.sides
        ],
        "holders": pair.holders,
        "bits": round(pair.bits, 1),
        "same_text": pair.is_same_text,
        "mistakes": list(pair.mistakes),
    }
