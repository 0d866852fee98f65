"""Grading in the process that asks for it: one hand-in after another."""

from collections.abc import Sequence

from grader.engines.batch import Batch
from grader.engines.executor import Finished
from grader.model.submission import Handin


class ThisProcess:
    """An executor without workers, for a batch."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self._taken: tuple[int, Handin, str] | None = None

    @property
    def isolation(self) -> str:
        """What keeps student code in."""
        return str(self.batch.factory.isolation)

    def secured(self, handins: Sequence[Handin]) -> Sequence[Handin]:
        """Return what was handed in, as Executor says."""
        return self.batch.kept.keep(handins, isolation=self.isolation)

    def room(self) -> int:
        """Return 1 where it has nothing to do."""
        return int(self._taken is None)

    def submit(self, number: int, handin: Handin, *, lost: str) -> None:
        """Take a hand-in.

        Raises SourceError where an assignment that the person named is faulty, and NeedsReview
        where nothing can be graded any more.
        """
        self.batch.check()
        self.batch.prove()
        self._taken = number, handin, lost

    def result(self) -> Finished:
        """Grade what was taken."""
        assert self._taken is not None
        number, handin, lost = self._taken
        self._taken = None
        return Finished(number=number, done=self.batch.finish(handin, lost=lost))

    def close(self) -> None:
        """End the kernels."""
        self.batch.close()
