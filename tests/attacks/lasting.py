"""Attacks that stay behind: hooks, timers, names, processes, limits, and values that do not end.

`@canary@`, `@out@`, `@port@` and `@abstract@` become what is outside of the sandbox.
"""

HOOKS = {
    "take another name": """
import sys, types
__name__ = "grader"
sys.modules["__main__"] = types.ModuleType("__main__")
""",
    "empty the namespace": "get_ipython().user_ns.clear()\nglobals().clear()",
    "empty the modules": "import sys\nsys.modules.clear()",
    "replace the import": """
import builtins, sys
class Finder:
    def find_spec(self, *arguments): raise SystemExit("no imports")
sys.meta_path.insert(0, Finder())
builtins.__import__ = None
""",
    "raise in an audit hook": """
import sys
def heard(event, arguments):
    raise RuntimeError(event)
sys.addaudithook(heard)
""",
    "trace every line": """
import sys, threading
def trace(frame, event, argument):
    raise SystemExit("traced")
threading.settrace(trace)
sys.settrace(trace)
""",
    "profile every call": """
import sys
def profile(frame, event, argument):
    if frame.f_code.co_name == "_observe":
        frame.f_locals["values"] = {}
        raise KeyboardInterrupt
sys.setprofile(profile)
""",
    "leave no room to recurse": "import sys\nsys.setrecursionlimit(60)",
    "run at each collection": """
import gc
def collected(phase, info):
    raise SystemExit(phase)
gc.callbacks.append(collected)
gc.set_threshold(1)
""",
    "run as an object ends": """
class Undying:
    def __del__(self):
        while True: pass
anchor = Undying()
del anchor
""",
    "run at the exit": """
import atexit, threading
atexit.register(lambda: open("@canary@", "w").write("attacked"))
threading._register_atexit(print, "still here")
raise SystemExit
""",
    "write tracebacks into the channel": """
import faulthandler, time
faulthandler.dump_traceback_later(0.05, repeat=True, file=3)
""",
    "exit later from C": """
import faulthandler
faulthandler.dump_traceback_later(0.05, exit=True)
""",
    "ring each kind of timer": """
import signal
for timer in (signal.ITIMER_VIRTUAL, signal.ITIMER_PROF):
    signal.setitimer(timer, 0.01, 0.01)
""",
    "block every signal": """
import signal
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
while True: pass
""",
    "wake up by descriptor": """
import signal
signal.set_wakeup_fd(3, warn_on_full_buffer=False)
signal.raise_signal(signal.SIGINT)
""",
    "replace the shell": """
shell = get_ipython()
shell.run_cell = shell.run_cell_async = shell.execute = None
shell.execution_count = 10**30
shell.events.register("pre_run_cell", lambda *a: 1 / 0)
shell.ast_transformers.append(None)
""",
    "transform the cells to come": """
anchor = 1
get_ipython().input_transformers_cleanup.append(lambda lines: ["while True: pass\\n"])
""",
}

PROCESSES = {
    "start a service": """
import subprocess, sys
code = "import os, time\\nos.setsid() if os.getpid() != os.getsid(0) else 0\\ntime.sleep(600)"
for _ in range(5):
    subprocess.Popen([sys.executable, "-S", "-c", code], start_new_session=True, close_fds=True)
""",
    "start under a false name": """
import ctypes, os, time
if os.fork() == 0:
    ctypes.CDLL(None).prctl(15, b") Z 1 1 (", 0, 0, 0)
    os.setsid()
    time.sleep(600)
""",
    "start a sibling": """
import ctypes, os, time
libc = ctypes.CDLL(None, use_errno=True)
print(libc.syscall(56, 0x8000 | 17, 0, 0, 0, 0))
if os.fork() == 0:
    if libc.syscall(56, 0x8000 | 17, 0, 0, 0, 0) == 0:
        time.sleep(600)
    os._exit(0)
""",
    "keep what its parent leaves": """
import ctypes, os, time
libc = ctypes.CDLL(None)
if os.fork() == 0:
    libc.prctl(36, 1, 0, 0, 0)
    libc.prctl(1, 0, 0, 0, 0)
    for _ in range(3):
        if os.fork() == 0:
            os.setsid()
            time.sleep(600)
    time.sleep(600)
""",
    "fork in each copy": """
import os, time
def again():
    if os.getpid() != 1 and os.fork() == 0:
        os.setsid()
        time.sleep(600)
os.register_at_fork(after_in_child=again)
def scale(x): return x
""",
    "hang before each fork": """
import os, time
os.register_at_fork(before=lambda: time.sleep(600))
def scale(x): return x
""",
    "send descriptors at each fork": """
import array, os, socket, sys
frames = sys.modules["grader.student_side.framing"]
def send():
    channel = socket.socket(fileno=os.dup(3))
    for _ in range(40):
        event = frames.pack(0, frames.EVENT, b"{}")
        fds = array.array("i", [0] * 250)
        channel.sendmsg([event], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)])
os.register_at_fork(before=send)
def scale(x): return x
""",
    "start all processes that it may": """
import os, time
try:
    while True:
        if os.fork() == 0:
            time.sleep(600)
except OSError:
    pass
def scale(x): return x
""",
    "fork in a hidden call": """
import os, time
def scale(x):
    if os.fork() == 0:
        os.setsid()
        time.sleep(600)
    return x
""",
    "raise its limits": """
import resource
for name in ("DATA", "NPROC", "NOFILE", "FSIZE", "CPU", "CORE", "MEMLOCK", "MSGQUEUE"):
    kind = getattr(resource, "RLIMIT_" + name)
    try:
        resource.setrlimit(kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        print("raised", name)
    except (OSError, ValueError):
        pass
""",
    "go before others": """
import os
for change in (lambda: os.nice(-10),
               lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(9)),
               lambda: open("/proc/self/oom_score_adj", "w").write("-1000")):
    try:
        change()
        print("raised")
    except OSError:
        pass
""",
    "queue messages": """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
print(libc.syscall(240, b"grader", 0o102, 0o600, None))
""",
}

OUTSIDE = {
    "change the system": """
for path in ("/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/proc/1/oom_score_adj",
             "/sys/kernel/uevent_helper", "/sys/devices/system/cpu/cpu1/online", "/dev/shm/../mem",
             "/proc/self/uid_map", "/proc/self/setgroups", "/proc/sys/user/max_user_namespaces"):
    try:
        with open(path, "w") as file:
            file.write("1")
        if "oom_score" not in path:
            print("wrote", path)
    except OSError:
        pass
""",
    "read the system": """
import glob
for path in ("/dev/mem", "/dev/kmsg", "/proc/kcore", "/etc/shadow", "/root", *glob.glob("/dev/sd*"),
             *glob.glob("/dev/vd*"), "/var/run/docker.sock", "/proc/1/root/etc/shadow"):
    try:
        open(path, "rb").read(10)
        print("opened", path)
    except OSError:
        pass
""",
    "link to what is outside": """
import os
for source in ("/etc/passwd", "@canary@", "/bin/sh"):
    try:
        os.link(source, "/tmp/linked", follow_symlinks=True)
        open("/tmp/linked", "a").write("attacked")
        print("wrote", source)
    except OSError:
        pass
""",
    "climb out": """
import os
os.makedirs("/tmp/deep", exist_ok=True)
fd = os.open("/", os.O_RDONLY)
try:
    os.chroot("/tmp/deep")
    print("became root")
except OSError:
    pass
os.fchdir(fd)
for _ in range(50):
    os.chdir("..")
print(os.path.exists("." + "@canary@"), os.path.exists("../../../../../../" + "@out@"))
assert not os.path.exists("." + "@canary@")
""",
    "connect to an abstract socket": """
import socket
for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
    try:
        socket.socket(socket.AF_UNIX, kind).connect("\\0@abstract@")
        print("connected")
    except OSError:
        pass
""",
    "listen to the network": """
import socket
for address in (("0.0.0.0", 0), ("127.0.0.1", 8123)):
    try:
        socket.create_server(address)
        print("connected")
    except OSError:
        pass
""",
    "connect by IPv6": """
import socket
try:
    socket.create_connection(("::1", @port@), timeout=1)
    print("connected")
except OSError:
    pass
""",
    "ask the name service": """
import socket
try:
    print("connected", socket.getaddrinfo("example.org", 80))
except OSError:
    pass
""",
    "wait on rings": """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
rings = [libc.syscall(number, 8, bytes(120), 0, 0, 0) for number in (425, 426, 427)]
print(rings)
assert set(rings) == {-1}
""",
}

VALUES = {
    "numbers that lie": """
class Int(int):
    def __repr__(self): return "7"
    def __eq__(self, other): return True
    def bit_length(self): return 1
class Float(float):
    def __repr__(self): return "7.5"
    def hex(self): return "0x1"
anchor = Float(1)
def scale(x): return Int(10**5000)
""",
    "an array that lies": """
import numpy
class Array(numpy.ndarray):
    def __array_function__(self, *arguments): return True
    def __array_ufunc__(self, *arguments, **named): return True
    @property
    def shape(self): raise KeyboardInterrupt
anchor = numpy.zeros(1).view(Array)
def scale(x): return numpy.array([object(), x], dtype=object)
""",
    "a tensor of no data": """
import torch
class Wrapped(torch.Tensor):
    @staticmethod
    def __new__(cls):
        return torch.Tensor._make_wrapper_subclass(cls, (1,), dtype=torch.float32)
    @classmethod
    def __torch_dispatch__(cls, function, types, arguments=(), named=None):
        while True: pass
anchor = Wrapped()
def scale(x): return torch.empty(2, device="meta")
""",
    "a tensor larger than the world": """
import torch
anchor = torch.zeros(1).expand(2**45)
def scale(x): return torch.zeros(1).expand(*[2] * 40)
""",
    "tensors of every kind": """
import torch
anchor = [torch.zeros(3).to_sparse(), torch.quantize_per_tensor(torch.zeros(3), 1, 0, torch.quint8),
          torch.nested.nested_tensor([torch.zeros(1), torch.zeros(2)]), torch.zeros(3).conj(),
          torch.zeros(2, names=("a",)), torch.zeros(0), torch.sparse_coo_tensor(size=(2**40,))]
""",
    "numbers that are none, with a message": """
import torch
anchor = torch.tensor([0x7FC0BEEF], dtype=torch.int32).view(torch.float32)
def scale(x): return x * float("nan")
""",
    "a module whose state is endless": """
import itertools, torch
class Module(torch.nn.Module):
    def state_dict(self, *a, **k): return {str(n): torch.zeros(1) for n in itertools.count()}
    def _save_to_state_dict(self, *a, **k):
        while True: pass
anchor = Module()
def scale(x): return Module()
""",
    "a mapping with hostile names": """
anchor = {"<script>alert(1)</script>\\x1b[2J": 1, ("x",) * 10: 2, "y" * 10**6: 3, None: 4}
def scale(x): return {"\\ud800": x, "</code><img src=x>": x}
""",
    "a class with a hostile name": """
anchor = type("</li><script>alert(1)</script>\\x1b[31m", (), {})()
def scale(x): return type("\\u202eevil<img>", (list,), {})([1])
""",
    "an exception that never ends": """
class Endless(Exception):
    def __str__(self):
        while True: pass
    def _render_traceback_(self):
        while True: pass
raise Endless
""",
    "an exception with a chain": """
error = None
for n in range(5000):
    new = ValueError("x" * 100)
    new.__cause__, error = error, new
raise error
""",
    "an exception with a huge message": "raise ValueError('<b>' + 'x' * 10**8)",
    "a value that shows itself without end": """
from IPython.display import display
class Loud:
    def _repr_html_(self): return "<script>alert(1)</script>" * 10**6
    def _repr_mimebundle_(self, **named): return {"text/html": "<img src=x>", "\\x1b": object()}
    def __repr__(self): return "\\x1b]0;owned\\x07" * 10**5
display(Loud())
Loud()
""",
    "a slow value": """
class Slow(dict):
    def __iter__(self):
        while True: yield 1
    def __len__(self): return -1
class Hash(str):
    def __hash__(self):
        while True: pass
anchor = Slow(a=1)
def scale(x): return [Hash("x")]
""",
    "code that is nested": "anchor = " + "-" * 3000 + "1",
    "code that is one long sum": "anchor = " + "+".join(["1"] * 20_000),
    "code that is one long chain": "anchor = torch" + ".a" * 20_000,
    "code with a number of many digits": "anchor = " + "9" * 10_000,
    "code with null characters": "anchor = '\0' # \0",
    "code in another encoding": "# -*- coding: utf-7 -*-\nanchor = '+ADw-script+AD4-'",
}

LASTING = {**HOOKS, **PROCESSES, **OUTSIDE, **VALUES}
