"""The reference at the start of each exercise, for other code to run there.

Known mistakes, alternatives and follow-through run here, and nothing that they do is seen by one
another. Where kernels cannot be forked, each gets one of its own that replays the earlier cells.
"""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace

from grader.errors import BadAnswer, KernelFailed
from grader.formats import replies, wire
from grader.formats.replies import SavedState
from grader.kernels.kernel import AnswerTimedOut, Kernel, KernelDied, KernelFactory, Limits
from grader.kernels.meter import Spent
from grader.model.assignment import Exercise
from grader.model.submission import Step
from grader.model.values import Values
from grader.retry import retried
from grader.running.attachments import Attachments
from grader.running.checkpoints import Checkpoints, spread
from grader.running.fresh import ASK, fresh_kernel
from grader.running.pending_look import Look
from grader.running.plan import SEED, RunPlan
from grader.running.recording import Recording
from grader.running.run import Run

MOST_KEPT = 3  # kernels that stand still, each with some 10 MiB of its own
CELL = 120.0  # CPU seconds for a cell of the reference, which has run before


class _Unfit(Exception):
    """A snapshot is well, and does not take the values that are put into it."""


class Snapshots:
    """Snapshots of a reference that has been run; made when they are first needed.

    steps: the reference's; spent: what each took, by exercise, and "" for its cell; by "" and the
    id of a cell where that belongs to no exercise; read: by exercise, further names to look at;
    files: what lies in the working folder.
    """

    def __init__(
        self,
        steps: Sequence[Step],
        *,
        spent: Mapping[tuple[str, str], Spent],
        recording: Recording,
        read: Mapping[str, tuple[str, ...]],
        kernels: KernelFactory,
        device: str,
        seed: int = SEED,
        files: Attachments = (),
    ) -> None:
        self._steps, self._recording, self._read = steps, recording, read
        self._kernels, self._device, self._seed = kernels, device, seed
        asked = [number for number, step in enumerate(steps) if step.exercise is not None]
        most = 1 if kernels.spares_memory else MOST_KEPT
        self._checkpoints = Checkpoints(
            begin=lambda: fresh_kernel(kernels, device, seed, files).kernel,
            step=lambda kernel, number: self._step(kernel, steps[number]),
            places=spread([_seconds(step, spent) for step in steps], asked, most),
        )

    def run(
        self, exercise: Exercise, source: str, limits: Limits, values: Values
    ) -> tuple[Values, bool]:
        """Return what an exercise's checks give after other code ran in place of its cell.

        Also returned is whether that code ran to its end.

        values: what is bound to names before, as if the reference's earlier cells had done it.
        Raises NeedsReview where no snapshot answers.
        """
        return retried(lambda: self._run(exercise, source, limits, values), renew=self.close)

    def _run(
        self, exercise: Exercise, source: str, limits: Limits, values: Values
    ) -> tuple[Values, bool]:
        place = self._place(exercise)
        found: dict[str, Values] = {}

        def start(_: str) -> Kernel:
            kernel = self._at(place)
            try:
                if values:
                    self._put(kernel, values)
            except BaseException:
                kernel.close()
                raise
            return kernel

        def see(look: Look) -> None:
            found[exercise.name] = look.values

        plan = RunPlan(
            # An author's limit is for an author's values; whose these are, `limits` says.
            steps=(replace(self._steps[place], source=source, limit=None),),
            exercises=(replace(exercise, limit=None, builds_on={}),),
            recording=self._recording,
            kernels=replace(self._kernels, start=start),
            device=self._device,
            limits=limits,
            read=self._read,
            seed=self._seed,
            once_asked=True,
            is_watched=False,
        )
        try:
            with Run(plan, see=see) as run:
                run.execute()
        except _Unfit:
            return {}, False
        return found.get(exercise.name, {}), all(ran.run.ending == "done" for ran in run.ran)

    def after(self, exercise: Exercise, source: str) -> Kernel:
        """Return a kernel of its own in which some code ran in place of an exercise's cell.

        Raises NeedsReview where none can be had; `close` before another try.
        """
        place = self._place(exercise)
        kernel = self._at(place)
        try:
            self._step(kernel, replace(self._steps[place], source=source))
        except BaseException as error:
            kernel.close()
            if isinstance(error, KernelDied):
                raise KernelFailed("a snapshot of the reference does not answer") from error
            raise
        return kernel

    def drawn_by(self, exercise: Exercise, source: str) -> bytes:
        """Return the state of the generators after some code ran in place of an exercise's cell."""

        def drawn() -> SavedState:
            with closing(self.after(exercise, source)) as kernel:
                return self._state(kernel)

        state = retried(drawn, renew=self.close)
        payload = wire.encode({"generators": state.generators})
        return payload.header + payload.tensors

    def close(self) -> None:
        """End all kernels that are kept; what is needed later is made anew."""
        self._checkpoints.close()

    def _put(self, kernel: Kernel, values: Values) -> None:
        """Bind values in a snapshot. Raises _Unfit or KernelFailed."""
        try:
            replies.read(kernel.ask(wire.question("put", values=values), limit=ASK), replies.Done)
        except BadAnswer as error:
            raise _Unfit from error
        except (KernelDied, AnswerTimedOut) as error:
            raise KernelFailed("a snapshot of the reference does not answer") from error

    def _state(self, kernel: Kernel) -> SavedState:
        """Return the state of a snapshot's generators. Raises KernelFailed."""
        try:
            return replies.saved_state(kernel.ask(wire.question("save"), limit=ASK))
        except (KernelDied, AnswerTimedOut, BadAnswer) as error:
            raise KernelFailed("a snapshot of the reference does not answer") from error

    def _at(self, place: int) -> Kernel:
        """Return a kernel of its own in the state before a step. Raises KernelFailed."""
        try:
            return self._checkpoints.at(place)
        except KernelDied as error:
            self.close()  # whichever it was that died: what is kept is made anew
            raise KernelFailed("a snapshot of the reference does not answer") from error

    def _place(self, exercise: Exercise) -> int:
        return next(n for n, step in enumerate(self._steps) if step.exercise == exercise.name)

    def _step(self, kernel: Kernel, step: Step) -> None:
        before = self._recording.states.get(step.released or "")
        kernel.run_cell(step.source, limit=CELL, before=before)


def _seconds(step: Step, spent: Mapping[tuple[str, str], Spent]) -> float:
    key = ("", step.released or "") if step.exercise is None else (step.exercise, "")
    return spent[key].cpu if key in spent else 0.0
