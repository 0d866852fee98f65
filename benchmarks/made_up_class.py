"""A class of made-up students: each is good or less so, and so are their answers.

All follows from a seed. Some names are long, in other alphabets, or hostile; some hand in late,
twice, in another language, or what cannot be graded.
"""

import random
from collections.abc import Iterator
from dataclasses import replace

from grader.model.facts import SomePassed, Symptom
from grader.model.features import Name
from grader.model.result import (
    CheckOutcome,
    CheckResult,
    Diagnosis,
    ExerciseOutcome,
    ExerciseResult,
    Report,
    totals,
)

_FIRST = (
    "Anna",
    "Boris",
    "Chloé",
    "Дарья",
    "Erik",
    "Fatima",
    "Georgios",
    "Хадиджа",
    "Ingrid",
    "李明",
)
_LAST = (
    "Petrova",
    "Müller",
    "O'Neil",
    "Иванов",
    "García Márquez",
    "van der Berg",
    "Smith",
    "Öztürk",
)
_LONG = "Maria-Magdalena von und zu Guttenberg-Hohenzollern-Sigmaringen de la Santísima Trinidad"
_HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
_MISTAKES = ("sum-instead-of-mean", "other-axis", "not-zeroed")
_CHECKS = ("result", "result.grad", "f(table)", "f(table.T)")


def reports(
    students: int, exercises: int, seed: int = 1, *, name: str = "made_up"
) -> Iterator[Report]:
    """Yield a report for each student."""
    draw = random.Random(seed)  # noqa: S311 - nothing is kept secret by it
    hard = [draw.uniform(-1.5, 1.0) for _ in range(exercises)]
    for number in range(students):
        yield _report(draw, number, hard, name)


def _report(draw: random.Random, number: int, hard: list[float], name: str) -> Report:
    student = f"{draw.choice(_FIRST)} {draw.choice(_LAST)} {number}"
    student = {7: _LONG, 11: _HOSTILE, 13: "W" * 300}.get(number, student)
    skill = draw.gauss(0.5, 0.8)
    answers = tuple(_answer(draw, place, skill - one) for place, one in enumerate(hard))
    score, most = totals(answers) or (None, None)
    late = draw.random() < 0.1
    report = Report(
        assignment=name,
        title=f"Made up: *{name}*",
        student=student,
        student_id=f"{100_000 + number}",
        source=f"submissions/{number}/{name}.ipynb",
        outcome="graded",
        language="en",
        reason=None,
        score=score,
        max_score=most,
        notes=("the encoding was guessed",) if draw.random() < 0.02 else (),
        concerns=("guessed encoding",) if draw.random() < 0.02 else (),
        seed=0,
        device="cpu",
        kernel="warm",
        isolation="full",
        versions={"torch": "2.13.0", "python": "3.11"},
        hashes={"submission": f"{number:064x}"},
        duration_s=round(draw.lognormvariate(0.8, 0.6), 3),
        handed_in=f"2026-01-0{draw.randint(4, 9)}T{draw.randint(10, 23)}:{draw.randint(10, 59)}:00",
        late=late,
        exercises=answers,
    )
    chance = draw.random()
    if chance < 0.02:
        nothing = {"score": None, "max_score": None, "exercises": ()}
        if chance < 0.01:
            return replace(report, outcome="not graded", reason="the file is empty", **nothing)
        return replace(
            report, outcome="needs review", reason="the kernel cannot be started", **nothing
        )
    return report


def _answer(draw: random.Random, place: int, margin: float) -> ExerciseResult:
    luck = margin + draw.gauss(0, 0.6)
    outcome: ExerciseOutcome = "right"
    if luck < 0.3:
        outcome = "partly right" if luck > -0.2 else "wrong"
    if luck < -1.2:
        outcome = draw.choice(("blank", "missing", "timed out", "crashed"))
    passed = {"right": 4, "partly right": draw.randint(1, 3)}.get(outcome, 0)
    rest: CheckOutcome = "skipped" if outcome in ("blank", "missing") else "failed"
    checks = tuple(
        CheckResult(
            check=expression,
            hidden="f(" in expression,
            outcome="passed" if step < passed else rest,
            score=float(step < passed),
            max_score=1.0,
        )
        for step, expression in enumerate(_CHECKS)
    )
    found = _symptoms(draw) if outcome in ("partly right", "wrong") else ()
    return ExerciseResult(
        exercise=f"exercise-{place + 1}",
        title=f"{place + 1}. The `f` of a table",
        score=float(passed),
        max_score=4.0,
        outcome=outcome,
        ruling=SomePassed(passed=passed, total=4, moment="own"),
        rule=f"{passed} of 4 checks passed",
        checks=checks,
        symptoms=found,
        diagnoses=tuple(
            Diagnosis(kind=one.kind, text="Is it a *mean*?", check=one.check, mistake=one.mistake)
            for one in found
        ),
        code="def f(table):\n    return table.sum(dim=0)\n",
    )


def _symptoms(draw: random.Random) -> tuple[Symptom, ...]:
    chance = draw.random()
    if chance < 0.5:
        mistake = draw.choices(_MISTAKES, weights=(6, 3, 1))[0]
        return (Symptom(kind="mistake", check="result", mistake=mistake),)
    if chance < 0.8:
        about = {"found": Name(name="torch.float64"), "wanted": Name(name="torch.float32")}
        return (Symptom(kind="dtype", check="result", path="result", about=about),)
    return ()
