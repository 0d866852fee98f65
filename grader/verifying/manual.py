"""Whether answers that a person reads are asked for as they should be."""

from grader.model.assignment import Exercise
from grader.model.facts import Waits
from grader.model.result import ExerciseResult
from grader.verifying.subject import Subject


def verify_manual(subject: Subject) -> None:
    """Verify that model answers keep what is asked, and that a blank one waits for nobody."""
    language = subject.assignment.languages[0]
    manual = [one for one in subject.assignment.exercises if one.manual and subject.is_asked(one)]
    if not manual:
        return
    solved = _graded(subject, language, is_solved=True)
    blank = _graded(subject, language, is_solved=False)
    for exercise in manual:
        _verify_model_answer(subject, exercise, solved[exercise.name])
        if blank[exercise.name].outcome not in ("blank", "missing"):
            subject.findings.add_to(
                exercise,
                "the released cell is taken for an answer, as it is",
                "give it a `blank` that is none",
            )


def _graded(subject: Subject, language: str, *, is_solved: bool) -> dict[str, ExerciseResult]:
    solutions = subject.assignment.solutions if is_solved else {}
    report = subject.grade(subject.notebook(solutions, language), language).report
    return {one.exercise: one for one in report.exercises}


def _verify_model_answer(subject: Subject, exercise: Exercise, result: ExerciseResult) -> None:
    if result.outcome in ("blank", "missing"):
        subject.findings.add_to(
            exercise,
            "there is no model answer, for whoever marks it to compare with",
            "nothing has to be done; write one where several people mark",
            fault=False,
        )
    elif isinstance(result.ruling, Waits) and (result.ruling.words or 0) < exercise.min_words:
        subject.findings.add_to(
            exercise,
            f"its own answer has {result.ruling.words} words, and `min_words` asks for"
            f" {exercise.min_words}",
            "write more, or ask for less",
        )
    elif result.error is not None:
        subject.findings.add_to(
            exercise, f"its own answer raises {result.error.name}", "mend it, since others run it"
        )
