"""The kernel of a run, kept ready: where one is lost, a fresh one replays the earlier steps."""

from collections.abc import Mapping

from grader.formats import replies, wire
from grader.kernels.kernel import AnswerTimedOut, CellRun, Kernel, KernelDied
from grader.kernels.meter import Budget
from grader.kernels.output_budget import OutputBudget
from grader.model.submission import Step
from grader.model.text import say
from grader.running import broken_card
from grader.running.disturbances import RUNS_ON, Disturbances
from grader.running.fresh import ASK, fresh_kernel
from grader.running.history import History
from grader.running.plan import RunPlan

MAX_KERNELS = 6  # fresh kernels for one submission


class ReadyKernel:
    """The kernel in which a run goes on.

    versions: of what is in it. Its steps are charged to the budget, and what ends it is noted in
    the history.
    """

    def __init__(
        self, plan: RunPlan, history: History, budget: Budget, disturbances: Disturbances
    ) -> None:
        self.versions: Mapping[str, str] = {}
        self._plan, self._history, self._budget = plan, history, budget
        self._disturbances = disturbances
        self._outputs = OutputBudget()
        self._kernel: Kernel | None = None
        self._started = self._lost = 0

    @property
    def living(self) -> Kernel | None:
        """The kernel as it stands; None where it was lost, or none was needed yet."""
        return self._kernel if self._kernel is not None and self._kernel.alive else None

    @property
    def is_lost(self) -> bool:
        """Whether there was one, and it is gone."""
        return self._kernel is not None and not self._kernel.alive

    def get(self) -> Kernel | None:
        """Return a kernel in the state that the steps so far left; None where there is none left.

        Where the last one is gone, a fresh one replays the earlier steps without the culprits.
        Raises KernelFailed.
        """
        while self._kernel is None or not self._kernel.alive:
            if self._kernel is not None:
                self._kernel.close()
                self._kernel = None
                self._lost += 1
                self._history.note(
                    say("the kernel was lost; a fresh one ran the earlier cells again")
                )
            self._kernel = kernel = self.fresh()
            if kernel is None:
                self._history.note(say("the kernel was lost too often; later cells were not run"))
                return None
            self.replay(kernel, 0, len(self._history.ran))
            with self._budget.charged(kernel):
                self._disturbances.watch(kernel)
        return self._kernel

    def fresh(self) -> Kernel | None:
        """Return a kernel in which nothing has run; None where there were enough of them.

        Raises KernelFailed.
        """
        if self._started >= MAX_KERNELS:
            return None
        self._started += 1
        plan = self._plan
        fresh = fresh_kernel(plan.kernels, plan.device, plan.seed, plan.files)
        self.versions = fresh.versions
        for note in fresh.notes:
            self._history.note(note)
        return fresh.kernel

    def run(self, kernel: Kernel, step: Step) -> CellRun:
        """Run a step in what `get` gave. Raises KernelFailed."""
        try:
            return self._attempt(kernel, step, self._outputs)
        except (KernelDied, AnswerTimedOut):
            # It went before this step began: what ran last had left something behind.
            self._history.forget_last()
            again = self.get()
            return CellRun(ending="crashed") if again is None else self.run(again, step)

    def replay(self, kernel: Kernel, start: int, end: int) -> None:
        """Run steps of the history again, by their places, but for those that were stopped."""
        outputs = OutputBudget()  # what is printed again is not kept
        left_out = self._suspects()
        for place in range(start, end):
            ran = self._history.ran[place]
            if not ran.run.came_to_its_end or place in left_out:
                continue
            try:
                again = self._attempt(kernel, ran.step, outputs)
            except (KernelDied, AnswerTimedOut):
                again = CellRun(ending="crashed")
            if not again.came_to_its_end:
                # What it printed the first time stays: now it may know what is hidden.
                self._history.change_end(place, again)
            if not kernel.alive or self._budget.is_used_up:
                return

    def _suspects(self) -> frozenset[int]:
        """Return the places of steps that are not run again: what runs on may end each kernel.

        One kernel may be lost for another reason. Where a second is, what an earlier step left
        running would end one after the other, until there is none for what is innocent.
        """
        if self._lost < 2:
            return frozenset()
        found = self._disturbances.found
        return frozenset(one.place for one in found if not RUNS_ON.isdisjoint(one.left))

    def close(self) -> None:
        """End the kernel, if there is one."""
        if self._kernel is not None:
            self._kernel.close()

    def _attempt(self, kernel: Kernel, step: Step, outputs: OutputBudget) -> CellRun:
        """Run a step. Raises KernelDied or AnswerTimedOut where the kernel fails before it.

        Raises KernelFailed where a card does.
        """
        before, recording = None, self._plan.recording
        if step.released is not None:
            if self._plan.records:
                state = replies.saved_state(kernel.ask(wire.question("save"), limit=ASK))
                recording.states[step.released] = state.restoring
            else:
                before = recording.states.get(step.released)
        limit = min(step.limit or self._plan.limits.cell, max(self._budget.left, 0.1))
        with self._budget.charged(kernel):
            run = kernel.run_cell(step.source, limit=limit, before=before, outputs=outputs)
        if self._plan.device == "cuda":
            broken_card.check(run.outputs)
            if broken_card.by_outputs(run.outputs):
                run.broke_card = True
                kernel.close()
        return run
