"""Everything in double precision: runs as a cell before a reference, to see how it rounds.

Random numbers are drawn as before, in single precision, so that the data stay the same.
"""

import torch
from torch.overrides import TorchFunctionMode

_FILLS = ("uniform_", "normal_", "random_", "exponential_", "log_normal_", "cauchy_", "geometric_")
_LIKES = ("rand_like", "randn_like")


class _Double(TorchFunctionMode):
    def __torch_function__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        name = getattr(func, "__name__", "")
        if name in _FILLS and args[0].dtype is torch.float64:
            drawn = torch.empty(args[0].shape, dtype=torch.float32, device=args[0].device)
            return args[0].copy_(func(drawn, *args[1:], **kwargs))
        if name in _LIKES and args[0].dtype is torch.float64:
            kwargs = {"dtype": torch.float32, **kwargs}
        return _widened(func(*args, **kwargs))


def _widened(result):
    if isinstance(result, torch.Tensor) and result.dtype is torch.float32:
        return result.double()
    if type(result) in (tuple, list):
        return type(result)(_widened(item) for item in result)
    return result


_Double().__enter__()
