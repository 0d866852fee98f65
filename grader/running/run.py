"""Run the steps of an alignment in a kernel, and look at the exercises on the way.

The same code runs the reference and a submission. The reference runs first and fills the
Recording: the state before each released cell, and the data of `given`. A submission follows it,
so that both see the same random numbers and the same hidden inputs, and so that a switch of torch's
that one exercise leaves thrown (an interrupt inside `no_grad` does that) costs no other.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import Self

from grader.formats import wire
from grader.kernels.kernel import (
    AnswerTimedOut,
    CellRun,
    Kernel,
    KernelDied,
    KernelFactory,
    Limits,
)
from grader.kernels.meter import Budget, Spent
from grader.kernels.output_budget import OutputBudget
from grader.model.assignment import Exercise
from grader.model.facts import Moment
from grader.model.submission import Step
from grader.model.text import Text, say
from grader.model.values import Value, Values
from grader.running import questions
from grader.running.allowance import Allowance
from grader.running.asking import Asker
from grader.running.attachments import Attachments
from grader.running.disturbances import Disturbances
from grader.running.fresh import ASK, fresh_kernel
from grader.running.moments import moments
from grader.running.outputs import Ran
from grader.running.pending_look import Look, PendingLook, is_unseen
from grader.running.questions import Question
from grader.running.recording import Recording
from grader.syntax.definitions import words

SEED = 0  # set once, before the first cell; after that only the source's own seeds act
MAX_KERNELS = 6  # fresh kernels for one submission


class Run:
    """One notebook in one kernel after another; a context manager that ends the last of them.

    see: called with each look as it is taken; what it does not keep is not kept.
    records: whether this is the reference's run, which fills the recording, or one that follows it.
    read: by exercise, further names to look at.
    seed: what is drawn from where the source sets none.
    files: what lies in the working folder; once: whether each exercise is looked at but once.
    allowance: how much of what is seen may be kept; without it, all.
    budget: what it may take; without it, the limit for a submission.
    ran: the steps that were run; started: by exercise, what it builds on, from before its cell;
    notes: what a reader of the report should know; names: after the last look, by exercise, the
    further names.
    """

    def __init__(
        self,
        steps: Sequence[Step],
        exercises: Sequence[Exercise],
        *,
        recording: Recording,
        see: Callable[[Look], None],
        kind: KernelFactory,
        device: str,
        limits: Limits,
        records: bool = False,
        read: Mapping[str, tuple[str, ...]] | None = None,
        budget: Budget | None = None,
        seed: int = SEED,
        files: Attachments = (),
        allowance: Allowance | None = None,
        once: bool = False,
    ) -> None:
        self.ran: list[Ran] = []
        self.started: dict[str, Values] = {}
        self.names: dict[str, Values] = {}
        self.budget = budget or Budget(limits.submission)
        self._asker = Asker(
            recording,
            records=records,
            budget=self.budget,
            cell_limit=limits.cell,
            seed=seed,
            allowance=allowance,
        )
        self.notes: list[Text] = []
        self.disturbances = Disturbances()
        self.versions: dict[str, str] = {}
        self._steps, self._moments = steps, moments(steps, once=once)
        self._exercises = {exercise.name: exercise for exercise in exercises}
        self._recording, self._records = recording, records
        self._see, self._read = see, read or {}
        self._kind, self._device, self._limits = kind, device, limits
        self._seed, self._files = seed, files
        self._room = OutputBudget()
        self._kernels = 0
        self._kernel: Kernel | None = None
        self._pending_looks: list[PendingLook] = []
        self._forks = True
        # Looks that still need a copy, and the words of all code that their calls can reach.
        self._uncopied: list[PendingLook] = []
        self._words: set[str] = set()
        # A second kernel, which replays what the first ran, up to a place among the steps.
        self._second: Kernel | None = None
        self._reached = 0

    @property
    def inputs(self) -> Mapping[str, Mapping[str, Values]]:
        """By exercise and call of the last look, the data that it was given, as it left them."""
        return self._asker.inputs

    @property
    def spent(self) -> dict[tuple[str, str], Spent]:
        """By exercise and call, and "" for its cell, what that took."""
        cells = (ran for ran in self.ran if ran.step.role == "exercise")
        own = {(ran.step.exercise or "", ""): ran.run.spent for ran in cells}
        return own | self._asker.spent

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for kernel in (self._kernel, self._second):
            if kernel is not None:
                kernel.close()

    def execute(self) -> None:
        """Run every step, and look at each exercise after its cell and after its own cells below.

        Raises KernelFailed or BadAnswer where the grader itself cannot go on, and GivenRaised.
        """
        for number, step in enumerate(self._steps):
            if self.budget.is_used_up:
                self._note(self._used_up())
                break
            kernel = self._ready()
            if kernel is None:
                break
            if self._uncopied and not self._is_unseen(step):
                self._copy()
            self._look_before(step)
            self.ran.append(Ran(step=step, run=self._run_step(kernel, step)))
            self._look_behind(step, number)
            self._words |= words(step.source)
            if number in self._moments and step.exercise in self._exercises:
                self._look_later(self._exercises[step.exercise], self._moments[number])
        self._copy()
        if self._kernel is not None and self._kernel.alive:
            self._kernel.seal()
        # What is hidden comes last: until then, nobody can have kept it to show it elsewhere.
        for hidden in (False, True):
            for pending in self._pending_looks:
                self._call(pending, hidden)
        if self._records:
            self._record()
        for pending in self._pending_looks:
            look = Look(exercise=pending.exercise, moment=pending.moment, values=pending.values)
            self._see(look)

    def look_again(
        self, exercises: Sequence[Exercise], names: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        """Look at exercises, and at further names for each, at the end of the notebook."""
        for exercise in exercises:  # all of them before any call can tell what is hidden
            found = self.names[exercise.name] = {}
            further = Question(tuple((names or {}).get(exercise.name, ())))
            self._asker.put(found, exercise, further, self._ready)
        for exercise in exercises:
            values: dict[str, Value] = {}
            self._asker.put(values, exercise, questions.names(exercise, self._read), self._ready)
            for question in questions.calls(exercise):
                self._asker.put(values, exercise, question, self._ready, watched=True)
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
            self._asker.put(values, exercise, Question(names), self._ready)
            self.started[exercise.name] = values

    def _look_behind(self, step: Step, place: int) -> None:
        """Find out what a step did to others, and let what can be ended end."""
        if self._kernel is not None and self._kernel.alive:
            with self._asker.charged(self._kernel):
                self.disturbances.after(self._kernel, step, place)
            self._blame_last()

    def _blame_last(self) -> None:
        """Say of the last cell that it ended the kernel, where a question after it did.

        What was asked ends no kernel: the cell had left something that did.
        """
        if self._kernel is not None and not self._kernel.alive:
            last = self.ran[-1]
            self.ran[-1] = replace(last, run=replace(last.run, ending="crashed"))

    def _run_step(self, kernel: Kernel, step: Step) -> CellRun:
        try:
            return self._attempt(kernel, step, self._room)
        except (KernelDied, AnswerTimedOut):
            # It went before this step began: what ran last had left something behind.
            if self.ran:
                self.ran[-1] = replace(self.ran[-1], run=CellRun(ending="crashed"))
            fresh = self._ready()
            return CellRun(ending="crashed") if fresh is None else self._run_step(fresh, step)

    def _attempt(self, kernel: Kernel, step: Step, room: OutputBudget) -> CellRun:
        """Run a step. Raises KernelDied or AnswerTimedOut where the kernel fails before it."""
        before = None
        if step.released is not None:
            if self._records:
                state = wire.decode(kernel.ask(wire.question("save"), limit=ASK))
                self._recording.states[step.released] = wire.question("restore", values=state)
            else:
                before = self._recording.states.get(step.released)
        limit = min(step.limit or self._limits.cell, max(self.budget.left, 0.1))
        with self._asker.charged(kernel):
            return kernel.run_cell(step.source, limit=limit, before=before, room=room)

    def _record(self) -> None:
        """Record what was imported, in copies that answered calls too, and what cells changed."""
        for kernel in dict.fromkeys(
            (self._kernel, *(pending.copy for pending in self._pending_looks))
        ):
            if kernel is not None and kernel.alive:
                self._recording.modules.update(dict.fromkeys(questions.imported(kernel)))
        self._recording.changed.update(self.disturbances.changed(self._steps))

    def _look_later(self, exercise: Exercise, moment: Moment) -> None:
        """Look at plain names now, and keep what it takes to call something later."""
        values: dict[str, Value] = {}
        self._asker.put(values, exercise, questions.names(exercise, self._read), self._ready)
        self._blame_last()
        self._pending_looks.append(PendingLook(exercise, moment, values, len(self.ran)))
        if questions.calls(exercise):
            self._uncopied.append(self._pending_looks[-1])

    def _is_unseen(self, step: Step) -> bool:
        return not step.opaque and is_unseen(step.source, self._words, self._uncopied)

    def _copy(self) -> None:
        """Take the copy that the looks since the last one need."""
        copy = None
        if self._uncopied and self._kernel is not None and self._kernel.alive:
            copy = self._fork(self._kernel)
        for pending in self._uncopied:
            pending.copy = copy
        self._uncopied.clear()

    def _fork(self, kernel: Kernel) -> Kernel | None:
        """Return a copy of a kernel; None where there is none, and replaying has to do."""
        if self._forks:
            with suppress(KernelDied):
                return kernel.fork()
            self._forks = False  # what it left behind ends it at each fork
        return None

    def _call(self, pending: PendingLook, hidden: bool) -> None:
        """Evaluate those calls of a look that are hidden, or not, in the state it was taken in."""
        for question in questions.calls(pending.exercise):
            if question.hidden is hidden:
                kernel = partial(self._state_of, pending)
                self._asker.put(pending.values, pending.exercise, question, kernel, self._records)

    def _state_of(self, pending: PendingLook) -> Kernel | None:
        """Return a kernel in the state of a look: its copy, or else one that replays the cells."""
        if pending.copy is not None and pending.copy.alive:
            return pending.copy
        if self._second is None or not self._second.alive or self._reached > pending.place:
            if self._second is not None:
                self._second.close()
            self._second, self._reached = self._fresh(), 0
        if self._second is None:
            return None
        self._replay(self._second, self._reached, pending.place)
        self._reached = pending.place
        if not self._second.alive:
            return None
        pending.copy = self._fork(self._second)
        if not self._second.alive:
            return self._state_of(pending)
        return pending.copy or self._second

    def _ready(self) -> Kernel | None:
        """Return a kernel in the state that the steps so far left; None where there is none left.

        Where the last one is gone, a fresh one replays the earlier steps without the culprits.
        """
        while self._kernel is None or not self._kernel.alive:
            if self._kernel is not None:
                self._kernel.close()
                self._kernel = None
                self._note(say("the kernel was lost; a fresh one ran the earlier cells again"))
            self._kernel = kernel = self._fresh()
            if kernel is None:
                self._note(say("the kernel was lost too often; later cells were not run"))
                return None
            self._replay(kernel, 0, len(self.ran))
            with self._asker.charged(kernel):
                self.disturbances.watch(kernel)
        return self._kernel

    def _fresh(self) -> Kernel | None:
        """Return a kernel in which nothing has run; None where there were enough of them."""
        if self._kernels >= MAX_KERNELS:
            return None
        self._kernels += 1
        kernel, self.versions, notes = fresh_kernel(
            self._kind, self._device, self._seed, self._files
        )
        for note in notes:
            self._note(note)
        return kernel

    def _replay(self, kernel: Kernel, start: int, end: int) -> None:
        room = OutputBudget()  # what is printed again is not kept
        for place in range(start, end):
            ran = self.ran[place]
            if ran.run.ending not in ("done", "error"):
                continue
            try:
                again = self._attempt(kernel, ran.step, room)
            except (KernelDied, AnswerTimedOut):
                again = CellRun(ending="crashed")
            if again.ending not in ("done", "error"):
                # What it printed the first time stays: now it may know what is hidden.
                self.ran[place] = replace(ran, run=replace(ran.run, ending=again.ending))
            if not kernel.alive or self.budget.is_used_up:
                return

    def _used_up(self) -> Text:
        return say(
            "the {seconds} s of CPU time for the whole notebook were used up; later cells were not"
            " run",
            seconds=f"{self.budget.limit:g}",
        )

    def _note(self, note: Text) -> None:
        if note not in self.notes:
            self.notes.append(note)
