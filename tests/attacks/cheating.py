"""Attacks that want marks: forged messages, patched code, values that agree with everything."""

_PUSH = """
import json, os, struct
def push(number, kind, header, body=b"", sizes=None):
    lengths = sizes or (len(header), len(body))
    os.write(3, struct.pack(">IBII", number, kind, *lengths) + header + body)
"""

CHEATING = {
    "forge replies to come": _PUSH
    + """
for number in range(1, 60):
    push(number, 12, b'{{"values": {{"0": {{"k": "text", "type": "str", "v": "1"}}}}}}')
""",
    "forge a verdict": _PUSH
    + """
push(9, 12, json.dumps({{"right": True, "score": 3, "outcome": "passed"}}).encode())
""",
    "flood the channel": _PUSH
    + """
while True:
    push(1, 11, b"x" * 60_000)
""",
    "flood the channel with garbage": """
import os
for _ in range(1000):
    os.write(3, os.urandom(5000))
""",
    "announce a frame without end": _PUSH
    + """
push(5, 12, b"", sizes=(2**32 - 1, 2**32 - 1))
""",
    "close the channel": "import os\nos.close(3)",
    "close every descriptor": "import os\nos.closerange(0, 200)",
    "read the next request in another thread": """
import os, threading
threading.Thread(target=lambda: [os.read(3, 100_000) for _ in range(9)], daemon=True).start()
""",
    "answer in place of the probe": _PUSH
    + """
import threading, time
def answer():
    time.sleep(0.05)
    for number in range(60):
        push(number, 12, b'{{"values": {{}}}}')
threading.Thread(target=answer, daemon=True).start()
""",
    "patch comparison": """
import torch
torch.allclose = torch.equal = torch.isclose = lambda *a, **k: True
torch.Tensor.__eq__ = lambda *a: True
torch.testing.assert_close = lambda *a, **k: None
anchor = torch.zeros(1)
""",
    "patch what the probe imports": """
import builtins, json, os, sys, signal, linecache, random, warnings
import numpy, torch, safetensors.torch
for module, names in (
    (json, ("dumps", "loads")), (os, ("write", "dup", "dup2", "fstat", "_exit")),
    (signal, ("signal",)), (linecache, ("getline",)), (sys, ("exit",)),
    (safetensors.torch, ("save", "load")), (torch.Tensor, ("detach", "clone", "cpu", "contiguous")),
):
    for name in names:
        setattr(module, name, lambda *a, **k: "patched")
get_ipython().showtraceback = get_ipython()._showtraceback = lambda *a, **k: None
""",
    "patch the builtins": """
import builtins
for name in ("len", "repr", "str", "type", "isinstance", "open", "print", "getattr", "list"):
    setattr(builtins, name, lambda *a, **k: 0)
""",
    "patch the probe itself": """
import sys
probe = sys.modules["grader.student_side.probe"].Probe
probe.answer = lambda self, header, body: (b'{{"values": {{}}}}', b"")
probe._observe = lambda self, *a: {{}}
""",
    "patch the kernel itself": """
import sys
warm = sys.modules["grader.student_side.warm"]
warm.Warm._reply = lambda self, header, body=b"": None
""",
    "be equal to everything": """
class Yes:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __getattr__(self, name): return Yes()
    def __call__(self, *a, **k): return Yes()
    def __float__(self): return 1.0
    __hash__ = None
anchor = Yes()
scale = Yes()
""",
    "be a tensor that answers for itself": """
import torch
class Yes(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        return True
    def __eq__(self, other): return True
anchor = torch.zeros(1).as_subclass(Yes)
def scale(x): return torch.zeros(2).as_subclass(Yes)
""",
    "lie about a class": """
import torch
class Fake:
    __class__ = torch.Tensor
    shape, dtype = torch.Size([1]), torch.float32
    def detach(self): return self
    def __getattr__(self, name): return lambda *a, **k: self
anchor = Fake()
""",
    "claim with numbers that are none": """
import torch
anchor = torch.full((1,), float("nan"))
def scale(x): return torch.full((2,), float("inf"))
""",
    "leave in the middle": "import sys\nsys.exit(0)",
    "give up on errors": """
import sys
sys.excepthook = lambda *a: None
raise SystemExit("all checks passed")
""",
    "draw on the snapshot": """
import os
def on_fork():
    global anchor
    anchor = "from the fork"
os.register_at_fork(after_in_child=on_fork)
""",
    "stop at each fork": """
import os, time
os.register_at_fork(after_in_child=lambda: time.sleep(600), before=lambda: None)
def scale(x): return x
""",
    "hand over a stranger instead of a copy": """
import os, sys
warm = sys.modules["grader.student_side.warm"]
warm._fork = lambda: 1
warm._open_process = lambda child: os.open("/dev/null", 0)
def scale(x): return x
""",
    "keep a hidden input for later": """
kept = []
def scale(x):
    kept.append(x)
    open("/tmp/kept", "a").write(str(x))
    raise ValueError(f"the input was {{x.tolist()}}")
""",
    "put a hidden input into a name": """
def scale(x):
    return type(f"input_{{x.tolist()}}", (), {{}})()
""",
}
