"""One worker and many submissions: what it holds does not depend on how many it has graded."""

from pathlib import Path

from grader.engines.engine import Engine
from grader.engines.job import Job
from grader.engines.workers import Workers
from grader.kernels import processes, usage
from grader.model.submission import Handin
from tests.conftest import notebook_of, write_source

SUBMISSIONS = 500
SOURCE = """
# %%
import torch

torch.manual_seed(0)
scores = torch.randn(4, 3)

# %%
#| exercise: softmax
#| checks:
#|   - probabilities
#|   - expr: softmax(other)
#|     hidden: true
#|     given: |
#|       other = torch.randn(5, 4)
#| blank: |
#|   ...
### BEGIN SOLUTION
def softmax(x):
    return x.exp() / x.exp().sum(dim=1, keepdim=True)
probabilities = softmax(scores)
### END SOLUTION

# %%
#| mistake: softmax
#| name: wrong-axis
#| help: "Along which axis do your numbers sum to one?"
def softmax(x):
    return x.exp() / x.exp().sum(dim=0, keepdim=True)
probabilities = softmax(scores)

# %%
#| exercise: entropy
#| checks:
#|   - entropy
entropy = -(probabilities * probabilities.log()).sum(dim=1)  # SOLUTION

# %%
#| mistake: entropy
#| name: no-sign
#| help: "Can an entropy be below zero?"
(probabilities * probabilities.log()).sum(dim=1)
"""


def wrong_then_right(number):
    """Return a hand-in whose first answer is wrong, and whose second follows from it rightly."""
    wrong = f"return x.exp() / (x.exp().sum(dim=1, keepdim=True) + 0.001 * {number + 1})"
    return notebook_of(
        [
            "import torch\n\ntorch.manual_seed(0)\nscores = torch.randn(4, 3)",
            f"#| exercise: softmax\ndef softmax(x):\n    {wrong}\nprobabilities = softmax(scores)",
            "#| exercise: entropy\nentropy = -(probabilities * probabilities.log()).sum(dim=1)",
        ]
    )


def held(worker):
    """Return what a worker holds: processes, ended ones too, descriptors, MiB of memory."""
    pid = worker._process.pid
    found = processes.tree(pid)
    files = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    return len(found), files, usage.proportional(found) // 2**20


def test_a_worker_holds_no_more_after_many_submissions(tmp_path):
    handins = []
    for number in range(SUBMISSIONS):
        path = tmp_path / f"{number:03}.ipynb"
        path.write_bytes(wrong_then_right(number))
        handins.append(Handin(student=f"{number:03}", path=path, shown=path.name))
    job = Job(
        sources=(write_source(tmp_path, SOURCE, "softmax"),),
        out=tmp_path / "out",
        chosen=True,
    )
    workers = Workers(job, 1)
    seen, outcomes = [], set()
    try:
        for number, finished in enumerate(Engine(workers).grade(handins), start=1):
            report = finished.done.report
            outcomes.add((report.outcome, *(one.outcome for one in report.exercises)))
            if number % 20 == 0:
                seen.append(held(workers._workers[0]))
    finally:
        workers.close()
    assert outcomes == {("graded", "wrong", "right by follow-through")}
    (processes_at, files_at, memory_at), *later = seen
    assert processes_at < 24
    for found, files, memory in later:
        assert found <= processes_at + 6
        assert files <= files_at + 6
        assert memory <= memory_at + 60
