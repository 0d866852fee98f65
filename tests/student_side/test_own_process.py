import os
import sys
import threading

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it is about Linux")


@pytest.fixture
def process():
    from grader.student_side.own_process import OwnProcess

    made = OwnProcess()
    yield made
    made.close()


def test_it_is_whoever_asks(process):
    assert f"Pid:\t{os.getpid()}\n" in process.read("status")
    read, write = os.pipe()
    if (child := os.fork()) == 0:
        os.write(write, process.read("status").encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert f"Pid:\t{child}\n" in os.read(read, 2**16).decode()
    os.close(read)
    os.close(write)


def test_its_threads_are_counted(process):
    before, ends = process.threads(), threading.Event()
    thread = threading.Thread(target=ends.wait)
    thread.start()
    assert process.threads() == before + 1
    ends.set()
    thread.join()


def test_what_is_written_is_its_own(process):
    before = process.read("comm")
    process.write("comm", "renamed")
    assert process.read("comm") == "renamed\n"
    process.write("comm", before.strip())


def test_what_the_system_refuses_is_an_error(process):
    with pytest.raises(OSError, match="Invalid argument"):
        process.write("oom_score_adj", "many")
    with pytest.raises(FileNotFoundError):
        process.read("nothing")


def test_a_descriptor_of_it_will_do(process):
    from grader.student_side.own_process import OwnProcess

    again = OwnProcess(os.dup(process.folder))
    assert again.read("comm") == process.read("comm")
    again.close()
    with pytest.raises(OSError, match="Bad file descriptor"):
        again.read("comm")
