"""`grader merge`: shards become what the whole would have been, and nothing is lost on the way."""

import json
import re
import shutil
import sqlite3
import zlib
from contextlib import closing

import pytest

from grader.course import digests
from grader.course.lock import locked
from tests.command_line import grader
from tests.commands.shards import Shards, fingerprint, seen, stored, told
from tests.conftest import SMALL, notebook_of, write_source
from tests.course_store.ended.course_folder import KILLED, NAMES, Template, killed, rows
from tests.course_store.server import programs, running
from tests.timeless import timeless

pytestmark = pytest.mark.kernel
KEEPS = "from grader.course.run import GradingRun"
HEAD = "student,id,assignment,exercise,score,comment\n"


@pytest.fixture(scope="module")
def template():
    made = Template()
    yield made
    made.close()


@pytest.fixture(scope="module")
def server():
    if programs() is None:
        pytest.skip("there is no PostgreSQL here (initdb): apt-get install postgresql")
    with running() as server:
        yield server


@pytest.fixture(scope="module")
def graded(tmp_path_factory, template):
    """A course that was graded as a whole and in shards."""
    course = Shards(tmp_path_factory.mktemp("graded"), template)
    assert course.run(course.grade()).returncode == 0
    course.graded()
    return course


@pytest.fixture
def course(tmp_path, template, graded):
    """A copy of it, in which the shards are out-1, out-2 and out-3."""
    made = Shards(tmp_path, template)
    for name in ("in", "out", "out-1", "out-2", "out-3"):
        shutil.copytree(graded.folder / name, tmp_path / name, dirs_exist_ok=True)
    made.outs = [tmp_path / f"out-{number}" for number in (1, 2, 3)]
    made.merged = tmp_path / "merged"
    return made


def without_numbers(packed):
    """Return a report of which a score is none."""
    text = zlib.decompress(packed)
    assert b'"max_score":' in text
    return zlib.compress(re.sub(rb'"max_score": ?[0-9.]+', b'"max_score": Infinity', text))


def change(out, *statements):
    """Change a gradebook behind the grader's back."""
    with closing(sqlite3.connect(out / "gradebook.db")) as database, database:
        database.create_function("without_numbers", 1, without_numbers)
        for statement in statements:
            database.execute(*([statement] if isinstance(statement, str) else statement))


def other_secret(fingerprint):
    """Return what sets the secret that a run's other data follow from."""
    return (
        "UPDATE run SET settings = json_set(settings, '$.other_data', ?)",
        (fingerprint,),
    )


def digest_of(out):
    """Return the digest of the settings of the one run."""
    with closing(sqlite3.connect(out / "gradebook.db")) as database:
        ((text,),) = database.execute("SELECT settings FROM run").fetchall()
    return digests.of_settings(json.loads(text))


def test_three_shards_are_the_whole_in_any_order_and_at_any_time(course):
    before = [fingerprint(out) for out in course.outs]
    first, second, third = course.outs
    done = course.merge(third)
    assert done.returncode == 0
    assert told(done) == [
        "shard 1/3, 2/3 are not among what was merged: its students are missing until it is"
        " merged, too"
    ]
    done = course.merge(second, first)
    assert done.returncode == 0
    assert rows(course.merged) == [*NAMES]
    assert seen(course.merged) == seen(course.out)
    now = stored(course.merged)
    done = course.merge(*course.outs)
    assert (done.returncode, told(done)) == (0, [])
    assert stored(course.merged) == now
    assert seen(course.merged) == seen(course.out)
    assert [fingerprint(out) for out in course.outs] == before


def test_runs_and_gradings_are_in_their_order_however_they_came(course):
    """The later grading counts, also where it was merged first; the other stays in the history."""
    late = course.folder / "late"
    course.hand_in("ann", "name = 'another'")
    assert course.run(course.grade("--student", "ann", out=late)).returncode == 0
    merged = [course.merged, course.folder / "other way"]
    done = [
        course.merge(*course.outs, late, out=merged[0]),
        course.merge(late, out=merged[1]),
        course.merge(*course.outs, out=merged[1]),
    ]
    (line,) = told(done[0])
    where = next(out for out in course.outs if "ann" in rows(out))
    assert line == (
        f"ann (small) was graded in {late}, {where}: what counts is from {late}; the rest stays in"
        " `grader history`"
    )
    told_of = [course.run(course.command("history", "ann", "-o", out)).stdout for out in merged]
    runs = [course.run(course.command("diff", "--runs", "-o", out)).stdout for out in merged]
    assert [len(one.splitlines()) for one in told_of] == [3, 3]
    times = [[line.split()[1:3] for line in one.splitlines()] for one in runs]
    assert times[0] == times[1] == sorted(times[0])
    assert seen(merged[0]) == seen(merged[1])
    assert "attempt 2 of 2" in (merged[0] / "feedback/ann/small/report.html").read_text()


def test_what_people_decided_comes_along_and_conflicts_are_named(course):
    course.merge(*course.outs)
    first, second, _ = course.outs
    (first / "overrides.csv").write_text(
        HEAD + 'ann,,small,means,1,"well, well"\nbob,,small,total,+1,kind\nann,,small,nope,x,\n'
    )
    course.run(course.command("tables", "-o", first))  # it has seen these rows before others
    (second / "overrides.csv").write_text(HEAD + "ann,,small,means,2,better\n")
    done = course.merge(*course.outs)
    assert done.returncode == 3
    lines = told(done)
    assert (
        f"ann small means: a person gave 2 in {second}, and 1 in {first}; 2 counts, as the later"
        " one: delete the other row if so it is meant"
    ) in lines
    assert any(f"{first}/overrides.csv: line 4 is not applied" in line for line in lines)
    assert any("later, decides on the same score" in line for line in lines)
    table = (course.merged / "overrides.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(table) == 4
    report = (course.merged / "results/ann/small/result.json").read_text()
    assert '"better"' in report
    again = course.merge(*course.outs)
    assert (course.merged / "overrides.csv").read_text(encoding="utf-8-sig").splitlines() == table
    assert again.returncode == 1  # the row that cannot be read is named each time
    # What is taken back in the merged table is not put there again.
    (course.merged / "overrides.csv").write_text(HEAD)
    course.run(course.command("tables", "-o", course.merged))
    done = course.merge(*course.outs)
    assert (course.merged / "overrides.csv").read_text() == HEAD
    assert sum("is not added again" in line for line in told(done)) == 3


def test_what_marks_follow_from_is_compared(course):
    first, second, third = course.outs
    other = other_secret("f" * 64)
    change(third, other, "UPDATE grading SET settings_digest = 'changed'")
    change(third, ("UPDATE grading SET settings_digest = ?", (digest_of(third),)))
    change(second, "UPDATE grading SET assignment_digest = 'another'")
    for out, digit in ((first, "a"), (second, "b")):
        (out / "secret.txt").write_text(digit * 64)
    done = course.merge(*course.outs)
    assert done.returncode == 3
    lines = told(done)
    (secret,) = [line for line in lines if line.startswith("the secret of other data is not")]
    assert f"ffffffffffff in {third}" in secret
    assert f"off in {first}, {second}" in secret
    assert secret.endswith(
        "grade what is odd again with the course's secret, --changed, and merge again"
    )
    assert any(line.startswith("there are several secrets (") for line in lines)
    assert not (course.merged / "secret.txt").exists()


def test_a_secret_that_all_share_comes_along(course):
    for out in course.outs[:2]:
        (out / "secret.txt").write_text("ab" * 32)
    assert course.merge(*course.outs).returncode == 0
    assert (course.merged / "secret.txt").read_text().strip() == "ab" * 32


def test_what_cannot_be_merged_is_named_and_the_others_go_on(course):
    first, second, third = course.outs
    folder = course.folder
    empty, file, none = folder / "empty", folder / "file.zip", folder / "none"
    empty.mkdir()
    file.write_bytes(b"PK")
    bad = {name: folder / name for name in ("rubbish", "later", "cut", "something", "view")}
    for path in bad.values():
        shutil.copytree(third, path)
    (bad["rubbish"] / "gradebook.db").write_bytes(b"no database" * 1000)
    change(bad["later"], "UPDATE alembic_version SET version_num = '9999'")
    data = (bad["cut"] / "gradebook.db").read_bytes()
    (bad["cut"] / "gradebook.db").write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))
    change(bad["something"], "DROP TABLE alembic_version")
    endless = "WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n FROM x) SELECT * FROM x"
    change(bad["view"], "DROP TABLE handin", f"CREATE VIEW handin AS {endless}")
    done = course.merge(first, empty, file, none, *bad.values(), second)
    assert done.returncode == 1
    lines = "\n".join(told(done))
    for said in (
        f"left out: {empty} holds no gradebook.db, so nothing was graded into it: name a folder",
        f"left out: {file} is no folder: name the one that `grader grade` wrote to (unpack an",
        f"left out: {none} does not exist",
        f"left out: {bad['rubbish']}/gradebook.db: it is no database of SQLite",
        f"left out: {bad['later']} was graded by a later version of the grader (gradebook 9999)",
        f"left out: {bad['cut']}/gradebook.db: it is damaged; put back a copy",
        f"left out: {bad['view']} holds something else than a gradebook",
        f"left out: {bad['something']} holds something else than a gradebook",
    ):
        assert said in lines
    assert sorted(rows(course.merged)) == sorted([*rows(first), *rows(second)])
    assert course.merge(empty, none).returncode == 2
    done = course.merge(course.merged, first)
    assert done.returncode == 2
    assert told(done) == [f"{course.merged} cannot be merged into itself: leave it out before -o"]


HOSTILE = {
    "a bomb": ("UPDATE document SET report = ?", (zlib.compress(b" " * (129 * 2**20), 1),)),
    "another form": ("UPDATE document SET told = ?", (zlib.compress(b'{"student": 1}'),)),
    "no notebook": ("UPDATE document SET executed = ?", (zlib.compress(b'{"cells": [1]}'),)),
    "deep": ("UPDATE document SET executed = ?", (zlib.compress(b"[" * 10**6),)),
    "no scores": "UPDATE document SET report = without_numbers(report)",
    "no time": "UPDATE grading SET graded_at = 'never'",
    "no number": "UPDATE handin SET attempt = 'many'",
    "a type": "UPDATE grading SET why = x'ff'",
}


def test_what_is_stored_is_checked(course):
    """A machine that ran student code may hold anything; nobody else's work suffers."""
    first, second, third = course.outs
    names = []
    for name, statement in HOSTILE.items():
        out = course.folder / name
        shutil.copytree(third, out)
        change(out, statement)
        names.append(out)
    done = course.merge(first, second, *names)
    assert done.returncode == 1
    for name in names:
        assert f"{name.name}: " in done.stdout
    assert sorted(rows(course.merged)) == sorted([*rows(first), *rows(second)])
    assert "damaged, and left out" in done.stderr
    done = course.merge(third)
    assert seen(course.merged) == seen(course.out)


def test_no_markup_and_no_place_is_taken_over(course):
    third = course.outs[2]
    page = zlib.compress(b"<script>alert(1)</script>")
    change(
        third,
        ("UPDATE document SET page = ?", (page,)),
        "UPDATE entry SET place = '../../' || place, key = '../../' || key",
    )
    assert course.merge(*course.outs).returncode == 0
    assert seen(course.merged) == seen(course.out)


def test_a_folder_that_is_written_to_waits(course):
    first, second, third = course.outs
    with locked(second):
        done = course.merge(first, second, third)
    assert done.returncode == 1
    assert told(done)[0] == (
        f"left out: a run of the grader writes to {second}: give the same command again once it"
        " has ended"
    )
    assert course.merge(*course.outs).returncode == 0
    assert seen(course.merged) == seen(course.out)


def test_what_a_killed_run_left_beside_its_database_is_read(course):
    out = course.folder / "killed"
    grade = course.grade(out=out, happens=killed("GradingRun.keep", after=4, before=KEEPS))
    assert course.run(grade).returncode == KILLED
    assert (out / "gradebook.db-wal").stat().st_size > 0
    before = fingerprint(out)
    assert course.merge(out).returncode == 0
    assert fingerprint(out) == before
    assert rows(course.merged) == [*NAMES[:4]]


def test_an_interrupted_merge_goes_on(course):
    """It is killed between two transactions, and then while files are written."""
    one_by_one = "from grader.course.merging import merge\nmerge._AT_ONCE = 1\n"
    dies = killed("merge._write", after=3, before=one_by_one)
    assert course.merge(*course.outs, happens=dies).returncode == KILLED
    dies = killed("views.folder.write", after=2, before="from grader.course import views")
    assert course.merge(*course.outs, happens=dies).returncode == KILLED
    stops = "def at(number): pass\nfrom grader.course.merging import merge\n" + (
        "merge._here = lambda *_: signal.raise_signal(signal.SIGINT)\n"
    )
    done = course.merge(*course.outs, happens=stops)
    assert done.returncode == 130
    assert "hand-ins are merged; the same command goes on from there" in done.stderr
    assert course.merge(*course.outs).returncode == 0
    assert seen(course.merged) == seen(course.out)


def test_a_gradebook_of_an_earlier_version_is_merged_and_stays_as_it_is(course):
    third = course.outs[2]
    change(
        third,
        "ALTER TABLE grading DROP COLUMN variant",
        "UPDATE alembic_version SET version_num = '0002'",
    )
    before = fingerprint(third)
    assert course.merge(*course.outs).returncode == 0
    assert seen(course.merged) == seen(course.out)
    assert fingerprint(third) == before


def test_databases_are_merged_like_folders(course, server):
    url, other = server.database(), server.database()
    course.run(course.grade("--gradebook", url, "--shard", "1/3", out=course.folder / "pg"))
    into = ["--gradebook", other]
    done = course.merge(url, *course.outs[1:], options=into)
    assert (done.returncode, told(done)) == (0, [])
    assert seen(course.merged) == seen(course.out)
    again = course.merge(url, *course.outs, options=into)
    assert again.returncode == 0
    assert seen(course.merged) == seen(course.out)


def test_three_shards_with_kernels_are_the_whole(tmp_path, small_answers):
    """With the grader's own marks, other data, attachments of pages and what ran."""
    source, folder, secret = write_source(tmp_path, SMALL), tmp_path / "in", tmp_path / "secret.txt"
    folder.mkdir()
    secret.write_text("ab" * 32)
    answers = {
        "ann": small_answers(),
        "bob": small_answers(total="#| exercise: total\ntotal = data.mean()"),
        "cat": small_answers(fit="#| exercise: fit\n1 / 0"),
        "dan": [],
        "Ann": small_answers(means="#| exercise: means\nprint('🦔')"),
    }
    for name, cells in answers.items():
        (folder / f"{name}.ipynb").write_bytes(notebook_of(cells))

    def grade(*options):
        done = grader(
            *("grade", folder, "-a", source, "--secret", secret, "-j", "1", *options), cwd=tmp_path
        )
        assert done.returncode in (0, 1), done.stderr  # 1: dan's has no cells

    grade("-o", "whole")
    for shard in ("1/3", "2/3", "3/3"):
        grade("-o", f"out-{shard[0]}", "--shard", shard)
    done = grader("merge", "out-1", "out-2", "out-3", "-o", "merged", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    whole, merged = (
        {
            path.relative_to(tmp_path / out).as_posix(): timeless(path.name, path.read_bytes())
            for path in sorted((tmp_path / out).rglob("*"))
            if path.is_file() and not path.name.startswith(("gradebook.", ".written"))
        }
        for out in ("whole", "merged")
    )
    assert merged.keys() == whole.keys()
    assert merged == whole
