"""Attacks that want to know: the reference, its values, others' work, the machine.

`{reference}`, `{canary}` and `{out}` become paths outside of the sandbox. What an attack finds it
prints and binds to `loot`, so that it would show.
"""

FIND = """
import re
def found(text):
    # Put together as it runs, or it would find itself. The first is a word of its own: its digits
    # stand in addresses, too.
    marks = (r"\\b{}9271\\b".format(4), r"{}\\.375".format(83), "def scale_{}".format("secret"))
    return [hit[0][::-1] for hit in (re.search(mark, text) for mark in marks) if hit]
"""

READING = {
    "read the reference from disk": """
try:
    loot = open({reference!r}).read()
except OSError as error:
    loot = type(error).__name__
print(loot)
""",
    "search the disk for the reference": """
import os
loot = []
for top, folders, files in os.walk("/", onerror=None):
    folders[:] = [f for f in folders if f not in ("proc", "sys", "usr", "lib", "lib64", "bin")
                  and "site-packages" not in f and f != "lib-dynload"]
    for name in files:
        if name.endswith((".py", ".ipynb", ".json", ".csv")) and "python3" not in top:
            try:
                loot += found(open(os.path.join(top, name), errors="replace").read(200_000))
            except OSError:
                pass
print(loot)
""",
    "read the environment and the arguments": """
import os, sys
loot = found(str(dict(os.environ)) + str(sys.argv) + open("/proc/self/cmdline").read())
print(loot, os.environ, sys.argv)
""",
    "read every process": """
import glob
loot = ""
for path in glob.glob("/proc/[0-9]*/*"):
    if path.rpartition("/")[2] in ("cmdline", "environ", "maps", "status"):
        try:
            loot += open(path, errors="replace").read()
        except OSError:
            pass
print(found(loot))
""",
    "read the parent's memory": """
import os
loot = []
for pid in {{os.getppid(), 1, 2}} - {{os.getpid()}}:
    try:
        open(f"/proc/{{pid}}/mem", "rb").read(10)
        loot.append(pid)
    except OSError as error:
        loot.append(type(error).__name__)
print(loot)
""",
    "read what is behind open descriptors": """
import os
loot = ""
for fd in range(3, 200):
    try:
        loot += os.readlink(f"/proc/self/fd/{{fd}}") + str(os.pread(fd, 100_000, 0))
    except OSError as error:
        pass
print(found(loot))
""",
    "search all objects": """
import gc
loot = []
for one in gc.get_objects():
    if type(one) in (str, list, tuple, dict):
        try:
            loot += found(repr(one)[:100_000])
        except Exception:
            pass
print(loot)
""",
    "walk the frames": """
import sys
frame, loot = sys._getframe(), []
while frame is not None:
    loot += found(repr(list(frame.f_locals.values()))[:1_000_000])
    frame = frame.f_back
print(loot)
""",
    "read freed memory": """
import torch
loot = []
for size in (1, 2, 3, 10, 1000, 100_000):
    for _ in range(50):
        values = torch.empty(size)
        if (values * 2 == 98542.125).any() or (values * 2 == 166.75).any():
            loot.append(size)
print(loot)
""",
    "listen with an audit hook": """
import sys
heard = []
sys.addaudithook(lambda event, args: heard.append(event + repr(args)[:500]))
sys.settrace(lambda *_: None)
loot = len(heard)
""",
    "look for other submissions": """
import os
loot = []
for path in ("/tmp", "/home", "/var/tmp", "/dev/shm", "/root", "/work", {out!r}, "/srv", "/mnt"):
    try:
        loot.append((path, sorted(os.listdir(path))))
    except OSError as error:
        loot.append((path, type(error).__name__))
print(loot)
assert not os.path.exists({out!r}) and not os.path.exists({canary!r})
""",
    "follow links out": """
import os
os.symlink({reference!r}, "link")
os.symlink("/etc/shadow", "shadow")
loot = []
for name in ("link", "shadow", "/proc/1/root" + {reference!r}, "/proc/self/root" + {reference!r}):
    try:
        loot.append(open(name).read())
    except OSError as error:
        loot.append(type(error).__name__)
print(loot)
""",
    "read a neighbour by way of a debugger": """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
loot = [libc.ptrace(16, pid, 0, 0) for pid in (1, 2, os.getppid())]
vector = (ctypes.c_uint64 * 2)(0, 8)
loot.append(libc.process_vm_readv(os.getppid(), vector, 1, vector, 1, 0))
print(loot)
assert set(loot) == {{-1}}
""",
}
