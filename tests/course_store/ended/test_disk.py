"""Disks that are full, gone, or not to be written: what is kept stays whole, and it is said."""

import re
from contextlib import suppress

import pytest

from tests.course_store.ended.course_folder import NAMES, files, rows

pytestmark = pytest.mark.kernel

FILLED = """
def at(number):
    if number == 3:
        with open(Path({disk!r}) / "ballast", "wb", buffering=0) as file:
            try:
                while file.write(b"0" * 512): pass
            except OSError: pass
"""
REMOVED = """
def at(number):
    if number == 3: shutil.rmtree(out)
"""


def stopped(done):
    """Return how many of how many are said to be kept."""
    assert "Traceback" not in done.stderr
    said = re.search(r"stopped: (\d+) of (\d+) are kept; (.*)", done.stderr)
    assert said, done.stderr
    return int(said[1]), int(said[2]), said[3]


def test_a_full_disk_keeps_what_is_done_and_damages_nothing(course, small_disk, undisturbed):
    course.out = small_disk
    happens = FILLED.format(disk=str(small_disk))
    done = course.run(course.grade(happens=happens))
    kept, total, why = stopped(done)
    assert done.returncode == 4
    assert (kept, total) in ((3, 6), (4, 6))  # the gradebook may have had room within its file
    assert f"no space left on the disk of {small_disk}" in why or (
        f"the gradebook {small_disk}/gradebook.db: no space left" in why
    )
    assert "make room" in why
    assert why.endswith("the same command goes on from there")
    assert not [*small_disk.rglob("*.part")]
    assert not (small_disk / "grades.csv").exists()
    (small_disk / "ballast").unlink()
    done = course.run(course.grade())
    assert done.returncode == 0, done.stderr
    assert f"{kept} hand-ins are graded already" in done.stderr
    assert files(small_disk) == undisturbed


def test_a_full_disk_leaves_the_table_of_before(course, small_disk):
    course.out = small_disk
    course.run(course.grade())
    table = (small_disk / "grades.csv").read_bytes()
    happens = FILLED.format(disk=str(small_disk)).replace("== 3", "== 1")
    done = course.run(course.grade("--again", happens=happens))
    assert (done.returncode, stopped(done)[1]) == (4, 6)
    assert (small_disk / "grades.csv").read_bytes() == table


def test_a_full_disk_of_the_gradebook_alone(course, small_disk, goes_on):
    book = ["--gradebook", f"sqlite:///{small_disk}/grades.db"]
    happens = FILLED.format(disk=str(small_disk))
    done = course.run(course.grade(*book, happens=happens))
    kept, _, why = stopped(done)
    assert done.returncode == 4
    assert f"the gradebook {small_disk}/grades.db: no space left on its disk; make room" in why
    (small_disk / "ballast").unlink()
    assert f"{kept} hand-ins are graded already" in goes_on(*book).stderr


def test_a_disk_that_was_full_to_begin_with_gets_no_half_a_file(course, small_disk, undisturbed):
    with (small_disk / "ballast").open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"0" * 512):
            pass
    course.out = small_disk / "out"
    command = course.grade()
    command[command.index("off")] = "on"  # a secret is to be drawn
    done = course.run(command)
    assert done.returncode == 4
    assert "no space left" in done.stderr.casefold()
    assert "Traceback" not in done.stderr
    (small_disk / "ballast").unlink()
    assert course.run(command).returncode == 0
    assert rows(course.out) == [*NAMES]


def test_a_folder_that_is_removed_is_noticed(course, goes_on):
    done = course.run(course.grade(happens=REMOVED))
    assert done.returncode == 4
    assert "stopped, 3 of 6 were graded" in done.stderr
    assert f"the gradebook {course.out}/gradebook.db is no longer where it was" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (course.out / "results").exists()
    goes_on()


def test_files_that_are_removed_are_made_again_where_the_gradebook_is_elsewhere(course, goes_on):
    book = ["--gradebook", f"sqlite:///{course.folder}/elsewhere.db"]
    done = course.run(course.grade(*book, happens=REMOVED))
    assert done.returncode == 0, done.stderr
    goes_on(*book)


def test_a_folder_that_cannot_be_written_is_named(course, read_only):
    course.out.mkdir()
    read_only(course.out)
    done = course.run(course.grade())
    assert done.returncode == 4
    assert f"nothing can be written to {course.out} (Read-only file system)" in done.stderr
    assert "--out" in done.stderr


def test_tables_makes_every_file_again(course, undisturbed):
    book = ["--gradebook", f"sqlite:///{course.folder}/elsewhere.db"]
    course.run(course.grade(*book))
    course.out.rename(course.folder / "moved")
    done = course.run(course.command("tables", "-o", course.out, *book))
    assert done.returncode == 0, done.stderr
    assert files(course.out) == undisturbed


def test_the_second_of_two_runs_at_once_is_refused(course):
    waits = """
def at(number):
    if number == 1:
        print("one is done", flush=True)
        sys.stdin.readline()
"""
    first = course.started(course.grade(happens=waits))
    assert "one is done" in first.stdout.readline()
    for command in (course.grade(), course.command("tables", "-o", course.out)):
        second = course.run(command)
        assert second.returncode == 2
        assert f"another run of the grader writes to {course.out}" in second.stderr
        assert "wait until it has ended, or name another folder with --out" in second.stderr
    _, said = first.communicate("go on\n", timeout=300)
    assert first.returncode == 0, said
    assert rows(course.out) == [*NAMES]
