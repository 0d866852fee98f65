"""A check with `given`, asked on twenty draws of it: what the reference gives, and other code.

The draws are such as grading has on other data, where the seeds are shifted by some number.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from grader.errors import BadAnswer, KernelFailed
from grader.formats import replies
from grader.kernels.kernel import AnswerTimedOut, Kernel, KernelDied
from grader.marking.checks import judge
from grader.model.assignment import Check, Exercise
from grader.model.values import RaisedValue, Values
from grader.reference import LIMITS
from grader.running.plan import SEED
from grader.running.questions import GivenRaised, Question, give

DRAWS = 20
LIMIT = 10.0  # CPU seconds for a call of other code, where the reference takes much less


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """One draw of the data of a check. expected: what the reference gives on them."""

    seed: int
    given: Values
    expected: Values
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A check of an exercise, the question for its call, and draws of its data."""

    exercise: Exercise
    check: Check
    question: Question
    draws: Sequence[Draw]

    @property
    def problems(self) -> list[str]:
        """Why there is nothing to compare with, of each draw where that is so."""
        return [draw.problem for draw in self.draws if draw.problem]

    def passes(self, kernel: Kernel, *, apart: bool = False) -> list[bool]:
        """Return, by draw, whether the check passes in a kernel.

        apart: whether each draw is asked in a copy, where what was asked before does not show.
        """
        found = []
        for draw in self.draws:
            with _state(kernel, apart) as state:
                try:
                    values = _observed(state, self.question, draw.given, draw.seed, LIMIT)
                except (AnswerTimedOut, KernelDied, BadAnswer):
                    values = {}
            found.append(is_right(self.exercise, self.check, values, draw.expected))
        return found


def sample(
    kernel: Kernel,
    exercise: Exercise,
    question: Question,
    check: Check,
    *,
    draws: int = DRAWS,
    apart: bool = False,
) -> Sample:
    """Draw the data of a check as often, and ask a kernel that holds the reference.

    apart: as in Sample.passes. Raises NeedsReview where the kernel does not answer.
    """
    found = []
    for seed in range(SEED + 1, SEED + 1 + draws):
        with _state(kernel, apart) as state:
            found.append(_drawn(state, exercise, question, check, seed))
    return Sample(exercise=exercise, check=check, question=question, draws=found)


def is_right(exercise: Exercise, check: Check, actual: Values, expected: Values) -> bool:
    """Whether a check passes; it does not where there is nothing to compare with."""
    try:
        found = judge(replace(exercise, checks=(check,)), actual=actual, expected=expected)
    except (TypeError, ValueError):
        return False
    return found[0].outcome == "passed"


def _drawn(kernel: Kernel, exercise: Exercise, question: Question, check: Check, seed: int) -> Draw:
    try:
        given = give(kernel, exercise.name, check, seed=seed + 1, limit=LIMITS.cell)
        expected = _observed(kernel, question, given, seed, LIMITS.cell)
    except GivenRaised as error:
        return Draw(seed=seed, given={}, expected={}, problem=str(error))
    except AnswerTimedOut:
        return Draw(seed=seed, given={}, expected={}, problem="it does not come to an end")
    except (KernelDied, BadAnswer) as error:
        raise KernelFailed("the reference does not answer") from error
    problem = ""
    for name, value in expected.items():
        if isinstance(value, RaisedValue) and not (check.raises and name == check.expression):
            problem = f"{value.type}: {value.message}"
    if not problem and not is_right(exercise, check, expected, expected):
        problem = "it fails its own check"
    return Draw(seed=seed, given=given, expected=expected, problem=problem)


def _observed(kernel: Kernel, question: Question, given: Values, seed: int, limit: float) -> Values:
    message = question.message(given=given, builtins=(), seed=seed)
    return question.answers(replies.observed(kernel.ask(message, limit=limit)).values)


@contextmanager
def _state(kernel: Kernel, apart: bool) -> Iterator[Kernel]:
    """Give a kernel to ask: a copy, where draws are asked apart and there can be copies."""
    try:
        copy = kernel.fork() if apart else None
    except KernelDied as error:
        raise KernelFailed("a copy of the reference does not answer") from error
    try:
        yield copy or kernel
    finally:
        if copy is not None:
            copy.close()
