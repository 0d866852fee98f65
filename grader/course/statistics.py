"""What a class made of each assignment and exercise: counted from the hand-ins that count."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from sqlalchemy import Engine

from grader.course import item_analysis
from grader.course.marks import Counted
from grader.course.mistakes import mistakes
from grader.course.report_texts import with_texts
from grader.course.store.findings import Findings, findings
from grader.model.facts import Symptom
from grader.model.result import ExerciseOutcome, is_right_outcome
from grader.model.standing import ExerciseStanding, Standing
from grader.model.statistics import (
    RULE,
    AssignmentStatistics,
    CheckStatistics,
    ExerciseStatistics,
    MistakeStatistics,
)
from grader.reporting import record

_WRONG: tuple[ExerciseOutcome, ...] = ("partly right", "wrong")  # what symptoms explain
_Check = tuple[int, str, bool]  # its place, its expression, and whether it is hidden
_Places = dict[str, None]  # in order, each once


def of_class(engine: Engine, rows: Sequence[Counted], language: str) -> list[AssignmentStatistics]:
    """Return the statistics of each assignment that somebody handed in, by name.

    rows: what counts; language: of titles, where some are in it. Raises NotKept.
    """
    made: list[AssignmentStatistics] = []
    for name in sorted({one.standing.assignment for one in rows if one.standing.assignment}):
        of_name = [one for one in rows if one.standing.assignment == name]
        graded = [one.grading for one in of_name if one.standing.exercises]
        found = _of_exercises(of_name, findings(engine, graded))  # one after another: it is much
        made.append(_assignment(name, of_name, found, language))
    return with_texts(engine, made, {one.standing.place: one for one in rows}, language)


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found in the answers to an exercise. symptoms: by places, as they were found."""

    ended: dict[_Check, dict[str, int]]
    missed: dict[_Check, _Places]
    symptoms: dict[str, list[Symptom]]


def _of_exercises(rows: Sequence[Counted], found: Findings) -> dict[str, _Found]:
    """Return what was found in the hand-ins to one assignment, by exercises."""
    made: dict[str, _Found] = defaultdict(lambda: _Found({}, {}, {}))
    places = {one.grading: one.standing.place for one in rows}
    order = {grading: place for place, grading in enumerate(places)}  # not that of the gradebook
    for ended in found.ended:
        key = ended.place, ended.expression, ended.hidden
        numbers = made[ended.exercise].ended.setdefault(key, {})
        numbers[ended.outcome] = numbers.get(ended.outcome, 0) + ended.number
    for missed in sorted(found.missed, key=lambda one: order[one.grading]):
        key, place = (missed.place, missed.expression, missed.hidden), places[missed.grading]
        made[missed.exercise].missed.setdefault(key, {})[place] = None
    read = cache(record.load_symptom)  # thousands are the same
    for one in sorted(found.symptoms, key=lambda one: order[one.grading]):
        shown = made[one.exercise].symptoms.setdefault(places[one.grading], [])
        shown.append(read(one.facts))
    return made


def _assignment(
    name: str, rows: Sequence[Counted], found: Mapping[str, _Found], language: str
) -> AssignmentStatistics:
    there = [one for one in rows if one.standing.attempts > 0]
    standings = [one.standing for one in there]
    titled = [one for one in standings if one.title]
    first = min(titled, key=lambda one: one.language != language, default=None)
    return AssignmentStatistics(
        assignment=name,
        title=first.title if first is not None else name,
        language=first.language if first is not None else "",
        handed_in=len(there),
        absent=len(rows) - len(there),
        open=[one.place for one in standings if one.final is None],
        late=[one.place for one in standings if one.late is True],
        repeated=[one.place for one in standings if one.attempts > 1],
        scores=item_analysis.scores(standings),
        seconds=item_analysis.spread([one.duration_s for one in there]),
        exercises=list(_exercises(standings, found, language)),
    )


def _exercises(
    standings: Sequence[Standing], found: Mapping[str, _Found], language: str
) -> Iterator[ExerciseStatistics]:
    """Yield the exercises, in the order of the fullest hand-in."""
    fullest = sorted(standings, key=lambda one: (one.language != language, -len(one.exercises)))
    firsts: dict[str, tuple[ExerciseStanding, str]] = {}
    for one in fullest:
        for exercise in one.exercises:
            firsts.setdefault(exercise.exercise, (exercise, one.language))
    scored = [
        {one.exercise: one for one in standing.exercises if item_analysis.is_scored(one)}
        for standing in standings
    ]
    nothing = _Found({}, {}, {})
    for name, (first, spoken) in firsts.items():
        made = _exercise(first, standings, scored, found.get(name, nothing))
        yield replace(made, language=spoken)


def _exercise(
    first: ExerciseStanding,
    standings: Sequence[Standing],
    scored: Sequence[Mapping[str, ExerciseStanding]],
    found: _Found,
) -> ExerciseStatistics:
    name = first.exercise
    answers = [one[name] for one in scored if name in one]
    shares = [(one.score or 0.0) / one.max_score for one in answers if one.max_score > 0]
    spread = item_analysis.spread(shares)
    outcomes: dict[ExerciseOutcome, list[str]] = {}
    for standing in standings:
        for one in standing.exercises:
            if one.exercise == name:
                outcomes.setdefault(one.outcome, []).append(standing.place)
    is_wrong = {
        place
        for outcome, places in outcomes.items()
        if not is_right_outcome(outcome)
        for place in places
    }
    shown = {place: all for place, all in found.symptoms.items() if place in is_wrong}
    made = mistakes(shown)
    failing = {place for missed in found.missed.values() for place in missed}
    barred = [place for place in _wrong(outcomes) if place not in failing]
    if barred:
        made.append(MistakeStatistics(kind=RULE, mistake="", places=barred))
    explained = {place for one in made for place in one.places}
    return ExerciseStatistics(
        exercise=name,
        title=first.title,
        max_score=max((one.max_score for one in answers), default=first.max_score),
        answers=len(answers),
        right=sum(map(item_analysis.succeeds, answers)),
        mean=spread.mean if spread is not None else None,
        discrimination=item_analysis.discrimination(name, scored),
        outcomes=outcomes,
        checks=_checks(found),
        mistakes=sorted(made, key=lambda one: -len(one.places)),
        unexplained=[place for place in _wrong(outcomes) if place not in explained],
    )


def _wrong(outcomes: Mapping[ExerciseOutcome, Sequence[str]]) -> list[str]:
    return [place for outcome in _WRONG for place in outcomes.get(outcome, ())]


def _checks(found: _Found) -> list[CheckStatistics]:
    return [
        CheckStatistics(
            expression=key[1],
            hidden=key[2],
            number=dict(sorted(numbers.items())),
            missed=[*found.missed.get(key, ())],
        )
        for key, numbers in sorted(found.ended.items())
    ]
