"""Whether the checks tell right answers from trivial ones, and from none at all."""

from dataclasses import replace

from grader.comparing.agreement import agree
from grader.marking.checks import judge
from grader.marking.trivial import verdicts
from grader.model.assignment import Check, Exercise
from grader.model.result import ExerciseResult
from grader.syntax.code import is_same
from grader.verifying.bounds import is_gift
from grader.verifying.subject import OFFSET, Subject, errors


def verify_reference(subject: Subject) -> None:
    """Verify that the reference gets full marks, on its own data and on other data."""
    for language in _differing(subject):
        graded = subject.grade(
            subject.notebook(subject.assignment.solutions, language), language, on_other=True
        )
        for result in graded.report.exercises:
            if result.outcome not in ("right", "not graded here", "waits for a person"):
                subject.findings.add_to(
                    subject.assignment.exercise(result.exercise),
                    f"the reference itself is not right: {result.outcome} ({result.rule})",
                    "a solution should do the same whenever it runs, in a notebook of its own",
                )


def _differing(subject: Subject) -> list[str]:
    """Return the languages whose notebooks run other code: most differ in comments alone."""
    found: list[tuple[str, list[str]]] = []
    for language, cells in subject.reference.released.items():
        code = [cell.source for cell in cells if cell.role in ("given", "exercise")]
        if not any(all(map(is_same, code, other)) for _, other in found):
            found.append((language, code))
    return [language for language, _ in found]


def verify_blank(subject: Subject) -> None:
    """Verify that the released notebook gets nothing as it is, and runs to its end."""
    for language in _differing(subject):
        graded = subject.grade(subject.notebook({}, language), language)
        for result in graded.report.exercises:
            if result.score:
                _add_earning(subject, result)
        for cell, problem, line in errors(graded):
            subject.findings.add(
                f"the released notebook ({language}) does not run to its end: {problem}",
                _todo(subject, cell),
                cell=subject.number_of(cell),
                near=line,
            )
    _refuse_earning_blanks(subject)


def _todo(subject: Subject, cell: str) -> str:
    """Return what to do where a released cell fails that is blank, or stands below a blank."""
    todo = "let code outside of solutions also run while exercises are blank"
    given = {one.id for one in subject.assignment.cells if one.role == "given"}
    where = "in its header" if cell in given else "in the header of a given cell of its own"
    return f"{todo}, or say `needs_answer: true` {where}, and it is released in a guard"


def _refuse_earning_blanks(subject: Subject) -> None:
    """Look at blanks where all others are solved: they may only fail on another's blank."""
    language = subject.assignment.languages[0]
    for exercise in subject.exercises:
        if not exercise.builds_on:
            continue
        others = {
            name: cell
            for name, cell in subject.assignment.solutions.items()
            if name != exercise.name
        }
        graded = subject.grade(subject.notebook(others, language), language)
        for result in graded.report.exercises:
            if result.exercise == exercise.name and result.score:
                _add_earning(subject, result)


def _add_earning(subject: Subject, result: ExerciseResult) -> None:
    subject.findings.add_to(
        subject.assignment.exercise(result.exercise),
        f"the released cell earns {result.score:g} points as it is",
        "give it a `blank` that does not compute what is checked",
    )


def verify_checks(subject: Subject) -> dict[str, int]:
    """Verify that trivial answers fail and values change with the data; count the weak checks."""
    weak: dict[str, int] = {}
    for exercise in subject.exercises:
        unfilled = _passed_unfilled(subject, exercise)
        weak[exercise.name] = sum(
            _is_weak(subject, exercise, check, unfilled) for check in exercise.checks
        )
        if weak[exercise.name] == len(exercise.checks):
            subject.findings.add_to(
                exercise,
                "all its checks are weak: what takes no thought fails none of them",
                "check something whose value is not trivial",
            )
        for check in exercise.checks:
            _refuse_constant(subject, exercise, check)
    return weak


def _passed_unfilled(subject: Subject, exercise: Exercise) -> set[str]:
    """Return the checks that pass after the released cell: they do not hang on the answer."""
    values = subject.reference.variant(exercise, subject.assignment.cell_of(exercise).source)
    found = judge(exercise, actual=values, expected=subject.reference.expected[exercise.name])
    return {one.check for one in found if one.outcome == "passed"}


def _is_weak(subject: Subject, exercise: Exercise, check: Check, unfilled: set[str]) -> bool:
    if check.is_threshold:
        is_met_blank = check.expression in unfilled
        return is_gift(subject, exercise, check, is_met_blank=is_met_blank)
    reference = subject.reference
    given = reference.recording.given.get((exercise.name, check.expression), {})
    inputs = {**reference.started.get(exercise.name, {}), **given}
    expected = reference.expected[exercise.name]
    found = verdicts(exercise, check, expected=expected, inputs=inputs)
    taken = [name for name, verdict in found.items() if verdict == "taken"]
    if taken:
        subject.findings.add_to(
            exercise,
            f"`{check.expression}` takes for right what is not: {', '.join(taken)}",
            "let it look at values (`aspects`), and narrow `rtol`, `atol` or `margin`",
            near=check.expression,
        )
    weak = "refused" not in found.values() or check.expression in unfilled
    if weak and not taken:
        why = "it passes while the exercise is blank"
        if check.expression not in unfilled:
            why = "every trivial answer to it is right"
        subject.findings.add_to(
            exercise,
            f"`{check.expression}` is weak: {why}",
            "nothing has to be done as long as another check of the exercise is not",
            near=check.expression,
            fault=False,
        )
    return weak


def _refuse_constant(subject: Subject, exercise: Exercise, check: Check) -> None:
    if check.is_threshold:
        return  # where it could be typed in, the bound itself would keep it
    # Whether a value is the same does not hang on what the check tolerates.
    alone = replace(exercise, checks=(check.plain,))
    shown, other = (one.expected[exercise.name] for one in (subject.reference, subject.other))
    if not check.constant and agree(alone, actual=shown, other=other):
        subject.findings.add_to(
            exercise,
            f"`{check.expression}` is the same on other data (seeds shifted by {OFFSET}), so that"
            " it can be typed in",
            "draw its data after `torch.manual_seed` in given code or in `given`, or say"
            " `constant: true`",
            near=check.expression,
        )
