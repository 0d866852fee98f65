"""Whether each check is called something that a student can read in a report."""

from grader.verifying.subject import Subject

READABLE = 40  # characters of an expression


def verify_titles(subject: Subject) -> None:
    """Verify that a check whose expression is long has a title."""
    languages = subject.assignment.languages
    for exercise in subject.exercises:
        for check in exercise.checks:
            length = len(" ".join(check.expression.split()))
            if length > READABLE and not check.title:
                subject.findings.add_to(
                    exercise,
                    f"`{check.expression}` is what a report would call this check, in {length}"
                    " characters",
                    "say in a few words what it looks at, below its expression:"
                    f" `title:` in {', '.join(languages)}",
                    near=check.expression,
                )
