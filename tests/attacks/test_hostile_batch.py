"""Hostile notebooks, names and files in one batch with honest ones, through the command line."""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from grader.authoring.source import load
from tests.attacks.test_attacks import RIGHT, SECRETS, SOURCE, TAGS, cells
from tests.conftest import TOP, kernels, notebook_of, received, write_source

USER = 54_321  # an ordinary user, who need not have a name
HOSTILE = {
    '=HYPERLINK("http:__x","y")': "anchor = 1",
    "<script>alert(1)<_script>": "raise ValueError('<script>alert(1)</script>')",
    "\x1b[2Jescape\x07": "print('\\x1b[2J\\x1b]0;owned\\x07')",
    "\u202eturned": "anchor = '\u202e'",
    " ..": "anchor = 2",
    "fork bomb": "import os\nwhile True:\n    os.fork()",
    "memory": "hoard = []\nwhile True:\n    hoard.append(bytearray(2**27))",
    "kill": "import os\nos.kill(-1, 9)\nos.kill(1, 9)\nos._exit(0)",
    "daemon": "import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(600)",
    "disk": "while True:\n    open(f'/tmp/{id([])}', 'ab').write(bytes(2**24))",
    "output": "while True:\n    print('x' * 10**5)",
    "markdown": nbformat.v4.new_markdown_cell("<script>alert(1)</script><img src=x onerror=a()>"),
}


def command(*arguments, user=None, before=""):
    code = f"{before}\nfrom grader.cli import main; main()"
    start = [sys.executable, "-W", "ignore", "-c", code]
    if user not in (None, os.geteuid()):
        start = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "env", *start]
    environment = {**os.environ, "HOME": "/nonexistent"} if user else None
    return subprocess.run(
        [*start, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        cwd="/" if user else TOP,
        env=environment,
    )


def write_batch(folder, hostile):
    folder.mkdir()
    for name, attack in hostile.items():
        own = cells("") if not isinstance(attack, str) else cells(f"#| exercise: target\n{attack}")
        extra = [] if isinstance(attack, str) else [attack]
        (folder / f"{name}.ipynb").write_bytes(notebook_of([*own, *extra]))
    for name in ("anna", "zoe"):
        (folder / f"{name}.ipynb").write_bytes(notebook_of(cells(RIGHT)))
    return folder


def rows_of(out):
    with (out / "grades.csv").open(encoding="utf-8-sig") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def outsiders(before):
    """Return the processes of student code that were not there before."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            text = path.read_bytes()
        except OSError:
            continue
        if b"grader.student_side.template" in text and path.parent.name not in before:
            found.append(path.parent.name)
    return found


@pytest.mark.skipif(kernels().isolation.level != "full", reason="isolation is not full here")
def test_a_hostile_batch_harms_nobody(tmp_path):
    source = write_source(tmp_path, SOURCE, "secret")
    folder, out = write_batch(tmp_path / "in", HOSTILE), tmp_path / "out"
    (tmp_path / "canary").write_text("as it was")
    os.mkfifo(folder / "pipe.ipynb")
    (folder / "link.ipynb").symlink_to("/etc/passwd")

    limits = ("--cell-limit", 2, "--limit", 15)
    done = command("grade", folder, "-a", source, "-o", out, "--jobs", 2, *limits)

    assert done.returncode in (0, 1), done.stderr
    rows = rows_of(out)
    assert rows["anna"]["score"] == rows["zoe"]["score"] == "5"
    assert all(row["outcome"] != "needs review" for row in rows.values()), rows
    graded = [row for row in rows.values() if row["outcome"] == "graded"]
    assert len(graded) == len(HOSTILE) + 2
    for row in graded:
        if row["student"] not in ("anna", "zoe"):
            assert float(row["score"]) <= 2, row
    assert not [name for name in rows if name.startswith(("=", "+", "-", "@"))]

    assert {path.name for path in out.iterdir()} <= {
        "index.html", "grades.csv", "statistics.csv", "statistics.json", "feedback", "results",
        "secret.txt",
        "gradebook.db", "gradebook.lock", ".written.json",
    }  # fmt: skip
    for path in out.rglob("*"):
        assert path.resolve().is_relative_to(out.resolve())
        assert not path.is_symlink()
        if path.suffix == ".html":
            page = path.read_text(encoding="utf-8")
            if path.name == "index.html":  # which has two of its own, and no more
                page = re.sub(r'<script( type="application/json" id="data")?>', "", page, count=2)
            assert not [tag for tag in TAGS if tag in page.lower()], path
            assert "root:x:0" not in page
            if "zoe" not in str(path) and "anna" not in str(path) and path.name != "index.html":
                assert not [secret for secret in SECRETS if secret in page], path
        if path.name == "result.json":
            told = json.loads(path.read_text(encoding="utf-8"))
            assert told["isolation"] == "full"
            assert told["reason"] or told["exercises"]
    assert (tmp_path / "canary").read_text() == "as it was"


def test_a_name_does_nothing_to_the_terminal(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "\x1b[2Jescape\x07.ipynb").write_bytes(notebook_of(cells(RIGHT)))
    (folder / "\x1b]0;owned\x07.ipynb").write_bytes(b"no notebook")
    source = write_source(tmp_path, SOURCE, "secret")
    done = command("grade", folder, "-a", source, "-o", tmp_path / "out", "--jobs", 1)
    assert done.returncode == 1, done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    assert "\x07" not in done.stdout + done.stderr


def test_a_link_to_itself_stops_no_batch(tmp_path):
    folder = write_batch(tmp_path / "in", {})
    (folder / "mallory.ipynb").symlink_to("mallory.ipynb")
    assert [
        handin.student for handin in received(folder, load(write_source(tmp_path, SOURCE)))
    ] == ["anna", "mallory", "zoe"]


def test_a_link_to_the_work_of_others_takes_it_from_nobody(tmp_path):
    folder = write_batch(tmp_path / "in", {})
    (folder / "mallory.ipynb").symlink_to("anna.ipynb")
    assert "anna" in [
        handin.student for handin in received(folder, load(write_source(tmp_path, SOURCE)))
    ]


def closed_to(user):
    """Return why a user cannot run the grader; empty where they can."""
    if user == os.geteuid():
        return ""
    if os.geteuid() != 0:
        return "only root can become another user"
    if not shutil.which("setpriv"):
        return "there is no setpriv"
    done = command("--version", user=user)
    return "" if done.returncode == 0 else "the grader or its interpreter is closed to others"


def test_an_ordinary_user_grades_hostile_work(tmp_path):
    if why := closed_to(USER):
        pytest.skip(why)
    tmp_path.chmod(0o777)
    for folder in tmp_path.parents:
        if folder.stat().st_uid == 0 and str(folder).startswith("/tmp/pytest"):
            folder.chmod(0o755)
    source = write_source(tmp_path, SOURCE, "secret")
    aims = f"import os\nfor path in ({str(source)!r}, '/etc/shadow'):\n"
    hostile = {
        "reader": aims + "    print(os.path.exists(path) and open(path).read())",
        "killer": "import os\nos.kill(-1, 9)\nos._exit(0)",
        "forker": "import os\nwhile True:\n    os.fork()",
    }
    folder, out = write_batch(tmp_path / "in", hostile), tmp_path / "out"
    before = {path.name for path in Path("/proc").glob("[0-9]*")}
    limits = ("--cell-limit", 2, "--limit", 15)
    done = command("grade", folder, "-a", source, "-o", out, *limits, user=USER)

    assert done.returncode in (0, 1), done.stderr
    rows = rows_of(out)
    assert rows["anna"]["score"] == rows["zoe"]["score"] == "5"
    for name in hostile:
        assert float(rows[name]["score"]) <= 2
        for path in (out / "feedback" / name).rglob("report.html"):
            assert not [secret for secret in SECRETS if secret in path.read_text()]
    theirs = [pid for pid in outsiders(before) if Path(f"/proc/{pid}").stat().st_uid == USER]
    assert not theirs
