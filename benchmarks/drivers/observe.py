"""What the grader does up to the values: read, align, execute, observe; nothing is judged.

Usage: `python observe.py SOURCE NOTEBOOK...`. Prints when each was done, by `time.time`.
"""

import sys
import time
from contextlib import closing
from pathlib import Path

from grader.authoring.source import load
from grader.formats import notebook
from grader.intake.align import align
from grader.kernels.choose import open_factory
from grader.kernels.kernel import KernelFactory, Limits
from grader.reference import Reference, prepare
from grader.running.pending_look import Look
from grader.running.plan import RunPlan
from grader.running.run import Run


def main() -> None:
    """Observe the notebooks, one after another."""
    source, *paths = map(Path, sys.argv[1:])
    with closing(open_factory("warm", "cpu")) as kind:
        reference = prepare(load(source), factory=kind, device="cpu")
        for path in paths:
            if not observe(path, reference, kind):
                raise SystemExit(f"{path}: nothing was observed")
            print(time.time(), flush=True)


def observe(path: Path, reference: Reference, kind: KernelFactory) -> list[Look]:
    """Return what a submission's exercises gave, each as it was after its cell."""
    looks: list[Look] = []
    alignment = align(
        notebook.read(path.read_bytes()),
        reference.released[reference.assignment.languages[0]],
        reference.assignment.exercises,
    )
    plan = RunPlan(
        steps=tuple(alignment.steps),
        exercises=reference.gradable,
        recording=reference.recording,
        kernels=kind,
        device=reference.device,
        limits=Limits(),
    )
    with Run(plan, see=looks.append) as run:
        run.execute()
    return looks


if __name__ == "__main__":
    main()
