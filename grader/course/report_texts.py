"""What reports tell of mistakes and checks: an author's help, a rule, a title."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Engine

from grader.course.marks import Counted
from grader.course.store import documents
from grader.model.result import ExerciseResult, Report
from grader.model.statistics import (
    RULE,
    AssignmentStatistics,
    CheckStatistics,
    ExerciseStatistics,
    MistakeStatistics,
)
from grader.wording.catalogue import translated
from grader.wording.statistics import barred

_Rows = Mapping[str, Counted]
_Results = Callable[[str], ExerciseResult]  # by places


def with_texts(
    engine: Engine, made: Sequence[AssignmentStatistics], rows: _Rows, language: str
) -> list[AssignmentStatistics]:
    """Return statistics with these texts; what fails by another rule is another mistake.

    rows: by their places. Raises NotKept.
    """
    every = (found for one in made for part in one.exercises for found in part.mistakes)
    numbers = {rows[place].grading for found in every for place in _read(found, rows, language)}
    fullest = _fullest(rows.values(), language)
    numbers |= {*fullest.values()}
    reports = dict(documents.reports(engine, sorted(numbers)))

    def told(one: AssignmentStatistics) -> AssignmentStatistics:
        titles = {part.exercise: part.title for part in one.exercises}
        parts = [_exercise(part, titles, rows, reports, language) for part in one.exercises]
        if one.assignment in fullest:
            parts = _with_titles(parts, reports[fullest[one.assignment]])
        return replace(one, exercises=parts)

    return [told(one) for one in made]


def _fullest(rows: Iterable[Counted], language: str) -> dict[str, int]:
    """Return the grading with most exercises, and points, in a language, by assignments."""
    found: dict[str, tuple[tuple[int, float], int]] = {}
    for one in rows:
        name, exercises = one.standing.assignment, one.standing.exercises
        size = len(exercises), one.standing.computed or 0.0
        if name is None or one.standing.language != language or not exercises:
            continue
        if name not in found or size > found[name][0]:
            found[name] = size, one.grading
    return {name: grading for name, (_, grading) in found.items()}


def _with_titles(parts: Sequence[ExerciseStatistics], report: Report) -> list[ExerciseStatistics]:
    """Return exercises with the titles of their checks."""
    titles = {
        (result.exercise, check.check): check.title
        for result in report.exercises
        for check in result.checks
    }

    def told(name: str, one: CheckStatistics) -> CheckStatistics:
        return replace(one, title=titles.get((name, one.expression), ""))

    return [
        replace(part, checks=[told(part.exercise, one) for one in part.checks]) for part in parts
    ]


def _read(found: MistakeStatistics, rows: _Rows, language: str) -> Sequence[str]:
    """Return the places of which the reports are read."""
    if found.kind == RULE:
        return found.places
    if not found.mistake:
        return ()
    return [min(found.places, key=lambda place: rows[place].standing.language != language)]


def _exercise(
    one: ExerciseStatistics,
    titles: Mapping[str, str],
    rows: _Rows,
    reports: Mapping[int, Report],
    language: str,
) -> ExerciseStatistics:
    def result(place: str) -> ExerciseResult:
        of = reports[rows[place].grading].exercises
        return next(part for part in of if part.exercise == one.exercise)

    made: list[MistakeStatistics] = []
    for found in one.mistakes:
        if found.kind == RULE:
            made += _by_rule(found, result, titles, language)
        elif places := _read(found, rows, language):
            texts = [
                two.text for two in result(places[0]).diagnoses if two.mistake == found.mistake
            ]
            spoken = rows[places[0]].standing.language
            made.append(replace(found, help=next(iter(texts), ""), language=spoken))
        else:
            made.append(found)
    return replace(one, mistakes=sorted(made, key=lambda found: -len(found.places)))


def _by_rule(
    found: MistakeStatistics, result: _Results, titles: Mapping[str, str], language: str
) -> Iterator[MistakeStatistics]:
    groups: dict[str, list[str]] = {}
    for place in found.places:
        said = barred(result(place).ruling, lambda name: titles.get(name, name))
        groups.setdefault(translated(said, language), []).append(place)
    for text, places in groups.items():
        yield replace(found, places=places, help=text)
