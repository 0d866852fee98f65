"""Why an exercise is not right, as far as its values tell.

What was seen is told as a fact, what may have led to it as a possibility. No expected number can be
worked out of a text, and of a hidden check no text holds anything that the student's code chose.
"""

import keyword
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from types import MappingProxyType
from typing import Any

from grader.comparing.compare import compare
from grader.explaining import relations
from grader.explaining.forms import no_gradient, symptoms
from grader.explaining.numbers import Symptom
from grader.explaining.pair import Pair, parts
from grader.marking.agreement import agree
from grader.marking.confirm import is_unconfirmed
from grader.marking.score import judge
from grader.model.assignment import Check, Exercise
from grader.model.result import CheckResult, Diagnosis, Fault
from grader.model.values import (
    NoValue,
    NumberValue,
    RaisedValue,
    SequenceValue,
    TensorValue,
    TextValue,
    Value,
    Values,
    is_data,
)
from grader.wording import EMPTY, Text, listed, say

MAX_DIAGNOSES = 4
# Each name with a number is a guess at the right one: a student's own code has few of them.
MAX_NAMES, MAX_NUMBERS = 100, 20
MAX_NAME = 60  # characters of a name
MAX_PARTS = 100  # values inside one value that are looked at

_KINDS = (
    *("mistake", "needs-gpu", "blank", "other-name", "overwritten", "modified", "not-a-tensor"),
    *("no-grad-value", "detached", "attached", "accumulated", "broadcast", "transposed", "axis"),
    *("dtype", "device", "nan", "diverged", "shifted", "sign", "scaled", "offset"),
)
_RANK = {kind: rank for rank, kind in enumerate(_KINDS)}  # the most specific first
_NO_GPU = re.compile(
    r"not compiled with CUDA|No CUDA GPUs are available|no NVIDIA driver|no NVIDIA GPU"
    r"|torch\.cuda\.is_available\(\) is False|CUDA (is )?(un|not )available"
    r"|CUDA driver|cudaGetDeviceCount|no CUDA-capable device",
    re.IGNORECASE,
)
_UNSEEN = NoValue(reason="not asked")
_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What is known about one check that is not right."""

    check: Check
    result: CheckResult
    hidden: bool
    actual: Values
    expected: Values
    names: Values
    earlier: Sequence[Sequence[CheckResult]]
    modified: Sequence[str]

    @property
    def value(self) -> Value:
        return self.actual.get(self.check.expression, NoValue(reason="not asked"))

    @property
    def code(self) -> str:
        return f"`{' '.join(self.check.expression.split())}`"


def diagnose(
    exercise: Exercise,
    *,
    actual: Values,
    expected: Values,
    checks: Sequence[CheckResult],
    mistakes: Mapping[str, Values] = _NOTHING,
    names: Values = _NOTHING,
    earlier: Sequence[Sequence[CheckResult]] = (),
    modified: Mapping[str, Sequence[str]] = _NOTHING,
    fault: Fault | None = None,
    language: str | None = None,
) -> tuple[Diagnosis, ...]:
    """Return what is wrong with an exercise's values, the most specific first; a few at most.

    actual, expected: the values of one look and of the reference, by check and by name in `of`;
    checks: what that look found. mistakes: what each known one gave, by its name; names: values
    of other names that the student's code bound; earlier: what other looks found; modified: by
    check, the inputs that its call changed in place; fault: what the exercise's cell raised.
    """
    wrong = [
        _Seen(
            check=check,
            result=result,
            hidden=check.hidden or result.hidden,
            actual=actual,
            expected=expected,
            names=names,
            earlier=earlier,
            modified=modified.get(check.expression, ()),
        )
        for check, result in zip(exercise.checks, checks, strict=False)
        if result.outcome in ("failed", "error") and not is_unconfirmed(result)
    ]
    if not wrong:
        return ()
    found = [*_known(exercise, actual, expected, mistakes, language), *_without_gpu(fault)]
    for seen in wrong:
        expression = seen.check.expression
        found += [Diagnosis(kind=kind, text=text, check=expression) for kind, text in _of(seen)]
    kept: dict[tuple[str, str], Diagnosis] = {}
    for diagnosis in sorted(found, key=lambda one: _RANK[one.kind]):
        if all(diagnosis.text != other.text for other in kept.values()):
            about = "" if diagnosis.kind == "needs-gpu" else diagnosis.check or diagnosis.mistake
            kept.setdefault((diagnosis.kind, about), diagnosis)
    return tuple(islice(kept.values(), MAX_DIAGNOSES))


def _known(
    exercise: Exercise,
    actual: Values,
    expected: Values,
    mistakes: Mapping[str, Values],
    language: str | None,
) -> Iterator[Diagnosis]:
    """Return the known mistakes that values show: one that explains all, else those of parts.

    An exercise may ask for several things, and each be wrong in its own way. A mistake of a part is
    known where the values agree with it in every check that it fails; each check is explained once.
    """
    told = {one.name: one.help_in(language) for one in exercise.mistakes if one.name in mistakes}
    for name in told:
        if agree(exercise, actual=actual, other=mistakes[name]):
            yield Diagnosis(kind="mistake", text=told[name], mistake=name)
            return
    try:
        left = _failed(exercise, actual, expected)
        fails = {name: _failed(exercise, mistakes[name], expected) for name in told}
    except (TypeError, ValueError):  # on a student's own values the reference may have no data
        return
    for name in sorted(told, key=lambda name: -len(fails[name])):
        if not fails[name] or not fails[name] <= left:
            continue
        checks = tuple(check for check in exercise.checks if check.expression in fails[name])
        is_seen = any(is_data(actual.get(check.expression, _UNSEEN)) for check in checks)
        part = replace(exercise, checks=checks)
        if is_seen and agree(part, actual=actual, other=mistakes[name]):
            left -= fails[name]
            yield Diagnosis(kind="mistake", text=told[name], mistake=name)


def _failed(exercise: Exercise, actual: Values, expected: Values) -> set[str]:
    results = judge(exercise, actual=actual, expected=expected)
    return {result.check for result in results if result.outcome != "passed"}


def _without_gpu(fault: Fault | None) -> Iterator[Diagnosis]:
    if fault is not None and _NO_GPU.search(fault.message):
        yield Diagnosis(kind="needs-gpu", text=_gpu(fault.line))


def _gpu(line: int | None) -> Text:
    return say(
        "The code asks for a GPU{at}, and there was none where it ran: choose the device by "
        "`torch.cuda.is_available()`.",
        at=say(" in line {line}", line=line) if line else EMPTY,
    )


def _of(seen: _Seen) -> Iterator[Symptom]:
    value, check = seen.value, seen.check
    if seen.result.outcome == "error" and not isinstance(value, RaisedValue):
        return  # it was not looked at, or is not the student's
    if isinstance(value, RaisedValue) and not check.raises and _NO_GPU.search(value.message):
        yield "needs-gpu", _gpu(None if seen.hidden else value.line)
    yield from _other_name(seen)
    looks = (one for look in seen.earlier for one in look)
    if any(one.check == check.expression and one.outcome == "passed" for one in looks):
        yield (
            "overwritten",
            say(
                "{code} was right at another moment of the run: either something changed it "
                "later, or it had not been made yet.",
                code=seen.code,
            ),
        )
    if seen.modified:
        yield "modified", _modified(seen)
    for pair in _pairs(seen):
        own = (pair.path, f"{pair.path}.grad")
        yield from _blank(pair, seen) or (
            one
            for part in islice(parts(pair), MAX_PARTS)
            if not seen.hidden or part.path in own  # which part is wrong, and how, is not told
            for one in symptoms(part)
        )


def _other_name(seen: _Seen) -> Iterator[Symptom]:
    check, wanted = seen.check, seen.expected.get(seen.check.expression)
    # Of a hidden check, the name could be made of what the check was given.
    if check.of or check.is_call or seen.hidden or "values" not in check.aspects:
        return
    if wanted is None or not is_data(wanted) or not _is_telling(wanted):
        return
    if isinstance(seen.value, RaisedValue) and seen.value.type != "NameError":
        return
    others = (name for name in seen.names if _is_name(name) and name not in check.free_names)
    names = list(islice(others, MAX_NAMES))
    if _size(wanted) == 1 and sum(_size(seen.names[name]) == 1 for name in names) > MAX_NUMBERS:
        return
    close = check.close
    for name in names:
        if compare(actual=seen.names[name], expected=wanted, check=close).right:
            what = say("is not right")
            if isinstance(seen.value, RaisedValue):
                what = say("is not defined")
            yield (
                "other-name",
                say(
                    "{code} {what}, but `{name}` has the value that is expected of it. Maybe it"
                    " only needs the other name.",
                    code=seen.code,
                    what=what,
                    name=name,
                ),
            )
            return


def _modified(seen: _Seen) -> Text:
    # What a name is comes from beside the student's code: one that the check reads is the author's.
    names = [name for name in seen.modified if name in seen.check.free_names]
    what = listed((f"`{name}`" for name in names), say(" and "))
    return say(
        "{code} changes {what} in place: work on a copy, or use operations that make a new tensor.",
        code=seen.code,
        what=what or say("what it is given"),
    )


def _pairs(seen: _Seen) -> Iterator[Pair]:
    """Return the values that decide about a check, each beside the expected one."""
    check, names = seen.check, seen.check.of or (seen.check.expression,)
    if check.raises:
        value = seen.value
        if not isinstance(value, RaisedValue) or check.raises not in (value.type, *value.bases):
            return
        names = (check.valid,)
    close = check.close
    if check.of:
        # Only their form has to be the reference's: other numbers may be as good.
        close = replace(close, aspects=("type", "shape", "dtype"))
    for name in names:
        actual, expected = seen.actual.get(name), seen.expected.get(name)
        if actual is not None and expected is not None:
            yield Pair(
                path=" ".join(name.split()),
                actual=actual,
                expected=expected,
                check=close,
                hidden=seen.hidden,
                free=bool(check.of) or check.compare == "at_most",
            )


def _blank(pair: Pair, seen: _Seen) -> tuple[Symptom, ...]:
    """Say of a value that is not there what may be missing."""
    kind = pair.actual.type if isinstance(pair.actual, TextValue) else ""
    if kind not in ("ellipsis", "NoneType"):
        return ()
    if isinstance(pair.expected, TextValue) and pair.expected.type == kind:
        return ()
    if kind == "ellipsis":
        return (
            (
                "blank",
                say("{code} is still `...`: this place is not filled in.", code=pair.code),
            ),
        )
    if pair.path.endswith(".grad"):
        base = pair.path.removesuffix(".grad")
        value = seen.actual.get(base, seen.names.get(base))
        return (("no-grad-value", no_gradient(pair.path, value)),)
    if seen.check.is_call and not seen.check.of:
        text = say("{code} is None: does the function return something?", code=pair.code)
        return (("blank", text),)
    return (("blank", say("{code} is None.", code=pair.code)),)


def _is_telling(value: Value) -> bool:
    """Whether a value is one that nothing else has by chance."""
    match value:
        case TensorValue() | SequenceValue():
            numbers = relations.wide(value)
            if numbers is None or numbers.is_complex():
                return isinstance(value, SequenceValue) and len(value.items) > 1
            return numbers.numel() > 1 and bool(numbers.min() < numbers.max())
        case NumberValue(value=float() as number):
            return math.isfinite(number) and not number.is_integer()
        case _:
            return False


def _size(value: Value) -> int:
    return value.data.numel() if isinstance(value, TensorValue) else 1


def _is_name(name: str) -> bool:
    return name.isidentifier() and not keyword.iskeyword(name) and len(name) <= MAX_NAME
