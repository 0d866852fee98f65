"""The policy of an assignment: when it is due, and what a score counts for in the end.

No clock is read: what counts follows from when something was handed in, and from `course.toml`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from fractions import Fraction
from typing import Literal

from grader.course import lateness, moments
from grader.course.lateness import Lateness
from grader.course.rounding import EXACT, Rounding, exact, written
from grader.model.reveal import NEVER, Reveal
from grader.model.standing import Standing
from grader.model.text import Text, counted, say
from grader.spreadsheet import harmless
from grader.wording.catalogue import translated

Attempt = Literal["latest", "best", "latest in time"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """When an assignment is due for a student. who: an id or a name, as a person wrote it."""

    who: str
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What `course.toml` says of an assignment, or of all of which it says nothing else.

    due: None where there is no due date; extensions: by what `same` makes of an id or a name;
    zone: of times that platforms tell without one; attempt: which of several counts; reveal: when
    it may be told what was expected, where the source says nothing; weight: what all of it is worth
    in the total, None for its own points; droppable: whether the total may leave it out.
    """

    due: datetime | None = None
    extensions: Mapping[str, Extension] = field(default_factory=dict)
    zone: tzinfo | None = None
    attempt: Attempt = "latest"
    late: Lateness = lateness.NONE
    rounding: Rounding = EXACT
    reveal: Reveal = NEVER
    weight: Fraction | None = None
    droppable: bool = True

    def due_for(self, student: str, student_id: str | None) -> datetime | None:
        """Return when it is due for a student; of two extensions, by id and by name, the later."""
        known = {same(student)} | ({same(student_id)} if student_id is not None else set())
        return max(
            (self.extensions[who].due for who in known & self.extensions.keys()), default=self.due
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How something stands to its due date.

    late: None where neither the time nor the platform tells; by: how long after the end of the
    grace it was handed in, None where that is not known.
    """

    due: datetime | None
    late: bool | None
    by: timedelta | None


def timing(standing: Standing, policy: Policy) -> Timing:
    """Return whether something is late, by the due date, or else as the platform tells it."""
    due = policy.due_for(standing.student, standing.student_id)
    if due is None:
        return Timing(due=None, late=standing.late, by=None)
    when = moments.handed_in(standing.handed_in, policy.zone or due.tzinfo)
    if when is None:
        return Timing(due=due, late=standing.late, by=None)
    by = moments.passed(due, when) - policy.late.grace
    return Timing(due=due, late=by > timedelta(), by=max(by, timedelta()))


def is_refused(standing: Standing, policy: Policy) -> bool:
    """Whether something was handed in so late that it is not taken, unless a person decided."""
    by = timing(standing, policy).by
    return by is not None and policy.late.refuses(by) and not standing.is_decided


def settled(standing: Standing, policy: Policy) -> Standing:
    """Return a row with what lateness takes from its score, and with what is shown in the end.

    What was computed, and what a person decided, stay beside it. What is refused gets 0, and a note
    says why; nothing is taken where it is not known when something was handed in, and a note
    says that. A score that is negative is shown as 0. What a person decided on all of it is shown
    as it was written, however late it is, and so is what a person added to it; so decisions come
    first, and then this.
    """
    found = timing(standing, policy)
    if standing.score is None:
        return replace(standing, late=found.late, deduction=0.0, final=None)
    score = max(exact(standing.score), Fraction(0))
    most = exact(standing.max_score) if standing.max_score is not None else score
    added = exact(standing.adjustment)
    if standing.is_decided and not added:
        return replace(standing, late=found.late, deduction=0.0, final=written(score))
    score = max(score - added, Fraction(0))
    left = policy.late.left(score, most, found.by) if found.by is not None else score
    told = (translated(one, standing.language) for one in _notes(found, policy, score - left))
    return replace(
        standing,
        late=found.late,
        deduction=written(score - left),
        final=written(max(policy.rounding.rounded(left, most) + added, Fraction(0))),
        notes=tuple(dict.fromkeys((*standing.notes, *told))),
    )


def same(who: str) -> str:
    """Return what an id or a name has in common with how people and tables write it."""
    return " ".join(harmless(who).split()).casefold()


def _notes(found: Timing, policy: Policy, taken: Fraction) -> list[Text]:
    """Return what is to be told of lateness."""
    rule = policy.late
    costs = bool(rule.deduct) or rule.refuse_after is not None
    if found.by is None:
        if not costs or (found.due is None and not found.late):
            return []
        if found.due is None:
            return [say("it is late, but there is no due date to count from: nothing is taken off")]
        due = moments.shown(found.due)
        return [say("due {due}; when it was handed in is not known: nothing is taken off", due=due)]
    assert found.due is not None
    due = moments.shown(found.due)
    if rule.refuses(found.by):
        return [say("due {due}; handed in too late to be taken", due=due)]
    if not taken:
        return []
    values = {"due": due, "points": f"{written(taken):g}"}
    number = rule.begun(found.by)
    if rule.per == "hour":
        return [
            counted(
                "due {due}; {number} hour late, counting a begun one; points taken off: {points}",
                "due {due}; {number} hours late, counting a begun one; points taken off: {points}",
                number,
                **values,
            )
        ]
    return [
        counted(
            "due {due}; {number} day late, counting a begun one; points taken off: {points}",
            "due {due}; {number} days late, counting a begun one; points taken off: {points}",
            number,
            **values,
        )
    ]
