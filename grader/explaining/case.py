"""One check that is not right, and the values that decide about it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import torch

from grader.comparing import tolerance
from grader.comparing.compare import Differences, compare
from grader.comparing.numbers import dtype_of
from grader.comparing.walk import walk
from grader.explaining import relations
from grader.model.aspects import DEFAULT_ASPECTS
from grader.model.assignment import Check
from grader.model.facts import Ending, Symptom
from grader.model.features import Feature
from grader.model.result import CheckResult, Fault
from grader.model.values import (
    MappingValue,
    NoValue,
    RaisedValue,
    SequenceValue,
    TensorValue,
    TextValue,
    Value,
    Values,
)

_UNSEEN = NoValue(reason="not asked")
_CLEARLY = 10  # times as near as it has to be: what is right so is right for certain


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """The code around an answer.

    released: the exercise's cell as students get it; solution: as the reference has it; before:
    the cells above that are the student's, by their numbers from 1; spoiled: names that earlier
    exercises which are not right have bound, and that nothing can be built on; owed: all names that
    earlier exercises which are not right have to bind; ending: how the answer's cell ended.
    """

    released: str = ""
    solution: str = ""
    before: tuple[tuple[int, str], ...] = ()
    spoiled: tuple[str, ...] = ()
    owed: tuple[str, ...] = ()
    ending: Ending = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What is known of how a value was made.

    sizes: how many numbers there are in what it may be made of, and along each axis; words: those
    of the student's code for it; solution: those of the reference's.
    """

    sizes: frozenset[int] = frozenset()
    words: frozenset[str] = frozenset()
    solution: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A value that was seen beside the one that is expected there.

    path: the code that gives it; free: whether other numbers than the expected ones may be right;
    given: values of given names, of which it may be made.
    """

    path: str
    actual: Value
    expected: Value
    check: Check
    free: bool = False
    hints: Hints = Hints()
    given: Values = field(default_factory=dict)

    def symptom(self, kind: str, **about: Feature) -> Symptom:
        """Return a symptom of this value. about: what is known, by what its sentence calls it."""
        return Symptom(kind=kind, path=self.path, about=about)

    def differences(self) -> Differences:
        """Compare the two values, as the check does."""
        return compare(actual=self.actual, expected=self.expected, check=self.check, path=self.path)

    @property
    def is_curve(self) -> bool:
        """Whether both are lists of more than one number."""
        values = self.actual, self.expected
        if not all(isinstance(value, SequenceValue) and len(value.items) > 1 for value in values):
            return False
        if any(dtype_of(value) == "bool" for value in values):
            return False
        found = [relations.wide(value) for value in values]
        return all(one is not None and one.ndim == 1 and not one.is_complex() for one in found)

    def numbers(self) -> tuple[torch.Tensor, torch.Tensor] | None:
        """Return the numbers of both values, in double precision and of any shapes.

        None where nothing can be said of them: other numbers may be right, or values are not
        compared, there are none, some are complex, or they are too many.
        """
        if self.free or "values" not in self.check.aspects:
            return None
        left, right = relations.wide(self.actual), relations.wide(self.expected)
        if left is None or right is None or left.is_complex() or right.is_complex():
            return None
        return (left, right) if left.numel() and right.numel() else None

    def wrong(self, actual: torch.Tensor, expected: torch.Tensor) -> torch.Tensor | None:
        """Return which numbers differ, as booleans; None where others are right by a hair only.

        There the error begins before it counts, and its places would lead astray.
        """
        dtype = dtype_of(self.expected)
        rtol, atol = tolerance.bounds(dtype, self.check)
        narrow = replace(self.check, rtol=rtol / _CLEARLY, atol=atol / _CLEARLY)
        found = tolerance.differs(actual, expected, dtype=dtype, check=self.check)
        clear = tolerance.differs(actual, expected, dtype=dtype, check=narrow)
        return found if bool((found == clear).all()) else None

    def same(self, actual: torch.Tensor, expected: torch.Tensor) -> bool:
        """Whether numbers made of both values agree, as the check compares them."""
        dtype = dtype_of(self.expected)
        return relations.is_same(actual, expected, dtype=dtype, check=self.check)

    def parts(self) -> Iterator["Pair"]:
        """Yield the pairs inside two values of one form: tensors, numbers, lists of numbers."""
        if self.is_curve:
            yield self
            return
        places = list(walk(self.actual, self.expected, self.check, self.path))
        for number, (path, actual, expected, _) in enumerate(places):
            inside = places[number + 1 : number + 2]
            if inside and inside[0].path.startswith((f"{path}[", f"{path}.")):
                continue  # what holds others is looked at there
            part = replace(self, path=path, actual=actual, expected=expected)
            yield part
            yield from part._gradients()

    def _gradients(self) -> Iterator["Pair"]:
        if isinstance(self.actual, TensorValue) and isinstance(self.expected, TensorValue):
            grad, wanted = self.actual.grad, self.expected.grad
            if "grad" in self.check.aspects and grad is not None and wanted is not None:
                check = replace(self.check, aspects=DEFAULT_ASPECTS)
                path = f"{self.path}.grad"
                yield replace(self, path=path, actual=grad, expected=wanted, check=check)


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """Another check of the exercise. needs: the names of the student's code behind it."""

    check: Check
    needs: frozenset[str]
    right: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is known about one check that is not right.

    actual, expected: the values of the look and of the reference; names: values of other names
    that the student's code bound; earlier: what other looks found; modified: the inputs that its
    call changed in place; fault: what the exercise's cell raised; code: the student's, whose names
    `reach` the check needs; unit: those of them that are not the reference's; given: what the names
    of given code stand for; others: all checks; task: the code around it; hints: of how the value
    was made; partly_known: whether some of what it needs has a mistake that is known.
    """

    check: Check
    result: CheckResult
    actual: Values
    expected: Values
    names: Values
    earlier: Sequence[Sequence[CheckResult]]
    modified: Sequence[str]
    fault: Fault | None
    code: str
    task: Task = Task()
    reach: frozenset[str] = frozenset()
    unit: frozenset[str] = frozenset()
    given: Values = field(default_factory=dict)
    others: Sequence[Other] = ()
    hints: Hints = Hints()
    partly_known: bool = False

    @property
    def holds_none(self) -> bool:
        """Whether what was seen is None, or holds it."""
        return _holds_none(self.value)

    @property
    def dtypes(self) -> frozenset[str]:
        """The dtypes of the numbers that are expected."""
        found = {
            dtype_of(part.expected)
            for pair in self.pairs()
            for part in pair.parts()
            if pair.numbers() is not None or isinstance(part.expected, TensorValue)
        }
        return frozenset(one for one in found if one)

    @property
    def value(self) -> Value:
        """What was seen of the checked expression."""
        return self.actual.get(self.check.expression, _UNSEEN)

    @property
    def ran(self) -> bool:
        """Whether the code behind the check came to its end, in its cell and where it was asked."""
        seen = [self.actual.get(name) for name in self.check.of] or [self.value]
        stopped = any(isinstance(one, RaisedValue | NoValue | None) for one in seen)
        return self.fault is None and self.task.ending == "done" and not stopped

    @property
    def path(self) -> str:
        """The checked expression on one line."""
        return " ".join(self.check.expression.split())

    def symptom(self, kind: str, **about: Feature) -> Symptom:
        """Return a symptom of the checked expression itself."""
        return Symptom(kind=kind, path=self.path, about=about)

    def of_code(self, kind: str, **about: Feature) -> Symptom:
        """Return a symptom of the code behind the check, which is the same for others of it."""
        return Symptom(kind=kind, check=self.check.expression, about=about)

    def pairs(self) -> Iterator[Pair]:
        """Yield the values that decide about the check, each beside the expected one."""
        check, names = self.check, self.check.of or (self.check.expression,)
        if check.raises:
            value = self.value
            if not isinstance(value, RaisedValue) or check.raises not in (value.type, *value.bases):
                return
            names = (check.valid,)
        close = check.close
        if check.of or check.is_threshold:
            # Only their form has to be the reference's: other numbers may be as good.
            close = replace(close, aspects=("type", "shape", "dtype"))
        for name in names:
            actual, expected = self.actual.get(name), self.expected.get(name)
            if actual is not None and expected is not None:
                yield Pair(
                    path=" ".join(name.split()),
                    actual=actual,
                    expected=expected,
                    check=close,
                    free=bool(check.of) or check.compare == "at_most" or check.is_threshold,
                    hints=self.hints,
                    given=self.given,
                )


def _holds_none(value: Value) -> bool:
    match value:
        case TextValue(type=name):
            return name == "NoneType"
        case SequenceValue(items=items):
            return any(map(_holds_none, items))
        case MappingValue(entries=entries):
            return any(map(_holds_none, entries.values()))
        case _:
            return False
