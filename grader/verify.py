"""Is an assignment sound? What its marks rest on, shown by running it."""

from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from grader.kernels.kernel import KernelFactory, Limits
from grader.model.assignment import Assignment
from grader.model.verdict import Row, Verdict
from grader.verifying.answers import verify_blank, verify_checks, verify_reference
from grader.verifying.bounds import verify_bounds
from grader.verifying.dealt import verify_dealt
from grader.verifying.draws import verify_device_draws, verify_draws, verify_seeded
from grader.verifying.forbidden import verify_forbidden
from grader.verifying.gradients import verify_gradients
from grader.verifying.lengths import verify_lengths
from grader.verifying.limits import verify_limits
from grader.verifying.luck import verify_luck
from grader.verifying.manual import verify_manual
from grader.verifying.released import verify_asked, verify_languages, verify_secrets
from grader.verifying.reports import verify_spoken, verify_values
from grader.verifying.self_checks import verify_public, verify_self_checks
from grader.verifying.subject import Subject, open_subject
from grader.verifying.titles import verify_titles
from grader.verifying.variants import Margins, Variants, verify_variants

DEFAULT = Limits()


def verify(
    assignment: Assignment,
    *,
    factory: KernelFactory,
    device: str,
    limits: Limits = DEFAULT,
    cache: Path | None = None,
    exercises: Collection[str] = (),
    tell: Callable[[str], None] = lambda step: None,
) -> Verdict:
    """Verify an assignment.

    limits: those that submissions will have; cache: of references that earlier processes have run;
    exercises: those that are looked at alone, and nothing of the notebook as a whole; tell: called
    with what is done next.

    Raises SourceError where its reference cannot be run at all.
    """
    tell("the reference")
    subject = open_subject(assignment, factory, device, cache, exercises)
    for exercise in assignment.exercises:
        if exercise.checks and exercise not in subject.reference.gradable:
            what = "it needs CUDA, and was not looked at"
            subject.findings.add_to(exercise, what, "verify it with `--device cuda`", fault=False)
    try:
        verify_limits(subject, limits)
        if any(one.fault for one in subject.findings.found):
            return _too_slow(subject)
        verify_titles(subject)
        verify_values(subject)
        verify_lengths(subject)
        verify_public(subject)
        verify_forbidden(subject)
        if not exercises:
            _verify_notebook(subject, tell)
        verify_manual(subject)
        tell("trivial answers")
        weak = verify_checks(subject)
        verify_bounds(subject)
        tell("random draws")
        verify_draws(subject)
        verify_seeded(subject)
        verify_device_draws(subject)
        verify_gradients(subject)
        tell("mistakes and alternatives")
        variants = verify_variants(subject)
        tell("mistakes that pass by luck")
        verify_luck(subject)
        if assignment.varied is not None and not exercises:
            tell("other numbers")
            verify_dealt(subject, cache)
    finally:
        subject.close()
    return Verdict(
        assignment=assignment.name,
        rows=_rows(subject, weak, variants),
        findings=subject.findings.found,
        confusion=variants.named,
    )


def _too_slow(subject: Subject) -> Verdict:
    """Return that solutions are too slow: all else would run them many times."""
    subject.findings.add(
        "nothing else was looked at, since each rule runs the solutions again",
        "mend the limits first",
        fault=False,
    )
    found = subject.findings.found
    return Verdict(assignment=subject.assignment.name, rows=(), findings=found, confusion={})


def _verify_notebook(subject: Subject, tell: Callable[[str], None]) -> None:
    verify_reference(subject)
    tell("the released notebook")
    verify_blank(subject)
    verify_secrets(subject)
    verify_languages(subject)
    verify_spoken(subject)
    verify_asked(subject)
    tell("self-checks")
    verify_self_checks(subject)


def _rows(subject: Subject, weak: Mapping[str, int], variants: Variants) -> list[Row]:
    """Return the rows of the table; nothing is compared of what a person reads."""
    rows: list[Row] = []
    for exercise in subject.assignment.exercises:
        is_compared = exercise in subject.exercises
        if not is_compared and (exercise.checks or not subject.is_asked(exercise)):
            continue
        named = variants.named[exercise.name] if is_compared else {}
        margin = variants.margins[exercise.name] if is_compared else Margins()
        rows.append(
            Row(
                exercise=exercise.name,
                points=exercise.points,
                checks=len(exercise.checks),
                hidden=sum(check.hidden for check in exercise.checks),
                weak=weak[exercise.name] if is_compared else 0,
                mistakes=len(exercise.mistakes),
                named=sum(names == [one] for one, names in named.items()),
                alternatives=len(exercise.alternatives),
                spread=margin.spread,
                nearest=margin.nearest,
            )
        )
    return rows
