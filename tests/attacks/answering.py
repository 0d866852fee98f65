"""Attacks on what the kernel says: its answers, its events, the descriptors that it hands over.

Each has the kernel's own object at hand, as hostile code does, and so needs to guess nothing.
"""

_KERNEL = """
import json, os, socket, struct, sys, threading
warm = get_ipython().send.__self__
head = struct.Struct(">IBII")
def frame(number, kind, header=b"{}", body=b""):
    return head.pack(number, kind, len(header), len(body)) + header + body
def event(**content):
    header = json.dumps({"at": [0, 0], **content}).encode()
    os.write(3, frame(warm.number, 11, header))
"""

_ANSWER = (
    _KERNEL
    + """
def answer_with(header, body=b""):
    warm.answer = lambda *question: (header, body)
def tensor(data, **fields):
    tree = {"k": "tensor", "type": "Tensor", "shape": [1], "dtype": "float32", "device": "cpu",
            "layout": "strided", "requires_grad": False, "ref": "0", "grad": None, **fields}
    about = json.dumps({"0": data}).encode()
    answer_with(json.dumps({"values": {"0": tree}}).encode(),
                struct.pack("<Q", len(about)) + about + bytes(64))
"""
)

ANSWERING = {
    "answer that everything passed": _ANSWER
    + """answer_with(b'{"values": {"0": {"k": "passed", "type": "float", "v": true}}}')""",
    "answer with more than was asked": _ANSWER
    + """answer_with(b'{"values": {}, "score": 3, "outcome": "right"}')""",
    "answer with no JSON": _ANSWER + "answer_with(bytes(range(256)))",
    "answer with nothing": _ANSWER + "answer_with(b'')",
    "answer with what is nested": _ANSWER + "answer_with(b'[' * 10**6)",
    "answer with values nested in values": _ANSWER
    + """
tree = '{"k": "sequence", "type": "list", "items": [' * 40
answer_with((f'{{"values": {{"0": {tree}' + "]}" * 40 + "}}").encode())
""",
    "answer with half a character": _ANSWER
    + """answer_with(b'{"values": {"0": {"k": "text", "type": "\\\\uD800", "v": "\\\\uDFFF"}}}')""",
    "answer with a number of many digits": _ANSWER
    + """
answer_with(b'{"values": {"0": {"k": "number", "type": "int", "of": "int", "v": "%s"}}}'
            % (b"9" * 100_000))
""",
    "answer with a bare number of many digits": _ANSWER
    + """answer_with(b'{"values": %s}' % (b"9" * 100_000))""",
    "answer with no finite number": _ANSWER
    + """answer_with(b'{"values": {"0": NaN, "1": Infinity, "2": 1e999}}')""",
    "answer with a tensor of another shape": _ANSWER
    + """tensor({"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}, shape=[2**40, 2**40])""",
    "answer with a tensor of another dtype": _ANSWER
    + """tensor({"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}, dtype="complex64")""",
    "answer with a tensor that overlaps its end": _ANSWER
    + """tensor({"dtype": "F32", "shape": [9], "data_offsets": [0, 2**50]})""",
    "answer with a tensor of an unknown dtype": _ANSWER
    + """tensor({"dtype": "PICKLE", "shape": [1], "data_offsets": [0, 4]})""",
    "answer with a tensor that is its own gradient": _ANSWER
    + """
grad = {"k": "tensor"}
tensor({"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}, grad=grad)
""",
    "answer with markup for a dtype": _ANSWER
    + """
tensor({"dtype": "F32", "shape": [1], "data_offsets": [0, 4]},
       k="array", type="<script>alert(1)</script>", dtype="<img src=x onerror=alert(1)>",
       device="\\x1b[2J<svg onload=alert(1)>", layout="</code><script>")
""",
    "answer twice": _KERNEL
    + """
reply = warm._reply
warm._reply = lambda *parts: (reply(*parts), reply(*parts))
""",
    "answer half": _KERNEL
    + """os.write(3, frame(warm.number, 12, b"x" * 100)[:20])\nimport time\ntime.sleep(60)""",
    "never answer": _KERNEL + "warm._reply = lambda *parts: None",
    "say who asked": _KERNEL + "warm.number = 2**32 - 1",
    "say that the kernel has ended": _KERNEL + "warm.channel.shutdown(socket.SHUT_WR)",
    "listen no longer": _KERNEL + "warm.channel.shutdown(socket.SHUT_RD)",
    "put another socket in its place": _KERNEL
    + "ours, theirs = socket.socketpair()\nos.dup2(ours.fileno(), 3)",
    "announce events that are none": _KERNEL
    + """
for content in ({}, {"event": 1}, {"event": "display"}, {"event": "display", "data": 7},
                {"event": "display", "data": {"text/plain": 7, "": None}, "id": {}},
                {"event": "display", "data": [["text/html", "<script>alert(1)</script>"]]},
                {"event": "error", "ename": None, "evalue": [], "traceback": 7},
                {"event": "update", "data": {}, "id": None}, {"event": "start"}):
    event(**content)
for header in (b"", b"null", b"[]", b"[" * 10**5, b'{"event": "display", "at": [1e999, NaN]}',
               b'{"event": "display", "at": [0, 0], "data": {"\\\\uD800": "\\\\uDC00"}}'):
    os.write(3, frame(warm.number, 11, header))
""",
    "lie about what was printed": _KERNEL
    + """
print("x" * 1000)
for at in ([2**62, 0], [-5, -5], [2**80, 2**80], [0, 0], [10**400, 1]):
    event(event="clear", at=at)
""",
    "forge the line of an error": _KERNEL
    + """
lines = [f"Cell In[{n}], line {10**6}" for n in range(9)] + ["<script>alert(1)</script>\\x1b[2J"]
event(event="error", ename="<img src=x>", evalue="<svg onload=alert(1)>\\x1b]0;x\\x07",
      traceback=lines)
""",
    "hand over no copy": _KERNEL + "warm._copy = lambda fds: warm._reply(b'{}')",
    "hand over itself for a copy": _KERNEL
    + """
process = os.pidfd_open(os.getpid())
warm._copy = lambda fds: socket.send_fds(
    warm.channel, [frame(warm.number, 12)], [process])
""",
    "hand over a child that is no copy": _KERNEL
    + """
import time
def copy(fds):
    child = os.fork()
    if child == 0:
        time.sleep(60)
        os._exit(0)
    socket.send_fds(warm.channel, [frame(warm.number, 12)], [os.pidfd_open(child)])
warm._copy = copy
""",
    "hand over a folder and a socket": _KERNEL
    + """
strange = [os.open("/proc", os.O_RDONLY), socket.socketpair()[0].detach(), os.memfd_create("x")]
def copy(fds):
    for one in strange:
        socket.send_fds(warm.channel, [frame(warm.number, 11, b'{}')], [one])
    socket.send_fds(warm.channel, [frame(warm.number, 12)], [strange[0]])
warm._copy = copy
""",
    "hand over descriptors without end": _KERNEL
    + """
import time
null = os.open("/dev/null", os.O_RDONLY)
def copy(fds):
    for _ in range(3000):
        socket.send_fds(warm.channel, [frame(warm.number, 11, b'{}')], [null])
    warm._reply(b"{}")
warm._copy = copy
""",
}
