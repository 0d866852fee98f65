"""What students will read: reports on the right notebook, the blank one, and each mistake's."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from grader.feedback import feedback
from grader.model.assignment import Exercise, Mistake
from grader.model.result import Report
from grader.verifying.subject import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A report as its student gets it. exercise, mistake: None for the right and the blank one."""

    name: str
    report: Report
    exercise: Exercise | None = None
    mistake: Mistake | None = None


def previews(subject: Subject) -> Iterator[Preview]:
    """Yield the reports in each language; all but the one mistake is right in its notebook."""
    right = subject.assignment.solutions
    for language in subject.assignment.languages:
        yield _made(subject, language, "right", right)
        yield _made(subject, language, "blank", {})
        for exercise in subject.exercises:
            for mistake in exercise.mistakes:
                wrong = {**right, exercise.name: mistake.solution}
                made = _made(subject, language, f"{exercise.name}/{mistake.name}", wrong)
                yield replace(made, exercise=exercise, mistake=mistake)


def _made(subject: Subject, language: str, name: str, cells: dict[str, str]) -> Preview:
    graded = subject.grade(subject.notebook(cells, language), language, on_other=True)
    told = feedback(replace(graded.report, student=name), subject.assignment)
    return Preview(name=name, report=told)
