"""The assignment's checks as assertions, which is what other graders take for a test."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.process import run
from benchmarks.routes.driven import driver
from benchmarks.workload import Workload


@dataclass(frozen=True, slots=True)
class Assertion:
    """A function that asserts something of the student's values, which are its parameters."""

    name: str
    text: str
    parameters: tuple[str, ...]
    points: float

    @property
    def call(self) -> str:
        """The function, called with the names of the notebook that it stands in."""
        return f"{self.name}({', '.join(self.parameters)})"


@dataclass(frozen=True, slots=True)
class Test:
    """What is asserted after one exercise."""

    exercise: str
    points: float
    assertions: tuple[Assertion, ...]


def expected(workload: Workload, folder: Path) -> dict[str, Test]:
    """Run the submission once, in a process of its own, and return the tests by exercise."""
    source = workload.write_source(folder)
    cells = folder / "cells.json"
    cells.write_text(json.dumps([asdict(cell) for cell in workload.cells]), encoding="utf-8")
    found = json.loads(run(driver("expected", source, cells), folder).output)
    return {
        exercise: Test(
            exercise,
            test["points"],
            tuple(
                Assertion(one["name"], one["text"], tuple(one["parameters"]), one["points"])
                for one in test["checks"]
            ),
        )
        for exercise, test in found.items()
    }
