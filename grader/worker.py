"""A worker process: the batch of a job, and one hand-in after another from the standard input."""

import gc
import os
import signal
import sys
from pathlib import Path

from grader import overrides
from grader.authoring.source import load
from grader.batch import Batch
from grader.errors import GraderError, NeedsReview
from grader.jobs import HANDIN, Job, received, send
from grader.kept import Kept
from grader.kernels.choose import open_factory
from grader.kernels.kernel import Limits
from grader.reporting import record


def open_batch(job: Job) -> Batch:
    """Return the batch of a job, its kernels ready. Raises GraderError."""
    assignments = [load(Path(source)) for source in job.sources]
    made = Batch(
        assignments=assignments,
        out=Path(job.out),
        kind=open_factory(job.kernel, job.device, full=job.full),
        device=job.device,
        limits=Limits(cell=job.cell_limit, submission=job.limit),
        chosen=job.chosen,
        language=job.language,
        offsets=job.offsets,
        decisions=overrides.read(Path(job.overrides)) if job.overrides else (),
    )
    if job.kept is not None:
        made.kept = Kept(made.out, job.kept)
    try:
        made.check()
    except BaseException:
        made.close()
        raise
    gc.collect()
    gc.freeze()  # what torch and the references hold stays: no collection need look at it again
    return made


def main() -> None:
    """Work as a worker process: a job comes first, then one hand-in after another."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what is printed by accident is no answer
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        made = open_batch(Job(**received(sys.stdin.buffer)))
    except (NeedsReview, OSError) as error:
        send(answers, {"trouble": str(error)})
        return
    except GraderError as error:
        send(answers, {"problem": str(error)})
        return
    try:
        send(answers, {"isolation": str(made.kind.isolation)})
        while request := received(sys.stdin.buffer):
            handin = HANDIN.validate_python(request["handin"])
            report, place = made.finish(handin, lost=request["lost"])
            send(answers, {"report": record.dump(report), "place": str(place)})
            made.prove()  # or end: the next hand-in gets a worker that is sound
    except (NeedsReview, OSError) as error:  # a full disk, say
        sys.stderr.write(f"grader: a worker process ends, and another takes over: {error}\n")
    finally:
        made.close()


if __name__ == "__main__":
    main()
