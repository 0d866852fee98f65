"""Where there is no service, or none to be trusted: the command is done all the same."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from grader.service import place as places
from tests.conftest import TOP
from tests.service.conftest import Place, Service, ended

pytestmark = pytest.mark.kernel


@pytest.fixture
def alone(tmp_path):
    made = Place(tmp_path)
    yield made
    made.close()


def test_it_ends_when_nothing_comes(alone):
    done = alone.run("serve", "--idle", "0")
    assert done.code == 0, done.err
    assert done.out.startswith("listening at ")
    assert [path.name for path in (alone.runtime / "tensorgrader").iterdir()] == []
    assert alone.run("serve", "--status").out == "no service is running\n"


def test_it_ends_when_whoever_is_connected_asks_for_nothing(alone):
    service = Service(alone, "--idle", "0.1")
    with service.connected() as channel:
        assert channel.recv(100)
        assert service.popen.wait(timeout=300) == 0
        assert channel.recv(100) == b""


def test_what_it_does_goes_on_where_it_is_killed(alone):
    service = Service(alone)
    popen = alone.start(*alone.grading("right", "zeno", limit=3))
    service.child(popen)
    service.kill()
    done = ended(popen)
    assert done.code == 0, done.err
    assert "zeno (small): 3 of 6" in done.err
    assert (alone.score("right"), alone.score("zeno")) == (6, 3)
    assert service.socket.exists()  # nobody listens there, and the next command does without
    assert alone.run("--version").out.startswith("tensorgrader ")


def test_one_is_started_for_the_next_and_can_be_asked_and_stopped(alone):
    assert alone.grade("right", GRADER_SERVICE_IDLE="60").code == 0
    assert alone.score("right") == 6
    deadline = time.monotonic() + 300
    while not alone.listens():
        assert time.monotonic() < deadline, [log.read_text() for log in alone.logs()]
        time.sleep(0.1)  # asking costs what starting it needs
    status = alone.run("serve", "--status")
    assert status.code == 0
    assert "commands: 0 under way, 0 done" in status.out
    second = alone.run("serve")
    assert second.code == 2
    assert "listens at" in second.err
    stopped = alone.run("serve", "--stop")
    assert stopped.code == 0
    assert stopped.out.strip().endswith(": ends")


def test_another_version_of_the_code_is_not_asked(alone):
    path = alone.runtime / "own"
    service = Service(alone, "--socket", str(path), LC_ALL="C.UTF-8")
    try:
        version = alone.run("--version", service=str(path), LC_ALL="C.UTF-8")
        assert service.begun() == 1
        assert alone.run("--version", service=str(path), LC_ALL="C").out == version.out
        assert service.begun() == 1
    finally:
        service.stop()


def test_who_it_is_for_follows_from_the_code(tmp_path):
    package = tmp_path / "grader" / "service"
    package.mkdir(parents=True)
    (tmp_path / "grader" / "marking.py").write_text("one = 1\n")
    copy = package / "place.py"
    copy.write_bytes(Path(places.__file__).read_bytes())
    code = "import runpy, sys; print(runpy.run_path(sys.argv[1])['identity']())"

    def identity(**variables):
        command = [sys.executable, "-c", code, str(copy)]
        told = {**os.environ, **variables}
        return subprocess.run(command, check=True, capture_output=True, env=told).stdout

    before = identity()
    assert identity() == before
    assert identity(COLUMNS="70", HOME="/nowhere") == before  # these go with a command
    assert identity(OMP_NUM_THREADS="7") != before
    (tmp_path / "grader" / "marking.py").write_text("one = 2 \n")
    assert identity() != before


@pytest.mark.parametrize("harm", ["open to others", "another's", "a link", "a file"])
def test_a_folder_that_others_have_their_hands_in_is_not_used(alone, harm):
    folder = alone.runtime / "tensorgrader"
    match harm:
        case "open to others":
            folder.mkdir()
            folder.chmod(0o755)
        case "another's":
            if os.geteuid() != 0:
                pytest.skip("only root can give a folder away")
            folder.mkdir(mode=0o700)
            os.chown(folder, 12345, 12345)
        case "a link":
            (alone.top / "elsewhere").mkdir(mode=0o700)
            folder.symlink_to(alone.top / "elsewhere")
        case _:
            folder.write_text("")
    refused = alone.run("serve")
    assert refused.code == 2
    assert "grader: no service can be had there: " in refused.err
    assert str(folder) in refused.err
    assert "Traceback" not in refused.err
    assert alone.run("--version").out.startswith("tensorgrader ")


def test_a_path_that_is_too_long_is_refused(alone):
    refused = alone.run("serve", "--socket", alone.runtime / ("x" * 120))
    assert refused.code == 2
    assert "choose a shorter one" in refused.err


def test_a_command_that_asks_for_none_loads_nothing_of_it():
    code = (
        "import sys\nfrom grader.entry import main\nsys.argv = ['grader', '--version']\n"
        "try:\n    main()\nexcept SystemExit:\n    print('grader.service.server' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=TOP)
    assert done.stdout.endswith("False\n")


def test_the_client_loads_little():
    code = (
        "import sys; before = set(sys.modules); import grader.service.client\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True, cwd=TOP
    )
    heavy = {"json", "subprocess", "typing", "typer", "torch", "logging", "asyncio", "pydantic"}
    assert heavy.isdisjoint(done.stdout.split())
