"""The references of a batch: each is prepared once, on the data shown and on other data."""

from collections.abc import Callable
from functools import partial

from grader import ready_made
from grader.engines.job import Job
from grader.errors import SourceError
from grader.kernels.kernel import KernelFactory
from grader.model.assignment import Assignment
from grader.model.other_data import shifted
from grader.on_other_data import OtherData
from grader.reference import Reference
from grader.reference_cache import prepared
from grader.reference_memory import Asked, memory
from grader.retry import retried
from grader.running.plan import SEED

_VARIANTS = 8  # of which the references stay at hand: some hold many MB, and kernels


class References:
    """What the solutions of assignments gave, run when it is first asked for.

    Of assignments whose numbers differ by student only the latest variants stay; what the others
    gave is in the cache.
    """

    def __init__(self, job: Job, factory: KernelFactory) -> None:
        self._job, self._factory = job, factory
        self._prepared: dict[tuple[str, str, int], Reference | SourceError] = {}
        self._most = 2 * (len(job.sources) + _VARIANTS)

    def get(self, assignment: Assignment, offset: int = 0) -> Reference:
        """Return the reference, prepared once; one that failed fails again without being run.

        offset: by how much seeds are shifted. Raises SourceError, and NeedsReview.
        """
        key = assignment.name, assignment.digest, offset
        if key not in self._prepared:
            try:
                self._prepared[key] = self._made(assignment, offset)
            except SourceError as error:
                if offset:
                    problem = f"{error.problem} (on other data, with seeds shifted by {offset})"
                    error = SourceError(problem, path=error.path)
                self._prepared[key] = error
            if len(self._prepared) > self._most:
                _close(self._prepared.pop(next(iter(self._prepared))))
        self._prepared[key] = found = self._prepared.pop(key)  # what was asked for last goes last
        if isinstance(found, SourceError):
            raise found
        return found

    def _made(self, assignment: Assignment, offset: int) -> Reference:
        if (found := self._recalled(assignment, offset)) is not None:
            return found
        moved = shifted(assignment, offset) if offset else assignment
        if self._job.ready is not None:
            path = self._job.ready / ready_made.name_of(assignment, offset)
            return ready_made.read(path, moved, factory=self._factory)
        return prepared(
            moved,
            factory=self._factory,
            device=self._job.device,
            seed=SEED + offset,
            cache=self._job.cache,
        )

    def _recalled(self, assignment: Assignment, offset: int) -> Reference | None:
        if self._job.ready is not None or self._job.cache is None:
            return None
        asked = Asked(
            source=assignment.path,
            digest=assignment.digest,
            device=self._job.device,
            seed=SEED + offset,
            cache=self._job.cache,
        )
        return memory.recalled(asked, self._factory)

    def other(self, assignment: Assignment) -> OtherData | None:
        """Return the reference on other data, not run yet; None where none are due."""
        offset = self._job.offsets.get(assignment.name)
        if offset is None:
            return None
        return OtherData(prepared=partial(self.get, assignment, offset), offset=offset)

    def prove(self, *, renew: Callable[[], object]) -> None:
        """Run the solutions of each assignment again, on the data shown.

        Raises NeedsReview where they do not give what they gave, also once all is made anew.
        """
        for (*_, offset), reference in list(self._prepared.items()):
            if not offset and isinstance(reference, Reference):
                retried(reference.prove, renew=renew)

    def close(self) -> None:
        """End their kernels; what they gave stays."""
        for reference in self._prepared.values():
            _close(reference)


def _close(reference: Reference | SourceError) -> None:
    if isinstance(reference, Reference):
        reference.close()
