"""How a student's marks came about: every grading, why it took place, and what it changed."""

from collections.abc import Iterator

from sqlalchemy import Engine

from grader.course.decision_target import plain
from grader.course.differences import changes
from grader.course.store import past
from grader.course.store.past import PastDecision, PastGrading
from grader.errors import UsageError
from grader.model.check_name import as_written
from grader.model.difference import ExerciseChange


def lines(engine: Engine, who: str) -> Iterator[str]:
    """Yield the history of a student, by name or id, as lines.

    Raises UsageError where nobody is called so, and NotKept.
    """
    gradings = past.gradings(engine, who)
    if not gradings:
        raise UsageError(f"nobody in the gradebook is called `{who}`, or has it as an id")
    found = past.exercises(engine, [one.number for one in gradings])
    started = {run.number: run.started_at.astimezone() for run in past.runs(engine)}
    last: dict[str | None, PastGrading] = {}
    heading = None
    for one in sorted(gradings, key=lambda one: (one.assignment or "", one.number)):
        if heading != (one.student, one.assignment):
            heading = one.student, one.assignment
            id = f" ({one.student_id})" if one.student_id is not None else ""
            yield f"{one.student}{id}: {one.assignment or 'no assignment that is known'}"
        when = started[one.run].strftime("%Y-%m-%d %H:%M")
        only = f", {', '.join(one.anew)} alone" if one.anew is not None else ""
        yield f"  {when}  run {one.run}: {_score(one)} ({one.why}{only}) [{one.shown}]"
        before = last.get(one.assignment)
        if before is not None:
            for change in changes(found.get(before.number, ()), found.get(one.number, ())):
                yield from _change(change)
        last[one.assignment] = one
    names = {plain(name) for one in gradings for name in (one.student, one.student_id) if name}
    for decided in past.decisions(engine):
        if names & {plain(name) for name in (decided.decision.student, *decided.decision.ids)}:
            yield _decided(decided)


def _decided(one: PastDecision) -> str:
    row, when = one.decision, one.first_seen.astimezone().strftime("%Y-%m-%d %H:%M")
    what = " ".join(filter(None, (row.assignment, row.exercise))) or "the whole submission"
    numbers = [f"{row.score:g}"] if row.score is not None else []
    numbers += [f"{row.adjustment:+g}"] if row.adjustment is not None else []
    told = ": ".join(filter(None, (f"{what} {' '.join(numbers)}".rstrip(), row.comment)))
    ended = ""
    if one.taken_back is not None:
        ended = f", taken back by {one.taken_back.astimezone():%Y-%m-%d %H:%M}"
    return f"  {when}  {row.by or 'a person'} decided: {told}{ended}"


def _score(one: PastGrading) -> str:
    if one.score is None or one.max_score is None:
        return f"{one.outcome}: {one.reason}" if one.reason else one.outcome
    return f"{one.score:g} of {one.max_score:g}"


def _change(change: ExerciseChange) -> Iterator[str]:
    before, after = (
        f"{one.score:g} of {one.max_score:g} ({one.outcome})" if one is not None else "not there"
        for one in (change.before, change.after)
    )
    yield f"      {change.exercise}: {before} -> {after}"
    for check in change.checks:
        name = as_written(check.expression)
        yield f"        {name}: {check.before or '-'} -> {check.after or '-'}"
