"""Grading in the process that asks for it: one hand-in after another."""

from collections.abc import Generator, Sequence

from grader.engines.batch import Batch
from grader.engines.engine import Finished
from grader.model.submission import Handin


class ThisProcess:
    """An engine without workers, for a batch."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch

    @property
    def isolation(self) -> str:
        """What keeps student code in."""
        return str(self.batch.factory.isolation)

    def grade(self, handins: Sequence[Handin]) -> Generator[Finished]:
        """Grade what was handed in, as Engine says.

        Raises SourceError where an assignment that the person named is faulty, and NeedsReview
        where nothing can be graded any more.
        """
        self.batch.check()
        handins = self.batch.kept.keep(handins, isolation=self.isolation)
        for number, handin in enumerate(handins):
            yield Finished(number=number, done=self.batch.finish(handin))
            self.batch.prove()

    def close(self) -> None:
        """End the kernels."""
        self.batch.close()
