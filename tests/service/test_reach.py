"""A student's cell, graded by a service, that looks for it: nothing of it can be reached."""

import json

import pytest

from tests.conftest import notebook_of
from tests.service.conftest import Service

pytestmark = pytest.mark.kernel

LOOKING = """
import glob, os, socket, struct
loot = []
for path in (SOCKET, os.path.dirname(SOCKET), SOCKET + ".lock"):
    try:
        loot.append(str(os.stat(path)))
    except OSError as error:
        loot.append(type(error).__name__)
for kind in (socket.SOCK_SEQPACKET, socket.SOCK_STREAM):
    for name in (SOCKET, chr(0) + SOCKET):
        try:
            asked = socket.socket(socket.AF_UNIX, kind)
            asked.connect(name)
            loot.append("CONNECTED " + str(asked.recv(100)))
        except OSError as error:
            loot.append(type(error).__name__)
listening = open("/proc/net/unix").read() if os.path.exists("/proc/net/unix") else ""
loot.append("LISTED" if SOCKET in listening else "")
for name in glob.glob("/proc/*/cmdline"):
    try:
        loot.append("SEEN" if b"grader.serving" in open(name, "rb").read() else "")
    except OSError:
        pass
for fd in range(3, 300):
    try:
        other = socket.socket(fileno=os.dup(fd))
        loot.append("HELD " + str(other.getpeername()) + str(other.getsockname()))
    except OSError:
        pass
print(loot)
"""


def test_nothing_of_it_can_be_reached(place, service):
    from tests.conftest import answers_to_small

    cells = [*answers_to_small(), f"SOCKET = {str(service.socket)!r}\n{LOOKING}"]
    (place.top / "looks.ipynb").write_bytes(notebook_of(cells))
    before = service.begun()
    assert place.grade("looks", out="looked").code == 0
    assert service.begun() == before + 1
    folder = place.top / "looked/results/looks/small"
    result = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    assert (result["score"], result["isolation"]) == (6, "full")
    executed = json.loads((folder / "executed.ipynb").read_text(encoding="utf-8"))
    (said,) = [
        "".join(output["text"])
        for cell in executed["cells"]
        for output in cell.get("outputs", ())
        if "text" in output
    ]
    assert "Error" in said
    for word in ("st_mode", "CONNECTED", "LISTED", "SEEN", str(service.socket)):
        assert word not in said
    assert isinstance(service, Service)
