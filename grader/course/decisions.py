"""What people decided, applied to where students stand: each row, or a reason why not.

Nothing is guessed: a row that could be about two students, submissions or exercises is named. What
the grader found is the start each time, so that to apply the same rows again changes nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from grader.course.decided_score import DecidedScore, decide
from grader.course.decision import Decision, Remark, not_applied
from grader.course.decision_target import Known, NotApplied, plain, target
from grader.model.result import ExerciseOutcome, points
from grader.model.standing import ExerciseStanding, Standing, Total
from grader.wording.standings import why_waiting

_TWO_TOTALS = (
    "an assignment is called `{}`, too; write `course total` for the total of the course, or the"
    " assignment's title"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """Standings after what was decided, in their order, and remarks on rows, by line."""

    standings: tuple[Standing, ...]
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedToTotals:
    """Totals after what was decided, in their order, and remarks on rows, by line."""

    totals: tuple[Total, ...]
    remarks: tuple[Remark, ...]


def applied(
    standings: Sequence[Standing],
    decisions: Iterable[Decision],
    worth: Mapping[str, float] | None = None,
) -> Applied:
    """Return standings with what was decided on exercises and submissions.

    Rows about the course's total are left for `applied_to_totals`. standings: all of the course's,
    since what a row is about depends on what else there is, as the grader left them; worth: by
    assignment, the points that there are, for submissions that were not graded.
    """
    worth, known = worth or {}, Known(standings)
    assignments = {plain(name) for one in standings if (name := one.assignment)}
    about: dict[int, list[Decision]] = defaultdict(list)
    answers: dict[int, set[str]] = defaultdict(set)
    remarks: list[Remark] = []
    for row in decisions:
        if row.is_about_course and plain(row.assignment) not in assignments:
            continue
        try:
            if row.is_about_course:
                raise NotApplied(_TWO_TOTALS.format(row.assignment))
            place, assignment = target(row, known.of(row), standings, worth)
        except NotApplied as error:
            remarks.append(not_applied(row.line, str(error)))
            continue
        about[place].append(row)
        answers[place] |= {assignment} if assignment else set()
    for place, names in answers.items():
        if len(names) > 1:  # one file, which cannot answer both
            why = f"there is one submission that may be for any of {', '.join(sorted(names))}"
            remarks += [not_applied(row.line, why) for row in about.pop(place)]
    found = list(standings)
    for place, rows in about.items():
        standing = found[place]
        if names := answers[place]:
            standing = replace(standing, assignment=min(names))
        found[place], more = _decided(standing, rows, worth)
        remarks += more
    return Applied(standings=tuple(found), remarks=_in_order(remarks))


def applied_to_totals(totals: Sequence[Total], decisions: Iterable[Decision]) -> AppliedToTotals:
    """Return the course's totals with what was decided on them."""
    known, assignments = Known(totals), {plain(name) for one in totals for name in one.finals}
    about: dict[int, list[Decision]] = defaultdict(list)
    remarks: list[Remark] = []
    for row in decisions:
        if not row.is_about_course or plain(row.assignment) in assignments:
            continue
        try:
            (place,) = known.of(row)
        except NotApplied as error:
            remarks.append(not_applied(row.line, str(error)))
        except ValueError:
            why = f"there are several rows of {row.whose} in the totals; write an id"
            remarks.append(not_applied(row.line, why))
        else:
            about[place].append(row)
    found = list(totals)
    for place, rows in about.items():
        total = found[place]
        computed = total.computed if total.is_decided else total.score
        decided, more = decide(computed, total.max_score, rows)
        remarks += more
        found[place] = replace(
            total,
            score=decided.score,
            computed=computed,
            is_decided=decided.is_decided,
            comment=decided.comment,
        )
    return AppliedToTotals(totals=tuple(found), remarks=_in_order(remarks))


def _decided(
    standing: Standing, rows: Sequence[Decision], worth: Mapping[str, float]
) -> tuple[Standing, list[Remark]]:
    """Return a standing with what rows say of it, whole and by exercise."""
    remarks: list[Remark] = []
    exercises: list[ExerciseStanding] = []
    for one in standing.exercises:
        mine = [row for row in rows if row.exercise == one.exercise]
        decided, more = decide(one.computed, one.max_score, mine)
        remarks += more
        exercises.append(
            replace(
                one,
                outcome=_outcome(one, decided),
                score=decided.score,
                is_decided=decided.is_decided,
                comment=decided.comment,
                ticked=decided.ticked,
            )
        )
    most = worth.get(standing.assignment or "", standing.max_score)
    found = standing.computed
    if exercises:
        most = points(sum(one.max_score for one in exercises))
    if any(one.is_decided for one in exercises):
        found = _sum(exercises)
    whole, more = decide(found, most, [row for row in rows if not row.exercise])
    remarks += more
    after = replace(
        standing,
        score=whole.score,
        final=whole.score,
        is_decided=whole.is_decided,
        adjustment=whole.adjustment,
        comment=whole.comment,
        exercises=tuple(exercises),
    )
    if whole.score is not None and (whole.is_decided or any(one.is_decided for one in exercises)):
        after = replace(after, outcome="graded", reason=None, max_score=most)
    elif after.outcome == "waits for a person":
        after = replace(after, reason=why_waiting(after))
    return after, remarks


def _outcome(one: ExerciseStanding, decided: DecidedScore) -> ExerciseOutcome:
    """Return what became of an exercise: what waited for a person does so no longer."""
    is_over = one.outcome == "waits for a person" and decided.is_decided
    return "marked by a person" if is_over else one.outcome


def _sum(exercises: Sequence[ExerciseStanding]) -> float | None:
    scores = [one.score for one in exercises if one.score is not None]
    return points(sum(scores)) if len(scores) == len(exercises) else None


def _in_order(remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    return tuple(sorted(remarks, key=lambda one: (one.line, one.text)))
