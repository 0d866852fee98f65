"""What student code does without where its user of the system is that of other kernels, too."""

import selectors
from multiprocessing.reduction import ForkingPickler
from typing import Any

import torch
from torch.multiprocessing import reductions


def do_without() -> None:
    """Let asyncio wait without epoll, and tensors go to other processes without descriptors."""
    selectors.DefaultSelector = selectors.PollSelector  # type: ignore[misc, assignment]
    ForkingPickler.register(torch.UntypedStorage, _reduce_storage)
    ForkingPickler.register(torch.Tensor, _reduce_tensor)


def _reduce_storage(storage: torch.UntypedStorage) -> tuple[Any, ...]:
    data = torch.empty(0, dtype=torch.uint8).set_(storage)
    return _storage_of, (bytearray(data.numpy()),)


def _storage_of(data: bytearray) -> torch.UntypedStorage:
    if not data:
        return torch.UntypedStorage(0)  # type: ignore[no-untyped-call]
    return torch.frombuffer(data, dtype=torch.uint8).untyped_storage()


def _reduce_tensor(tensor: torch.Tensor) -> Any:
    plain = tensor.layout is torch.strided and not tensor.requires_grad
    if plain and tensor.untyped_storage().nbytes() > tensor.nbytes:
        tensor = tensor.clone()  # a row need not bring its table along
    return reductions.reduce_tensor(tensor)  # type: ignore[no-untyped-call]
