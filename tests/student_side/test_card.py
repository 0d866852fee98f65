"""What a kernel does with its card, on stand-ins for the calls that need one."""

import json
import os
import subprocess
import sys
import warnings

import pytest
import torch

from grader.formats import wire
from grader.model.values import RaisedValue
from grader.student_side import card, state
from grader.student_side.probe import Probe
from tests.student_side.test_probe import ask


@pytest.fixture
def calls(monkeypatch):
    """A card that is not there: what is called of it, and the seeds of its generator."""
    called = []

    def zeros(*shape, device=None):
        called.append(("zeros", device))

    def note(name):
        return lambda *arguments: called.append((name, *arguments))

    monkeypatch.setattr(torch, "zeros", zeros)
    for name in ("init", "set_per_process_memory_fraction", "manual_seed_all"):
        monkeypatch.setattr(torch.cuda, name, note(name))
    generator = [torch.zeros_like(torch.ones(4), dtype=torch.uint8)]
    monkeypatch.setattr(torch.cuda, "get_rng_state_all", lambda: list(generator))
    monkeypatch.setattr(
        torch.cuda, "set_rng_state_all", lambda new: generator.__setitem__(0, new[0])
    )
    monkeypatch.setattr(card, "_synchronize", note("synchronize"))
    called_generator = called, generator
    with warnings.catch_warnings():
        yield called_generator
    torch.use_deterministic_algorithms(False)
    torch.utils.deterministic.fill_uninitialized_memory = True
    torch._C._set_cudnn_deterministic(False)
    torch._C._set_cudnn_allow_tf32(True)


def switches():
    return (
        torch.get_deterministic_debug_mode(),
        torch._C._get_cublas_allow_tf32(),
        torch._C._get_cudnn_allow_tf32(),
        torch._C._get_cudnn_benchmark(),
        torch._C._get_cudnn_deterministic(),
    )


def test_a_card_is_opened_with_its_share_and_without_what_varies(calls):
    Probe({}).use_card(0.25)
    called, _ = calls
    assert called == [
        ("init",),
        ("set_per_process_memory_fraction", 0.25, 0),
        ("zeros", "cuda"),
        ("synchronize",),
    ]
    assert switches() == (1, False, False, False, True)
    assert not torch.utils.deterministic.fill_uninitialized_memory
    assert torch.empty(1).dtype is torch.float32


def test_what_has_one_way_only_warns_nobody(calls):
    Probe({}).use_card(0.25)
    once = "cumsum_cuda_kernel does not have a deterministic implementation"
    warnings.warn(once, stacklevel=1)
    with pytest.raises(UserWarning, match="something else"):
        warnings.warn("something else", stacklevel=1)


def test_every_device_is_seeded_and_put_back_as_the_reference_had_it(calls):
    called, generator = calls
    probe = Probe({})
    probe.use_card(0.5)
    ask(probe, wire.question("hello", seed=7))
    assert ("manual_seed_all", 7) in called
    generator[0] = torch.tensor([1, 2, 3], dtype=torch.uint8)
    saved = probe.answer(wire.question("save").header, b"")
    generator[0] = torch.tensor([9], dtype=torch.uint8)
    header = {"ask": "restore", **json.loads(saved[0])}
    probe.answer(json.dumps(header).encode(), saved[1])
    assert generator[0].tolist() == [1, 2, 3]
    # What a check draws is drawn from a seed, and leaves no trace.
    ask(probe, wire.question("observe", expressions={"0": "1 + 1"}, seed=3))
    assert called.count(("manual_seed_all", 3)) == 1
    assert generator[0].tolist() == [1, 2, 3]


def test_a_look_is_taken_with_what_was_chosen_and_leaves_what_the_student_chose(calls):
    namespace = {"seen": None}
    probe = Probe(namespace)
    probe.use_card(0.5)
    torch.backends.cuda.matmul.allow_tf32 = True
    torch.use_deterministic_algorithms(False)
    torch.backends.cudnn.benchmark = True
    try:
        namespace["look"] = switches
        values = ask(probe, wire.question("observe", expressions={"0": "list(look())"}, seed=0))
        assert [one.value for one in values["0"].items] == [1, False, False, False, True]
        assert switches() == (0, True, False, True, True)
    finally:
        torch.backends.cuda.matmul.allow_tf32 = False
        torch.backends.cudnn.benchmark = False


def test_mixed_names_of_one_switch_break_no_look(calls):
    if not hasattr(torch.backends.cuda.matmul, "fp32_precision"):
        pytest.skip("this PyTorch has one name for it only")
    probe = Probe({"a": 1})
    probe.use_card(0.5)
    torch.backends.cuda.matmul.fp32_precision = "tf32"
    try:
        with pytest.raises(RuntimeError):
            torch._C._get_cublas_allow_tf32()
        values = ask(probe, wire.question("observe", expressions={"0": "a + 1"}, seed=0))
        assert values["0"].value == 2
        assert torch._C._get_cublas_allow_tf32() is False
    finally:
        torch._C._set_cublas_allow_tf32(False)


def test_what_goes_wrong_on_a_card_is_of_the_expression_that_did_it(calls, monkeypatch):
    failing = iter([RuntimeError("CUDA error: device-side assert triggered"), None])

    def synchronize():
        if (error := next(failing)) is not None:
            raise error

    probe = Probe({})
    probe.use_card(0.5)
    monkeypatch.setattr(card, "_synchronize", synchronize)
    values = ask(probe, wire.question("observe", expressions={"0": "1 + 1", "1": "2 + 2"}, seed=0))
    assert isinstance(values["0"], RaisedValue)
    assert "device-side assert" in values["0"].message
    assert values["1"].value == 4


def test_on_the_cpu_nothing_is_asked_of_a_card():
    """In a process of its own, as other tests may have opened what they like."""
    code = (
        "import torch\n"
        "def refuse(*_): raise AssertionError('asked of a card')\n"
        "for name in ('init', 'is_available', 'synchronize', 'get_rng_state_all', '_lazy_init'):\n"
        "    setattr(torch.cuda, name, refuse)\n"
        "from grader.student_side.probe import Probe\n"
        "import json\n"
        "probe = Probe({})\n"
        "for ask in ('hello', 'save', 'observe'):\n"
        "    question = {'ask': ask, 'values': {}, 'seed': 0, 'expressions': {'0': '1 + 1'}}\n"
        "    probe.answer(json.dumps(question).encode(), b'')\n"
        "print(len(probe.switches.both), probe.generators.save()['cuda'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert done.stdout == f"{len(state.Switches.both)} []\n"
