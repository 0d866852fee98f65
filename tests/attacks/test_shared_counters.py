"""What Linux counts for each user: one submission that uses it up takes nothing from another."""

import os
from pathlib import Path

import pytest

from grader.kernels import processes
from grader.kernels.cold import cold
from grader.kernels.sandbox import Bounds
from grader.kernels.warm import Template
from grader.student_side.confine import MEASURES
from tests.conftest import kernels, shown

pytestmark = pytest.mark.skipif(
    kernels().isolation.level != "full", reason="isolation is not full here"
)
# What uses a counter up, or as much of it as one submission can have; and what needs some of it.
COUNTERS = {
    "descriptors in flight": (
        """
import os, socket
null, pairs = os.open(os.devnull, os.O_RDONLY), []
try:
    while len(pairs) < 10:
        pairs.append(socket.socketpair())
        for _ in range(150):
            socket.send_fds(pairs[-1][0], [b"x"], [null])
except OSError as error:
    print(error.strerror)
print(len(pairs))
""",
        """
import os, socket
ours, theirs = socket.socketpair()
socket.send_fds(ours, [b"x"], [0])
for fd in socket.recv_fds(theirs, 1, 1)[1]:
    os.close(fd)
""",
    ),
    "descriptors in flight of its children": (
        """
import os, socket, time
null, (ready, told) = os.open(os.devnull, os.O_RDONLY), os.pipe()
for _ in range(6):
    if os.fork() == 0:
        pair = socket.socketpair()
        try:
            for _ in range(250):
                socket.send_fds(pair[0], [b"x"], [null] * 5, socket.MSG_DONTWAIT)
        finally:
            os.write(told, b"x")
            time.sleep(600)
for _ in range(6):
    os.read(ready, 1)
""",
        """
import torch
from torch.utils.data import DataLoader
loaded = [float(batch.sum()) for batch in DataLoader(torch.ones(8, 2), 2, num_workers=2)]
assert loaded == [4.0] * 4
""",
    ),
    "queued signals": (
        """
import ctypes
libc, timer = ctypes.CDLL(None), ctypes.c_void_p()
made = 0
while made < 200_000 and libc.timer_create(0, None, ctypes.byref(timer)) == 0:
    made += 1
print(made)
""",
        """
import ctypes
libc, timer = ctypes.CDLL(None), ctypes.c_void_p()
for _ in range(8):
    assert libc.timer_create(0, None, ctypes.byref(timer)) == 0
    libc.timer_delete(timer)
""",
    ),
    "terminals": (
        """
import os, time
ready, told = os.pipe()
for _ in range(5):
    if os.fork() == 0:
        try:
            while True:
                os.open("/dev/ptmx", os.O_RDWR)
        except OSError:
            os.write(told, b"x")
            time.sleep(600)
for _ in range(5):
    os.read(ready, 1)
""",
        """
import os
for fd in os.openpty():
    os.close(fd)
""",
    ),
    "pages of pipes": (
        """
import fcntl, os
held = []
try:
    for _ in range(200):
        held.append(os.pipe())
        fcntl.fcntl(held[-1][0], 1031, 2**20)
except OSError as error:
    print(error.strerror)
""",
        """
import fcntl, os
read, write = os.pipe()
assert fcntl.fcntl(read, 1032) >= 2**16
fcntl.fcntl(read, 1031, 2**17)
os.close(read), os.close(write)
""",
    ),
}
WATCHES = (
    "import asyncio, os, select\nasync def one(): return 1\nselect.epoll().register(os.pipe()[0])"
)


# What goes on without what is refused.
GOES_ON = {
    "a loop": "import asyncio\nasync def one(): return 1\nprint(await one())",
    "a loop of its own": """
import asyncio, threading
told = []
thread = threading.Thread(target=lambda: told.append(asyncio.run(asyncio.sleep(0, 1))))
thread.start(), thread.join()
print(*told)
""",
    "a loop in another interpreter": """
import subprocess, sys
code = "import asyncio; print(asyncio.run(asyncio.sleep(0, 1)))"
print(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip())
""",
    "a process of a loop": """
import asyncio
process = await asyncio.create_subprocess_exec("echo", "1", stdout=asyncio.subprocess.PIPE)
print((await process.communicate())[0].decode().strip())
""",
    "a loader": """
import torch
from torch.utils.data import DataLoader, TensorDataset
table = torch.arange(8.0).reshape(4, 2)
loader = DataLoader(TensorDataset(table, table[:, 0]), 2, num_workers=2)
kept = list(loader)
rows = list(DataLoader(table, None, num_workers=1))
assert torch.equal(torch.cat([one for one, _ in kept]), table)
assert torch.equal(torch.stack(rows), table) and rows[0].untyped_storage().nbytes() == 8
print(1)
""",
    "a queue of tensors": """
import torch, torch.multiprocessing as mp
queue = mp.Queue()
sent = [torch.ones(2), torch.empty(0), torch.ones(2, 3).T, torch.ones(2, requires_grad=True)]
process = mp.Process(target=lambda: queue.put(sent))
process.start()
got = queue.get()
process.join()
assert all(torch.equal(*pair) for pair in zip(sent, got)) and got[3].requires_grad
print(1)
""",
}


@pytest.fixture(scope="module")
def sharing():
    """Kernels that run as the user of others, too."""
    template = Template(Bounds(), tuple(name for name in MEASURES if name != "another user"))
    assert template.isolation.shared
    yield template
    template.close()


@pytest.fixture
def neighbour(sharing):
    kernel = sharing.fork("cpu")
    yield kernel
    kernel.close()


@pytest.fixture(scope="module")
def other():
    template = Template(Bounds())
    yield template
    template.close()


def users_of(pid):
    """Return the numbers of the user that a process runs as, as the system counts them."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return {user for line in lines if line.startswith("Uid:") for user in line.split()[1:]}


own_users = pytest.mark.skipif(bool(kernels().isolation.shared), reason="all have one user here")


@own_users
@pytest.mark.parametrize("name", COUNTERS)
def test_what_one_uses_up_is_not_missing_to_another(name, other):
    uses_up, needs = COUNTERS[name]
    starts = (kernels().start, other.fork)
    hostile = kernels().start("cpu")
    waited = [start("cpu") for start in starts]  # forked before it
    try:
        assert hostile.run_cell(uses_up, limit=60).ending == "done"
        honest = [*waited, *(start("cpu") for start in starts)]
        waited = honest
        for kernel in honest:
            assert shown(kernel, f"{needs}\nprint('had')") == "had\n"
            copy = kernel.fork()
            assert shown(copy, "print(1 + 1)") == "2\n"
    finally:
        for kernel in (hostile, *waited):
            kernel.close()


@own_users
def test_each_kernel_has_a_user_of_its_own(other):
    """Watches of epoll are some millions: here it is enough that nobody else is counted."""
    made = [kind("cpu") for kind in (kernels().start, kernels().start, other.fork, other.fork)]
    try:
        for kernel in made:
            assert shown(kernel, f"{WATCHES}\nprint(await one())") == "1\n"
        found = [users_of(kernel.pid) for kernel in made]
        assert all(len(users) == 1 for users in found)
        assert len(set.union(*found)) == len(made)
        copy = made[0].fork()
        assert users_of(copy.pid) == found[0]
    finally:
        for kernel in made:
            kernel.close()


def test_instances_of_inotify_are_refused(other):
    """Those of subordinate users are counted as their owner's, too."""
    kernel = other.fork("cpu")
    code = (
        "import ctypes\nlibc = ctypes.CDLL(None)\nprint(libc.inotify_init(), libc.inotify_init1(0))"
    )
    assert shown(kernel, code) == "-1 -1\n"
    kernel.close()


@pytest.mark.parametrize(
    "code",
    [
        "import select\nselect.epoll()",
        "import socket\nsocket.send_fds(socket.socketpair()[0], [b'x'], [0])",
    ],
    ids=["watches", "descriptors"],
)
def test_what_uses_up_counters_of_a_shared_user_is_refused(code, neighbour):
    (output,) = neighbour.run_cell(code, limit=10).outputs
    assert output["ename"] in ("OSError", "PermissionError")


@pytest.mark.parametrize("name", GOES_ON)
def test_what_needs_none_of_it_goes_on(name, neighbour):
    assert shown(neighbour, GOES_ON[name]) == "1\n"
    copy = neighbour.fork()
    assert shown(copy, "print(await one() if 'one' in dir() else 1)") == "1\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives cold kernels users")
def test_each_cold_kernel_has_a_user_of_its_own():
    kind = cold()
    made = [kind.start("cpu") for _ in range(2)]
    try:
        tops = [kernel._manager.provisioner.pid for kernel in made]
        found = [users_of(processes.below(top)[-1]) for top in tops]
        assert len(set.union(*found)) == 2
    finally:
        for kernel in made:
            kernel.close()
