"""Whether an assignment whose numbers differ by student is sound with other numbers, too.

Its source is verified with those of the example. Here it is run with the first and with the last of
all values, with such as a student may get, and with one name alone changed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path

from grader.comparing.agreement import agree
from grader.errors import SourceError
from grader.marking.checks import judge
from grader.model.assignment import Alternative, Exercise, Mistake
from grader.model.deck import Deck, with_values
from grader.model.varied import Varied, told
from grader.reference import Reference
from grader.reference_cache import prepared
from grader.syntax.literals import Scalar
from grader.verifying.answers import verify_reference
from grader.verifying.findings import Findings
from grader.verifying.subject import Subject, open_subject

_KEY = b"verify"  # always the same, so that verifying twice says the same


def verify_dealt(subject: Subject, cache: Path | None) -> None:
    """Verify an assignment with other numbers than the example's. cache: as of `verify`."""
    varied = subject.assignment.varied
    assert varied is not None
    for values in _tried(varied):
        _verify_with(subject, varied, values, cache)
    for name in varied.choices:
        _verify_effect(subject, varied, name, cache)


def _tried(varied: Varied) -> Iterator[Mapping[str, Scalar]]:
    """Yield what is tried: both ends, where solutions fail most, and what is drawn."""
    tried: list[Mapping[str, Scalar]] = [varied.at(0), varied.at(varied.size - 1)]
    tried += [one.values for one in islice(Deck(varied, _KEY).dealt, 1)]
    yield from {told(one): one for one in tried if not varied.is_example(one)}.values()


def _verify_with(
    subject: Subject, varied: Varied, values: Mapping[str, Scalar], cache: Path | None
) -> None:
    assignment = with_values(subject.assignment, values)
    where = f"with {told(values)}"
    try:
        own = open_subject(assignment, subject.factory, subject.reference.device, cache)
    except SourceError as error:
        _add(subject, varied, f"{where}, {error.problem}", "narrow what `variant` draws from")
        return
    try:
        own = replace(own, findings=Findings(subject.assignment))
        verify_reference(own)
        for finding in own.findings.found:
            _add(subject, varied, f"{where}, {finding.problem}", finding.todo)
        for exercise in own.exercises:
            for mistake in exercise.mistakes:
                if _is_right(own.reference, exercise, mistake):
                    problem = f"the mistake `{mistake.name}` passes every check of {exercise.name}"
                    todo = "add a check that it fails, or narrow what `variant` draws from"
                    _add(subject, varied, f"{where}, {problem}", todo)
            for other in exercise.alternatives:
                if not _is_right(own.reference, exercise, other):
                    problem = f"the alternative `{other.name}` of {exercise.name} is not right"
                    todo = "mend it, or the check that refuses it"
                    _add(subject, varied, f"{where}, {problem}", todo)
    finally:
        own.close()


def _is_right(reference: Reference, exercise: Exercise, code: Mistake | Alternative) -> bool:
    values = reference.variant(exercise, code.solution)
    found = judge(exercise, actual=values, expected=reference.expected[exercise.name])
    return all(check.outcome == "passed" for check in found)


def _verify_effect(subject: Subject, varied: Varied, name: str, cache: Path | None) -> None:
    """Verify that some check gives something else where one name has another value."""
    choices = varied.choices[name]
    place = next(one for one in (len(choices) - 1, 0) if choices[one] != varied.example[name])
    values = {**varied.example, name: choices[place]}
    assignment = with_values(subject.assignment, values)
    try:
        other = prepared(
            assignment, factory=subject.factory, device=subject.reference.device, cache=cache
        )
    except SourceError as error:
        problem = f"with {told(values)}, {error.problem}"
        _add(subject, varied, problem, "narrow what `variant` draws from")
        return
    other.close()
    plain = [
        replace(one, checks=tuple(check.plain for check in one.checks))
        for one in subject.reference.gradable
    ]
    if all(
        agree(one, actual=other.expected[one.name], other=subject.reference.expected[one.name])
        for one in plain
    ):
        _add(
            subject,
            varied,
            f"`{name}` makes no difference: with {told({name: choices[place]})} every check gives"
            f" what it gives with {told({name: varied.example[name]})}",
            "let a checked value hang on it, or leave it out of `variant`",
        )


def _add(subject: Subject, varied: Varied, problem: str, todo: str) -> None:
    subject.findings.add(problem, todo, cell=varied.number, near="variant:")
