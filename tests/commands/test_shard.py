"""`grader grade --shard I/N`: each student in one shard, and nobody's work gone."""

import csv

import pytest

from tests.commands.shards import SHARDS, Shards, told
from tests.course_store.ended.course_folder import NAMES, Template, rows

pytestmark = pytest.mark.kernel


@pytest.fixture(scope="module")
def template():
    made = Template()
    yield made
    made.close()


@pytest.fixture
def course(tmp_path, template):
    return Shards(tmp_path, template)


def test_every_student_is_in_one_shard(course):
    found = [rows(out) for out in course.graded()]
    assert sorted(name for one in found for name in one) == sorted(NAMES)
    assert all(found)


def test_what_a_shard_will_grade_is_shown(course):
    for shard in SHARDS:
        shown = course.shard(shard, "--dry-run", "--other-data", "on")  # it draws nothing
        out = course.folder / f"out-{shard[0]}"
        assert not out.exists()
        done = course.shard(shard)
        assert [name for name in NAMES if f" {name} " in shown.stdout] == rows(out)
        (line,) = [line for line in told(done) if line.startswith("shard ")]
        assert line == (
            f"shard {shard}: {len(rows(out))} of 6 rows; the others are graded elsewhere"
        )
        assert line in told(shown)


@pytest.mark.parametrize("text", ["0/3", "4/3", "x", "1", "1/0"])
def test_a_wrong_form_is_named(course, text):
    done = course.shard(text, out=course.folder / "out")
    assert done.returncode == 2
    assert told(done) == [
        f"--shard {text}: write I/N, which part of how many, as 1/3, 2/3 and 3/3 for three machines"
    ]
    assert not (course.folder / "out").exists()


def test_a_shard_without_anybody_has_its_files(course):
    done = course.shard("7/50")
    assert done.returncode == 0, done.stderr
    assert "0 hand-ins of 0 students" in told(done)
    assert rows(course.folder / "out-7") == []


def test_another_shards_work_is_not_gone_and_ones_own_is(course):
    """All shards into one folder, one after another, as into one database."""
    for shard in SHARDS:
        assert "left out" not in course.shard(shard, out=course.out).stderr
    assert rows(course.out) == [*NAMES]
    gone = "ann"
    (course.folder / "in" / f"{gone}.ipynb").unlink()
    said = [course.shard(shard, out=course.out).stderr for shard in SHARDS]
    (line,) = [line for one in said for line in one.splitlines() if "left out" in line]
    assert line == f"grader: no longer among what was handed in, and left out: {gone}"
    assert rows(course.out) == [name for name in NAMES if name != gone]


def test_who_is_missing_is_told_once(course):
    table = course.folder / "students.csv"
    people = [*NAMES, "gus", "hal", "ida", "jan", "kim"]
    table.write_text("id,name\n" + "".join(f"{n},{name}\n" for n, name in enumerate(people)))
    found = []
    for out in course.graded("--roster", table):
        with (out / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
            found += [row["student"] for row in csv.DictReader(file)]
    assert sorted(found) == people


def test_numbered_names_are_what_they_are_in_the_whole(course):
    """Names that differ in their case alone share a folder, so that one of them gets a number."""
    course.hand_in("Ann", "name = 'another'")
    assert course.run(course.grade()).returncode == 0
    found = sorted(name for out in course.graded() for name in rows(out))
    assert found == sorted(rows(course.out))
    assert any("(2)" in name for name in found)


def test_no_shard_draws_a_secret(course):
    secret = course.folder / "secret.txt"
    on = ("--other-data", "on")
    for options, said in (
        (on, "--shard 1/3: name the course's secret with --secret FILE, since other data must be"),
        ((*on, "--secret", secret), f"--shard 1/3: {secret} is not there, and no shard draws a"),
    ):
        done = course.shard("1/3", *options)
        assert done.returncode == 2
        (line,) = told(done)
        assert line.startswith(said)
        assert "openssl rand -hex 32" in line
        assert "--other-data off" in line
        assert not secret.exists()
        assert not (course.folder / "out-1").exists()
    secret.write_text("ab" * 32)
    assert course.shard("1/3", *on, "--secret", secret).returncode == 0


def test_variants_need_the_secret_whatever_other_data_are(course):
    source = course.folder / "small.py"
    text = source.read_text(encoding="utf-8")
    varied = "# %%\n#| variant:\n#|   size: [4, 5, 6]\nsize = 4\n\n"
    source.write_text(text.replace("# %%\n", varied + "# %%\n", 1), encoding="utf-8")
    done = course.shard("1/3")
    assert done.returncode == 2
    assert "--other-data off" not in done.stderr
    assert "whose numbers are which in small" in done.stderr
