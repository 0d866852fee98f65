"""Which cards are meant, how many kernels share them, and what each of these may take."""

import os
import sys
import types
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.kernels import cards, nvml
from grader.kernels.card import visible_of
from grader.kernels.card_files import devices, libraries, torch_has_cuda
from grader.kernels.card_memory import CardMemory, unwatched
from grader.kernels.cards import CONTEXT, KERNELS, Place, chosen, places, slot_at
from tests.kernels.fake_cards import GIB, WITHOUT, Everyone, FakeCards, card, slot


def indexes(asked, number=2, *, torch_has_cuda=True):
    found = chosen(asked, FakeCards(number), torch_has_cuda=torch_has_cuda)
    return [one.index for one in found]


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("cpu", []),
        ("cuda", [0, 1]),
        ("auto", [0, 1]),
        ("cuda:1", [1]),
        ("cuda:1,0", [1, 0]),
        ("cuda:0,0", [0]),
    ],
)
def test_which_cards_are_meant(asked, meant):
    assert indexes(asked) == meant


@pytest.mark.parametrize(
    "asked",
    ["gpu", "cuda:", "cuda:x", "cuda:-1", "cuda:0,", "cuda:,0", "cuda0", "CUDA", "", "cuda:１"],
)
def test_what_is_no_device_is_refused(asked):
    with pytest.raises(UsageError, match="is no device; it is cpu, cuda, cuda:N, cuda:0,1 or auto"):
        indexes(asked)


def test_a_card_that_is_not_there_is_refused():
    with pytest.raises(UsageError, match="no cuda:7; there are 2 cards here, cuda:0 to cuda:1"):
        indexes("cuda:0,7")
    with pytest.raises(UsageError, match="no cuda:1; there is one card here, cuda:0"):
        indexes("cuda:1", 1)


def test_without_a_card_the_cpu_is_only_for_those_who_leave_it_open():
    assert indexes("auto", 0) == []
    assert indexes("auto", torch_has_cuda=False) == []
    with pytest.raises(UsageError, match="no CUDA device here; leave --device out"):
        indexes("cuda", 0)
    with pytest.raises(UsageError, match="PyTorch could use: it is built without CUDA"):
        indexes("cuda:0", torch_has_cuda=False)


def test_workers_go_from_card_to_card():
    found = FakeCards(2)
    assert [one.card for one in places(found.found(), found, 2)] == [0, 1, 0, 1]
    assert [one.card for one in places(found.found()[1:], found, 2)] == [1, 1]


@pytest.mark.parametrize(("free", "slots"), [(139, None), (24, None), (8, None), (139, 10), (8, 2)])
def test_all_kernels_of_a_card_together_have_room_in_what_is_free(free, slots):
    found = FakeCards(memory=free * GIB, free=free * GIB)
    placed = places(found.found(), found, slots)
    assert len(placed) == (slots or max(1, free // 9))
    of_each = placed[0].share * free * GIB
    assert of_each >= cards.LEAST
    context = CONTEXT if of_each > CONTEXT else of_each
    assert len(placed) * KERNELS * (of_each + context) <= 1.001 * free * GIB


def test_what_others_hold_of_a_card_is_nobodys_share():
    found = FakeCards(memory=24 * GIB, free=9 * GIB)
    assert len(places(found.found(), found)) == 1
    assert places(found.found(), found, 1)[0].share * 24 * GIB == pytest.approx(2 * GIB)


def test_more_slots_than_a_card_has_room_for_are_refused():
    found = FakeCards(memory=8 * GIB, free=3 * GIB)
    with pytest.raises(UsageError, match=r"cuda:0 \(NVIDIA Test\) has 3.0 GiB free.*--gpu-slots 2"):
        places(found.found(), found, 8)
    assert len(places(found.found(), found, 2)) == 2
    found.free_bytes = GIB
    with pytest.raises(UsageError, match=r"too little for --gpu-slots 1; use another card$"):
        places(found.found(), found)


def test_where_nobody_tells_of_memory_a_card_is_one_kernels_at_a_time():
    found = FakeCards(memory=0, problem=WITHOUT)
    assert places(found.found(), found) == (Place(card=0, share=1 / KERNELS),)
    assert places(found.found(), found, 2)[0].share == pytest.approx(1 / (2 * KERNELS))
    assert slot_at(Place(card=0, share=0.3), found).most == 0


def test_a_card_that_has_gone_is_said():
    with pytest.raises(UsageError, match="cuda:3 is not there any more"):
        slot_at(Place(card=3, share=0.3), FakeCards(1))


@pytest.mark.parametrize(
    ("said", "left"),
    [
        (None, ["GPU-00", "GPU-11", "GPU-22"]),
        ("", []),
        ("2,0", ["GPU-22", "GPU-00"]),
        ("GPU-1", ["GPU-11"]),
        ("1,7,0", ["GPU-11"]),
        ("-1", []),
        ("GPU-", []),
    ],
)
def test_what_the_environment_hides_is_not_there(said, left):
    found = visible_of([card(index) for index in range(3)], said)
    assert [one.uuid for one in found] == left
    assert [one.index for one in found] == list(range(len(left)))
    assert all(one.minor == int(one.uuid[-1]) for one in found)


def test_what_a_kernel_is_told_of_its_card():
    told = slot_at(Place(card=1, share=0.25), FakeCards(2)).told()
    assert told["devices"] == ["/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia1"]
    assert told["share"] == 0.25
    assert told["libraries"] == libraries() == [one for one in libraries() if Path(one).exists()]
    assert devices(0)[-1] == "/dev/nvidia0"


def test_libraries_of_a_driver_elsewhere_are_found(monkeypatch, tmp_path):
    real = tmp_path / "libcuda.so.550.54"
    real.touch()
    (tmp_path / "libcuda.so.1").symlink_to(real.name)
    (tmp_path / "libcudart.so.12").touch()  # of the toolkit: PyTorch brings its own
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path))
    libraries.cache_clear()
    try:
        assert libraries() == [str(tmp_path / "libcuda.so.1"), str(real)]
    finally:
        libraries.cache_clear()


def test_whether_torch_has_cuda_is_known_without_loading_it():
    import torch

    assert torch_has_cuda() == (torch.version.cuda is not None)


def test_a_kernel_that_goes_past_its_share_is_seen():
    found = FakeCards()
    place = slot(found)
    own = os.getpid()
    found.held_by = {own: place.most, 1: 99 * GIB}
    assert not CardMemory(place).is_exceeded(own)
    found.held_by = {own: place.most + 1}
    assert CardMemory(place).is_exceeded(own)


def test_a_card_is_not_asked_all_the_time():
    found = FakeCards()
    memory = CardMemory(slot(found))
    assert not memory.is_exceeded(os.getpid())
    assert not memory.is_exceeded(os.getpid())
    assert found.asked == 1


def test_whether_anybody_can_watch_is_tried():
    found = FakeCards()
    assert unwatched(slot(found), 7) == ""
    found.held_by = {}
    assert "does not say whose memory" in unwatched(slot(found), 7)
    assert unwatched(slot(FakeCards(problem=WITHOUT)), 7) == WITHOUT
    assert Everyone(3).get(1) == 3


class _Refused(Exception):
    pass


def library(**functions):
    """Return a stand-in for pynvml with two cards, of which processes hold some."""

    def memory(handle):
        return types.SimpleNamespace(total=10 * GIB, free=(handle + 1) * GIB, used=0)

    def running(handle):
        return [
            types.SimpleNamespace(pid=42, usedGpuMemory=3),
            types.SimpleNamespace(pid=43, usedGpuMemory=None),
        ]

    made = {
        "NVMLError": _Refused,
        "nvmlInit": lambda: None,
        "nvmlDeviceGetCount": lambda: 2,
        "nvmlDeviceGetHandleByIndex": lambda index: index,
        "nvmlDeviceGetHandleByUUID": lambda uuid: int(uuid[-1]),
        "nvmlDeviceGetMinorNumber": lambda handle: 5 - handle,
        "nvmlDeviceGetUUID": lambda handle: f"GPU-{handle}".encode(),
        "nvmlDeviceGetName": lambda handle: "NVIDIA Two",
        "nvmlDeviceGetMemoryInfo": memory,
        "nvmlDeviceGetComputeRunningProcesses": running,
    }
    module = types.ModuleType("pynvml")
    vars(module).update(made | functions)
    return module


def refuse(*_):
    raise _Refused("Driver Not Loaded")


def test_what_the_management_library_tells(monkeypatch):
    monkeypatch.setitem(sys.modules, "pynvml", library())
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "GPU-1")
    here = nvml.Nvml()
    (one,) = here.found()
    assert here.problem == ""
    assert (one.index, one.minor, one.uuid, one.name) == (0, 4, "GPU-1", "NVIDIA Two")
    assert (one.memory, here.free(one)) == (10 * GIB, 2 * GIB)
    assert here.held(one) == {42: 3, 43: 0}


def test_what_the_management_library_refuses_is_no_error(monkeypatch):
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setitem(sys.modules, "pynvml", library(nvmlDeviceGetMinorNumber=refuse))
    assert [one.minor for one in nvml.Nvml().found()] == [0, 1]
    monkeypatch.setitem(sys.modules, "pynvml", library(nvmlDeviceGetComputeRunningProcesses=refuse))
    here = nvml.Nvml()
    assert here.held(here.found()[0]) == {}
    monkeypatch.setitem(sys.modules, "pynvml", library(nvmlInit=refuse))
    monkeypatch.setattr(nvml, "_GPUS", Path("/nowhere"))
    here = nvml.Nvml()
    assert (here.problem, here.found()) == ("the driver does not answer: Driver Not Loaded", ())


def test_without_the_library_the_drivers_own_files_name_the_cards(monkeypatch, tmp_path):
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setitem(sys.modules, "pynvml", None)
    monkeypatch.setattr(nvml, "_GPUS", tmp_path)
    for place, uuid, minor in (("0000:02:00.0", "GPU-????", 0), ("0000:01:00.0", "GPU-b", 1)):
        (tmp_path / place).mkdir()
        text = f"Model: \t\t NVIDIA One\nGPU UUID: \t {uuid}\nDevice Minor: \t {minor}\n"
        (tmp_path / place / "information").write_text(text)
    here = nvml.Nvml()
    assert "tensorgrader[cuda]" in here.problem
    first, second = here.found()
    assert (first.uuid, first.minor, first.visible, first.memory) == ("GPU-b", 1, "GPU-b", 0)
    assert (second.uuid, second.minor, second.visible) == ("", 0, "1")
    assert (here.free(first), here.held(first)) == (0, {})
