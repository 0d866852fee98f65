"""What is here needs a card; elsewhere it is skipped, and says so."""

from pathlib import Path

import pytest

from grader.kernels import cards
from grader.kernels.card_files import torch_has_cuda

HERE = Path(__file__).parent


def missing() -> str:
    """Return why there is no card to run on; nothing where there is one."""
    if not cards.here().found():
        return "there is no CUDA device here; `make test-cuda` runs this where there is one"
    return "" if torch_has_cuda() else "PyTorch is built without CUDA here"


def pytest_collection_modifyitems(items):
    why = missing()
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker("cuda")
            if why:
                item.add_marker(pytest.mark.skip(reason=why))
