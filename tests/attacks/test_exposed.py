"""Kernels without user namespaces: as the user that grades, with the files of others in sight.

Landlock keeps them from being read and written. What it does not govern is tried here.
"""

import os
import resource
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from grader.kernels.sandbox import ROOT, Bounds
from grader.kernels.warm import Template
from grader.student_side.confine import MEASURES
from tests.attacks.test_attacks import RIGHT, SOURCE, cells
from tests.attacks.test_hostile_batch import USER, closed_to, command, rows_of
from tests.conftest import kernels, notebook_of, shown, write_source

pytestmark = pytest.mark.skipif(
    bool({"Landlock", "system call filter"} & set(kernels().isolation.missing)),
    reason="neither Landlock nor a filter is to be had here",
)
WITHOUT = {*ROOT, *(name for name in MEASURES if "namespace" in name), "another user"}
# Each ends with an error where it is refused; {file} and {folder} are somebody else's.
TOUCH = {
    "write": "open({file!r}, 'a').write('x')",
    "read": "open({file!r}).read()",
    "list": "os.listdir({folder!r})",
    "remove": "os.unlink({file!r})",
    "rename": "os.rename({file!r}, {file!r} + '2')",
    "link": "os.link({file!r}, {file!r} + '2')",
    "bring in": "os.link({file!r}, os.path.expanduser('~/x'))",
    "chmod": "os.chmod({file!r}, 0o666)",
    "chmod a folder": "os.chmod({folder!r}, 0)",
    "fchmod": "os.fchmod(os.open({file!r}, os.O_PATH), 0o666)",
    "chmod by descriptor": "os.chmod('/proc/self/fd/%d' % os.open({file!r}, os.O_PATH), 0o666)",
    "fchmodat2": "call(452, -100, {file!r}.encode(), 0o666, 0)",
    "chown": "os.chown({file!r}, os.getuid(), os.getgid())",
    "lchown": "os.lchown({file!r}, os.getuid(), os.getgid())",
    "utime": "os.utime({file!r}, (1, 1))",
    "utime by nanoseconds": "os.utime({file!r}, ns=(1, 1), follow_symlinks=False)",
    "setxattr": "os.setxattr({file!r}, 'user.x', b'x')",
    "removexattr": "os.removexattr({file!r}, 'user.kept')",
    "setxattrat": "call(463, -100, {file!r}.encode(), 0, b'user.x', None, 0)",
    "file_setattr": "call(469, -100, {file!r}.encode(), bytes(24), 24, 0)",
    "truncate": "os.truncate({file!r}, 0)",
    "open to truncate": "os.open({file!r}, os.O_TRUNC)",
    "connect": "socket.socket(socket.AF_UNIX).connect({socket!r})",
    "send to": "socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b'x', {socket!r})",
    "set limits": "resource.prlimit({pid}, resource.RLIMIT_NOFILE, (3, 3))",
    "set limits of a parent": "resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE, (3, 3))",
    "be nice": "os.setpriority(os.PRIO_PROCESS, {pid}, 19)",
    "be nice to all": "os.setpriority(os.PRIO_USER, 0, 19)",
    "bind to a core": "os.sched_setaffinity({pid}, [min(os.sched_getaffinity(0))])",
    "schedule": "os.sched_setscheduler({pid}, os.SCHED_IDLE, os.sched_param(0))",
    "signal": "os.kill({pid}, 0)",
    "stop by a descriptor": "fcntl.fcntl(socket.socketpair()[0], fcntl.F_SETOWN, {pid})",
    "set flags": "fcntl.ioctl(os.open('x', os.O_CREAT), 0x40086602, bytes(8))",
    "take a lease": "fcntl.fcntl(os.open('x', os.O_CREAT), fcntl.F_SETLEASE, 1)",
    "watch a folder": "fcntl.fcntl(os.open('/usr', os.O_RDONLY), fcntl.F_NOTIFY, 2)",
    "look into memory": "open('/proc/{pid}/mem')",
    "look at the environment": "open('/proc/{pid}/environ').read()",
    "see its descriptors": "os.readlink('/proc/{pid}/fd/0')",
    "use its descriptors": "os.open('/proc/{pid}/fd/0', os.O_WRONLY)",
    "have its memory freed": "open('/proc/{pid}/oom_score_adj', 'w').write('1000')",
    "write to a terminal": "os.open(os.path.join('/dev/pts', os.listdir('/dev/pts')[0]), 1)",
    "use semaphores": "call(64, 1, 1, 0o1666)",
    "use queues": "call(68, 1, 0o1666)",
    "use semaphores of others": "call(66, 0, 0, 3)",
}
IGNORED = ("schedule",)
HEAD = """
import ctypes, fcntl, os, resource, socket
def call(number, *arguments):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(number, *arguments) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
try:
    {attack}
    print("done")
except (FileNotFoundError, OSError) as error:
    print("refused")
"""


@pytest.fixture(scope="module")
def exposed():
    template = Template(Bounds(), tuple(name for name in MEASURES if name not in WITHOUT))
    assert template.isolation.shared
    assert "private files" in template.isolation.missing
    yield template
    template.close()


@pytest.fixture
def kernel(exposed):
    made = exposed.fork("cpu")
    yield made
    made.close()


@pytest.fixture
def outside(tmp_path):
    """A file, a folder, a socket and a process that are no business of a submission's."""
    folder = tmp_path / "in"
    folder.mkdir()
    file = folder / "anna.ipynb"
    file.write_text("as it was")
    file.chmod(0o600)
    os.setxattr(file, "user.kept", b"kept")
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        listening.listen()
        yield {
            "file": str(file),
            "folder": str(folder),
            "socket": str(tmp_path / "socket"),
            "pid": process.pid,
        }
    process.communicate(b"\n", timeout=300)


def state_of(outside):
    file, pid = Path(outside["file"]), outside["pid"]
    found = [file.stat(), file.parent.stat(), *file.parent.iterdir()]
    return [
        *((one.st_mode, one.st_mtime_ns, one.st_ctime_ns) for one in found[:2]),
        *found[2:],
        file.read_text(),
        {name: os.getxattr(file, name) for name in os.listxattr(file)},
        resource.prlimit(pid, resource.RLIMIT_NOFILE),
        os.getpriority(os.PRIO_PROCESS, pid),
        os.sched_getaffinity(pid),
        os.sched_getscheduler(pid),
        Path(f"/proc/{pid}/oom_score_adj").read_text(),
    ]


@pytest.mark.parametrize("name", TOUCH)
def test_what_is_others_stays_as_it_was(name, kernel, outside):
    before = state_of(outside)
    code = HEAD.format(attack=TOUCH[name].format(**outside))
    assert shown(kernel, code) == ("done\n" if name in IGNORED else "refused\n")
    assert state_of(outside) == before


GOES_ON = {
    "shutil": """
import os, shutil
open("a", "w").write("1")
shutil.copy("a", "b"), shutil.copy2("b", "c"), os.mkdir("d"), shutil.move("c", "d/c")
shutil.copytree("d", "e")
print(open("e/c").read())
""",
    "tempfile": """
import os, tempfile
with tempfile.NamedTemporaryFile("w+") as file, tempfile.TemporaryDirectory() as folder:
    file.write("1"), file.seek(0)
    open(os.path.join(folder, "x"), "w").write("x")
    print(file.read())
""",
    "pathlib": """
from pathlib import Path
for _ in range(2):
    Path("x").touch()
Path("x").write_text("1")
print(Path("x").replace("y").read_text())
""",
    "numpy": "import numpy as np\nnp.save('x', np.ones(1))\nprint(int(np.load('x.npy')[0]))",
    "torch": """
import torch
layer = torch.nn.Linear(1, 1)
torch.save(layer.state_dict(), "x.pt")
layer.load_state_dict(torch.load("x.pt"))
print(1)
""",
    "archives": """
import os, shutil, zipfile
os.mkdir("d"), open("d/x", "w").write("1")
for kind in ("zip", "gztar"):
    shutil.unpack_archive(shutil.make_archive("d", kind, "d"), kind)
print(open("zip/x").read() if open("gztar/x").read() == "1" else 0)
""",
    "sqlite": """
import sqlite3
with sqlite3.connect("x.db") as db:
    db.execute("create table t (x)"), db.execute("insert into t values (1)")
print(*db.execute("select * from t").fetchone())
""",
    "matplotlib": """
import matplotlib
matplotlib.use("agg")
import matplotlib.pyplot as plt
plt.plot([1, 2]), plt.title("x"), plt.savefig("x.png")
print(1)
""",
    "processes": """
import os, subprocess
subprocess.run(["cp", "/etc/hostname", "x"], check=True)
os.nice(1), os.sched_setaffinity(0, os.sched_getaffinity(0))
import resource
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
print(1)
""",
}


@pytest.mark.parametrize("name", GOES_ON)
def test_ordinary_work_goes_on(name, kernel):
    if name == "matplotlib":
        pytest.importorskip("matplotlib")
    # What is said below is of programs that cannot set modes, and go on.
    assert shown(kernel, GOES_ON[name], limit=60).startswith("1\n")


# As where the system has user namespaces switched off.
NO_NAMESPACES = """
import ctypes, struct
from grader.student_side import linux
unshare = {"x86_64": 272, "aarch64": 97}[__import__("platform").machine()]
code = [(0x20, 0, 0, 0), (0x15, 0, 1, unshare), (6, 0, 0, 0x50001), (6, 0, 0, 0x7FFF0000)]
code = b"".join(struct.pack("<HBBI", *one) for one in code)
kept = ctypes.create_string_buffer(code, len(code))
head = ctypes.create_string_buffer(struct.pack("HxxxxxxP", 4, ctypes.addressof(kept)), 16)
linux.prctl(linux.NO_NEW_PRIVS, 1, 0, 0, 0)
linux.prctl(linux.SECCOMP, 2, ctypes.addressof(head))
"""
HARM = """
import os
def harm(path):
    for tried in (lambda: os.chmod(path, 0), lambda: os.utime(path, (1, 1)),
                  lambda: os.unlink(path), lambda: os.truncate(path, 0),
                  lambda: open(path, "w").close(), lambda: os.rename(path, path + "x")):
        try:
            tried()
            print("harmed", path)
        except OSError:
            pass
for path in {paths!r}:
    harm(path)
"""


@pytest.mark.parametrize("options", ["--jobs 1", "--jobs 2", "--jobs 2 --kernel cold"])
def test_an_ordinary_user_without_namespaces_grades_hostile_work(options, tmp_path):
    user = os.geteuid() or USER
    if why := closed_to(user):
        pytest.skip(why)
    tmp_path.chmod(0o777)
    for folder in tmp_path.parents:
        if folder.stat().st_uid == os.geteuid() and folder.name.startswith("pytest"):
            folder.chmod(0o755)
    source = write_source(tmp_path, SOURCE, "secret")
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    paths = [folder / f"{name}.ipynb" for name in ("anna", "boris", "clara", "zoe")]
    for path in paths:
        path.write_bytes(notebook_of(cells(RIGHT)))
    aims = [*map(str, (*paths, folder, source, out))]
    attack = cells(f"#| exercise: target\n{HARM.format(paths=aims)}")
    (folder / "aaron.ipynb").write_bytes(notebook_of(attack))
    if user != os.geteuid():
        for path in (folder, *folder.iterdir(), source):
            os.chown(path, user, user)
    arguments = ("grade", folder, "-a", source, "-o", out, "--other-data", "off", *options.split())
    done = command(*arguments, user=user, before=NO_NAMESPACES)
    assert done.returncode == 0, done.stderr
    assert "isolation is partial" in done.stderr
    rows = rows_of(out)
    assert [rows[path.stem]["score"] for path in paths] == ["5"] * 4
    assert rows["aaron"]["score"] == "2"
    executed = (out / "results" / "aaron" / "secret" / "executed.ipynb").read_text()
    assert f"harmed {tmp_path}" not in executed
    assert [path.stat().st_mode & 0o777 for path in paths] == [paths[0].stat().st_mode & 0o777] * 4
