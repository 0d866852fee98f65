"""Opening a batch: what takes long at a start, side by side."""

import importlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from grader.engines.job import Job
from grader.kernels.choose import open_factory

if TYPE_CHECKING:
    from grader.engines.batch import Batch


def open_batch(job: Job, *, kept: int | None = None) -> "Batch":
    """Return the batch of a job, its kernels ready.

    kept: the descriptor of what hand-ins were copied to. Raises GraderError.
    """
    with ThreadPoolExecutor(max_workers=1) as aside:
        # Torch is loaded here while the template loads it there. The template ends with the thread
        # that started it, so that is this one.
        loading = aside.submit(importlib.import_module, "grader.engines.batch")
        place = job.places[0] if job.places else None
        factory = open_factory(
            job.kernel, job.device, full=job.full, memory=job.memory, place=place
        )
        try:
            batch = loading.result()
        except BaseException:
            factory.close()
            raise
    made: Batch = batch.ready(job, factory=factory, kept=kept)
    return made
