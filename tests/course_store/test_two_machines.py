"""The command line with a gradebook in PostgreSQL: with others beside, and while it fails."""

import csv
import subprocess
import sys

import pytest

from tests.command_line import grader, grader_alone
from tests.conftest import SMALL, notebook_of, write_source

pytestmark = pytest.mark.kernel
MAIN = "from grader.cli import main; main()"


@pytest.fixture
def machine(tmp_path, server, small_answers):
    """Give the arguments of a grading on a folder of its own, into a database that all share."""
    source, url = write_source(tmp_path, SMALL), server.database()

    def arguments(name, **totals):
        folder = tmp_path / name
        folder.mkdir()
        for student, value in totals.items():
            answer = small_answers(total=f"#| exercise: total\ntotal = {value}")
            (folder / f"{student}.ipynb").write_bytes(notebook_of(answer))
        own = ["--out", tmp_path / f"out-{name}", "--gradebook", url]
        return ["grade", folder, "-a", source, "--other-data", "off", "-j", "1", *own]

    return arguments


def table(out):
    with (out / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        return [(row["student"], row["total"]) for row in csv.DictReader(file)]


def test_two_machines_grade_at_once_and_every_row_is_there_once(tmp_path, machine):
    right = "data.sum()"
    commands = [
        machine("a", ann=right, bob="0", same=right, other=right),
        machine("b", carl=right, dora="0", same=right, other="0"),
    ]
    running = [
        subprocess.Popen([sys.executable, "-W", "ignore", "-c", MAIN, *map(str, command)])
        for command in commands
    ]
    assert [one.wait(timeout=300) for one in running] == [0, 0]
    for number, command in enumerate(commands):
        again = grader(*command)
        assert again.returncode == 0
        assert "4 hand-ins are graded already and stay as they are; 0 to grade" in again.stderr
        rows = table(tmp_path / f"out-{'ab'[number]}")
        assert [row for row in rows if row[0] != "other"] == [
            ("ann", "1"),
            ("bob", "0"),
            ("carl", "1"),
            ("dora", "0"),
            ("same", "1"),
        ]
        assert [student for student, _ in rows].count("other") == 1
    assert table(tmp_path / "out-a") == table(tmp_path / "out-b")


def test_a_run_that_loses_the_database_says_what_is_kept_and_goes_on_later(
    tmp_path, machine, server
):
    command = machine("a", ann="data.sum()", bob="0", carl="data.sum()", dora="0")
    after_two = f"""
import subprocess
from grader.course.run import GradingRun
keep, kept = GradingRun.keep, []
def and_stop(self, finished):
    kept.append(keep(self, finished))
    if len(kept) == 2:
        subprocess.run(**{server.stopping!r}, stdout=subprocess.DEVNULL, check=True)
    return kept[-1]
GradingRun.keep = and_stop
"""
    lost = grader_alone(*command, before=after_two)
    try:
        assert lost.returncode == 4, lost.stderr
        (line,) = [line for line in lost.stderr.splitlines() if "stopped:" in line]
        assert line.startswith("grader: stopped: 2 of 4 are kept; the gradebook postgresql")
        assert line.endswith("; the same command goes on from there")
        assert "Traceback" not in lost.stderr
        refused = grader(*command)
        assert "Traceback" not in refused.stderr
        assert refused.returncode == 4
        assert "No such file or directory" in refused.stderr
    finally:
        server.start()
    resumed = grader(*command)
    assert resumed.returncode == 0, resumed.stderr
    assert "2 hand-ins are graded already and stay as they are; 2 to grade" in resumed.stderr
    assert table(tmp_path / "out-a") == [("ann", "1"), ("bob", "0"), ("carl", "1"), ("dora", "0")]


def test_no_command_tells_a_password_of_course_toml(tmp_path, server):
    url = server.url(server.named(), who="grader:hunter2")
    (tmp_path / "course.toml").write_text(f'gradebook = "{url}"\n')
    for command in (["tables"], ["totals"], ["diff"], ["history", "ann"], ["course"]):
        done = grader(*command, cwd=tmp_path)
        assert "hunter2" not in done.stdout + done.stderr
        if command != ["course"]:
            assert done.returncode == 4
            (line,) = done.stderr.splitlines()
            assert "password authentication failed" in line
