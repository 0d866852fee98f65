"""Runs that are ended: nothing that was done is lost, and the same command goes on from there."""

import os
import pty
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from tests.course_store.ended.course_folder import KILLED, NAMES, files, killed, results, rows

pytestmark = pytest.mark.kernel

SIGNALLED = """
def at(number):
    if number == 2:
        signal.raise_signal(signal.{name})
"""
# It has said how far it is, and waits for whatever comes.
WAITS = """
def at(number):
    if number == 2:
        print("two are done", flush=True)
        signal.pause()
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_an_end_from_outside_keeps_what_is_done_and_shows_it(course, goes_on, name):
    done = course.run(course.grade(happens=SIGNALLED.format(name=name)))
    assert done.returncode == 130
    assert "stopped: 2 of 6 are kept; the same command goes on from there" in done.stderr
    assert "Traceback" not in done.stderr
    assert rows(course.out) == ["ann", "bob"]
    assert "2 hand-ins are graded already" in goes_on().stderr


def test_what_was_kept_before_counts_too(course):
    happens = SIGNALLED.format(name="SIGINT")
    course.run(course.grade(happens=happens))
    done = course.run(course.grade(happens=happens))
    assert "stopped: 4 of 6 are kept" in done.stderr


def test_ctrl_c_twice_ends_at_once(course, goes_on):
    """The second comes while files are made: they can be made later."""
    happens = SIGNALLED.format(name="SIGINT") + (
        "from grader.course.views import Views\n"
        "Views.refresh = lambda *_: signal.raise_signal(signal.SIGINT)\n"
    )
    done = course.run(course.grade(happens=happens))
    assert done.returncode == 130
    assert "some files are as before; `grader tables` makes them again" in done.stderr
    assert "stopped: 2 of 6 are kept" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (course.out / "grades.csv").exists()
    assert course.run(course.command("tables", "-o", course.out)).returncode == 0
    assert rows(course.out) == ["ann", "bob"]
    goes_on()


def test_an_interrupt_between_keeping_and_counting_is_counted(course):
    happens = """
from grader.course.run import GradingRun
usual = GradingRun.keep
def keep(*args):
    usual(*args)
    signal.raise_signal(signal.SIGINT)
GradingRun.keep = keep
def at(number): pass
"""
    done = course.run(course.grade(happens=happens))
    assert "stopped: 1 of 6 are kept" in done.stderr
    assert rows(course.out) == ["ann"]


def test_a_lost_connection_loses_nothing(course, goes_on):
    """The terminal is gone: nothing can be said any more, on it or to it."""
    pid, terminal = pty.fork()
    if pid == 0:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whoever tests may have ignored it
        command = course.grade(happens=WAITS)
        os.execv(command[0], command)
    said = b""
    while b"two are done" not in said:
        said += os.read(terminal, 1000)
    os.close(terminal)  # the system sends SIGHUP
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 130
    assert rows(course.out) == ["ann", "bob"]
    goes_on()


def test_nohup_is_respected(course):
    command = course.grade(happens=WAITS.replace("signal.pause()", "sys.stdin.readline()"))
    run = course.started(command, preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    assert "two are done" in run.stdout.readline()
    run.send_signal(signal.SIGHUP)
    _, said = run.communicate("go on\n", timeout=300)
    assert run.returncode == 0, said
    assert rows(course.out) == [*NAMES]


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_nobody_has_to_listen(course, undisturbed, stream):
    """As with `| head`: what is wanted is in files."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = course.run(course.grade(), **{stream: writing})
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr or "") == (0, done.stderr or "")
    assert "Traceback" not in (done.stderr or "")
    assert "Exception ignored" not in (done.stderr or "")
    assert files(course.out) == undisturbed


def test_what_nobody_can_write_down_is_no_trouble_either(course, undisturbed):
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = course.run(course.grade(), stderr=full)
    assert done.returncode == 0
    assert files(course.out) == undisturbed


POINTS = {
    "kept and not shown": killed(
        "Views.write", after=2, before="from grader.course.views import Views"
    ),
    "in a transaction": killed(
        "grading_rows.insert_all",
        after=5,
        before="from grader.course.store import grading_rows",
    ),
    "an entry alone": killed(
        "Gradebook.keep", after=2, before="from grader.course.store.gradebook import Gradebook"
    ),
    "as tables are made in the gradebook": killed(
        "Table.create", before="from sqlalchemy import Table"
    ),
    "in a report": killed("Path.replace", after=3, before="from pathlib import Path"),
    "in the table": killed("index.write", before="from grader.reporting import index"),
    "as it is all but done": killed("views.write_text", before="from grader.course import views"),
}


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_run_goes_on_where_it_was(course, goes_on, point):
    done = course.run(course.grade(happens=POINTS[point]))
    assert done.returncode == KILLED, done.stderr
    before = graded(course)
    goes_on()
    assert graded(course) == dict.fromkeys(NAMES, 1), before
    assert results(course.out).keys() == {*NAMES}
    assert not [*course.out.rglob("*.part")]


def graded(course):
    """Return how often each was graded."""
    with closing(sqlite3.connect(course.out / "gradebook.db")) as database:
        if not database.execute("SELECT * FROM sqlite_master WHERE name = 'grading'").fetchall():
            return {}
        rows = database.execute(
            "SELECT student, count(*) FROM grading JOIN handin ON handin.id = handin_id"
            " JOIN entry ON entry.id = entry_id GROUP BY student"
        )
        return dict(rows.fetchall())


def test_a_killed_run_that_had_a_table_keeps_it_whole(course, goes_on):
    course.run(course.grade())
    table = (course.out / "grades.csv").read_bytes()
    happens = killed(
        "Path.replace", after=4, before="from pathlib import Path"
    )  # four files of a student's, and then the table
    again = course.grade("--student", "ann", happens=happens)
    assert course.run(again).returncode == KILLED
    assert (course.out / "grades.csv").read_bytes() == table
    assert [*course.out.glob(".grades.csv.*.part")]
    goes_on()


ENDLESS = "#| exercise: means\nwhile True:\n    pass"


@pytest.mark.kernel
def test_nothing_goes_on_without_who_handed_out_work(course, small_answers):
    """Killed as it grades what takes for ever: workers, templates and kernels end too."""
    from tests.conftest import notebook_of

    for name in NAMES:
        path = course.folder / "in" / f"{name}.ipynb"
        path.write_bytes(notebook_of(small_answers(means=ENDLESS)))
    happens = """
at = None
from grader.engines import worker_process as jobs
tell, told = jobs.send, []
def send(stream, message):
    tell(stream, message)
    told.append(message)
    if len([one for one in told if "handin" in one]) == 2:
        print("both are at work", flush=True)
jobs.send = send
from grader.engines.choose import open_engine
class Instant: pass
grading_open = open_engine
"""
    command = course.grade("-j", "2", "--limit", "600", "--cell-limit", "600", happens=happens)
    command[2] = command[2].replace("grading.open_engine = lambda", "_ = lambda")
    run = course.started(command, start_new_session=True)
    assert "both are at work" in run.stdout.readline()
    everything = psutil.Process(run.pid).children(recursive=True)
    assert len(everything) >= 4
    run.kill()
    run.communicate()
    _, left = psutil.wait_procs(everything, timeout=300)
    for one in left:
        one.kill()
    assert not left
