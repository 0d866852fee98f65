"""Run the steps of an alignment in a kernel, and look at the exercises on the way.

The same code runs the reference and a submission. The reference runs first and fills the
Recording: the state before each released cell, and the data of `given`. A submission follows it,
so that both see the same random numbers and the same hidden inputs, and so that a switch of torch's
that one exercise leaves thrown (an interrupt inside `no_grad` does that) costs no other.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from types import TracebackType
from typing import Self

from grader.kernels.meter import Budget, Spent
from grader.model.assignment import Exercise
from grader.model.facts import Moment
from grader.model.submission import Step
from grader.model.text import Text, counted, few, say
from grader.model.values import Value, Values
from grader.running import questions
from grader.running.allowance import Allowance
from grader.running.asking import Asker
from grader.running.disturbances import Disturbances
from grader.running.history import History
from grader.running.moments import moments
from grader.running.outputs import Ran
from grader.running.pending_look import Look, PendingLook
from grader.running.plan import RunPlan
from grader.running.questions import Question
from grader.running.ready_kernel import ReadyKernel
from grader.running.waiting_looks import WaitingLooks

MOST_MAGICS = 5  # that were left out and are named


class Run:
    """One notebook in one kernel after another; a context manager that ends the last of them.

    see: called with each look as it is taken; what it does not keep is not kept.
    budget: what it may take; without it, the limit for a submission.
    allowance: how much of what is seen may be kept; without it, all.
    started: by exercise, what it builds on, from before its cell; names: after the last look, by
    exercise, the further names; disturbances: what each step did to others.
    """

    def __init__(
        self,
        plan: RunPlan,
        *,
        see: Callable[[Look], None],
        budget: Budget | None = None,
        allowance: Allowance | None = None,
    ) -> None:
        self.started: dict[str, Values] = {}
        self.names: dict[str, Values] = {}
        self.budget = budget or Budget(plan.limits.submission)
        self.disturbances = Disturbances()
        self._plan, self._see = plan, see
        self._exercises = {exercise.name: exercise for exercise in plan.exercises}
        self._moments = moments(plan.steps, once=plan.once)
        self._history = History()
        self._ready = ReadyKernel(plan, self._history, self.budget, self.disturbances)
        self._waiting = WaitingLooks(self._ready)
        self._asker = Asker(plan, budget=self.budget, allowance=allowance)

    @property
    def ran(self) -> Sequence[Ran]:
        """The steps that were run."""
        return self._history.ran

    @property
    def notes(self) -> Sequence[Text]:
        """What a reader of the report should know."""
        passed = [f"`{name}`" for name in self.disturbances.passed_over]
        if not passed:
            return self._history.notes
        note = counted(
            "{number} magic is unknown here, or does not work here, and was left out: {names}",
            "{number} magics are unknown here, or do not work here, and were left out: {names}",
            len(passed),
            names=few(passed, MOST_MAGICS),
        )
        return [*self._history.notes, note]

    @property
    def versions(self) -> Mapping[str, str]:
        """The versions of what is in the kernel."""
        return self._ready.versions

    @property
    def changed_inputs(self) -> Mapping[str, Mapping[str, frozenset[str]]]:
        """By exercise and call of the last look, the names that it changed in place."""
        return self._asker.changed_inputs

    @property
    def called(self) -> Mapping[str, Collection[str]]:
        """By exercise, what it forbids and a call used: what the student's process says of it."""
        return self._asker.called

    @property
    def spent(self) -> dict[tuple[str, str], Spent]:
        """By exercise and call, and "" for its cell, what that took."""
        cells = (ran for ran in self.ran if ran.step.role == "exercise")
        own = {(ran.step.exercise or "", ""): ran.run.spent for ran in cells}
        return own | self._asker.spent

    @property
    def held(self) -> int:
        """The most bytes that its kernel was seen to hold; 0 where it was lost, or nobody looks."""
        living = self._ready.living
        return living.held if living is not None else 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ready.close()
        self._waiting.close()

    def execute(self) -> None:
        """Run every step, and look at each exercise after its cell and after its own cells below.

        Raises KernelFailed or BadAnswer where the grader itself cannot go on, and GivenRaised.
        """
        for place, step in enumerate(self._plan.steps):
            if self.budget.is_used_up:
                self._history.note(self._used_up())
                break
            kernel = self._ready.get()
            if kernel is None:
                break
            self._waiting.before(step)
            self._look_before(step)
            self._history.add(step, self._ready.run(kernel, step))
            self._look_behind(step, place)
            self._waiting.after(step)
            if place in self._moments and step.exercise in self._exercises:
                self._look_later(self._exercises[step.exercise], self._moments[place])
        left = any(one.left for one in self.disturbances.found)
        self._waiting.finish(in_place=self._plan.once_asked and not left)
        if (living := self._ready.living) is not None:
            living.seal()
        # What is hidden comes last: until then, nobody can have kept it to show it elsewhere.
        for hidden in (False, True):
            for pending in self._waiting.looks:
                self._call(pending, hidden)
        if self._plan.records:
            self._record()
        for pending in self._waiting.looks:
            look = Look(exercise=pending.exercise, moment=pending.moment, values=pending.values)
            self._see(look)

    def look_again(
        self, exercises: Sequence[Exercise], names: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        """Look at exercises, and at further names for each, at the end of the notebook."""
        for exercise in exercises:  # all of them before any call can tell what is hidden
            found: dict[str, Value] = {}
            self.names[exercise.name] = found
            further = Question(tuple((names or {}).get(exercise.name, ())))
            self._asker.put(found, exercise, further, self._ready.get)
        for exercise in exercises:
            values: dict[str, Value] = {}
            self._ask_names(values, exercise)
            for question in questions.calls(exercise):
                self._asker.put(values, exercise, question, self._ready.get)
            self._see(
                Look(
                    exercise=exercise,
                    moment="end",
                    values=values,
                    knows_hidden_inputs=self._asker.knows_hidden_inputs,
                )
            )

    def of(self, exercise: str) -> Ran | None:
        """Return the exercise's own cell as it ran; None where it did not."""
        cells = (ran for ran in self.ran if ran.step.role == "exercise")
        return next((ran for ran in cells if ran.step.exercise == exercise), None)

    def _look_before(self, step: Step) -> None:
        """Look at what an exercise builds on, before its cell can change it."""
        exercise = self._exercises.get(step.exercise or "")
        if step.role == "exercise" and exercise is not None and exercise.builds_on:
            values: dict[str, Value] = {}
            names = tuple(name for part in exercise.builds_on.values() for name in part)
            self._asker.put(values, exercise, Question(names), self._ready.get)
            self.started[exercise.name] = values

    def _look_behind(self, step: Step, place: int) -> None:
        """Find out what a step did to others, and let what can be ended end."""
        if self._plan.is_watched and (kernel := self._ready.living) is not None:
            with self.budget.charged(kernel):
                self.disturbances.after(kernel, step, place)
            self._blame_last()

    def _look_later(self, exercise: Exercise, moment: Moment) -> None:
        """Look at plain names now, and keep what it takes to call something later."""
        values: dict[str, Value] = {}
        self._ask_names(values, exercise)
        self._blame_last()
        self._waiting.add(PendingLook(exercise, moment, values, len(self.ran)))

    def _ask_names(self, values: dict[str, Value], exercise: Exercise) -> None:
        question = questions.names(exercise, self._plan.read)
        self._asker.put(values, exercise, question, self._ready.get)

    def _blame_last(self) -> None:
        if self._ready.is_lost:
            self._history.blame_last()

    def _call(self, pending: PendingLook, hidden: bool) -> None:
        """Evaluate those calls of a look that are hidden, or not, in the state it was taken in."""
        for question in questions.calls(pending.exercise):
            if question.hidden is hidden:
                kernel = partial(self._waiting.state_of, pending)
                self._asker.put(pending.values, pending.exercise, question, kernel)

    def _record(self) -> None:
        """Record what was imported, in copies that answered calls too, and what cells changed."""
        recording, copies = self._plan.recording, (one.copy for one in self._waiting.looks)
        for kernel in dict.fromkeys((self._ready.living, *copies)):
            if kernel is not None and kernel.alive:
                recording.modules.update(dict.fromkeys(questions.imported(kernel)))
        recording.changed.update(self.disturbances.changed(self._plan.steps))

    def _used_up(self) -> Text:
        return say(
            "the {seconds} s of CPU time for the whole notebook were used up; later cells were not"
            " run",
            seconds=f"{self.budget.limit:g}",
        )
