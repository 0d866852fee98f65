"""What a report says after people decided: what the standing of its student says."""

from dataclasses import replace

from grader.model.result import ExerciseResult, Override, Report, RubricResult
from grader.model.standing import ExerciseStanding, Standing
from grader.wording.catalogue import translated
from grader.wording.rulings import marked


def decided(report: Report, standing: Standing) -> Report:
    """Return a report with the scores and comments of a standing.

    report: as the grader wrote it; standing: of the same submission, after `decisions.applied`.
    """
    by_name = {one.exercise: one for one in standing.exercises}
    return replace(
        report,
        assignment=standing.assignment,
        outcome=standing.outcome,
        reason=standing.reason,
        score=standing.score,
        max_score=standing.max_score,
        final=standing.final if standing.final != standing.score else None,
        notes=standing.notes,
        override=_override(standing),
        exercises=tuple(
            _result(one, by_name.get(one.exercise), report.language) for one in report.exercises
        ),
    )


def _result(result: ExerciseResult, one: ExerciseStanding | None, language: str) -> ExerciseResult:
    if one is None:
        return result
    score = 0.0 if one.score is None else one.score  # that it is open, its outcome says
    is_marked = one.outcome == "marked by a person"
    return replace(
        result,
        outcome=one.outcome,
        rule=translated(marked(result.ruling), language) if is_marked else result.rule,
        score=score,
        override=_override(one),
        rubric=tuple(_item(item, one) for item in result.rubric),
    )


def _item(item: RubricResult, one: ExerciseStanding) -> RubricResult:
    """Return an item as the person has left it."""
    return item if one.ticked is None else replace(item, is_ticked=item.name in one.ticked)


def _override(one: Standing | ExerciseStanding) -> Override | None:
    if not one.is_decided and not one.comment:
        return None
    score = one.score if one.is_decided else None
    return Override(score=score, comment=one.comment, computed=one.computed)
