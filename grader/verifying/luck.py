"""Whether a known mistake fails only where the data of `given` happen to show it."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from functools import partial

from grader.marking.checks import judge
from grader.model.assignment import Exercise, Mistake
from grader.retry import retried
from grader.running import questions
from grader.verifying.sample import DRAWS, Sample, sample
from grader.verifying.subject import Subject

SLOW = 1.0  # seconds for a call of the reference: twenty that take longer are too many

_Passed = Mapping[str, Sequence[bool]]  # by expression of a check, whether it passes, by draw


def verify_luck(subject: Subject) -> None:
    """Verify that no known mistake passes by what `given` happens to draw."""
    again = partial(retried, renew=subject.reference.close)
    for exercise in subject.exercises:
        if not any(check.given for check in exercise.checks):
            continue
        samples = again(partial(_samples, subject, exercise))
        usable = [one for one in samples if _is_usable(subject, one)]
        passed = {
            mistake.name: again(partial(_passed, subject, exercise, mistake, usable))
            for mistake in exercise.mistakes
            if _may_pass(subject, exercise, mistake, {one.check.expression for one in usable})
        }
        through = {
            name
            for name, found in passed.items()
            if any(map(all, zip(*found.values(), strict=True)))
        }
        for one in usable:
            counts = {name: sum(found[one.check.expression]) for name, found in passed.items()}
            lucky = {name: count for name, count in counts.items() if 0 < count < DRAWS}
            _tell(subject, one, {name: lucky[name] for name in lucky if name in through}, True)
            _tell(subject, one, {name: lucky[name] for name in lucky if name not in through}, False)


def _samples(subject: Subject, exercise: Exercise) -> list[Sample]:
    """Return the checks with `given` and their draws: one alone of what takes too long."""
    solution = subject.assignment.cell_of(exercise).solution
    found = []
    with closing(subject.reference.after(exercise, solution)) as kernel:
        for question in questions.calls(exercise):
            if question.check is not None and question.check.given:
                draw = partial(sample, kernel, exercise, question, question.check)
                before = kernel.spent
                one = draw(draws=1)
                spent = kernel.spent - before
                if spent.cpu + spent.asleep <= SLOW:
                    one = draw()
                    if one.problems:  # perhaps since it was asked before
                        one = draw(apart=True)
                found.append(one)
    return found


def _is_usable(subject: Subject, one: Sample) -> bool:
    """Whether a check can be asked on all draws; else say why not."""
    tell = partial(subject.findings.add_to, one.exercise, near=one.check.expression)
    if len(one.draws) < DRAWS:
        tell(
            f"`{one.check.expression}` takes too long to be asked on {DRAWS} draws of its `given`",
            "whether mistakes pass it by luck was not looked at; less work would show it",
            fault=False,
        )
    elif one.problems:
        tell(
            f"`{one.check.expression}`: on {len(one.problems)} of {DRAWS} draws of its `given` the"
            f" reference itself fails ({one.problems[0]})",
            "give data on which the solution never fails: grading may draw any of them",
        )
    else:
        return True
    return False


def _passed(
    subject: Subject, exercise: Exercise, mistake: Mistake, samples: Sequence[Sample]
) -> _Passed:
    found: dict[str, list[bool]] = {}
    if not samples:
        return found
    with closing(subject.reference.after(exercise, mistake.solution)) as kernel:
        for one in samples:
            found[one.check.expression] = one.passes(kernel)
    doubtful = [one for one in samples if 0 < sum(found[one.check.expression]) < DRAWS]
    if doubtful:  # what a call leaves behind may show in the next: each gets a state of its own
        with closing(subject.reference.after(exercise, mistake.solution)) as kernel:
            for one in doubtful:
                found[one.check.expression] = one.passes(kernel, apart=True)
    return found


def _may_pass(
    subject: Subject, exercise: Exercise, mistake: Mistake, drawn: Collection[str]
) -> bool:
    """Whether a mistake passes all checks of its exercise but those whose data are drawn."""
    values = subject.reference.variant(exercise, mistake.solution)
    checks = judge(exercise, actual=values, expected=subject.reference.expected[exercise.name])
    return all(one.outcome == "passed" for one in checks if one.check not in drawn)


def _tell(subject: Subject, one: Sample, counts: Mapping[str, int], fault: bool) -> None:
    if not counts:
        return
    named = ", ".join(f"`{name}` passes on {n} of {DRAWS} draws" for name, n in counts.items())
    subject.findings.add_to(
        one.exercise,
        f"`{one.check.expression}` fails a mistake by luck: {named}",
        "give it more or harder data: several calls in one check, longer lists, values at edges"
        if fault
        else "other checks fail it; more or harder data would show one like it",
        near=one.check.expression,
        fault=fault,
    )
