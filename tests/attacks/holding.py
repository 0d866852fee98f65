"""Grade a hostile notebook, and say how many bytes this process took at most beyond its usual."""

import sys
import tempfile
from pathlib import Path

from grader.authoring.source import load
from grader.formats import notebook
from grader.grade import grade
from grader.kernels.choose import open_factory
from grader.kernels.kernel import Limits
from grader.model.submission import Submission
from grader.reference import Reference, prepare
from tests.conftest import SMALL, notebook_of, write_source

_START = "import torch\ntorch.manual_seed(3)\ndata = torch.randn(4, 3)"
_MEANS = "def column_means(table):\n    return table.mean(0)\nmeans = column_means(data)"
_BIG = "torch.rand(16 * 2**20)"  # as much as an observation may be
_BYTES = "torch.ones(64 * 2**20 - 64, dtype=torch.uint8)"
_EMIT = "emit = get_ipython().emit\n"
_FAIL = _EMIT + "emit('error', ename='', evalue='', traceback=['ab'] * 90_000)"
_SHOW = _EMIT + "emit('display', data={data}, metadata={{}}, id=None)"


def cells(*, means: str = _MEANS, total: str = "total = data.sum()", own: list[str]) -> list[str]:
    """Return the cells of a submission to SMALL."""
    first, second = f"#| exercise: means\n{means}", f"#| exercise: total\n{total}"
    return [_START, first, *own, second, "noise = torch.randn(3)"]


ATTACKS = {
    "lines": cells(own=["print('a\\n' * 490_000)"] * 60),
    "nothing": cells(own=[_EMIT + "for _ in range(9_000): emit('display', data={}, id=None)"] * 20),
    "lists": cells(own=[_SHOW.format(data="{'application/json': [[]] * 90_000}")] * 40),
    "traces": cells(own=[_FAIL] * 40),
    "updates": cells(
        own=[
            _SHOW.format(data="{'text/plain': ''}").replace("None", f"'{name}'")
            + f"\nemit('update', data={{'text/plain': 'x' * 990_000}}, id='{name - 1}')"
            for name in range(60)
        ]
    ),
    "values": cells(
        means=f"means = {_BIG}\ncolumn_means = lambda table: {_BIG}",
        own=[f"means = {_BIG}\ncolumn_means = lambda table: {_BIG}"],
        total=f"total = {_BIG}\nmeans = a = b = c = {_BIG}",
    ),
    "bytes": cells(
        means=f"means = {_BYTES}\ncolumn_means = lambda table: {_BYTES}",
        own=[],
        total=f"total = {_BYTES}",
    ),
    "crowds": cells(
        means="means = [1] * 190_000\ncolumn_means = lambda table: [()] * 190_000",
        own=["means = [torch.zeros(()) for _ in range(49_000)]"],
        total="total = {str(place): '' for place in range(100_000)}\nmeans = [()] * 190_000",
    ),
}  # fmt: skip


def peak(name: str, reference: Reference) -> int:
    """Return the bytes that grading takes beyond what was taken before."""
    read = notebook.read(notebook_of(ATTACKS[name]))
    submission = Submission(student="someone", source="file", notebook=read, digest="0")
    before = _bytes("VmRSS")
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    limits = Limits(cell=60, submission=1_200)
    grade(submission, reference, factory=KIND, limits=limits, language="en")
    return _bytes("VmHWM") - before


def _bytes(name: str) -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return 1024 * int(status.partition(f"{name}:")[2].split()[0])


if __name__ == "__main__":
    KIND = open_factory(None, "cpu")
    try:
        with tempfile.TemporaryDirectory() as folder:
            source = load(write_source(Path(folder), SMALL))
            prepared = prepare(source, factory=KIND, device="cpu")
        for attack in sys.argv[1:] or ATTACKS:
            print(attack, peak(attack, prepared), flush=True)
    finally:
        KIND.close()
