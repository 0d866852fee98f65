"""Who is shown to have handed in, before anything is graded."""

import pytest

from grader.commands import roll_call
from grader.intake.preview import Preview
from grader.model.submission import Handin
from grader.model.text import say
from tests.command_line import grader


def handin(student, **keys):
    keys = {"path": "hw.ipynb", "shown": f"{student}/hw.ipynb", "by": "folder name", **keys}
    return Handin(student=student, **keys)


def test_the_summary_counts_students_ways_attempts_and_who_is_missing():
    found = roll_call.summary(
        [
            handin("Ann", platform="Moodle", late=True, others=("old.ipynb",)),
            handin("Ann", platform="Moodle", late=False),
            handin("Bob", on_roster="unknown"),
            handin("Cyd", path=None, on_roster="absent"),
        ]
    )
    assert list(found) == [
        "3 hand-ins of 2 students (Moodle 2, folder name 1); 1 late; 1 with several attempts",
        "not on the roster: 1 (Bob)",
        "handed in nothing: 1 (Cyd)",
    ]


def test_many_names_are_not_all_told():
    absent = [handin(f"s{n}", path=None, on_roster="absent") for n in range(30)]
    (_, line) = roll_call.summary(absent)
    assert line.startswith("handed in nothing: 30 (s0, s1, ")
    assert line.endswith("and 20 more)")


@pytest.mark.parametrize(
    ("keys", "problem", "wrong"),
    [
        ({}, None, False),
        ({"late": True, "others": ("a",), "notes": (say("there are too many"),)}, None, False),
        ({"on_roster": "listed"}, None, False),
        ({"on_roster": "unknown"}, None, True),
        ({"on_roster": "absent", "path": None}, say("there are too many"), True),
        ({}, say("there are too many"), True),
    ],
)
def test_what_looks_wrong_is_marked(keys, problem, wrong):
    one = Preview(handin=handin("Ann", **keys), assignment="small", problem=problem)
    assert roll_call.looks_wrong(one) is wrong
    (row,) = [line for line in roll_call.table([one], width=100).split("\n") if "Ann" in line]
    assert row.strip().startswith("!") is wrong
    assert all(line.startswith("! Ann [") for line in roll_call.remarks([one]) if problem)


def test_names_cannot_write_on_the_terminal_nor_in_its_markup():
    name = "A\x1b[31m[bold]\x07"
    text = roll_call.table([Preview(handin=handin(name))], width=100)
    assert "[bold]" in text
    assert "\x1b" not in text
    assert "\x07" not in text


def test_a_dry_run_writes_nothing_and_says_who_is_missing(tmp_path):
    folder = tmp_path / "in" / "Ann A_101_assignsubmission_file"
    folder.mkdir(parents=True)
    (folder / "hw.ipynb").write_text("{broken", encoding="utf-8")
    listed = tmp_path / "roster.csv"
    listed.write_text("id,name\n101,Ann A\n102,Bob B\n", encoding="utf-8")
    out = tmp_path / "out"
    done = grader("grade", folder.parent, "--roster", listed, "--dry-run", "-o", out)
    assert done.returncode == 1
    assert not out.exists()
    assert "handed in nothing: 1 (Bob B)" in done.stderr
    lines = done.stdout.split("\n")
    assert any({"!", "Ann", "A", "101", "Moodle"} <= set(line.split()) for line in lines)
    assert any(line.startswith("! Ann A [") and "hw.ipynb" in line for line in lines)
    assert "2 of 2 look wrong" in done.stdout


def test_a_dry_run_in_which_nothing_looks_wrong(tmp_path):
    examples = "examples/submissions"
    done = grader("grade", examples, "--dry-run", "-o", tmp_path / "out")
    assert done.returncode == 0, done.stdout
    assert "gradient_descent" in done.stdout
    assert done.stdout.endswith("nothing looks wrong\n")
