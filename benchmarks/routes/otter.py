"""Otter-Grader: `otter run` without a container, a process for each submission."""

import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.assertions import Test, expected
from benchmarks.environment import Environment
from benchmarks.process import Skipped, run_all
from benchmarks.route import Kind, Timing, timing
from benchmarks.workload import Workload, copies, notebook

PACKAGES = ("otter-grader==7.0.0",)


@dataclass(frozen=True, slots=True)
class Otter:
    """Runs `otter run` on copies of a submission."""

    program: str
    autograder: Path
    submission: str

    def run(self, number: int, workers: int, folder: Path) -> Timing:
        """Grade them, as many at once as there are workers."""
        commands = []
        outs = []
        for path in copies(self.submission, folder / "submissions", number):
            outs.append(folder / "out" / path.stem)
            outs[-1].mkdir(parents=True)
            options = ["--no-logo", "-a", str(self.autograder), "-o", str(outs[-1])]
            commands.append([self.program, "run", *options, str(path)])
        every = run_all(commands, folder, at_once=workers)
        for out in outs:
            _check(out / "results.json")
        ends = [one.ended for one in every]
        return timing(every, [ends], number=number, lanes=workers)


def prepare(workload: Workload, folder: Path, cache: Path) -> Otter:
    """Make the tests, and the notebook that asks for them."""
    environment = Environment("otter", PACKAGES, cache)
    environment.install()
    tests = expected(workload, folder)
    autograder = folder / "autograder.zip"
    with zipfile.ZipFile(autograder, "w") as file:
        file.writestr("otter_config.json", json.dumps({"lang": "python"}))
        for test in tests.values():
            file.writestr(f"tests/{test.exercise}.py", "".join(_test(test)))
    cells = [
        {"source": cell.source, "metadata": {"otter": {"tests": [cell.exercise]}}}
        if cell.exercise
        else {"source": cell.source}
        for cell in workload.cells
    ]
    return Otter(environment.program("otter"), autograder, notebook(cells))


def _test(test: Test) -> Iterable[str]:
    """Yield the parts of a test file in Otter's format for tests that raise."""
    yield f"from otter.test_files import test_case\n\nOK_FORMAT = False\nname = {test.exercise!r}\n"
    yield f"points = {test.points}\n"
    for one in test.assertions:
        yield f"\n\n@test_case(name={one.name!r}, points={one.points})\n{one.text}"


def _check(results: Path) -> None:
    """Raise Skipped where a submission, all of them perfect, did not get all its points."""
    for test in json.loads(results.read_text(encoding="utf-8"))["tests"]:
        if test.get("score") != test.get("max_score"):
            raise Skipped(f"{test['name']}: {test.get('score')} of {test.get('max_score')}")


OTTER = Kind(
    name="otter",
    about=f"`otter run`, a process for each ({PACKAGES[0]})",
    large=False,
    prepare=prepare,
)
