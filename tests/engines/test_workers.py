"""Worker processes: the same marks as one, and no hand-in lost with a worker."""

import csv
import json
import os
import signal
import textwrap
from dataclasses import replace

import pytest

from grader.authoring.source import load
from grader.cache_folder import CacheFolder
from grader.engines import answers
from grader.engines import worker_process as jobs
from grader.engines.answers import Answers
from grader.engines.choose import default_jobs
from grader.engines.engine import ENDS, Engine
from grader.engines.opening import open_batch
from grader.engines.this_process import ThisProcess
from grader.engines.workers import Workers
from grader.errors import KernelFailed, SourceError, UsageError
from grader.kernels import processes
from grader.kernels.cards import Place
from grader.retry import TRIES
from tests.conftest import SMALL, answers_to_small, kept, notebook_of, received, write_source
from tests.engines.handed_in import a_job, notebooks


@pytest.fixture
def job(tmp_path):
    return a_job(tmp_path)


@pytest.fixture
def handins(tmp_path):
    notebooks(tmp_path / "in")
    (tmp_path / "in" / "eve.ipynb").write_bytes(notebook_of(answers_to_small()))
    return received(tmp_path / "in", load(write_source(tmp_path, SMALL)))


def reports_of(executor, job, handins):
    return kept(
        Engine(executor), handins, job=job, assignments=[load(path) for path in job.sources]
    )


def graded(job, handins, number):
    workers = Workers(job, number)
    try:
        return list(reports_of(workers, job, handins)), workers
    finally:
        workers.close()


def without_time(report):
    return replace(report, duration_s=0.0, graded_at=None)


def test_two_workers_give_what_one_process_gives(job, handins, tmp_path):
    batch = open_batch(replace(job, out=tmp_path / "one"))
    one = list(reports_of(ThisProcess(batch), batch.job, handins))
    batch.close()
    two, _ = graded(job, handins, 2)
    key = lambda report: report.source  # noqa: E731
    assert sorted(map(without_time, one), key=key) == sorted(map(without_time, two), key=key)
    tables = [(tmp_path / name / "grades.csv").read_text() for name in ("one", "out")]
    assert tables[0] == tables[1]
    names = [
        sorted(str(path.relative_to(tmp_path / name)) for path in (tmp_path / name).rglob("*"))
        for name in ("one", "out")
    ]
    assert names[0] == names[1]
    assert any("Ann (2)" in name or "ann (2)" in name for name in names[0])


def test_marks_do_not_hang_on_a_cache_or_on_the_number_of_workers(job, handins, tmp_path):
    """Reports, pages and symptoms are the same but for times; none of it is the cache's."""
    mistake = """
    # %%
    #| mistake: total
    #| name: counted
    #| help: Add up the numbers.
    total = torch.tensor(0.0)  # SOLUTION
    """
    source = write_source(tmp_path, textwrap.dedent(SMALL) + textwrap.dedent(mistake), "named")
    named = replace(job, sources=(source,))

    def told(cache, number):
        folder = tmp_path / f"{cache}-{number}"
        mine = replace(named, out=folder, cache=cache and tmp_path / cache)
        reports, _ = graded(mine, handins, number)
        return sorted(map(without_time, reports), key=lambda report: report.source)

    alone = told(None, 1)
    assert any(one.mistake for report in alone for e in report.exercises for one in e.diagnoses)
    for number in (2, 1, 3):  # the first fills the cache, with two at once
        assert told("cache", number) == alone
    assert CacheFolder(tmp_path / "cache").sizes()


def kill_as_it_grades(monkeypatch, student, times, number=signal.SIGKILL):
    """Send a worker a signal as soon as it has been told to grade what a student handed in."""
    left, tell = [None] * times, jobs.send

    def send(stream, message):
        tell(stream, message)
        if left and message.get("handin", {}).get("student") == student:
            left.pop()
            (pid,) = {pid for pid in processes.below(os.getpid()) if stdin_of(pid) == stream}
            os.kill(pid, number)

    def stdin_of(pid):
        return next((w._process.stdin for w in workers if w._process.pid == pid), None)

    workers = []
    monkeypatch.setattr(jobs, "send", send)
    return workers


def test_a_worker_that_ends_costs_nobody_anything(job, handins, tmp_path, monkeypatch):
    killed = kill_as_it_grades(monkeypatch, "bob", times=1)
    workers = Workers(job, 1)
    killed += workers._workers
    try:
        reports = {report.student: report for report in reports_of(workers, job, handins)}
    finally:
        workers.close()
    assert len(reports) == len(handins)
    assert reports["dan"].outcome == "not graded"  # there is nothing in it
    assert {one.outcome for name, one in reports.items() if name != "dan"} == {"graded"}
    assert reports["eve"].score == reports["eve"].max_score


def test_a_worker_that_hangs_is_replaced(job, handins, monkeypatch):
    """It does not end, and what was stopped in it does not go on."""
    monkeypatch.setattr(answers, "EVERY", 0.1)
    monkeypatch.setattr(answers, "SILENCE", 5.0)
    stopped = kill_as_it_grades(monkeypatch, "bob", times=1, number=signal.SIGSTOP)
    workers = Workers(job, 1)
    stopped += workers._workers
    (pid,) = [one._process.pid for one in workers._workers]
    try:
        reports = {report.student: report for report in reports_of(workers, job, handins)}
    finally:
        workers.close()
    assert len(reports) == len(handins)
    assert reports["bob"].outcome == "graded"
    assert processes.alive([pid]) == []


def test_who_ends_each_worker_needs_a_persons_look(job, handins, tmp_path, monkeypatch):
    killed = kill_as_it_grades(monkeypatch, "bob", times=ENDS)
    workers = Workers(job, 1)
    killed += workers._workers
    try:
        reports = list(reports_of(workers, job, handins))
    finally:
        workers.close()
    (lost,) = [report for report in reports if report.outcome == "needs review"]
    assert lost.student == "bob"
    assert lost.score is None
    assert "ended" in lost.reason
    with (tmp_path / "out" / "grades.csv").open(encoding="utf-8-sig") as file:
        assert len(list(csv.DictReader(file))) == len(handins)


def test_a_worker_that_cannot_be_replaced_ends_the_batch_and_says_why(job, handins, tmp_path):
    workers = Workers(job, 1)
    (worker,) = workers._workers
    reports = reports_of(workers, job, handins)
    try:
        first = next(reports)
        job.sources[0].unlink()
        os.kill(worker._process.pid, signal.SIGKILL)
        with pytest.raises(UsageError, match=r"small\.py"):
            list(reports)
    finally:
        workers.close()
    with (tmp_path / "out" / "grades.csv").open(encoding="utf-8-sig") as file:
        assert first.student in [row["student"] for row in csv.DictReader(file)]


def test_the_others_go_on_where_one_worker_cannot_be_replaced(job, handins, monkeypatch):
    """All that was handed in is graded; the place that is given up is said."""
    killed = kill_as_it_grades(monkeypatch, "bob", times=1)
    said = []
    workers = Workers(job, 2, tell=said.append)
    killed += workers._workers

    def lost(worker):
        raise OSError("no more processes")

    monkeypatch.setattr(jobs.WorkerProcess, "_restart", lost)
    try:
        reports = {report.student: report for report in reports_of(workers, job, handins)}
    finally:
        workers.close()
    assert len(workers._workers) == 1
    assert len(reports) == len(handins)
    assert (reports["bob"].outcome, reports["bob"].max_score) == ("graded", 6)
    (line,) = said
    assert "1 other goes on" in line
    assert "no more processes" in line


def test_the_last_worker_that_cannot_be_replaced_ends_the_batch(job, handins, monkeypatch):
    killed = kill_as_it_grades(monkeypatch, "bob", times=2)
    workers = Workers(job, 2)
    killed += workers._workers

    def lost(worker):
        raise OSError("no more processes")

    monkeypatch.setattr(jobs.WorkerProcess, "_restart", lost)
    try:
        with pytest.raises(OSError, match="no more processes"):
            list(reports_of(workers, job, handins))
    finally:
        workers.close()


def test_a_worker_that_never_starts_is_given_up_where_another_does(job, handins, monkeypatch):
    said, troubled, usual = [], [], Answers.next

    def answered(answers):
        troubled[:] = troubled or [answers]
        return {"trouble": "no memory"} if answers in troubled else usual(answers)

    def restarted(worker):
        usual_restart(worker)
        troubled.append(worker._answers)

    usual_restart = jobs.WorkerProcess._restart
    monkeypatch.setattr(Answers, "next", answered)
    monkeypatch.setattr(jobs.WorkerProcess, "_restart", restarted)
    workers = Workers(job, 2, tell=said.append)
    try:
        reports = list(reports_of(workers, job, handins))
    finally:
        workers.close()
    assert len(reports) == len(handins)
    (line,) = said
    assert "no memory" in line


def test_a_batch_that_is_stopped_leaves_what_is_done_and_no_process(job, handins, tmp_path):
    workers = Workers(job, 2)
    pids = [pid for one in workers._workers for pid in processes.below(one._process.pid)]
    reports = reports_of(workers, job, handins)
    first = next(reports)
    reports.close()
    workers.close()
    with (tmp_path / "out" / "grades.csv").open(encoding="utf-8-sig") as file:
        assert [row["student"] for row in csv.DictReader(file)] == [first.student]
    assert len(pids) >= 2
    assert processes.alive(pids) == []


def test_troubles_of_the_graders_own_are_not_the_command_lines(job, monkeypatch):
    """A worker that starts is asked again; only what is wrong there is wrong usage."""
    troubles, usual = ["no memory"] * (TRIES - 1), Answers.next
    monkeypatch.setattr(
        Answers, "next", lambda one: {"trouble": troubles.pop()} if troubles else usual(one)
    )
    Workers(job, 1).close()
    assert not troubles
    troubles += ["no memory"] * TRIES
    with pytest.raises(KernelFailed, match="no memory"):
        Workers(job, 1)


def test_where_nothing_can_be_written_the_reason_is_raised(job, handins):
    job.out.mkdir(exist_ok=True)
    (job.out / "results").write_text("in the way", encoding="utf-8")
    workers = Workers(job, 1)
    try:
        with pytest.raises(OSError, match="results"):
            list(reports_of(workers, job, handins))
    finally:
        workers.close()


def test_what_stops_a_worker_from_starting_is_said(job, tmp_path):
    faulty = write_source(tmp_path, "# %%\n#| exercise: a\nx = 1  # SOLUTION\n", "faulty")
    with pytest.raises(UsageError, match="faulty"):
        Workers(replace(job, sources=(faulty,)), 1)
    with pytest.raises(SourceError, match="faulty"):
        open_batch(replace(job, sources=(faulty,)))
    gone = replace(job, device="cuda", places=(Place(card=99, share=0.1),))
    with pytest.raises(UsageError, match="cuda:99 is not there any more"):
        Workers(gone, 1)


def test_the_number_of_workers_follows_the_work_and_the_machine():
    assert default_jobs(1) == 1
    assert 1 <= default_jobs(10_000) <= (os.cpu_count() or 1)


def test_results_name_kernel_and_isolation(job, handins, tmp_path):
    reports, workers = graded(job, handins[:2], 1)
    assert {report.isolation for report in reports} == {workers.isolation}
    for report in reports:
        place = tmp_path / "out" / "results" / report.student / "small" / "result.json"
        assert json.loads(place.read_text())["isolation"] == workers.isolation
