"""Kernels on a card: each its own context, its own card, its own share, and its own end."""

import json
import time
from contextlib import closing
from pathlib import Path

import pytest

from grader.kernels import cards, processes
from grader.kernels.choose import open_factory
from tests.conftest import shown
from tests.kernels.test_on_a_card import opened

SHARE = 2**31  # bytes


@pytest.fixture(scope="module")
def place():
    here = cards.here()
    card = here.found()[0]
    (place,) = cards.places([card], here, 1)
    return cards.Place(card=0, share=SHARE / card.memory) if card.memory else place


@pytest.fixture(scope="module", params=["warm", "cold"])
def kind(request, place):
    made = open_factory(request.param, "cuda", place=place)
    yield made
    made.close()


@pytest.fixture
def kernel(kind):
    with closing(kind.start("cuda")) as made:
        yield made


def test_a_tensor_comes_to_the_card_and_back(kernel):
    cell = "import torch\nx = torch.arange(4.0, device='cuda')\nprint((x @ x).item(), x.device)"
    assert shown(kernel, cell) == "14.0 cuda:0\n"
    cell = "print(torch.cuda.device_count(), torch.cuda.is_available())"
    assert shown(kernel, cell) == "1 True\n"


def test_only_kernels_open_the_card(place):
    with (
        closing(open_factory("warm", "cuda", place=place)) as kind,
        closing(kind.start("cuda")) as kernel,
    ):
        assert any(path.startswith("/dev/nvidia") for path in opened(kernel.pid))
        # The template, and the process that waits for it; the kernels stand below.
        number = 1 if "pid namespace" in kind.isolation.missing else 2
        for pid in processes.tree(kind.start.__self__._popen.pid)[:number]:
            held = list(Path(f"/proc/{pid}/fd").iterdir())
            assert held
            assert not any("nvidia" in str(one.readlink()) for one in held)
        assert kernel.fork() is None


def test_what_is_in_sight_of_the_driver(kind, kernel):
    if kind.isolation.level == "none":
        pytest.skip(f"isolation is {kind.isolation}")
    cell = """
import json, pathlib
opened = []
for path in sorted(pathlib.Path('/dev').glob('nvidia*')):
    try:
        open(path, 'rb+', buffering=0).close()
        opened.append(path.name)
    except OSError:
        pass
print(json.dumps(opened))
"""
    found = json.loads(shown(kernel, cell))
    minor = cards.here().found()[0].minor
    assert set(found) == {"nvidia-uvm", "nvidiactl", f"nvidia{minor}"}


def test_isolation_is_as_the_doctor_says(kind):
    missing = set(kind.isolation.missing)
    assert "one card" not in missing or kind.isolation.level == "none"
    assert str(kind.isolation).startswith(f"{kind.isolation.level}, with a card")


def test_numbers_are_the_same_in_each_kernel_and_in_full_precision(kind):
    cell = (
        "import torch\ntorch.manual_seed(1)\nx = torch.randn(700, 700).cuda()\n"
        "y = torch.nn.functional.conv2d(x[None, None], torch.randn(8, 1, 5, 5).cuda())\n"
        "s = torch.zeros(9, device='cuda').index_add_(0, torch.arange(490000).cuda() % 9,"
        " x.flatten())\n"
        "print((x @ x).sum().item().hex(), y.sum().item().hex(), s.sum().item().hex(),"
        " torch.rand(1, device='cuda').item().hex())\n"
        "print(((x @ x).double() - x.double() @ x.double()).abs().max().item() < 1e-3)"
    )
    said = set()
    for _ in range(2):
        with closing(kind.start("cuda")) as kernel:
            said.add(shown(kernel, cell, limit=60.0))
    (one,) = said
    assert one.endswith("True\n")


def test_who_asks_for_more_than_its_share_gets_an_error_and_goes_on(kernel):
    run = kernel.run_cell(f"import torch\nx = torch.empty({2 * SHARE}, device='cuda')", limit=30)
    assert run.outputs[-1]["ename"] == "OutOfMemoryError"
    assert shown(kernel, "print(torch.ones(2, device='cuda').sum().item())") == "2.0\n"


def test_who_goes_past_pytorch_is_ended(kind, kernel):
    if "card memory" in kind.isolation.missing:
        pytest.skip(kind.isolation.missing["card memory"])
    cell = f"""
import ctypes, time, torch
torch.ones(1, device='cuda')
driver, place = ctypes.CDLL('libcuda.so.1'), ctypes.c_uint64()
for _ in range(40):
    driver.cuMemAlloc_v2(ctypes.byref(place), ctypes.c_size_t({SHARE // 4}))
time.sleep(20)
"""
    assert kernel.run_cell(cell, limit=20).ending == "too much memory"
    assert not kernel.alive


def test_what_breaks_the_card_breaks_it_for_one_kernel(kind, kernel):
    with closing(kind.start("cuda")) as other:
        cell = (
            "import torch\nx = torch.zeros(3, device='cuda')\n"
            "y = x[torch.tensor([9], device='cuda')]"
        )
        run = kernel.run_cell(cell, limit=60)
        assert run.ending == "error"
        assert "device-side assert" in run.outputs[-1]["evalue"]
        text = shown(other, "import torch\nprint(torch.ones(2, device='cuda').sum().item())")
        assert text == "2.0\n"


def test_what_hangs_on_the_card_is_ended_and_waited_for(kind):
    cell = "import torch\ntorch.cuda._sleep(10**13)\ntorch.cuda.synchronize()"
    with closing(kind.start("cuda")) as kernel:
        began = time.monotonic()
        assert kernel.run_cell(cell, limit=2).ending == "timed out"
        assert time.monotonic() - began < 60
    with closing(kind.start("cuda")) as other:
        text = shown(other, "import torch\nprint(torch.ones(2, device='cuda').sum().item())")
        assert text == "2.0\n"
