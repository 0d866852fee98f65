"""What an exercise is worth: the best of its looks, by ordered rules."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from grader.marking import confirm
from grader.marking.checks import Judged, rounded, skipped
from grader.model.assignment import Exercise
from grader.model.facts import (
    AllPassed,
    Ending,
    Forbidden,
    ForbiddenUse,
    NotCompared,
    NotHere,
    NothingThere,
    NotInstalled,
    NotReached,
    Raised,
    RaisedAnyway,
    RaisedOther,
    Ruling,
    SomePassed,
    Stopped,
    Substituted,
)
from grader.model.result import CheckResult, ExerciseOutcome, ExerciseResult, Fault, points
from grader.model.submission import Answer
from grader.model.values import Exceeded
from grader.syntax.names import bound_after

LINE = 200  # characters of a line that the student's side sends
MAX_CODE = 20_000  # characters of a student's code that a report shows

_STOPPED: dict[Ending, ExerciseOutcome | None] = {
    "done": None,
    "error": None,
    "timed out": "timed out",
    "too much output": "timed out",
    "too much memory": "crashed",
    "crashed": "crashed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CellEnd:
    """How the cell of an exercise ended.

    exceeded: the limit of time that it did not keep; fault: what it raised; unreached: names that
    it would have bound, had it gone on.
    """

    ending: Ending
    exceeded: Exceeded | None = None
    fault: Fault | None = None
    unreached: Collection[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """What an exercise is worth, and the place, among its looks, of the one that counts."""

    result: ExerciseResult
    look: int


def weigh(
    answer: Answer,
    looks: Sequence[Judged],
    *,
    other: Sequence[Judged] | None = None,
    end: CellEnd | None,
    output: str = "",
) -> Weighed:
    """Decide what an exercise is worth: the best of its looks counts.

    looks: in the order in which they were taken. A part of an answer does not count at the end of
    the notebook, where other exercises have bound the same names.
    other: those of a run on other data; None where there was none. Only what is right in both
    counts.
    end: of the exercise's cell; None where it did not run.
    """
    exercise = answer.exercise
    place = best_of(answer, looks)
    best = looks[place]
    if other is not None:
        again = other[best_of(answer, other)]
        seen_in = best.values, again.values
        sure = confirm.confirmed(exercise, best.checks, again.checks, values=seen_in)
        best = replace(best, checks=sure)
    banned = _banned(answer, best)
    checks = best.checks
    if best.moment == "own" and end is not None and not best.replaced:
        checks = tuple(_reached(exercise, check, end.unreached) for check in checks)
    checks = tuple(_placed(check, answer.code) for check in checks)
    outcome, ruling = _ruled(answer, best, checks, banned, end)
    fault = end.fault if end else None
    score = exercise.points if best.right else best.score
    if banned:
        score, checks = 0.0, tuple(replace(check, score=0.0) for check in checks)
    if isinstance(ruling, NothingThere):
        score, fault, output = 0.0, None, ""
        checks = tuple(map(skipped, checks))
    result = ExerciseResult(
        exercise=exercise.name,
        score=points(score),
        max_score=points(exercise.points),
        outcome=outcome,
        ruling=ruling,
        error=fault,
        checks=tuple(map(rounded, checks)),
        code=answer.code[:MAX_CODE],
        output=output,
    )
    return Weighed(result=result, look=place)


def not_here(exercise: Exercise) -> ExerciseResult:
    """Return the result of an exercise that this machine cannot grade: it counts for nothing."""
    return ExerciseResult(
        exercise=exercise.name,
        score=0.0,
        max_score=0.0,
        outcome="not graded here",
        ruling=NotHere(),
    )


def not_run(result: ExerciseResult, modules: tuple[str, ...]) -> ExerciseResult:
    """Return the result of an exercise that imports what this machine lacks: it has no score."""
    return replace(
        result,
        score=0.0,
        outcome="could not be run here",
        ruling=NotInstalled(modules=modules),
        checks=tuple(map(skipped, result.checks)),
        symptoms=(),
    )


def best_of(answer: Answer, looks: Sequence[Judged]) -> int:
    """Return the place of the look that counts: the best, the first of those that are equally good.

    One on the student's own earlier answers comes before others: it shows what is wrong here alone.
    """
    places = range(len(looks))
    counted = [n for n in places if looks[n].right or looks[n].moment != "end"] or places

    def worth(place: int) -> tuple[float, bool]:
        look = looks[place]
        return look.score * (not _banned(answer, look)), bool(look.given)

    return max(counted, key=worth)


def earns(answer: Answer, look: Judged) -> bool:
    """Whether a look is worth anything."""
    there = look.right or answer.state == "filled"
    return there and look.score > 0 and not _banned(answer, look)


def _ruled(
    answer: Answer,
    best: Judged,
    checks: Sequence[CheckResult],
    banned: tuple[ForbiddenUse, ...],
    end: CellEnd | None,
) -> tuple[ExerciseOutcome, Ruling]:
    """Return the first rule that decides, of those that follow one another here."""
    if banned:
        return "wrong", Forbidden(uses=banned)
    passed = sum(check.outcome == "passed" for check in checks)
    sealed = Substituted(replaced=best.replaced, passed=passed, total=len(checks))
    if best.right and best.replaced:
        return "right by follow-through", sealed
    if best.right:
        outcome: ExerciseOutcome = "right by follow-through" if best.given else "right"
        return outcome, AllPassed(moment=best.moment, given=best.given)
    if answer.state != "filled":
        return answer.state, NothingThere(state=answer.state)
    if best.replaced:
        return "partly right" if best.score > 0 else "wrong", sealed
    if end is not None and (stopped := _STOPPED[end.ending]) is not None:
        return stopped, Stopped(ending=end.ending, exceeded=end.exceeded)
    return "partly right" if best.score > 0 else "wrong", SomePassed(
        passed=passed,
        total=len(checks),
        moment=best.moment,
        given=best.given,
        unconfirmed=confirm.unconfirmed(checks),
    )


def _banned(answer: Answer, look: Judged) -> tuple[ForbiddenUse, ...]:
    """Return what counts against a look: scratch work below an answer is no part of it."""
    return answer.banned + (answer.banned_below if look.moment != "own" else ())


def _placed(check: CheckResult, code: str) -> CheckResult:
    """Return a check without the number of a line that stands in other code than the answer."""
    lines = code.split("\n")

    def placed(why: NotCompared) -> NotCompared:
        match why:
            case Raised(number=int(number), line=line):
                is_there = 1 <= number <= len(lines) and lines[number - 1].strip()[:LINE] == line
                return why if is_there else replace(why, number=None)
            case RaisedOther(why=inner):
                return replace(why, why=placed(inner))
            case RaisedAnyway(why=inner) if inner is not None:
                return replace(why, why=placed(inner))
            case _:
                return why

    if check.not_compared is None:
        return check
    return replace(check, not_compared=placed(check.not_compared))


def _reached(exercise: Exercise, check: CheckResult, unreached: Collection[str]) -> CheckResult:
    """Say of names that their cell did not come to bind; an earlier cell's value is no answer."""
    own = next(one for one in exercise.checks if one.expression == check.check)
    names = {*(check.of or own.free_names)} - bound_after(own.given)
    if check.outcome == "passed" or names.isdisjoint(unreached):
        return check
    return replace(skipped(check), outcome="error", not_compared=NotReached())
