"""What one run has run so far, and what a reader of its report should know."""

from dataclasses import replace

from grader.kernels.kernel import CellRun
from grader.model.submission import Step
from grader.model.text import Text
from grader.running.outputs import Ran


class History:
    """The steps that were run, in their order. notes: each once."""

    def __init__(self) -> None:
        self.ran: list[Ran] = []
        self.notes: list[Text] = []

    def add(self, step: Step, run: CellRun) -> None:
        """Add a step that was run."""
        self.ran.append(Ran(step=step, run=run))

    def note(self, note: Text) -> None:
        """Add a note, if it is not there yet."""
        if note not in self.notes:
            self.notes.append(note)

    def change_end(self, place: int, again: CellRun) -> None:
        """Say of a step that it ended as another run of it did; what it printed stays."""
        ran, broke = self.ran[place], again.broke_card
        run = replace(ran.run, ending=again.ending, broke_card=broke)
        self.ran[place] = replace(ran, run=run)

    def blame_last(self) -> None:
        """Say of the last step that it ended the kernel, where a question after it did.

        What was asked ends no kernel: the step had left something that did.
        """
        self.change_end(-1, CellRun(ending="crashed"))

    def forget_last(self) -> None:
        """Say of the last step, if there is one, that it ended the kernel, and nothing else."""
        if self.ran:
            self.ran[-1] = replace(self.ran[-1], run=CellRun(ending="crashed"))
