"""What a run asks about an exercise: the values of its names, and one question for each call."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from grader.errors import BadAnswer, KernelFailed
from grader.formats import replies, wire
from grader.kernels.kernel import AnswerTimedOut, Kernel, KernelDied
from grader.model.assignment import Check, Exercise
from grader.model.kinds import is_data
from grader.model.values import (
    SEVERAL,
    MappingValue,
    NoValue,
    OpaqueValue,
    Payload,
    RaisedValue,
    Value,
    Values,
)
from grader.running.fresh import ASK
from grader.running.plan import SEED


class GivenRaised(Exception):
    """The `given` of a check raised, or is not data. Only the reference evaluates it."""

    def __init__(self, exercise: str, check: Check, reason: str) -> None:
        self.exercise = exercise
        self.check = check
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Question:
    """Expressions that are evaluated at once; check: whose call it is, if it is one.

    Where the check has statements, what is compared after these is evaluated in their place.
    """

    expressions: tuple[str, ...]
    check: Check | None = None

    @property
    def hidden(self) -> bool:
        """Whether it tells the student's code what the student is not to see."""
        return self.check is not None and self.check.hidden

    def message(
        self, *, given: Values, builtins: Sequence[str], seed: int, watched: Sequence[str] = ()
    ) -> Payload:
        """Return what a kernel is asked.

        given: the data of the check; builtins: the names in it that are Python's own; seed: what
        is drawn from; where the check has one of its own, that, moved as far; watched: dotted names
        of which it is told whether they were called.
        """
        own = self.check.seed if self.check is not None else None
        run = self.check.statements if self.check is not None else ""
        fields: dict[str, Any] = {"run": run} if run else {}
        if watched:
            fields["watched"] = watched
        return wire.question(
            "observe",
            values=given,
            expressions={str(n): text for n, text in enumerate(self._parts or self.expressions)},
            builtins=builtins,
            seed=seed if own is None else own + seed - SEED,
            **fields,
        )

    def answers(self, answer: Values) -> dict[str, Value]:
        """Return what a kernel has answered, by expression."""
        missing = NoValue(reason="unreadable")
        asked = self._parts or self.expressions
        found = {text: answer.get(str(n), missing) for n, text in enumerate(asked)}
        return {self.expressions[0]: _together(found)} if self._parts else found

    @property
    def _parts(self) -> tuple[str, ...]:
        return self.check.parts if self.check is not None else ()


def names(exercise: Exercise, read: Mapping[str, tuple[str, ...]]) -> Question:
    """Return the question after plain names: looking them up runs no code of the student's.

    read: by exercise, further names.
    """
    found = dict.fromkeys(read.get(exercise.name, ()))
    for check in exercise.checks:
        found.update(dict.fromkeys(check.of))
        if not check.of and not check.is_call:
            found[check.expression] = None
    return Question(tuple(found))


def calls(exercise: Exercise) -> list[Question]:
    """Return a question for each call of a check."""
    checks = (check for check in exercise.checks if not check.of and check.is_call)
    return [
        Question(tuple(filter(None, (check.expression, check.valid))), check) for check in checks
    ]


def _together(found: Values) -> Value:
    """Return the values of several expressions as one; the first that is none stands for all."""
    for value in found.values():
        if isinstance(value, RaisedValue | NoValue) or len(found) == 1:
            return value
    return MappingValue(type=SEVERAL, entries=found)


def give(kernel: Kernel, exercise: str, check: Check, *, seed: int, limit: float) -> Values:
    """Return the data that the `given` of a check makes, drawn from a seed.

    Raises GivenRaised, and KernelFailed where the kernel ends meanwhile.
    """
    question = wire.question("give", code=check.given, seed=seed)
    try:
        values = wire.decode(kernel.ask(question, limit=limit))
    except AnswerTimedOut as error:
        raise GivenRaised(exercise, check, "it does not come to an end") from error
    except (KernelDied, BadAnswer) as error:
        raise KernelFailed(f"`given` of `{check.expression}` ended its kernel") from error
    for name, value in values.items():
        if isinstance(value, RaisedValue):
            raise GivenRaised(exercise, check, f"{value.type}: {value.message}")
        if not is_data(value):
            why = f": {value.why}" if isinstance(value, OpaqueValue) else ""
            raise GivenRaised(exercise, check, f"`{name}` is not data{why}")
    return values


def imported(kernel: Kernel) -> list[str]:
    """Return what has been imported in a kernel, in that order; without an answer, nothing."""
    with suppress(KernelDied, AnswerTimedOut, BadAnswer):  # slower without, no worse
        answer = kernel.ask(wire.question("modules"), limit=ASK)
        return replies.read(answer, replies.Imported).names
    return []
