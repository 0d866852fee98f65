"""A worker process: the batch of a job, and one hand-in after another from the standard input."""

import os
import select
import signal
import sys
import threading
from typing import IO

from grader.engines.answers import give_signs
from grader.engines.opening import open_batch
from grader.engines.pipe import HANDIN, JOB, packed, received, send
from grader.errors import GraderError, NeedsReview


def main() -> None:
    """Work as a worker process: a job comes first, then one hand-in after another."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what is printed by accident is no answer
    for number in (signal.SIGTERM, signal.SIGINT):  # who started this may ignore the second
        signal.signal(number, signal.default_int_handler)
    threading.Thread(target=_end_with_who_asks, daemon=True).start()
    try:
        _work(answers)
    except KeyboardInterrupt:
        return


def _work(answers: IO[bytes]) -> None:
    told = received(sys.stdin.buffer)
    give_signs(answers, every=told["signs_every"])
    try:
        made = open_batch(JOB.validate_python(told["job"]), kept=told["kept"])
    except (NeedsReview, OSError) as error:
        send(answers, {"trouble": str(error)})
        return
    except GraderError as error:
        send(answers, {"problem": str(error)})
        return
    try:
        send(answers, {"isolation": str(made.factory.isolation)})
        while request := received(sys.stdin.buffer):
            handin = HANDIN.validate_python(request["handin"])
            send(answers, packed(made.finish(handin, lost=request["lost"])))
            made.prove()  # or end: the next hand-in gets a worker that is sound
    except (NeedsReview, OSError) as error:  # a full disk, say
        sys.stderr.write(f"grader: a worker process ends, and another takes over: {error}\n")
    finally:
        made.close()


def _end_with_who_asks() -> None:
    """End this process once who hands out work has ended, however long a submission takes."""
    if hasattr(select, "poll"):
        asked = select.poll()
        asked.register(sys.stdin, 0)  # no event but that nobody can write to it any more
        asked.poll()
        os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
