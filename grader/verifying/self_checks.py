"""Whether students can try their answers before handing in, and learn nothing by it."""

from collections.abc import Mapping
from dataclasses import replace

from grader.authoring.public import MOST, public
from grader.authoring.self_checks import OPEN, RIGHT, WRONG
from grader.comparing.agreement import agree
from grader.intake.align import align
from grader.model.assignment import Check, Exercise, Property
from grader.prechecking.self_checks import lines_of, with_self_checks
from grader.reference import LIMITS, Reference
from grader.running.plan import RunPlan
from grader.running.run import Run
from grader.verifying.subject import OFFSET, Subject


def verify_public(subject: Subject) -> None:
    """Verify that what students are shown earns nothing where they type it in."""
    for exercise in subject.exercises:
        shown, other = (one.expected[exercise.name] for one in (subject.reference, subject.other))
        for check in exercise.checks:
            if not check.public:
                continue
            alone = replace(exercise, checks=(check,))
            problem, todo = "", ""
            if agree(alone, actual=shown, other=other):
                problem = f"is right on other data, too (seeds shifted by {OFFSET}): typed in"
                problem += " from its self-check, it earns its points"
                todo = "leave out `public`, or draw its data in given code, after a seed"
            elif public(shown[check.expression], check) is None:
                problem = f"is not one to {MOST} real numbers, so that it cannot be shown"
                todo = "leave out `public`, or make a part of it public in a check of its own"
            if problem:
                subject.findings.add_to(
                    exercise,
                    f"the public value of `{check.expression}` {problem}",
                    todo,
                    near=check.expression,
                )


def verify_self_checks(subject: Subject) -> None:
    """Verify that each exercise has a self-check, which is content with the reference alone.

    All that students do is done: the released notebook is run as a whole, once with all solutions
    and once blank, and what the self-checks print is read.
    """
    language = subject.assignment.languages[0]
    released = subject.reference.released[language]
    having = {cell.exercise for cell in released if cell.role == "self_check"}
    for exercise in subject.exercises:
        if exercise.name not in having:
            subject.findings.add_to(
                exercise,
                "nothing of it can be looked at before handing in",
                "add a check of a number, a tensor or a list that is not hidden, or `properties:`"
                " with what is true of every right answer",
                fault=False,
            )
    # What is drawn in the cell of an exercise is drawn by the reference's own cell.
    shown, other = subject.reference, subject.other
    runs: tuple[tuple[Reference, Mapping[str, str], str], ...] = (
        (shown, shown.assignment.solutions, "with the solution"),
        (other, other.assignment.solutions, f"with the solution, seeds shifted by {OFFSET}"),
        (shown, {}, "blank"),
    )
    for reference, solutions, how in runs:
        printed = _printed(subject, reference, solutions, language)
        for exercise in subject.exercises:
            for line in printed.get(exercise.name, ()):
                if line.startswith((WRONG, OPEN) if solutions else RIGHT):
                    subject.findings.add_to(
                        exercise,
                        f"{how}, its self-check says: {line}",
                        _todo(bool(solutions)),
                        near=_about(exercise, line, language),
                    )


def _todo(is_solved: bool) -> str:
    if is_solved:
        return "state what is true of every right answer, whatever the data"
    return "let it say something of the answer: what holds of a blank tells nothing"


def _printed(
    subject: Subject, reference: Reference, solutions: Mapping[str, str], language: str
) -> dict[str, list[str]]:
    """Return the lines that self-checks print in a notebook, by exercise."""
    released, exercises = reference.released[language], reference.assignment.exercises
    notebook = subject.notebook(solutions, language, of=reference)
    steps = align(notebook, released, exercises).steps
    plan = RunPlan(
        steps=tuple(with_self_checks(steps, released, exercises)), exercises=(),
        recording=reference.recording, kernels=subject.factory, device=reference.device,
        limits=LIMITS, files=reference.assignment.files,
    )  # fmt: skip
    with Run(plan, see=lambda look: None) as run:
        run.execute()
    return {one.name: lines_of(one.name, run.ran) for one in exercises}


def _about(exercise: Exercise, line: str, language: str) -> str:
    """Return the expression that a line of a self-check is about; empty where that is not seen."""
    said = line.lstrip(f"{RIGHT}{WRONG}{OPEN} ")
    looked_at: tuple[Check | Property, ...] = (*exercise.checks, *exercise.properties)
    for one in looked_at:
        if said.startswith(one.title_in(language) or " ".join(one.expression.split())):
            return one.expression
    return ""
