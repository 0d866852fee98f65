"""Where a source draws on a device is said, with its line, and is no fault."""

from grader.authoring.source import load
from grader.verifying.draws import verify_device_draws
from grader.verifying.subject import open_subject
from tests.conftest import kernels, write_source
from tests.verifying.sound import pointed_at

SOURCE = """
# %%
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
x = torch.ones(3, device=device)

# %%
#| exercise: noise
#| draws: true
#| checks:
#|   - double(x)
#|   - expr: double(y)
#|     given: |
#|       y = torch.rand(3).to("cuda" if torch.cuda.is_available() else "cpu")
def double(x):
    return 2 * x  # SOLUTION


# %%
#| exercise: on-card
#| needs: cuda
#| checks: [there]
there = torch.rand(3, device="cuda")  # SOLUTION
"""


def test_a_draw_on_a_device_is_named_where_it_stands(tmp_path):
    changes = {
        "x = torch.ones(3, device=device)": "x = torch.rand(3, device=device)",
        'torch.rand(3).to("cuda" if': 'torch.rand(3, device="cuda" if',
        "return 2 * x": "return 2 * x + 0 * torch.rand_like(torch.ones(3, device=device))",
    }
    for old, new in changes.items():
        assert old in SOURCE
        path = write_source(tmp_path, SOURCE.replace(old, new))
        subject = open_subject(load(path), kernels(), "cpu")
        verify_device_draws(subject)
        (finding,) = subject.findings.found
        assert new in pointed_at(finding).split("\n")[0]
        assert not finding.fault
        assert "draws on a device" in finding.problem
        assert "draw on the CPU" in finding.todo
        subject.close()


def test_what_is_drawn_on_the_cpu_and_moved_is_not_named(tmp_path):
    subject = open_subject(load(write_source(tmp_path, SOURCE)), kernels(), "cpu")
    verify_device_draws(subject)
    assert subject.findings.found == []
    subject.close()
