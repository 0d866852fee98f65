"""Which of a student's attempts counts."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from grader.course.policy import Policy, is_refused, settled
from grader.course.rounding import exact
from grader.model.standing import Standing
from grader.model.text import Text, say
from grader.wording.catalogue import translated


def counting(attempts: Sequence[Standing], policy: Policy) -> Standing:
    """Return the attempt that counts, as it was found: with its number, and why others do not.

    attempts: one or more of one student for one assignment, in the order that they were handed in.
    What came too late to be taken, and what has no score, counts only where there is nothing else:
    neither costs a student what was handed in before. `best` compares what is left after
    lateness. `latest in time` takes what nobody knows to be late for in time; where everything is
    late, the latest counts. Of equal ones the later counts.
    """
    done = [settled(one, policy) for one in attempts]
    places = range(len(done))
    taken = [at for at in places if not is_refused(attempts[at], policy)] or [*places]
    scored = [at for at in taken if done[at].final is not None] or taken
    if policy.attempt == "best":
        best = max(scored, key=lambda at: (_worth(done[at]), at))
    elif policy.attempt == "latest in time":
        best = max([at for at in scored if done[at].late is not True] or scored)
    else:
        best = max(scored)
    later = places[best + 1 :]
    notes = [*_passed_over([at for at in later if at not in taken], refused=True)]
    notes += _passed_over([at for at in later if at in taken and at not in scored], refused=False)
    told = (translated(one, done[best].language) for one in notes)
    found = attempts[best]
    return replace(
        found,
        attempt=best + 1,
        attempts=len(done),
        notes=tuple(dict.fromkeys((*found.notes, *told))),
    )


def _worth(standing: Standing) -> Fraction:
    """Return what is left of a score, before it is rounded; what has none is below all."""
    if standing.score is None:
        return Fraction(-1)
    return max(exact(standing.score), Fraction(0)) - exact(standing.deduction)


def _passed_over(places: Sequence[int], *, refused: bool) -> list[Text]:
    """Return why later attempts do not count."""
    if not places:
        return []
    which = ", ".join(str(at + 1) for at in places)
    if refused:
        return [say("attempt {which} was handed in too late to be taken", which=which)]
    return [say("attempt {which} has no score, so that an earlier one counts", which=which)]
