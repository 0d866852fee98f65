"""Whether a bound is no gift, and none that a right answer misses.

Trivial answers have to miss it; the reference keeps it on other draws and other data, with room.
"""

import inspect
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from pathlib import Path

import torch

import grader.student_side
from grader.authoring.dependencies import answered
from grader.authoring.tools import tools_of
from grader.comparing.bounds import numbers_of, room
from grader.comparing.distance import ROOM
from grader.comparing.examine import examine
from grader.comparing.recompute import recomputed
from grader.comparing.tolerance import NUMBER, TOLERANCES
from grader.errors import BadAnswer, KernelFailed
from grader.formats import replies
from grader.kernels.kernel import AnswerTimedOut, Kernel, KernelDied, Limits
from grader.model.assignment import Cell, Check, Exercise
from grader.model.check_name import as_written
from grader.model.values import NumberValue, Values
from grader.reference import LIMITS, Reference
from grader.retry import retried
from grader.running.plan import SEED
from grader.running.questions import Question
from grader.syntax.names import names_read
from grader.verifying.subject import Subject

SEEDS = 4  # draws that the reference keeps a bound on, on either data
SLOW = 5.0  # CPU seconds: what takes longer is not asked on other draws of the same data
_NOTHING = torch.tensor([float("nan")], dtype=torch.float64)
_TRIVIAL = Path(inspect.getfile(grader.student_side)).with_name("trivial_answers.py")
# What is put in place of what a name of the answer stands for.
_WAYS = {
    "untrained": "`{name}` untrained",
    "zeros": "zeros for `{name}`",
    "ones": "ones for `{name}`",
    "bound": "the bound itself for `{name}`",
    "idle": "a `{name}` that does nothing",
    "argument": "a `{name}` that returns its argument",
}


def is_gift(subject: Subject, exercise: Exercise, check: Check, *, is_met_blank: bool) -> bool:
    """Whether what takes no thought keeps a bound; then say so.

    is_met_blank: whether the released cell does, as it is.
    """
    again = partial(retried, renew=subject.reference.close)
    ways = again(lambda: [*_kept_by_trivial(subject, exercise, check)])
    if is_met_blank:
        ways.insert(0, "the released cell as it is")
    if ways:
        subject.findings.add_to(
            exercise,
            f"`{check.expression}` is a gift: its bound is kept by {', '.join(ways)}",
            "ask for more; or compute the number yourself from what the answer has made, with"
            " `recompute` or given functions, rather than take it from the answer",
            near=check.expression,
        )
    kept = [
        f"`{mistake.name}`"
        for mistake in exercise.mistakes
        if _keeps(subject, exercise, check, subject.reference.variant(exercise, mistake.solution))
    ]
    if kept:
        subject.findings.add_to(
            exercise,
            f"`{check.expression}`: its bound is kept by the known mistakes {', '.join(kept)}",
            "nothing has to be done where other checks fail them; else ask for more",
            near=check.expression,
            fault=False,
        )
    return bool(ways)


def verify_bounds(subject: Subject) -> None:
    """Verify that the reference keeps each bound on other draws and other data, with room."""
    for exercise in subject.exercises:
        checks = [check for check in exercise.checks if check.is_threshold]
        if not checks:
            continue
        shown, other = (
            retried(partial(_drawn, reference, exercise, checks), renew=reference.close)
            for reference in (subject.reference, subject.other)
        )
        for check, one, two in zip(checks, shown, other, strict=True):
            _verify_room(subject, exercise, check, one + two)


def _kept_by_trivial(subject: Subject, exercise: Exercise, check: Check) -> Iterator[str]:
    """Yield the trivial answers that keep a bound."""
    reference, cell = subject.reference, subject.assignment.cell_of(exercise)
    bound = check.at_least if check.at_least is not None else check.at_most
    names = _asked_for(subject, check, cell)
    if not names:
        return
    asked = _Asked(reference, exercise, check)
    after = partial(reference.after, exercise, cell.solution)
    kernel = after()
    try:
        for name, way in product(names, _WAYS):
            if not kernel.alive:  # what ended it was no answer
                kernel = after()
            options = f"{way!r}, {bound!r}, alone={len(names) == 1}"
            is_put = _is_put(kernel, name, options)
            if is_put and _keeps(subject, exercise, check, asked.soon(kernel)):
                yield _WAYS[way].format(name=name)
    finally:
        kernel.close()


def _is_put(kernel: Kernel, name: str, options: str) -> bool:
    """Whether a trivial answer could be put in place of what a name stands for."""
    code = f"""{_TRIVIAL.read_text(encoding="utf-8")}
tensorgrader_kept = globals().get("tensorgrader_kept", {{}})
{name} = tensorgrader_kept.setdefault({name!r}, {name})
globals().update(tensorgrader_kept)
{name} = tensorgrader_trivial({name}, {options})
"""
    try:
        return kernel.run_cell(code, limit=LIMITS.cell).ending == "done"
    except KernelDied as error:
        raise KernelFailed("the reference does not answer") from error


def _asked_for(subject: Subject, check: Check, cell: Cell) -> list[str]:
    """Return the names of an answer that a check reads, by itself or by way of given functions."""
    cells = subject.assignment.cells
    given = tools_of(replace(check, of=()), cells[: cells.index(cell)])
    read = dict.fromkeys((*(check.of or check.free_names), *names_read(given)))
    own = answered(cell)
    return [name for name in read if name in own]


def _keeps(subject: Subject, exercise: Exercise, check: Check, values: Values) -> bool:
    expected = subject.reference.expected[exercise.name]
    try:
        return examine(check, actual=values, expected=expected).right
    except (TypeError, ValueError):
        return False


def _verify_room(
    subject: Subject, exercise: Exercise, check: Check, found: Sequence[torch.Tensor]
) -> None:
    rooms = [room(check, one) for one in found]
    every = torch.cat([*found])
    known = every[every.isfinite()]
    if not known.numel():
        return  # that it gives no number is told of the reference itself
    low, high, worst = float(known.min()), float(known.max()), min(rooms)
    rtol, atol = TOLERANCES[NUMBER]
    wanted = max((high - low) / 2, ROOM * (atol + rtol * max(abs(low), abs(high))))
    if worst >= wanted:
        return
    has = f"{low:.4g} to {high:.4g}" if low != high else f"{low:.4g}"
    missing = sum(one < 0 for one in rooms)
    runs = f"{len(rooms)} runs, with other draws and on other data"
    problem = f"the reference has {has} in {runs}, which leaves no room"
    if missing:
        problem = f"the reference itself misses its bound in {missing} of {runs}: it has {has}"
    todo = f"ask for less, as {_easier(check, low - wanted, high + wanted)}"
    if _is_count(subject, exercise, check) and bool((every == every.round()).all()):
        todo = f"ask for less, as {_easier(check, low, high)}"
        if not missing:
            todo = (
                f"a whole number needs no room: compare whether it keeps the limit,"
                f" `{_kept(check)}`, with `constant: true`"
            )
    subject.findings.add_to(
        exercise,
        f"`{check.expression}`: {problem}",
        todo,
        near=check.expression,
    )


def _is_count(subject: Subject, exercise: Exercise, check: Check) -> bool:
    """Whether what is compared is a whole number, and its bounds are."""
    value = subject.reference.expected[exercise.name].get(check.expression)
    bounds = [one for one in (check.at_least, check.at_most) if one is not None]
    return (
        isinstance(value, NumberValue)
        and isinstance(value.value, int)
        and all(float(one).is_integer() for one in bounds)
    )


def _kept(check: Check) -> str:
    """Return the expression that is true where a number keeps its bounds."""
    low = [] if check.at_least is None else [f"{check.at_least:g}"]
    high = [] if check.at_most is None else [f"{check.at_most:g}"]
    return " <= ".join([*low, as_written(check.expression), *high])


def _easier(check: Check, low: float, high: float) -> str:
    sides = []
    if check.at_least is not None:
        sides.append(f"`at_least: {_short(low, math.floor):g}`")
    if check.at_most is not None:
        sides.append(f"`at_most: {_short(high, math.ceil):g}`")
    return " and ".join(sides)


def _short(number: float, rounded: Callable[[float], int]) -> float:
    """Return a number with two digits, rounded to the side that leaves more room."""
    if number == 0:
        return 0.0
    digit = 10.0 ** (math.floor(math.log10(abs(number))) - 1)
    return float(f"{rounded(number / digit) * digit:.2g}")


def _drawn(
    reference: Reference, exercise: Exercise, checks: Sequence[Check]
) -> list[list[torch.Tensor]]:
    """Return the numbers that the reference gives on some data: of each check, by draw."""
    solution = reference.assignment.cell_of(exercise).solution
    every = [_Asked(reference, exercise, check) for check in checks]
    found: list[list[torch.Tensor]] = [[] for _ in every]
    with closing(reference.after(exercise, solution)) as kernel:
        for asked, numbers in zip(every, found, strict=True):
            for seed in range(SEEDS):
                before = kernel.spent
                numbers.append(asked.numbers(kernel, SEED + seed))
                spent = kernel.spent - before
                if spent.cpu + spent.asleep > SLOW:
                    break
    # Whoever answers draws in the cell, in an order of their own.
    for seed in range(1, SEEDS) if exercise.draws else ():
        with closing(reference.after(exercise, _seeded(solution, seed))) as kernel:
            for asked, numbers in zip(every, found, strict=True):
                numbers.append(asked.numbers(kernel, SEED))
    return found


def _seeded(solution: str, seed: int) -> str:
    """Return a cell that draws from another seed; one below a cell magic as it is."""
    if solution.lstrip().startswith("%%"):
        return solution
    modules = "__import__('torch').manual_seed", "__import__('numpy').random.seed"
    return "\n".join([*(f"{call}({seed})" for call in modules), solution])


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a check asks of a kernel that has run an exercise's cell."""

    reference: Reference
    exercise: Exercise
    check: Check

    def soon(self, kernel: Kernel) -> Values:
        """Return what a kernel answers in the time that a student's has; nothing where it fails."""
        try:
            return self._of(kernel, SEED, limit=self.exercise.limit or Limits().cell)
        except (AnswerTimedOut, KernelDied, BadAnswer):
            return {}

    def _of(self, kernel: Kernel, seed: int, *, limit: float) -> Values:
        """Return what a kernel answers. Raises AnswerTimedOut, KernelDied or BadAnswer."""
        check = self.check
        question = Question(check.of or (check.expression,), None if check.of else check)
        given = self.reference.recording.given.get((self.exercise.name, check.expression), {})
        message = question.message(given=given, builtins=self.exercise.builtins, seed=seed)
        return question.answers(replies.observed(kernel.ask(message, limit=limit)).values)

    def numbers(self, kernel: Kernel, seed: int) -> torch.Tensor:
        """Return the numbers that are compared with the bounds; NaN where there are none."""
        try:
            found = self._of(kernel, seed, limit=LIMITS.cell)
        except AnswerTimedOut:
            return _NOTHING
        except (KernelDied, BadAnswer) as error:
            raise KernelFailed("the reference does not answer") from error
        values = {**self.reference.expected[self.exercise.name], **found}
        try:
            if self.check.of:
                read = {name: values[name] for name in self.check.free_names if name in values}
                value = recomputed(self.check, read)
            else:
                value = values[self.check.expression]
        except ValueError:
            return _NOTHING
        numbers = numbers_of(value)
        return _NOTHING if numbers is None else numbers
