"""Users of the system for kernels: claimed by one at a time, and whose they are."""

import subprocess
import sys

import pytest

from grader.kernels import users
from grader.kernels.users import Users

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts so")
FEW = Users(first=40_000, number=3, inside=1, group=40_000)


def test_no_two_get_the_same():
    held = [FEW.claim() for _ in range(3)]
    assert sorted(number for number, _ in held) == [1, 2, 3]
    number, claim = held.pop()
    claim.close()
    again, claim = FEW.claim()
    assert again == number
    for one in (*(claim for _, claim in held), claim):
        one.close()


def test_whoever_holds_all_names_stops_nobody():
    held = [FEW.claim() for _ in range(4)]
    assert held[3][0] in (1, 2, 3)
    assert held[3][1].fileno() >= 0  # it is sent with the order for a kernel
    for _, claim in held:
        claim.close()


def test_too_few_open_files_are_the_systems_fault():
    code = """
from grader.cli import main
import os, resource, sys
os.environ["GRADER_CACHE"] = "off"
resource.setrlimit(resource.RLIMIT_NOFILE, (22, 22))
sys.argv = ["grader", "verify", "reference/gradient_descent.py"]
main()
"""
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 3
    assert "22 files" in ended.stderr


@pytest.fixture
def granted(tmp_path, monkeypatch):
    """Write what is granted to user 1234, and ask what there is."""

    def ask(users_text, groups_text, programs=True):
        monkeypatch.setattr(users.os, "geteuid", lambda: 1234)
        monkeypatch.setattr(users.os, "getuid", lambda: 1234)
        monkeypatch.setattr(users.shutil, "which", lambda name: name if programs else None)
        paths = {}
        for name, text in (("/etc/subuid", users_text), ("/etc/subgid", groups_text)):
            paths[name] = tmp_path / name[5:]
            paths[name].write_text(text)
        monkeypatch.setattr(users, "Path", lambda name: paths[name])
        return users.available()

    return ask


def test_subordinate_ids_are_the_most_that_are_granted(granted):
    few, most = "other:1:9\n1234:100000:10\n", "1234:5:x\nbroken\n1234:200000:65536\n"
    assert granted(few + most, most) == Users(first=200_000, number=65_534, inside=1, group=200_000)
    assert granted(few + most, few) == Users(first=200_000, number=10, inside=1, group=100_000)


def test_without_ids_or_programs_there_are_none(granted):
    line = "1234:100000:10\n"
    assert granted("", line) is None
    assert granted(line, "other:1:9") is None
    assert granted(line, line, programs=False) is None
