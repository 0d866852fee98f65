"""Gradescope's `results.json`, of a standing and the report that its student gets.

Of a hidden check it tells what the report does: `grader.feedback` has withheld the rest. Texts are
simple HTML in which everything of a student's is escaped.
"""

import json
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from typing import Any

from grader.atomic import write_bytes
from grader.errors import UsageError
from grader.exchange.export import Exported, Marks, Request
from grader.model.check_name import as_written
from grader.model.result import ExerciseResult, Report, points, so_far
from grader.model.standing import ExerciseStanding, Standing, standing_of
from grader.model.text import say
from grader.reporting import html
from grader.reporting.controls import strip_controls
from grader.wording.catalogue import translated

NAME = "results.json"
NAMED = 5  # rows that a remark names


class Gradescope:
    """One `results.json` for each submission, in folders as `feedback` has them."""

    name = "gradescope"
    title = "results.json of Gradescope, one for each submission"
    needs = ""
    suffix = ""

    def write(self, marks: Marks, request: Request) -> Exported:
        """Write the files. Raises UsageError where the folder is a file."""
        if request.to.exists() and not request.to.is_dir():
            raise UsageError(f"{request.to} is a file; name a folder for Gradescope's results")
        files, unscored = [], []
        for standing in marks.standings(request.assignment):
            path = request.to / standing.place / NAME
            path.parent.mkdir(parents=True, exist_ok=True)
            write_bytes(path, dump(results(standing, marks.told(standing))))
            files.append(path)
            if standing.final is None:
                unscored.append(standing.student)
        remarks: tuple[str, ...] = ()
        if unscored:
            more = f" and {len(unscored) - NAMED} more" if len(unscored) > NAMED else ""
            remarks = (
                f"without a score, which Gradescope shows as failed and not as marked:"
                f" {', '.join(unscored[:NAMED])}{more}",
            )
        return Exported(files=tuple(files), rows=len(files), remarks=remarks)


def results(standing: Standing, told: Report) -> dict[str, Any]:
    """Return the content of a `results.json`.

    It has a score where there is one: after what a person decided and the policy. Points stand
    with the exercises, and each check has a status alone, so that nothing is counted twice.
    """
    score = {} if standing.final is None else {"score": standing.final}
    return {
        **score,
        "execution_time": told.duration_s,
        "output": _summary(standing, told),
        "output_format": "html",
        "test_output_format": "html",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {
            "grader": version("tensorgrader"),
            "isolation": told.isolation,
            "versions": dict(told.versions),
            "submission": told.hashes.get("submission"),
        },
        "tests": list(_tests(standing, told)),
    }


def of_report(report: Report, told: Report, worth: float) -> dict[str, Any]:
    """Return the content for what was graded just now, without a person or a policy.

    told: the report that the student gets; worth: the points that the assignment has.
    What cannot be graded for a reason that its student can mend counts as 0 until then, and what
    waits for a person is not counted yet, and each says so: Gradescope takes what has no score for
    a failure of the autograder.
    """
    content = results(standing_of(report), told)
    if report.outcome == "not graded" and not report.exercises:
        return {**content, "score": 0, "tests": [_refused(told, worth)]}
    if report.outcome == "waits for a person":  # which is said above the exercises
        return {**content, "score": so_far(report.exercises)}
    if report.score is None:
        tests = content["tests"]
        content["tests"] = [{k: v for k, v in test.items() if k != "score"} for test in tests]
    return content


def dump(content: Mapping[str, Any]) -> bytes:
    """Return the bytes of a `results.json`; half a character of a student's gets a `?`."""
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
    return text.encode("utf-8", "replace")


def _summary(standing: Standing, told: Report) -> str:
    parts = [html.summary(told)]
    if standing.deduction:
        taken = say(
            "By the rules of the course {points} points are taken off.",
            points=f"{points(standing.deduction):g}",
        )
        parts.append(html.paragraph(translated(taken, told.language)))
    if standing.comment:
        parts.append(html.paragraph(standing.comment))
    return "\n".join(filter(None, parts))


def _tests(standing: Standing, told: Report) -> Iterator[dict[str, Any]]:
    found = {result.exercise: result for result in told.exercises}
    for place, exercise in enumerate(standing.exercises, 1):
        result = found.get(exercise.exercise)
        yield _exercise(exercise, result, str(place), told.language)
        checks = [one for one in result.checks if one.outcome != "skipped"] if result else []
        for number, check in enumerate(checks, 1):
            assert result is not None
            yield {
                "name": _plain(as_written(check.check)),
                "number": f"{place}.{number}",
                "status": "passed" if check.outcome == "passed" else "failed",
                "output": html.check(result, check, told.language),
                "visibility": "visible",
            }


def _exercise(
    exercise: ExerciseStanding, result: ExerciseResult | None, number: str, language: str
) -> dict[str, Any]:
    right = exercise.outcome.startswith("right")
    if exercise.is_decided and exercise.score is not None:
        right = exercise.score >= exercise.max_score
    told = html.exercise(result, language) if result else ""
    is_said = result is not None and result.override is not None
    comment = html.paragraph(exercise.comment) if exercise.comment and not is_said else ""
    score = {} if exercise.score is None else {"score": exercise.score}
    status = {} if exercise.is_waiting else {"status": "passed" if right else "failed"}
    return {
        "name": _plain(exercise.title or exercise.exercise),
        "number": number,
        **score,
        "max_score": exercise.max_score,
        **status,
        "output": "\n".join(filter(None, (told, comment))),
        "visibility": "visible",
    }


def _refused(told: Report, worth: float) -> dict[str, Any]:
    name = say("What was handed in can be graded")
    until = say("Until you hand in a file that can be graded, this counts as 0 here.")
    return {
        "name": translated(name, told.language),
        "number": "1",
        "score": 0,
        "max_score": worth,
        "status": "failed",
        "output": html.paragraph(f"{told.reason}. {translated(until, told.language)}"),
        "visibility": "visible",
    }


def _plain(text: str) -> str:
    return strip_controls(" ".join(text.split()))
