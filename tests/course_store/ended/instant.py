"""An engine without kernels, which knows what is found in a hand-in by its name."""

from collections.abc import Callable

from grader.engines.done import Done
from grader.engines.executor import Finished
from grader.model.facts import AllPassed, SomePassed
from grader.model.result import CheckResult, ExerciseResult, Report


class Instant:
    """An engine that is done at once. at: is called with the number of each hand-in."""

    isolation = "full"

    def __init__(self, at: Callable[[int], object]) -> None:
        self._at = at

    def grade(self, handins):
        for number, handin in enumerate(handins):
            self._at(number)
            found = report(handin.student, handin.shown)
            done = Done(report=found, told=found, executed='{"cells": []}')
            yield Finished(number=number, done=done)

    def close(self):
        pass


def report(student, source):
    results = [
        ExerciseResult(
            exercise=name,
            score=score,
            max_score=most,
            outcome="right" if score == most else "wrong",
            ruling=AllPassed(moment="own")
            if score == most
            else SomePassed(passed=0, total=1, moment="own"),
            checks=(
                CheckResult(
                    check=name,
                    hidden=False,
                    outcome="passed" if score == most else "failed",
                    score=score,
                    max_score=most,
                ),
            ),
        )
        for name, score, most in (
            ("means", float(len(student) % 3), 2.0),
            ("total", float("a" in student), 1.0),
            ("fit", 3.0, 3.0),
        )
    ]
    return Report(
        assignment="small",
        title="Small",
        student=student,
        source=source,
        outcome="graded",
        language="en",
        reason=None,
        score=sum(one.score for one in results),
        max_score=6.0,
        notes=(),
        seed=0,
        device="cpu",
        kernel="warm",
        isolation="full",
        versions={},
        hashes={"submission": "0" * 64, "assignment": "1" * 64, "reference": "2" * 64},
        duration_s=0.0,
        exercises=tuple(results),
    )
