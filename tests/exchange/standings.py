"""A small set of marks, as a gradebook gives them to an export."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from grader.exchange.export import Marks
from grader.model.facts import AllPassed, SomePassed
from grader.model.result import CheckResult, Diagnosis, ExerciseResult, Override, Report
from grader.model.standing import ExerciseStanding, Standing, Total
from grader.reporting import html, markdown

HOSTILE = '<script>alert(1)</script>\x1b[31m\u202e"><img src=x onerror=alert(2)>\ud800'


def check(name: str, outcome: str = "passed", **keys) -> CheckResult:
    score = 1.0 if outcome == "passed" else 0.0
    told = {"hidden": False, "score": score, "max_score": 1.0, **keys}
    return CheckResult(check=name, outcome=outcome, **told)


RIGHT = ExerciseResult(
    exercise="means",
    title="The `means`",
    score=2.0,
    max_score=2.0,
    outcome="right",
    ruling=AllPassed(moment="own"),
    rule="all checks passed",
    checks=(check("means"), check("f(x)", hidden=True)),
)
WRONG = ExerciseResult(
    exercise="total",
    title="Total",
    score=0.5,
    max_score=2.0,
    outcome="partly right",
    ruling=SomePassed(passed=1, total=3, moment="own"),
    rule="1 of 3 checks passed",
    diagnoses=(Diagnosis(kind="mistake", text="Is it a *mean*?", check="total"),),
    checks=(
        check("total", "failed", sentences=(f"Value: 3 is not expected {HOSTILE}",), seen=HOSTILE),
        check("g(x)", "error", hidden=True, error="it raises an error"),
        check("never", "skipped"),
    ),
)


def report(student: str = "Ann A", *exercises: ExerciseResult, **keys) -> Report:
    results = exercises or (RIGHT, WRONG)
    told = {
        "assignment": "small",
        "title": "Small",
        "source": f"submissions/{student}/hw.ipynb",
        "outcome": "graded",
        "language": "en",
        "reason": None,
        "score": sum(one.score for one in results),
        "max_score": sum(one.max_score for one in results),
        "notes": (),
        "seed": 0,
        "device": "cpu",
        "kernel": "warm",
        "isolation": "full",
        "versions": {"torch": "2.13.0"},
        "hashes": {"submission": "ab"},
        "duration_s": 1.5,
        "exercises": results,
        **keys,
    }
    return Report(student=student, **told)


def refused(student: str = "Bob B", **keys) -> Report:
    told = {"outcome": "not graded", "score": None, "max_score": None, "reason": "it is cut off"}
    return replace(report(student), exercises=(), **{**told, **keys})


def decided(result: ExerciseResult, score: float, comment: str) -> ExerciseResult:
    override = Override(score=score, comment=comment, computed=result.score)
    return replace(result, score=score, override=override)


def standing(told: Report, **keys) -> Standing:
    exercises = tuple(
        ExerciseStanding(
            exercise=one.exercise,
            title=one.title,
            outcome=one.outcome,
            score=None if one.outcome == "could not be run here" else one.score,
            max_score=one.max_score,
            computed=one.override.computed if one.override else one.score,
            is_decided=one.override is not None,
            comment=one.override.comment if one.override else "",
        )
        for one in told.exercises
    )
    made = Standing(
        student=told.student,
        student_id=told.student_id,
        assignment=told.assignment,
        title=told.title,
        outcome=told.outcome,
        reason=told.reason,
        language=told.language,
        source=told.source,
        place=f"{told.student}/{told.assignment}",
        max_score=told.max_score,
        computed=told.score,
        score=told.score,
        final=told.score,
        handed_in=told.handed_in,
        late=told.late,
        exercises=exercises,
    )
    return replace(made, **keys)


@dataclass
class Fixed(Marks):
    """Marks that are given."""

    rows: Sequence[tuple[Standing, Report]]

    def standings(self, assignment: str | None = None) -> Iterator[Standing]:
        return (row for row, _ in self.rows if assignment in (None, row.assignment))

    def totals(self) -> Iterator[Total]:
        return iter(())

    def told(self, standing: Standing) -> Report:
        return next(told for row, told in self.rows if row == standing)

    def page(self, standing: Standing) -> str:
        return html.report(self.told(standing))

    def markdown(self, standing: Standing) -> str:
        return markdown.report(self.told(standing))


def marks(*reports: Report) -> Fixed:
    return Fixed([(standing(one), one) for one in reports])
