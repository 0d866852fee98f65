"""Attacks that want to do damage: to the machine, to the batch, to the others."""

BREAKING = {
    "write outside": """
import os
for path in ({canary!r}, {reference!r}, "/etc/passwd", "/usr/x", "/bin/sh", os.__file__):
    try:
        open(path, "a").write("attacked")
        print("wrote", path)
    except OSError as error:
        print(type(error).__name__)
""",
    "delete everything": """
import os, shutil
for top in ("/home", "/tmp", "/usr", "/etc", os.path.dirname({canary!r})):
    shutil.rmtree(top, ignore_errors=True)
""",
    "make devices": """
import os, stat
for number in (os.makedev(1, 1), os.makedev(8, 0), os.makedev(254, 0)):
    try:
        os.mknod("device", stat.S_IFBLK | 0o666, number)
        print("made")
    except OSError as error:
        print(type(error).__name__)
assert not os.path.exists("device")
""",
    "connect by TCP": """
import socket
try:
    socket.create_connection(("127.0.0.1", {port}), timeout=1)
    print("connected")
except OSError as error:
    print(type(error).__name__)
""",
    "send by UDP": """
import socket
try:
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", {port}))
    print("connected")
except OSError as error:
    print(type(error).__name__)
""",
    "connect to unix sockets": """
import socket
for address in ({unix!r}, {abstract!r}, "/run/dbus/system_bus_socket"):
    try:
        socket.socket(socket.AF_UNIX).connect(address)
        print("connected")
    except OSError as error:
        print(type(error).__name__)
""",
    "open netlink, packet and vsock sockets": """
import socket
for family in (16, 17, 40, 38):
    try:
        socket.socket(family, socket.SOCK_RAW)
        print("connected")
    except OSError as error:
        print(type(error).__name__)
""",
    "fork without end": "import os\nwhile True:\n    os.fork()",
    "fork by way of a shell": "anchor = 1\n!sh -c 'f() {{ f | f & }}; f; sleep 30'",
    "take all memory": "hoard = []\nwhile True:\n    hoard.append(bytearray(2**26))",
    "take memory in shared pieces": """
import os
for n in range(1000):
    open(f"/dev/shm/{{n}}", "wb").write(bytes(2**24))
""",
    "fill the disk": """
n = 0
while True:
    open(f"/tmp/{{n}}", "wb").write(bytes(2**24))
    n += 1
""",
    "fill the disk with names": """
n = 0
while True:
    open(f"/tmp/{{n}}", "wb").close()
    n += 1
""",
    "print without end": "while True:\n    print('x' * 10_000)",
    "write to the descriptor without end": "import os\nwhile True:\n    os.write(1, b'x' * 2**16)",
    "print without end in another process": "anchor = 1\n!yes",
    "show without end": """
from IPython.display import display
while True:
    display({{"text/plain": "x" * 10_000}}, raw=True)
""",
    "open files without end": "import os\nopened = [os.open('/dev/null', 0) for _ in range(10**6)]",
    "start threads without end": """
import threading, time
for _ in range(10**5):
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
""",
    "watch without end": """
import ctypes
libc = ctypes.CDLL(None)
watching = [libc.inotify_init() for _ in range(5000)]
""",
    "ignore every signal": """
import signal
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM):
    signal.signal(number, signal.SIG_IGN)
while True:
    pass
""",
    "catch every interrupt": """
while True:
    try:
        while True:
            x = 1
    except BaseException:
        pass
""",
    "leave a daemon": """
import os, signal, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.closerange(0, 100)
        while True:
            time.sleep(1)
    os._exit(0)
""",
    "kill everything": """
import os, signal
for pid in (-1, 0, 1, os.getppid()):
    try:
        os.kill(pid, signal.SIGTERM)
        os.kill(pid, signal.SIGKILL)
    except OSError as error:
        print(type(error).__name__)
""",
    "kill all process groups": """
import os, signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
for pid in range(2, 3000):
    try:
        os.kill(pid, signal.SIGKILL)
    except OSError:
        pass
""",
    "leave a timer": """
import signal
def ring(*_):
    raise RuntimeError("the timer")
signal.signal(signal.SIGALRM, ring)
signal.setitimer(signal.ITIMER_REAL, 0.02, 0.02)
""",
    "leave a thread that exits": """
import os, threading
threading.Timer(0.05, lambda: os._exit(3)).start()
""",
    "stop the clock": "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
    "stop the group": "import os, signal\nos.killpg(os.getpgid(0), signal.SIGSTOP)",
    "exit hard": "import os\nos._exit(0)",
    "crash": "import ctypes\nctypes.string_at(0)",
    "abort": "import os\nos.abort()",
    "overflow the stack": """
import sys
sys.setrecursionlimit(10**9)
def f(n): return f(n + 1) + 1
f(0)
""",
    "replace the process": "import os\nos.execv('/bin/true', ['/bin/true'])",
    "exit at the end": "import atexit, os\natexit.register(os._exit, 5)\nraise SystemExit",
    "leave the namespaces": """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
tried = [libc.unshare(0x10000000), libc.unshare(0x20000), libc.setns(0, 0), libc.chroot(b"/tmp"),
         libc.mount(b"none", b"/tmp", b"tmpfs", 0, None), libc.umount2(b"/proc", 2)]
print(tried)
assert set(tried) == {{-1}}
""",
    "call what is forbidden": """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
tried = [libc.syscall(number, 0, 0, 0, 0, 0) for number in (
    250, 248, 321, 298, 323, 246, 175, 313, 304, 425, 101, 310, 435)]
print(tried)
assert set(tried) == {{-1}}
""",
    "become root": """
import os
for change in (os.setuid, os.setgid):
    try:
        change(0)
        print("became root")
    except OSError as error:
        print(type(error).__name__)
!su -c id; sudo -n id; mount; chmod u+s /bin/sh
""",
    "change the clock and the host": """
import ctypes, socket
libc = ctypes.CDLL(None, use_errno=True)
print(libc.settimeofday((ctypes.c_long * 2)(1, 1), None), libc.sethostname(b"x", 1))
""",
    "huge values": """
anchor = 10 ** 100_000
def scale(x): return "x" * 10**9
""",
    "deep values": """
anchor = []
for _ in range(100_000):
    anchor = [anchor]
def scale(x):
    value = {{}}
    value["self"] = value
    return value
""",
    "values without end": """
import itertools
class Endless(list):
    def __iter__(self): return itertools.count()
    def __len__(self): return 10**18
anchor = Endless([1])
def scale(x): return itertools.repeat(x)
""",
    "values that block": """
import torch
class Trap(torch.nn.Module):
    def state_dict(self, *a, **k):
        while True: pass
    def __getattribute__(self, name):
        while True: pass
class Trapped(torch.Tensor):
    @property
    def shape(self):
        while True: pass
anchor = torch.ones(1).as_subclass(Trapped)
def scale(x): return Trap.__new__(Trap)
""",
    "properties that raise": """
class Trap(dict):
    def items(self): raise KeyboardInterrupt
    def keys(self): raise SystemExit
    def __repr__(self): raise MemoryError
anchor = Trap(a=1)
class Loud(Exception):
    def __str__(self): raise SystemExit("no")
def scale(x): raise Loud
""",
    "terminal and page escapes": """
print("\\x1b[2J\\x1b]0;owned\\x07<script>alert(1)</script><img src=x onerror=alert(1)>")
class Evil(Exception): pass
Evil.__name__ = "<script>alert(2)</script>\\x1b[31m"
anchor = "</pre><script>alert(3)</script>"
raise Evil("<svg onload=alert(4)>\\x1b[2J")
""",
    "show a page": """
from IPython.display import HTML, Javascript, display
display(HTML("<script>alert(5)</script>"), Javascript("alert(6)"))
""",
}
