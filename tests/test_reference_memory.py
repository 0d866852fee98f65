"""References in memory: the latest ones, for the kernels that they came from."""

from dataclasses import replace
from pathlib import Path

from grader.reference_memory import MOST, Asked, Memory
from tests.conftest import kernels


def asked(seed):
    return Asked(source=Path("a.py"), digest="1", device="cpu", seed=seed, cache=Path("/c"))


def test_what_was_kept_is_recalled_for_the_same_kernels_alone(small):
    memory = Memory()
    assert memory.recalled(asked(0), kernels()) is None
    memory.keep(asked(0), small)
    assert memory.recalled(asked(0), kernels()) is small
    assert memory.recalled(asked(0), replace(kernels(), name="other")) is None
    assert memory.recalled(replace(asked(0), digest="2"), kernels()) is None
    assert memory.recalled(replace(asked(0), cache=Path("/d")), kernels()) is None
    assert len(memory.asked) == 5


def test_the_oldest_of_too_many_is_let_go(small):
    memory = Memory()
    for seed in range(MOST):
        memory.keep(asked(seed), small)
    assert memory.knows(asked(0))  # and is the latest from now
    memory.keep(asked(MOST), small)
    assert memory.knows(asked(0))
    assert not memory.knows(asked(1))
    assert all(memory.knows(asked(seed)) for seed in range(2, MOST + 1))
