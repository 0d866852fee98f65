"""A short text for the comment box of a learning platform: the score, and what was lost where."""

from markupsafe import escape

from grader.exchange.selection import number
from grader.model.result import ExerciseResult, Report
from grader.model.standing import ExerciseStanding, Standing
from grader.model.text import say
from grader.reporting.controls import strip_controls
from grader.reporting.markdown import marked
from grader.wording.catalogue import translated
from grader.wording.outcomes import outcome

OURS = "tensorgrader"  # the class of the element, by which a comment of an earlier export is known


def lines(standing: Standing, told: Report) -> list[str]:
    """Return the text, a line each, in the language of the report; what is in `` ` `` is code."""
    found = []
    if standing.final is not None and standing.max_score is not None:
        score = say(
            "{points} of {most} points",
            points=number(standing.final),
            most=number(standing.max_score),
        )
        found.append(translated(score, told.language))
    elif standing.reason:
        found.append(standing.reason)
    if standing.deduction:
        taken = say(
            "By the rules of the course {points} points are taken off.",
            points=number(standing.deduction),
        )
        found.append(translated(taken, told.language))
    found += standing.comment.splitlines()
    results = {one.exercise: one for one in told.exercises}
    for exercise in standing.exercises:
        if exercise.score is None or exercise.score < exercise.max_score:
            found.append(_lost(exercise, results.get(exercise.exercise), told.language))
    return [strip_controls(" ".join(line.split())) for line in found]


def as_html(text: list[str]) -> str:
    """Return it as HTML in which everything is escaped, for boxes that take that."""
    body = "<br>".join(str(escape(line)) for line in text)
    return f'<div class="{OURS}">{body}</div>'


def as_markdown(text: list[str]) -> str:
    """Return it as Markdown: code stays code, and nothing else is markup."""
    return "".join(f"{marked(line)}  \n" for line in text)


def as_plain(text: list[str]) -> str:
    """Return it without any markup."""
    return "".join(line.replace("`", "") + "\n" for line in text)


def _lost(one: ExerciseStanding, result: ExerciseResult | None, language: str) -> str:
    score = number(one.score) if one.score is not None else "–"
    line = f"{one.title or one.exercise}: {score} / {number(one.max_score)}"
    if one.comment:
        return f"{line}. {one.comment}"
    if result is None:
        return line
    line += f", {translated(outcome(result.outcome), language)}"
    return f"{line}. {result.diagnoses[0].text}" if result.diagnoses else line
