"""How far a number may be off, and still be right."""

from collections.abc import Iterator, Mapping

import torch

from grader.model.assignment import Check

# (rtol, atol) by row: a dtype, and where another device differs, that device as well. The ratios
# between the dtypes and the atol are those of torch.testing.assert_close (2.13,
# "default_tolerances"), which are meant for one operation, and know no device; rtol is a hundred
# times as wide for float32 and float64, since exercises chain hundreds of operations whose order is
# the student's to choose. On CUDA, sums of 16 bits may be reduced in 16 bits, where a CPU reduces
# them in 32: there atol is what PyTorch's own tests allow between the two ("test_compare_cpu" in
# test/test_ops.py). Everything not listed is compared exactly, as float8 is there.
TOLERANCES: Mapping[str, tuple[float, float]] = {
    "float16": (1e-2, 1e-5),
    "float16 on cuda": (1e-2, 1e-3),
    "bfloat16": (1.6e-2, 1e-5),
    "bfloat16 on cuda": (1.6e-2, 1e-3),
    "float32": (1.3e-4, 1e-5),
    "float64": (1e-5, 1e-7),
    "complex32": (1e-2, 1e-5),
    "complex32 on cuda": (1e-2, 1e-3),
    "complex64": (1.3e-4, 1e-5),
    "complex128": (1e-5, 1e-7),
    "qint8": (1.3e-4, 1e-5),
    "quint8": (1.3e-4, 1e-5),
    "qint32": (1.3e-4, 1e-5),
}
_PIECE = 2**20  # numbers
NUMBER = "float32"  # a Python number mostly is the `.item()` of such a tensor: as precise as one


def row(dtype: str, device: str) -> str:
    """Return which row of the tolerances is that of numbers of a dtype on a device."""
    on_device = f"{dtype} on {device}"
    return on_device if on_device in TOLERANCES else dtype


def differs(
    actual: torch.Tensor, expected: torch.Tensor, *, dtype: str, check: Check
) -> torch.Tensor:
    """Return where two tensors of one shape differ, as booleans of that shape.

    dtype: the row of what the expected numbers came as, which decides how precise they are. NaN is
    right only where NaN is expected, an infinity only where the same one is.
    """
    found = [
        _differs(one, other, dtype=dtype, check=check)
        for one, other in zip(pieces(actual), pieces(expected), strict=True)
    ]
    return torch.cat(found).reshape(expected.shape)


def pieces(data: torch.Tensor) -> Iterator[torch.Tensor]:
    """Yield the numbers of a tensor, in a row, some at a time, and one piece where there are none.

    Numbers of one byte take sixteen times as much in the precision that they are compared in.
    """
    flat = data.reshape(-1)
    for start in range(0, max(1, flat.numel()), _PIECE):
        yield flat[start : start + _PIECE]


def _differs(
    actual: torch.Tensor, expected: torch.Tensor, *, dtype: str, check: Check
) -> torch.Tensor:
    is_complex = actual.is_complex() or expected.is_complex()
    if check.compare == "at_most":
        if is_complex:
            return torch.ones_like(expected, dtype=torch.bool)
        left, right = actual.to(torch.float64), expected.to(torch.float64)
        bound = right + check.margin * right.abs() + (check.atol or 0.0)
        # What is minus infinity has not become small, but has left all numbers.
        return ~((left <= bound) & ~left.isneginf() | (left == right))
    if not is_complex and not actual.is_floating_point() and not expected.is_floating_point():
        return actual.to(torch.int64) != expected.to(torch.int64)
    wide = torch.complex128 if is_complex else torch.float64
    left, right = actual.to(wide), expected.to(wide)
    rtol, atol = bounds(dtype, check)
    close = (left - right).abs() <= atol + rtol * right.abs()
    same = (left == right) | (left.isnan() & right.isnan())
    # Next to an infinite value every distance is within tolerance: only the same one is right.
    return ~torch.where(right.isinf() | left.isinf(), same, close | same)


def bounds(dtype: str, check: Check) -> tuple[float, float]:
    """Return the relative and the absolute tolerance of a check for numbers of a dtype.

    dtype: the row of it.
    """
    if check.compare == "exact":
        return 0.0, 0.0
    rtol, atol = TOLERANCES.get(dtype, (0.0, 0.0))
    return rtol if check.rtol is None else check.rtol, atol if check.atol is None else check.atol
