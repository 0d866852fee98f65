"""Whether a bound is no gift, and none that a right answer misses.

Trivial answers have to miss it; the reference keeps it on other draws and other data, with room.
"""

import inspect
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch

import grader.student_side
from grader.authoring.dependencies import answered
from grader.comparing.bounds import numbers_of, room
from grader.comparing.distance import ROOM
from grader.comparing.examine import examine
from grader.comparing.recompute import recomputed
from grader.comparing.tolerance import NUMBER, TOLERANCES
from grader.errors import BadAnswer, KernelFailed
from grader.formats import replies
from grader.kernels.kernel import AnswerTimedOut, Kernel, KernelDied
from grader.model.assignment import Check, Exercise
from grader.model.values import Values
from grader.reference import LIMITS, Reference
from grader.retry import retried
from grader.running.plan import SEED
from grader.running.questions import Question
from grader.verifying.subject import Subject

SEEDS = 4  # draws that the reference keeps a bound on, on either data
SLOW = 5.0  # CPU seconds: what takes longer is not asked on other draws of the same data
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
        for check in exercise.checks:
            if check.is_threshold:
                _verify_room(subject, exercise, check)


def _kept_by_trivial(subject: Subject, exercise: Exercise, check: Check) -> Iterator[str]:
    """Yield the trivial answers that keep a bound."""
    reference = subject.reference
    cell = subject.assignment.cell_of(exercise)
    bound = check.at_least if check.at_least is not None else check.at_most
    read = check.of or check.free_names
    names = [name for name in read if name in answered(cell)]
    if not names:
        return
    with closing(reference.after(exercise, cell.solution)) as kernel:
        for name in names:
            for way, told in _WAYS.items():
                call = f"{name} = tensorgrader_trivial({name}, {way!r}, {bound!r})"
                before = f"{_TRIVIAL.read_text(encoding='utf-8')}\n\n{call}"
                asked = _Asked(reference, exercise, check, before)
                if _keeps(subject, exercise, check, asked.of(kernel, SEED)):
                    yield told.format(name=name)


def _keeps(subject: Subject, exercise: Exercise, check: Check, values: Values) -> bool:
    expected = subject.reference.expected[exercise.name]
    try:
        return examine(check, actual=values, expected=expected).right
    except (TypeError, ValueError):
        return False


def _verify_room(subject: Subject, exercise: Exercise, check: Check) -> None:
    found = [
        one
        for reference in (subject.reference, subject.other)
        for one in retried(partial(_drawn, reference, exercise, check), renew=reference.close)
    ]
    rooms = [room(check, one) for one in found]
    everything = torch.cat(found)
    low, high, worst = float(everything.min()), float(everything.max()), min(rooms)
    rtol, atol = TOLERANCES[NUMBER]
    wanted = max(max(rooms) - worst, ROOM * (atol + rtol * max(abs(low), abs(high))))
    if worst >= wanted:
        return
    has = f"{low:.4g} to {high:.4g}" if low != high else f"{low:.4g}"
    missing = sum(one < 0 for one in rooms)
    runs = f"{len(rooms)} runs, with other draws and on other data"
    problem = f"the reference has {has} in {runs}, which leaves no room"
    if missing:
        problem = f"the reference itself misses its bound in {missing} of {runs}: it has {has}"
    subject.findings.add_to(
        exercise,
        f"`{check.expression}`: {problem}",
        f"ask for less, as {_easier(check, low, high, wanted)}: a right answer draws otherwise",
        near=check.expression,
    )


def _easier(check: Check, low: float, high: float, wanted: float) -> str:
    sides = []
    if check.at_least is not None:
        sides.append(f"`at_least: {low - wanted:.2g}`")
    if check.at_most is not None:
        sides.append(f"`at_most: {high + wanted:.2g}`")
    return " and ".join(sides)


def _drawn(reference: Reference, exercise: Exercise, check: Check) -> list[torch.Tensor]:
    """Return the numbers that the reference gives on some data, by draw."""
    solution = reference.assignment.cell_of(exercise).solution
    asked = _Asked(reference, exercise, check)
    found: list[torch.Tensor] = []
    with closing(reference.after(exercise, solution)) as kernel:
        for seed in range(SEEDS):
            before = kernel.spent
            found += asked.numbers(kernel, SEED + seed)
            spent = kernel.spent - before
            if spent.cpu + spent.asleep > SLOW:
                break
    if exercise.draws:  # and whoever answers draws in the cell, in an order of their own
        for seed in range(1, SEEDS):
            with closing(reference.after(exercise, _seeded(solution, seed))) as kernel:
                found += asked.numbers(kernel, SEED)
    return found


def _seeded(solution: str, seed: int) -> str:
    """Return a cell that draws from another seed; one below a cell magic as it is."""
    if solution.lstrip().startswith("%%"):
        return solution
    modules = "__import__('torch').manual_seed", "__import__('numpy').random.seed"
    return "\n".join([*(f"{call}({seed})" for call in modules), solution])


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a check asks of a kernel that has run an exercise's cell. before: statements above."""

    reference: Reference
    exercise: Exercise
    check: Check
    before: str = ""

    def of(self, kernel: Kernel, seed: int) -> Values:
        """Return what a kernel answers; nothing where it has none."""
        check = self.check
        question = Question(check.of or (check.expression,), None if check.of else check)
        given = self.reference.recording.given.get((self.exercise.name, check.expression), {})
        message = question.message(
            given=given, builtins=self.exercise.builtins, seed=seed, before=self.before
        )
        try:
            answer = replies.observed(kernel.ask(message, limit=LIMITS.cell))
        except AnswerTimedOut:
            return {}
        except (KernelDied, BadAnswer) as error:
            raise KernelFailed("the reference does not answer") from error
        return question.answers(answer.values)

    def numbers(self, kernel: Kernel, seed: int) -> list[torch.Tensor]:
        """Return the numbers that are compared with the bounds; none where there are none."""
        values = {**self.reference.expected[self.exercise.name], **self.of(kernel, seed)}
        if self.check.of:
            read = {name: values[name] for name in self.check.free_names if name in values}
            value = recomputed(self.check, read)
        else:
            value = values[self.check.expression]
        numbers = numbers_of(value)
        return [] if numbers is None else [numbers]
