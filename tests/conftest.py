"""What the tests share: small sources, references that are run once, notebooks to fill in."""

import atexit
import os
import signal
import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import settings

from grader import cache_folder
from grader.authoring.source import load
from grader.course.decisions_table import DecisionsTable
from grader.course.marks import CourseMarks
from grader.course.plan import Wanted
from grader.course.run import Asked, GradingRun
from grader.course.settings import Settings
from grader.course.store.database import beside, opened
from grader.course.views import Views
from grader.engines.batch import Batch
from grader.engines.engine import Engine
from grader.engines.job import Job
from grader.engines.this_process import ThisProcess
from grader.intake.receive import receive
from grader.kernels.choose import open_factory
from grader.kernels.kernel import Kernel, KernelFactory
from grader.model.assignment import Assignment
from grader.model.result import Report
from grader.model.submission import Handin
from grader.reference import Reference
from grader.reference_cache import prepared
from grader.running.outputs import printed

# No deadline: the machine may be busy. Derandomized: a run says the same as the one before it.
settings.register_profile("project", deadline=None, derandomize=True)
settings.load_profile("project")

TOP = Path(__file__).parent.parent
# Of this checkout alone, for all processes of the tests.
os.environ[cache_folder.VARIABLE] = str(TOP / ".cache")

# A tiny assignment with every kind of check.
SMALL = """
# ---
# jupyter:
#   tensorgrader:
#     title: Small
# ---

# %% [markdown]
# # Small

# %%
import torch
torch.manual_seed(3)
data = torch.randn(4, 3)

# %%
#| exercise: means
#| points: 2
#| checks:
#|   - means
#|   - expr: column_means(table)
#|     hidden: true
#|     given: |
#|       table = torch.randn(5, 3)
def column_means(table):
    ### BEGIN SOLUTION
    return table.mean(dim=0)
    ### END SOLUTION


means = column_means(data)

# %%
#| exercise: total
#| checks:
#|   - total
#| limit: 3
total = data.sum()  # SOLUTION

# %%
noise = torch.randn(3)

# %%
#| exercise: fit
#| points: 3
#| checks:
#|   - losses
#|   - recompute: torch.mean((slope - noise) ** 2)
#|     of: slope
#|     compare: at_most
#|     margin: 0.05
#| forbid:
#|   - torch.optim
#| blank: |
#|   losses = ...
slope = torch.zeros(3)
### BEGIN SOLUTION
losses = []
for _ in range(20):
    losses.append(torch.mean((slope - noise) ** 2).item())
    slope = slope - 0.3 * (slope - noise)
### END SOLUTION
"""


def pytest_configure() -> None:
    """Have signals heard that are ignored where tests run in the background, by what they start."""
    usual = {
        "SIGINT": signal.default_int_handler,
        "SIGQUIT": signal.SIG_DFL,
        "SIGHUP": signal.SIG_DFL,
    }
    for name, heard in usual.items():
        number = getattr(signal, name, None)  # some systems have no such signal
        if number is not None and signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, heard)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a kernel, and put the longest tests first.

    The last worker to end is then not alone for minutes.
    """
    for item in items:
        if {"small", "gradient_descent", "kernel"} & {*getattr(item, "fixturenames", ())}:
            item.add_marker("kernel")
    items.sort(key=lambda item: "test_cli" not in item.nodeid)


def write_source(folder: Path, text: str, name: str = "small") -> Path:
    path = folder / f"{name}.py"
    path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
    return path


@cache
def kernels() -> KernelFactory:
    """Return the kind of kernel that is used where nobody asks for another; one for a process."""
    kind = open_factory(None, "cpu")
    atexit.register(kind.close)
    return kind


@cache
def colds() -> KernelFactory:
    """Return the kind of kernel that is started anew each time."""
    return open_factory("cold", "cpu")


def reference_of(path: Path) -> Reference:
    return prepared(load(path), factory=kernels(), device="cpu", cache=cache_folder.usual())


@pytest.fixture(scope="session")
def small_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_source(tmp_path_factory.mktemp("small"), SMALL)


@pytest.fixture(scope="session")
def small_assignment(small_path: Path) -> Assignment:
    return load(small_path)


@pytest.fixture(scope="session")
def small(small_path: Path) -> Reference:
    return reference_of(small_path)


@pytest.fixture(scope="session")
def gradient_descent() -> Reference:
    return reference_of(TOP / "reference" / "gradient_descent.py")


def received(folder: Path, *assignments: Assignment) -> list[Handin]:
    """Return what was handed in, in a folder without archives."""
    return receive([folder], folder.parent / "unpacked", assignments)


class Here(Engine):
    """An engine in this process. batch: what it grades with."""

    def __init__(self, batch: Batch) -> None:
        super().__init__(ThisProcess(batch))
        self.batch = batch


def engine_of(
    assignments: Sequence[Assignment], *, out: Path, kind: KernelFactory, **told: Any
) -> Here:
    """Return an engine in this process for assignments that are loaded. told: as in Job."""
    job = Job(sources=tuple(one.path for one in assignments), out=out, **told)
    return Here(Batch(job, assignments=assignments, factory=kind))


def graded(engine: Here, handins: Sequence[Handin]) -> Iterator[Report]:
    """Grade what was handed in as a run does, and yield the reports; files are made at the end."""
    return kept(engine, handins, job=engine.batch.job, assignments=engine.batch.assignments)


def kept(
    engine: Engine, handins: Sequence[Handin], *, job: Job, assignments: Sequence[Assignment]
) -> Iterator[Report]:
    """Do what `graded` does with any engine. job: what it was told; assignments: those of it."""
    asked = Asked(job=job, paths=(), assignments=assignments, wanted=Wanted(again=True))
    job.out.mkdir(parents=True, exist_ok=True)
    database = opened(beside(job.out), create=True)
    views = Views(job.out)
    run = GradingRun(database, asked, handins)
    run.begin()
    try:
        with closing(engine.grade([task.handin for task in run.plan.tasks])) as all_finished:
            for finished in all_finished:
                found = run.keep(finished)
                views.write(found)
                yield found.done.report
        run.end()
    finally:
        views.refresh(CourseMarks(database, Settings(), DecisionsTable()))
        database.dispose()


def report_of(student: str, **fields: Any) -> Report:
    """Return a report on what a student has handed in, with the usual in all other fields."""
    usual: dict[str, Any] = {
        "assignment": "small",
        "title": "Small",
        "source": f"in/{student}.ipynb",
        "outcome": "graded",
        "language": "en",
        "reason": None,
        "notes": (),
        "seed": 0,
        "device": "cpu",
        "kernel": "warm",
        "isolation": "full",
        "versions": {},
        "hashes": {},
        "duration_s": 0.0,
    }
    return Report(student=student, **{**usual, **fields})


def notebook_of(cells: list[str | nbformat.NotebookNode]) -> bytes:
    """Return a notebook file with these code cells; ids as Jupyter would make them."""
    nodes = [nbformat.v4.new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    return nbformat.writes(nbformat.v4.new_notebook(cells=nodes)).encode()


def answers_to_small(**changes: str) -> list[str]:
    """Return the code cells of a right submission to SMALL, some of them replaced."""
    cells = {
        "start": "import torch\ntorch.manual_seed(3)\ndata = torch.randn(4, 3)",
        "means": "#| exercise: means\ndef column_means(table):\n    return table.mean(0)\n\n\n"
        "means = column_means(data)",
        "total": "#| exercise: total\ntotal = data.sum()",
        "noise": "noise = torch.randn(3)",
        "fit": "#| exercise: fit\nslope = torch.zeros(3)\nlosses = []\n"
        "for _ in range(20):\n"
        "    losses.append(torch.mean((slope - noise) ** 2).item())\n"
        "    slope = slope - 0.3 * (slope - noise)",
    }
    assert set(changes) <= set(cells)
    return list({**cells, **changes}.values())


@pytest.fixture
def small_answers() -> Callable[..., list[str]]:
    """Return what `answers_to_small` does."""
    return answers_to_small


def shown(kernel: Kernel, source: str, limit: float = 20.0) -> str:
    """Return what a cell prints, which has to run to its end."""
    run = kernel.run_cell(source, limit=limit)
    assert run.ending == "done", run
    return printed(run.outputs)
