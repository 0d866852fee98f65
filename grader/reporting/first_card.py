"""The first card of a report without a page around it: for a terminal, and as Markdown begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from grader.model.in_course import ALONE, InCourse
from grader.model.result import ExerciseResult, Report, so_far
from grader.model.text import say
from grader.reporting import figures
from grader.reporting.overview import overview
from grader.wording.catalogue import catalogue, known, translated
from grader.wording.outcomes import outcome
from grader.wording.overview import tally, why_first


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An exercise in a line. points: earned, and of how many, where there are any."""

    exercise: str
    sign: str
    title: str
    points: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstCard:
    """What a report says first; texts may hold code in backticks.

    score: what counts, or why there is none; about: whose it is, and when; says: sentences.
    """

    title: str
    score: str
    about: str
    says: Sequence[str]
    rows: Sequence[Row]


def first_card(report: Report, in_course: InCourse = ALONE) -> FirstCard:
    """Return the first card of a student's report."""
    points = figures.by_exercise(report.exercises, in_course)
    return FirstCard(
        title=report.title or catalogue(known(report.language)).gettext("No score"),
        score=_score(report),
        about=" · ".join(_about(report, in_course)),
        says=_says(report, in_course),
        rows=[_row(one, points[one.exercise], report.language) for one in report.exercises],
    )


def text(card: FirstCard) -> str:
    """Return a first card as lines of plain text."""
    head = f"{_bare(card.title)}: {card.score}"
    rows = [f"  {one.sign} {_bare(one.title)}" for one in card.rows]
    width = max(map(len, rows), default=0)
    shown = [
        f"{line:<{width}}  {row.points or row.outcome}"
        for line, row in zip_longest(rows, card.rows)
    ]
    says = [_bare(sentence) for sentence in card.says]
    return "\n".join([head, card.about, *says, *([""] if shown else []), *shown])


def _score(report: Report) -> str:
    counts = report.score if report.final is None else report.final
    if report.outcome == "waits for a person":
        points = figures.points(so_far(report.exercises))
        return translated(say("{points} so far", points=points), report.language)
    if counts is None or report.max_score is None:
        return translated(outcome(report.outcome), report.language)
    return _of(figures.points(counts), report.max_score, report.language)


def _about(report: Report, in_course: InCourse) -> list[str]:
    words = catalogue(known(report.language)).gettext
    found = [report.student]
    if report.handed_in:
        found.append(words("handed in %(time)s") % {"time": figures.time(report.handed_in)})
    if report.graded_at:
        found.append(words("graded %(day)s") % {"day": figures.day(report.graded_at)})
    if in_course.attempts > 1:
        numbers = {"attempt": in_course.attempt, "attempts": in_course.attempts}
        found.append(words("attempt %(attempt)s of %(attempts)s") % numbers)
    return [*found, words("late")] if report.late else found


def _says(report: Report, in_course: InCourse) -> list[str]:
    words = catalogue(known(report.language)).gettext
    found: list[str] = []
    if report.reason:
        found.append(f"{report.reason[:1].upper()}{report.reason[1:]}.")
    if report.override is not None:
        found.append(words("A person decided on this score."))
        found += report.override.comment.splitlines()
    if not report.exercises:
        return found
    seen = overview(report.exercises)
    if seen.total:
        how = translated(
            tally(seen.right, seen.nearly, seen.total, is_all=seen.is_all), report.language
        )
        best = f" {words('Best:')} {seen.best.title}." if seen.best and seen.start else ""
        found.append(how + best)
    if seen.start is not None:
        missing = figures.missing(seen.start, in_course)
        why = translated(why_first(seen.built_on, missing), report.language)
        found.append(f"{words('Start here:')} {seen.start.title}. {why}")
    return found


def _row(result: ExerciseResult, points: str, language: str) -> Row:
    return Row(
        exercise=result.exercise,
        sign=figures.SIGNS.get(result.outcome, figures.OTHER),
        title=result.title,
        points=_of(points, result.max_score, language) if result.max_score else "",
        outcome=translated(outcome(result.outcome), language),
    )


def _of(points: str, most: float, language: str) -> str:
    told = {"points": points, "most": figures.points(most)}
    return catalogue(known(language)).gettext("%(points)s of %(most)s") % told


def _bare(line: str) -> str:
    """Return a line of Markdown as a terminal shows it."""
    return line.replace("`", "").replace("*", "")
