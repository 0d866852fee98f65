"""A kernel without a process, for tests of what stands on the seam: fast, and it fails on cue."""

import traceback

from grader.kernels.kernel import (
    AnswerTimedOut,
    CellRun,
    KernelDied,
    KernelFactory,
)
from grader.kernels.meter import Spent
from grader.kernels.sandbox import NOTHING
from grader.model.values import Exceeded, Payload
from grader.student_side.probe import Probe


class InProcessKernel:
    """Runs cells with exec. `DIE`, `HANG` and `HANG_AND_DIE` in a cell, or in the expression of a
    question, stand for what real code would do to a process.
    """

    def __init__(self, device):
        self.namespace = {}
        self.probe = Probe(self.namespace)
        self.alive = True
        self.closed = False
        self.spent = Spent()
        self.cells = []

    def run_cell(self, source, *, limit, before=None, outputs=None):
        assert limit > 0
        if before is not None:
            self.ask(before, limit=limit)
        self.cells.append(source)
        self.spent += Spent(cpu=1.0)
        if "DIE" in source:
            self.alive = False
        if "HANG" in source:
            return CellRun(ending="timed out")
        if "DIE" in source:
            return CellRun(ending="crashed")
        try:
            exec(source, self.namespace)
        except BaseException as error:
            output = {
                "output_type": "error",
                "ename": type(error).__name__,
                "evalue": str(error),
                "traceback": [traceback.format_exc()],
            }
            return CellRun(ending="error", outputs=[output], count=len(self.cells))
        return CellRun(ending="done", count=len(self.cells))

    def ask(self, question, *, limit):
        assert limit > 0
        if b"DIE" in question.header:
            self.alive = False
        if b"HANG" in question.header:
            raise AnswerTimedOut(Exceeded(seconds=limit))
        if b"DIE" in question.header:
            raise KernelDied
        header, tensors = self.probe.answer(question.header, question.tensors)
        return Payload(header=header, tensors=tensors)

    def die(self):
        self.alive = False
        return CellRun(ending="crashed")

    def fork(self):
        return None

    def seal(self):
        self.sealed = True

    def close(self):
        self.closed, self.alive = True, False


def in_process():
    """Return a kind of kernel, and the list of all kernels it has started."""
    started = []

    def start(device):
        started.append(InProcessKernel(device))
        return started[-1]

    return KernelFactory(name="in process", isolation=NOTHING, start=start), started
