"""Which engine grades a job."""

import contextlib
import os
from collections.abc import Callable

from grader.engines.engine import Engine
from grader.engines.job import Job
from grader.engines.opening import open_batch

MEMORY = 3 * 2**30  # bytes that a worker may need, with the submission that it runs
WORTH = 4  # submissions, for which a further worker's start pays


def open_engine(
    job: Job, *, handins: int, jobs: int | None, tell: Callable[[str], object]
) -> Engine:
    """Return an engine that is ready to grade so many hand-ins.

    jobs: how many processes grade; None for as many as pay. On cards there are no more than these
    have places. tell: says what a person should know while it grades. Raises GraderError, or
    OSError, where it cannot start.
    """
    number = jobs or default_jobs(handins)
    if job.places and number > (most := len(job.places)):
        if jobs is not None:
            told = "1 has room on the card" if most == 1 else f"{most} have room on the cards"
            tell(f"grader: --jobs {jobs}: {told}, so that many work; --gpu-slots allows more")
        number = most
    if number == 1:
        batch = open_batch(job)
        from grader.engines.this_process import ThisProcess  # with torch, which is loaded by now

        return Engine(ThisProcess(batch))
    from grader.engines.workers import Workers

    return Engine(Workers(job, min(number, max(1, handins)), tell=tell))


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
