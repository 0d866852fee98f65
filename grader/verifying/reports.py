"""What an author may not have meant: values that say nothing, and reports in another language."""

from grader.model.values import NumberValue, TextValue, Value
from grader.verifying.subject import Subject
from grader.wording.catalogue import languages


def verify_values(subject: Subject) -> None:
    """Say which checks are False or None in the reference: an answer has to be that, too."""
    for exercise in subject.exercises:
        expected, other = (
            one.expected[exercise.name] for one in (subject.reference, subject.other)
        )
        for check in exercise.checks:
            what = _said(expected.get(check.expression))
            if what and what == _said(other.get(check.expression)):
                subject.findings.add_to(
                    exercise,
                    f"`{check.expression}` is {what} in the reference, so that {what} is right",
                    "nothing has to be done if that is what you mean; else mend the expression or"
                    " the solution",
                    near=check.expression,
                    fault=False,
                )


def verify_spoken(subject: Subject) -> None:
    """Say in which languages of the notebook reports do not speak."""
    spoken = languages()
    for language in subject.assignment.languages:
        if language not in spoken:
            subject.findings.add(
                f"there is no catalogue for `{language}`: what the grader says in notebooks and"
                " reports is English there, and what you write is as you write it",
                f"nothing has to be done; the grader speaks {', '.join(spoken)}",
                fault=False,
            )


def _said(value: Value | None) -> str:
    match value:
        case NumberValue(value=bool(said)) if not said:
            return "False"
        case TextValue(type="NoneType"):
            return "None"
        case _:
            return ""
