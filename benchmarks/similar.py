"""How long `grader similar` takes for a large class, and how much memory.

`python -m benchmarks.similar` keeps a class in a gradebook, as a run does, in which all have
written every answer by themselves but a few pairs, and measures the command in a process of its
own. What is found is printed beside what was copied.
"""

import argparse
import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.descents import answer
from benchmarks.gradebook import run_measured
from benchmarks.kept import keep_reports
from grader.model.facts import SomePassed
from grader.model.result import ExerciseResult, Report

_COPIES = 10  # students who have copied everything but one exercise, from as many others

_TOP = "# %% [markdown]\n# # Descents\n\n# %%\nimport torch\nfrom torch import nn\n"
_EXERCISE = """
# %%
#| exercise: e{n}
#| checks:
#|   - callable(descend)
#| blank: |
#|   def descend(x, y, w, b, n_steps, step_size):
#|       ...
### BEGIN SOLUTION
def descend(x, y, w, b, n_steps, step_size):
    return w, b, [0.0] * n_steps
### END SOLUTION
"""


def main() -> None:
    """Measure, and print a line for each size."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.similar", description=__doc__)
    parser.add_argument("--students", type=int, nargs="+", default=[750, 3000])
    parser.add_argument("--exercises", type=int, default=16)
    asked = parser.parse_args()
    for students in asked.students:
        with tempfile.TemporaryDirectory(prefix="benchmarks-") as name:
            _measure(Path(name), students, asked.exercises)


def _measure(folder: Path, students: int, exercises: int) -> None:
    source = folder / "descents.py"
    source.write_text(_TOP + "".join(_EXERCISE.format(n=n) for n in range(exercises)))
    keep_reports(folder, _reports(students, exercises))
    cost = run_measured(["similar", "-o", str(folder), "-a", str(source)])
    (told,) = json.loads((folder / "similar.json").read_text(encoding="utf-8"))
    found = [{one["student"] for one in pair["students"]} for pair in told["students_alike"]]
    copied = [{f"s{n:05}", f"copy{n:05}"} for n in range(_COPIES)]
    print(
        f"{students} hand-ins, {exercises} exercises: {cost.seconds:.1f} s, {cost.cpu:.1f} s CPU,"
        f" {cost.mib:.0f} MiB; {sum(one in found for one in copied)} of {_COPIES} copies found,"
        f" {sum(one not in copied for one in found)} others"
    )


def _reports(students: int, exercises: int) -> Iterator[Report]:
    for student in range(students - _COPIES):
        codes = [answer(1_000_000 * n + student) for n in range(exercises)]
        yield _report(f"s{student:05}", codes)
        if student < _COPIES:
            own = answer(1_000_000 * exercises + student)
            copied = [re.sub(r"\b(w|b|loss|losses)\b", r"my_\1", code) for code in codes[1:]]
            yield _report(f"copy{student:05}", [own, *copied])


def _report(student: str, codes: list[str]) -> Report:
    return Report(
        assignment="descents",
        title="Descents",
        student=student,
        source=f"{student}.ipynb",
        outcome="graded",
        language="en",
        reason=None,
        score=1.0,
        max_score=1.0,
        notes=(),
        seed=0,
        device="cpu",
        kernel="warm",
        isolation="full",
        versions={},
        hashes={},
        duration_s=1.0,
        exercises=tuple(
            ExerciseResult(
                exercise=f"e{number}",
                score=1.0,
                max_score=1.0,
                outcome="right",
                ruling=SomePassed(passed=1, total=1, moment="own"),
                code=code,
            )
            for number, code in enumerate(codes)
        ),
    )


if __name__ == "__main__":
    main()
