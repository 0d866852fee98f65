"""What a score becomes by what people decided on it: the only place where numbers are."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from grader.course.decision import Decision, Remark, not_applied
from grader.model.result import points


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedScore:
    """A score after what people decided on it.

    score: None where there is none; is_decided: whether it is a person's; adjustment: what is added
    to what was found, 0 where a person's score counts in its place; comment: of those whose rows
    are applied, a line each.
    """

    score: float | None
    is_decided: bool = False
    adjustment: float = 0.0
    comment: str = ""
    ticked: tuple[str, ...] | None = None


def decide(
    found: float | None, most: float | None, rows: Sequence[Decision]
) -> tuple[DecidedScore, list[Remark]]:
    """Return a score by some rows about it, and what became of rows that do not count as written.

    The last row with a score counts in place of what was found, then adjustments are added. A score
    of more points than there are is a slip, and not applied: a bonus is an adjustment. Less than 0
    it does not become. found: by the grader, None where there is no score; most: points that there
    are, None where it is not known.
    """
    counting, remarks = _counting(sorted(rows, key=lambda one: one.line), most)
    score = next((one.score for one in reversed(counting) if one.score is not None), found)
    applied, added = [], []
    for row in counting:
        if row.adjustment is not None and score is None:
            why = "there is no score to add to; write a score first"
            remarks.append(not_applied(row.line, why))
        else:
            applied.append(row)
            added += [row] if row.adjustment is not None else []
    if score is not None:
        score = points(score + math.fsum(one.adjustment or 0 for one in added))
        if score < 0:
            line = max(one.line for one in added if (one.adjustment or 0) < 0)
            remarks.append(Remark(line=line, text="takes more points than there are: 0 are left"))
            score = 0.0
    is_scored = any(one.score is not None for one in applied)
    decided = DecidedScore(
        score=score,
        is_decided=is_scored or bool(added),
        adjustment=0.0 if is_scored or score is None else points(score - (found or 0)),
        ticked=next((one.ticked for one in applied if one.score is not None), None),
        comment="\n".join(dict.fromkeys(one.comment for one in applied if one.comment)),
    )
    return decided, remarks


def _counting(rows: Sequence[Decision], most: float | None) -> tuple[list[Decision], list[Remark]]:
    """Return the rows that count, in their order, and why others do not."""
    remarks, once, counting = [], dict[object, Decision](), []
    for row in reversed(rows):
        same = row.score, row.adjustment, row.comment, row.by, row.date, row.ticked
        if (last := once.setdefault(same, row)) is not row:
            why = f"line {last.line} says the same, and counts once"
            remarks.append(not_applied(row.line, why))
    winner: Decision | None = None
    for row in once.values():
        if row.score is not None and most is not None and row.score > most + 1e-9:
            why = (
                f"of {most:g} points it gives {row.score:g}; write a bonus as an adjustment,"
                f" +{row.score - most:g}"
            )
            remarks.append(not_applied(row.line, why))
        elif row.score is not None and winner is not None:
            why = f"line {winner.line}, which is later, decides on the same score"
            remarks.append(not_applied(row.line, why))
        else:
            winner = row if row.score is not None else winner
            counting.append(row)
    return counting[::-1], remarks
