"""Which engine grades a job."""

import contextlib
import os
from collections.abc import Callable

from grader.engines.engine import Engine
from grader.engines.job import Job
from grader.engines.opening import open_batch
from grader.errors import UsageError

MEMORY = 3 * 2**30  # bytes that a worker may need, with the submission that it runs
WORTH = 4  # submissions, for which a further worker's start pays


def open_engine(
    job: Job,
    *,
    handins: int,
    jobs: int | None,
    dask: str | None = None,
    tell: Callable[[str], object],
) -> Engine:
    """Return an engine that is ready to grade so many hand-ins.

    jobs: how many processes grade; None for as many as pay. On cards there are no more than these
    have places. dask: the cluster that grades in their place, as Cluster says. tell: says what a
    person should know while it grades. Raises GraderError, or OSError, where it cannot start.
    """
    if dask is not None:
        return _on_cluster(job, dask, tell)
    number = jobs or default_jobs(handins)
    if job.places and number > (most := len(job.places)):
        if jobs is not None:
            told = "1 has room on the card" if most == 1 else f"{most} have room on the cards"
            tell(f"--jobs {jobs}: {told}, so that many work; --gpu-slots allows more")
        number = most
    if number == 1:
        batch = open_batch(job)
        from grader.engines.this_process import ThisProcess  # with torch, which is loaded by now

        return Engine(ThisProcess(batch))
    from grader.engines.workers import Workers

    return Engine(Workers(job, min(number, max(1, handins)), tell=tell))


def _on_cluster(job: Job, asked: str, tell: Callable[[str], object]) -> Engine:
    try:
        from grader.engines.dask.cluster import Cluster
    except ModuleNotFoundError as error:
        raise UsageError(
            f"--dask needs {error.name}: `pip install 'tensorgrader[dask]'` installs it"
        ) from error
    from grader.engines.dask.executor import DaskExecutor

    cluster = Cluster(asked)
    if cluster.is_open_to_others:
        tell(
            "the scheduler speaks without TLS: whoever reaches it can read solutions and"
            " hand-ins, and run code on its workers; docs/scale.md says how to close it"
        )
    return Engine(DaskExecutor(job, cluster, tell=tell))


def default_jobs(handins: int) -> int:
    """Return how many workers pay, by cores, memory, and how much there is to do."""
    return max(1, min(cores_and_memory(), handins // WORTH))


def cores_and_memory() -> int:
    """Return how many processes that run student code this machine has room for, at least one."""
    cores = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    memory = cores
    with contextlib.suppress(ValueError, OSError, AttributeError):
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_AVPHYS_PAGES") // MEMORY
    return max(1, min(cores, memory))
