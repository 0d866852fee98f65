"""LTI Advantage: score objects of the Assignment and Grade Services 2.0, a line of JSON each.

A site's own tool posts them to `LINEITEM/scores` as `application/vnd.ims.lis.v1.score+json`.
"""

import json
from datetime import UTC, datetime
from typing import Any

from grader.atomic import write_text
from grader.exchange import comment
from grader.exchange.export import Exported, Marks, Request
from grader.exchange.selection import of_one, remark
from grader.model.standing import Standing


class Scores:
    """A line for each student who has a score and an id."""

    name = "ags"
    title = "score objects of LTI 1.3 (AGS 2.0), a line of JSON each"
    needs = ""
    suffix = ".jsonl"

    def write(self, marks: Marks, request: Request) -> Exported:
        """Write the lines. Raises UsageError, and OSError."""
        lines, without, nameless = [], [], []
        now = datetime.now(UTC).isoformat(timespec="milliseconds")  # of two, the later counts
        for one in of_one(marks, request):
            if one.final is None:
                without.append(one.student)
            elif one.student_id is None:
                nameless.append(one.student)
            else:
                text = comment.as_plain(comment.lines(one, marks.told(one)))
                lines.append(json.dumps(_score(one, one.final, text, now), ensure_ascii=False))
        write_text(request.to, "".join(f"{line}\n" for line in lines), durable=True)
        return Exported(
            files=(request.to,),
            rows=len(lines),
            remarks=(
                *remark("without a score yet, so that nothing is written", without),
                *remark("without an id, which has to be that of LTI", nameless),
            ),
        )


def _score(one: Standing, final: float, text: str, now: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "userId": one.student_id,
        "scoreGiven": final,
        "scoreMaximum": one.max_score,
        "comment": text.strip(),
        "timestamp": now,
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
    }
    if one.handed_in is not None and datetime.fromisoformat(one.handed_in).tzinfo is not None:
        found["submission"] = {"submittedAt": one.handed_in}
    return found
