"""What all processes of a submission may hold together, with bounds that are soon reached."""

import pytest

from grader.formats import wire
from grader.kernels.sandbox import Bounds
from grader.kernels.warm import warm
from tests.conftest import kernels

pytestmark = pytest.mark.skipif(
    kernels().isolation.level != "full", reason="isolation is not full here"
)
MEMORY = 256 * 2**20
# Each holds half as much again as it may, and then waits to be found out.
HOARDS = {
    "in itself": "hoard = bytearray(HELD)",
    "in its children": """
import os
for _ in range(4):
    if os.fork() == 0:
        hoard = b"x" * (HELD // 4)
        time.sleep(60)
""",
    "in a child that it left": """
import os
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        hoard = b"x" * (MEMORY // 2)
        time.sleep(60)
    os._exit(0)
hoard = b"x" * MEMORY
""",
    "in a shared mapping": """
import mmap
hoard = [mmap.mmap(-1, 2**26) for _ in range(HELD // 2**26)]
for one in hoard:
    one.write(b"x" * 2**26)
""",
    "in a mapping of zeros": """
import mmap, os
zeros = os.open("/dev/zero", os.O_RDWR)
hoard = [mmap.mmap(zeros, 2**26) for _ in range(HELD // 2**26)]
for one in hoard:
    one.write(b"x" * 2**26)
""",
    "in files without a name": """
import os
for _ in range(HELD // 2**24):
    os.write(os.memfd_create("x"), b"x" * 2**24)
""",
    "in tables of pages": """
import ctypes
libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p
tables = HELD // 4096
place = libc.mmap(None, ctypes.c_size_t(tables * 2**21), 1, 0x4022, -1, 0)
libc.madvise(ctypes.c_void_p(place), ctypes.c_size_t(tables * 2**21), 15)
for one in range(tables):
    ctypes.string_at(place + one * 2**21, 1)
""",
    "in semaphores": """
import ctypes
for _ in range(HELD // (64 * 32_000)):
    if ctypes.CDLL(None).semget(0, 32_000, 0o1600) < 0:
        raise OSError("refused")
""",
    "in queues of messages": """
import ctypes
if ctypes.CDLL(None).msgget(0, 0o1600) < 0:
    raise OSError("refused")
""",
    "in sockets": """
import os, socket, time
for _ in range(15):
    if os.fork() == 0:
        pairs = []
        try:
            while True:
                pairs.append(socket.socketpair())
        except OSError:
            time.sleep(60)
""",
    "in System V memory": """
import ctypes
libc = ctypes.CDLL(None)
libc.shmat.restype = ctypes.c_void_p
for _ in range(HELD // 2**26):
    segment = libc.shmget(0, ctypes.c_size_t(2**26), 0o1600)
    if segment < 0:
        raise OSError("refused")
    place = libc.shmat(segment, None, 0)
    ctypes.memset(place, 1, 2**26)
    libc.shmdt(ctypes.c_void_p(place))
""",
}


@pytest.fixture(scope="module")
def small_kernels():
    kind = warm(Bounds(memory=MEMORY, disk=2**25, processes=24, files=200))
    yield kind
    kind.close()


@pytest.fixture
def kernel(small_kernels):
    kernel = small_kernels.start("cpu")
    kernel.ask(wire.question("hello", seed=0), limit=10)
    yield kernel
    kernel.close()


@pytest.mark.parametrize("name", HOARDS)
def test_no_memory_is_held_unseen(name, kernel):
    code = f"import time\nMEMORY = {MEMORY}\nHELD = MEMORY * 3 // 2\n{HOARDS[name]}\ntime.sleep(4)"
    run = kernel.run_cell(code, limit=10)  # it ends as soon as it is found out
    # Found out, or refused it by the system.
    assert run.ending in ("too much memory", "error"), run


def test_disk_is_bounded_in_each_folder(kernel):
    code = """
import os
full = []
for folder in ("/tmp", "/dev/shm", os.path.expanduser("~")):
    try:
        for n in range(100):
            with open(f"{folder}/{n}", "wb") as file:
                file.write(bytes(2**20))
    except OSError as error:
        full.append((n, error.errno))
print(full)
"""
    (output,) = kernel.run_cell(code, limit=5).outputs
    full = eval(output["text"])
    assert len(full) == 3
    assert all(files <= 32 and error == 28 for files, error in full), full


def test_one_file_is_bounded(kernel):
    code = """
import os, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
fd = os.open("/tmp/x", os.O_RDWR | os.O_CREAT)
try:
    print(os.pwrite(fd, b"x", 2**26))
except OSError as error:
    print("refused", error.errno)
"""
    (output,) = kernel.run_cell(code, limit=5).outputs
    assert output["text"] == "refused 27\n"


def test_processes_and_threads_are_bounded_together(kernel):
    code = """
import os, threading, time
started = 0
try:
    while started < 200:
        if os.fork() == 0:
            time.sleep(60)
        started += 1
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        started += 1
except (OSError, RuntimeError):
    pass
print(started)
"""
    (output,) = kernel.run_cell(code, limit=5).outputs
    assert 0 < int(output["text"]) < 24


def test_open_files_are_bounded_and_answers_still_come(kernel):
    code = (
        "import os\nheld = []\ntry:\n    while True: held.append(os.dup(0))\nexcept OSError: pass"
    )
    assert kernel.run_cell(code, limit=5).ending == "done"
    question = wire.question("observe", expressions={"0": "len(held) < 200"}, seed=0)
    assert wire.decode(kernel.ask(question, limit=5))["0"].value is True


def test_what_waiting_copies_hold_counts_with_their_kernel(kernel):
    held = MEMORY * 2 // 3
    assert kernel.run_cell(f"hoard = bytearray(b'x') * {held}", limit=10).ending == "done"
    copy = kernel.fork()  # it keeps the first hoard
    code = f"import time\nhoard = None\nhoard = bytearray(b'y') * {held}\ntime.sleep(4)"
    assert kernel.run_cell(code, limit=10).ending == "too much memory"
    copy.close()
