"""What of the marks goes into an export: of one assignment, with a score, in points."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from grader.errors import UsageError
from grader.exchange.export import Marks, Request
from grader.model.result import points
from grader.model.standing import Standing

_NAMED = 5  # students whom a remark names


def of_one(marks: Marks, request: Request) -> list[Standing]:
    """Return the rows of the assignment that is asked for, or of the only one.

    Raises UsageError where there are several, or none of that name.
    """
    rows = list(marks.standings(request.assignment))
    names = sorted({one.assignment for one in rows if one.assignment is not None})
    if len(names) > 1:
        raise UsageError(f"there are several assignments, {', '.join(names)}: name one with -a")
    found = [one for one in rows if one.assignment is not None]
    if not found:
        which = f" of {request.assignment}" if request.assignment else ""
        raise UsageError(f"there are no marks{which}; `grader review` shows what there is")
    return found


def most_of(standings: Sequence[Standing]) -> float:
    """Return how many points there are in an assignment."""
    return max((one.max_score for one in standings if one.max_score is not None), default=0.0)


def scaled(final: float, most: float, to: float | None, request: Request) -> float:
    """Return a score in the points of the other system, where that has another maximum.

    Raises UsageError where that was not asked for.
    """
    if to is None or to == most or not most:
        return final
    if not request.scale:
        raise UsageError(
            f"the maximum there is {to:g}, and the assignment has {most:g} points: set the same"
            " there, or have scores scaled with --scale"
        )
    return points(float(Fraction(repr(final)) * Fraction(repr(to)) / Fraction(repr(most))))


def number(score: float, *, decimals: int = 6, comma: bool = False) -> str:
    """Return points as other systems read them: no more decimals than there are."""
    text = f"{score:.{decimals}f}".rstrip("0").rstrip(".")
    return text.replace(".", ",") if comma else text


def remark(why: str, students: Iterable[str]) -> tuple[str, ...]:
    """Return one line on students who are left out, none where nobody is."""
    names = sorted(set(students))
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return (f"{why}: {', '.join(names[:_NAMED])}{more}",) if names else ()
