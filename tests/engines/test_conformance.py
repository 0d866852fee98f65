"""What holds for each executor: this process, worker processes, the workers of a Dask cluster."""

import os
from contextlib import closing
from dataclasses import replace

import psutil
import pytest

from grader.engines.dask.cluster import Cluster
from grader.engines.dask.executor import DaskExecutor
from grader.engines.engine import ENDS, Engine
from grader.engines.opening import open_batch
from grader.engines.this_process import ThisProcess
from grader.engines.workers import Workers
from grader.errors import GraderError
from grader.kernels import processes
from grader.model.submission import Handin
from tests.conftest import answers_to_small, notebook_of
from tests.engines.dask.clusters import Scheduler, graders_of, until
from tests.engines.handed_in import a_class, a_job

pytestmark = [pytest.mark.kernel, pytest.mark.skipif(os.name != "posix", reason="Dask here only")]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """Return a cluster of two workers."""
    with closing(Scheduler(tmp_path_factory.mktemp("cluster"))) as scheduler:
        for name in ("one", "two"):
            scheduler.worker(name)
        yield scheduler


EXECUTORS = ("this process", "workers", "dask")
SEVERAL = EXECUTORS[1:]


@pytest.fixture
def opened(request, cluster):
    """Return what opens an executor of a kind."""

    def open_it(kind, job):
        if kind == "dask":
            return DaskExecutor(job, Cluster(cluster.address))
        return Workers(job, 2) if kind == "workers" else ThisProcess(open_batch(job))

    return open_it


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory):
    return a_class(tmp_path_factory.mktemp("class"))


def graded(executor, handins):
    """Return what was found, by the numbers of hand-ins, and these as they came."""
    with closing(Engine(executor)) as engine:
        found = list(engine.grade(handins))
    return {one.number: one.done for one in found}, [one.number for one in found]


def timeless(done):
    def of(report):
        return replace(report, duration_s=0.0, graded_at=None)

    return of(done.report), of(done.told), done.error


@pytest.fixture(scope="module")
def expected(tmp_path_factory, handed_in):
    """Return what is found where each hand-in is graded by itself."""
    batch = open_batch(a_job(tmp_path_factory.mktemp("alone")))
    with closing(batch):
        return {n: timeless(batch.finish(one)) for n, one in enumerate(handed_in)}


@pytest.mark.parametrize("kind", EXECUTORS)
def test_each_hand_in_is_graded_once_and_as_if_it_were_alone(
    kind, opened, handed_in, expected, tmp_path
):
    found, numbers = graded(opened(kind, a_job(tmp_path)), handed_in)
    assert sorted(numbers) == list(range(len(handed_in)))
    assert {number: timeless(done) for number, done in found.items()} == expected
    outcomes = {handed_in[number].student: done.report.outcome for number, done in found.items()}
    assert outcomes["dan"] == outcomes["fay"] == "not graded"
    assert [outcomes[name] for name in ("ann", "Ann", "bob", "cat", "eve")] == ["graded"] * 5


@pytest.mark.parametrize("kind", EXECUTORS)
def test_what_one_student_handed_in_comes_in_its_order(kind, opened, handed_in, tmp_path):
    (ann,) = (one for one in handed_in if one.student == "ann")
    many = [replace(ann, student=name) for name in ("ann", "Ann", "bob", "ann (2)", "ANN")]
    _, numbers = graded(opened(kind, a_job(tmp_path)), many)
    assert [number for number in numbers if number != 2] == [0, 1, 3, 4]


@pytest.mark.parametrize("kind", EXECUTORS)
def test_files_that_cannot_be_read_have_their_reason(kind, opened, tmp_path):
    missing = Handin(student="ann", path=tmp_path / "gone.ipynb", shown="gone.ipynb")
    (tmp_path / "link.ipynb").symlink_to(tmp_path / "elsewhere")
    link = Handin(student="bob", path=tmp_path / "link.ipynb", shown="link.ipynb")
    found, _ = graded(opened(kind, a_job(tmp_path)), [missing, link])
    assert [found[number].report.outcome for number in (0, 1)] == ["not graded"] * 2
    assert "there is no file" in found[0].report.reason
    assert "link" in found[1].report.reason


@pytest.mark.parametrize("kind", EXECUTORS)
def test_what_stops_it_from_starting_is_said(kind, opened, tmp_path):
    job = a_job(tmp_path)
    job.sources[0].write_text("# %%\n#| exercise: a\nx = 1  # SOLUTION\n")
    with pytest.raises(GraderError, match=r"small\.py"):
        opened(kind, job)


@pytest.mark.parametrize("kind", EXECUTORS)
def test_where_it_is_closed_early_nothing_goes_on(kind, opened, handed_in, tmp_path):
    before = {*processes.below(os.getpid())}
    executor = opened(kind, a_job(tmp_path))
    below = {*processes.below(os.getpid())} - before
    with closing(Engine(executor)) as engine:
        grading = engine.grade(handed_in)
        next(grading)
    left = [pid for pid in processes.alive(below) if "dask" not in command(pid)]
    assert [command(pid) for pid in left if "grader" in command(pid)] == []


def command(pid):
    try:
        return " ".join(psutil.Process(pid).cmdline())
    except psutil.Error:
        return ""


class Struck:
    """An executor whose process is killed while it grades the first hand-in, some times."""

    def __init__(self, executor, times):
        self._executor, self._left = executor, times

    def __getattr__(self, name):
        return getattr(self._executor, name)

    def submit(self, number, handin, *, lost):
        before = used()
        self._executor.submit(number, handin, lost=lost)
        if number == 0 and self._left:
            self._left -= 1
            until(lambda: busy_since(before))
            busy_since(before)[0].kill()


def used():
    """Return the seconds that students' code has taken, by process, below each that grades."""
    return {
        (grader, one.pid): seconds(one)
        for grader in graders_of(os.getpid())
        for one in grader.children(recursive=True)
    }


def seconds(process):
    try:
        return process.cpu_times().user
    except psutil.Error:  # it has ended
        return 0.0


def busy_since(before):
    """Return the processes that grade, below which code has run since then."""
    return [key[0] for key, seconds in used().items() if seconds > before.get(key, 0.0) + 0.3]


@pytest.mark.parametrize("kind", SEVERAL)
@pytest.mark.parametrize("times", [1, ENDS])
def test_what_is_lost_with_a_process_is_graded_by_another(kind, times, opened, handed_in, tmp_path):
    """Once more, that is; what ends process after process waits for a person."""
    slow = "import time\nstart = time.process_time()\nwhile time.process_time() < start + 1: pass"
    path = tmp_path / "slow.ipynb"
    path.write_bytes(notebook_of([*answers_to_small(), slow]))
    # Of one student, so that one is graded after another.
    handins = [replace(one, student="ann") for one in handed_in[:3]]
    handins[0] = replace(handins[0], path=path)
    found, numbers = graded(Struck(opened(kind, a_job(tmp_path)), times), handins)
    assert numbers == [0, 1, 2]
    first, *others = (found[number].report for number in numbers)
    assert [one.outcome for one in others] == ["graded"] * 2
    if times < ENDS:
        assert first.outcome == "graded"
    else:
        assert (first.outcome, first.score) == ("needs review", None)
        assert "ended each time" in first.reason
