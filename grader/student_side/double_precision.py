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
        fills = name in _FILLS or getattr(func, "__module__", "") == "torch.nn.init"
        target = kwargs.get("tensor", args[0] if args else None)
        if fills and isinstance(target, torch.Tensor) and target.dtype is torch.float64:
            drawn = target.detach().float()
            if "tensor" in kwargs:
                func(*args, **{**kwargs, "tensor": drawn})
            else:
                func(drawn, *args[1:], **kwargs)
            target.detach().copy_(drawn)
            return target
        if name in _LIKES and args[0].dtype is torch.float64:
            kwargs = {"dtype": torch.float32, **kwargs}
        return _widened(func(*args, **kwargs))


def _widened(result):
    if isinstance(result, torch.Tensor) and result.dtype is torch.float32:
        if result.requires_grad and result.is_leaf:
            return result.detach().double().requires_grad_()  # still a leaf, which keeps its grad
        return result.double()
    if type(result) in (tuple, list):
        return type(result)(_widened(item) for item in result)
    return result


_Double().__enter__()
