"""Workers that are lost, hang, or have another grader: nothing is lost, and nothing is twice."""

import os
import shutil
import signal
import subprocess
import sys
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

import grader
from grader.engines.dask import crew, remote
from grader.engines.dask.cluster import Cluster
from grader.engines.dask.executor import DaskExecutor
from grader.engines.engine import Engine
from grader.errors import KernelFailed, UsageError
from tests.engines.dask.clusters import Scheduler, graders_of, until
from tests.engines.handed_in import a_class, a_job

pytestmark = [pytest.mark.kernel, pytest.mark.skipif(os.name != "posix", reason="Dask here only")]


@pytest.fixture
def scheduler(tmp_path):
    with closing(Scheduler(tmp_path)) as started:
        yield started


@pytest.fixture
def class_of_many(tmp_path):
    """Return the same hand-ins of other students, several times."""
    return [one for part in range(3) for one in a_class(tmp_path / str(part))]


def names(lines, word):
    """Return the workers that lines with a word are about."""
    return sorted(line.split("worker ")[1].split(" at ")[0] for line in lines if word in line)


def another_grader(folder):
    """Return a folder with the grader's code, one line of it changed."""
    top = Path(grader.__file__).parent
    shutil.copytree(top, folder / "grader", ignore=shutil.ignore_patterns("__pycache__"))
    with (folder / "grader" / "engines" / "kept.py").open("a") as file:
        file.write("# another state\n")
    return folder


def no_grader(folder):
    """Return a folder for which a process finds no grader, as where it is not installed."""
    (folder / "grader").mkdir(parents=True)
    missing = "No module named 'grader'"
    (folder / "grader" / "__init__.py").write_text(f'raise ModuleNotFoundError("{missing}")\n')
    return folder


def test_workers_that_are_lost_hang_or_are_others_cost_nobody_anything(
    scheduler, class_of_many, tmp_path, monkeypatch
):
    """One is killed, one stopped; what they had is graded by the third, and by who comes late."""
    monkeypatch.setattr(crew, "SILENCE", 10.0)
    killed, stopped = scheduler.worker("killed"), scheduler.worker("stopped")
    scheduler.worker("third")
    scheduler.worker("old", path=another_grader(tmp_path / "other"))
    cluster, said, numbers = Cluster(scheduler.address), [], []
    until(lambda: len(cluster.workers()) == 4)
    executor = DaskExecutor(a_job(tmp_path), cluster, tell=said.append)
    with closing(Engine(executor)) as engine:
        for finished in engine.grade(class_of_many):
            numbers.append(finished.number)
            assert finished.done.report.outcome in ("graded", "not graded")
            if len(numbers) == 3:
                killed.kill()
                stopped.send_signal(signal.SIGSTOP)
                scheduler.worker("late")
    assert sorted(numbers) == list(range(len(class_of_many)))
    assert names(said, "gets nothing") == ["old"]
    assert {"killed", "stopped"} <= {*names(said, "is lost")}  # others too, on a busy machine
    (refused,) = (line for line in said if "gets nothing" in line)
    assert "its files of tensorgrader" in refused
    assert not any(line.startswith("grader: ") for line in said)  # who says it, puts that there


def test_who_finds_no_worker_that_can_grade_is_told_why(scheduler, tmp_path):
    scheduler.worker("old", path=another_grader(tmp_path / "other"))
    cluster = Cluster(scheduler.address)
    until(cluster.workers)
    with pytest.raises(UsageError, match=r"no worker can grade: old at .*its files"):
        DaskExecutor(a_job(tmp_path), cluster)


def test_a_worker_without_a_grader_is_named_and_stays(scheduler, tmp_path):
    """Dask has a worker end where it cannot import what it should run."""
    bare, said = scheduler.worker("bare", path=no_grader(tmp_path / "none")), []
    cluster = Cluster(scheduler.address)
    until(cluster.workers)
    with pytest.raises(UsageError, match=r"bare at .*it has no such tensorgrader as here: install"):
        DaskExecutor(a_job(tmp_path), cluster, tell=said.append)
    assert names(said, "gets nothing") == ["bare"]
    assert "(No module named 'grader')" in said[0]
    assert not any("waiting" in line for line in said)
    assert bare.poll() is None


def test_a_scheduler_without_a_grader_is_told_from_its_workers(tmp_path):
    with closing(Scheduler(tmp_path, path=no_grader(tmp_path / "none"))) as scheduler:
        scheduler.worker("sound")
        cluster, said = Cluster(scheduler.address), []
        until(cluster.workers)
        with pytest.raises(UsageError, match="the scheduler has no such tensorgrader as here"):
            DaskExecutor(a_job(tmp_path), cluster, tell=said.append)
        assert said == []


def test_a_worker_whose_files_have_changed_beneath_it_is_refused(scheduler, tmp_path):
    """The processes that grade would be of the new files, and what it says of itself of the old."""
    top = another_grader(tmp_path / "other")
    scheduler.worker("upgraded", path=top)
    cluster = Cluster(scheduler.address)
    until(cluster.workers)
    (address,) = cluster.workers()
    cluster.submit(remote.greet, worker=address, resources=None).result()
    (top / "grader" / "retry.py").write_text("TRIES = 0\n")
    with pytest.raises(UsageError, match=r"upgraded at .* have changed since it was started"):
        DaskExecutor(a_job(tmp_path), cluster)


def test_sources_do_not_stay_where_a_worker_ends(scheduler, tmp_path):
    worker = scheduler.worker("only")
    with closing(DaskExecutor(a_job(tmp_path), Cluster(scheduler.address))):
        assert len([*(tmp_path / "only").rglob("small.py")]) == 1
        worker.terminate()
        worker.wait()
        assert [*(tmp_path / "only").rglob("small.py")] == []


def test_a_worker_without_a_card_gets_nothing_that_needs_one(scheduler, tmp_path):
    scheduler.worker("plain")
    cluster = Cluster(scheduler.address)
    until(cluster.workers)
    with pytest.raises(UsageError, match="--resources GPU=1"):
        DaskExecutor(a_job(tmp_path, device="cuda"), cluster)


def test_where_the_scheduler_ends_that_is_said(scheduler, class_of_many, tmp_path):
    scheduler.worker("only")
    executor = DaskExecutor(a_job(tmp_path), Cluster(scheduler.address))
    with closing(Engine(executor)) as engine:
        grading = engine.grade(class_of_many)
        next(grading)
        scheduler.process.kill()
        with pytest.raises(KernelFailed, match="the scheduler is gone"):
            list(grading)


def test_where_no_worker_is_left_that_is_said(scheduler, class_of_many, tmp_path, monkeypatch):
    only, said = scheduler.worker("only"), []
    executor = DaskExecutor(a_job(tmp_path), Cluster(scheduler.address), tell=said.append)
    monkeypatch.setattr(crew, "NOBODY", 2.0)
    with closing(Engine(executor)) as engine:
        grading = engine.grade(class_of_many)
        next(grading)
        only.kill()
        with pytest.raises(KernelFailed, match="no worker is left"):
            list(grading)
    assert any("waiting for one" in line for line in said)


def test_a_process_that_nobody_asks_any_more_ends(scheduler, class_of_many, tmp_path):
    """Who asked may have been killed, and says no goodbye: a new one takes its place."""
    worker = scheduler.worker("only")
    executor = DaskExecutor(a_job(tmp_path), Cluster(scheduler.address))
    assert len(graders_of(worker.pid)) == 1
    executor.close()
    until(lambda: graders_of(worker.pid) == [])


def test_what_a_worker_answers_is_not_unpickled(scheduler):
    scheduler.worker("only")
    with closing(Cluster(scheduler.address)) as cluster:
        until(cluster.workers)
        answer = cluster.client.submit(Path, "no worker of ours answers so", pure=False)
        with pytest.raises(TypeError, match="only able to deserialize"):
            answer.result()


@pytest.fixture
def in_namespaces():
    """Return what starts a network namespace with a way to the first one; the command to enter."""
    with ExitStack() as ending:

        def started():
            holder = subprocess.Popen(["unshare", "--net", "sleep", "600"])
            ending.callback(holder.wait)
            ending.callback(holder.kill)
            own = namespace_of("self")
            until(lambda: namespace_of(holder.pid) != own or holder.poll())
            return holder.pid, ("nsenter", "-t", str(holder.pid), "-n")

        if os.geteuid() or not all(map(shutil.which, ("ip", "unshare", "nsenter"))):
            pytest.skip("network namespaces need root, and iproute2 and util-linux")
        if subprocess.run(["unshare", "--net", "true"], capture_output=True).returncode:
            pytest.skip("no network namespaces are to be had here")
        yield started


def namespace_of(pid):
    return Path(f"/proc/{pid}/ns/net").readlink()


def test_machines_that_share_nothing_but_a_network_give_the_same_table(in_namespaces, tmp_path):
    a_class(tmp_path / "class")
    _, inside = in_namespaces()
    subprocess.run([*inside, "ip", "link", "set", "lo", "up"], check=True)
    with closing(Scheduler(tmp_path, host="0.0.0.0", inside=inside)) as scheduler:
        port = scheduler.address.rpartition(":")[2]
        for number, name in enumerate(("one", "two"), start=1):
            pid, there = in_namespaces()
            net = f"10.77.{number}"
            for into, told in (
                (inside, f"link add {name} type veth peer eth0 netns {pid}"),
                (inside, f"addr add {net}.1/24 dev {name}"),
                (inside, f"link set {name} up"),
                (there, f"addr add {net}.2/24 dev eth0"),
                (there, "link set eth0 up"),
            ):
                subprocess.run([*into, "ip", *told.split()], check=True)
            scheduler.worker(name, at=f"tcp://{net}.1:{port}", inside=there)
        far = table_of(tmp_path / "class", "--dask", f"tcp://127.0.0.1:{port}", inside=inside)
    assert far == table_of(tmp_path / "class", "--jobs", "1")


def table_of(folder, *more, inside=()):
    """Grade a class by the command line; return the table, and what is told besides."""
    out = folder / more[0].strip("-")
    code = "from grader.entry import main; main()"
    command = [sys.executable, "-W", "ignore", "-c", code, "grade", folder / "in"]
    command += ["-a", folder / "small.py", "-o", out, "--other-data", "7", *more]
    done = subprocess.run([*inside, *map(str, command)], capture_output=True, text=True)
    assert done.returncode == 1, done.stderr  # two hand-ins cannot be graded
    return (out / "grades.csv").read_text()
