"""Tensors that are more than numbers in a row, as the numbers that they stand for.

Their parts are hostile: indices may be out of range, and few of them may stand for very much.
"""

import math
import warnings
from collections.abc import Mapping

import torch

SPARSE = ("sparse_coo", "sparse_csr", "sparse_csc", "sparse_bsr", "sparse_bsc")
# What is compared in another dtype than it has, and the dtypes that its numbers are kept and
# compared in.
QUANTIZED = {"qint8": torch.int8, "quint8": torch.uint8, "qint32": torch.int32}
WIDER = {**dict.fromkeys(QUANTIZED, "float32"), "complex32": "complex64"}
_INDICES = (torch.int32, torch.int64)


def is_stored(dtype: str, layout: str) -> bool:
    """Whether a tensor comes in parts."""
    return layout in SPARSE or dtype in WIDER


def size(dtype: str, shape: tuple[int, ...]) -> int:
    """Return the bytes of the numbers that a tensor stands for; of none, as if of a few."""
    kept: torch.dtype = getattr(torch, WIDER.get(dtype, dtype))
    return math.prod(max(n, 1) for n in shape) * kept.itemsize


def stood_for(
    *,
    dtype: str,
    layout: str,
    shape: tuple[int, ...],
    parts: Mapping[str, torch.Tensor],
    coalesced: bool,
    axis: int | None,
) -> torch.Tensor:
    """Return the numbers of a tensor. Raises ValueError or RuntimeError where its parts are none.

    What they would take has to be looked at before.
    """
    if layout == "sparse_coo":
        indices, values = _named(parts, "indices", "values")
        return _from_coo(indices, values, shape, coalesced)
    if layout in SPARSE:
        starts, indices, values = _named(parts, "starts", "indices", "values")
        return _from_compressed(starts, indices, values, shape, layout)
    if dtype == "complex32":
        (pairs,) = _named(parts, "pairs")
        if pairs.dtype != torch.float16 or pairs.shape != (*shape, 2):
            raise ValueError("its pairs are none")
        return torch.view_as_complex(pairs.to(torch.float32))
    ints, scales, zeros = _named(parts, "ints", "scales", "zeros")
    return _from_quantized(ints, scales, zeros, QUANTIZED[dtype], shape, axis)


def _named(parts: Mapping[str, torch.Tensor], *names: str) -> list[torch.Tensor]:
    if parts.keys() != {*names}:
        raise ValueError("its parts are not those of its layout and dtype")
    return [parts[name] for name in names]


def _from_coo(
    indices: torch.Tensor, values: torch.Tensor, shape: tuple[int, ...], coalesced: bool
) -> torch.Tensor:
    if indices.dtype != torch.int64 or indices.ndim != 2:
        raise ValueError("its indices are none")
    made = torch.sparse_coo_tensor(
        indices, values, shape, check_invariants=True, is_coalesced=coalesced or None
    )
    return made.to_dense()


def _from_compressed(
    starts: torch.Tensor,
    indices: torch.Tensor,
    values: torch.Tensor,
    shape: tuple[int, ...],
    layout: str,
) -> torch.Tensor:
    if starts.dtype not in _INDICES or starts.dtype != indices.dtype:
        raise ValueError("its indices are none")
    with warnings.catch_warnings(action="ignore"):  # that compressed layouts are new
        made = torch.sparse_compressed_tensor(
            starts, indices, values, shape, layout=getattr(torch, layout), check_invariants=True
        )
        return made.to_dense()


def _from_quantized(
    ints: torch.Tensor,
    scales: torch.Tensor,
    zeros: torch.Tensor,
    kept: torch.dtype,
    shape: tuple[int, ...],
    axis: int | None,
) -> torch.Tensor:
    along: list[int] = []
    if axis is not None:
        if not 0 <= axis < len(shape):
            raise ValueError("it has no such axis")
        along = [shape[axis]]
    if ints.dtype != kept or ints.shape != shape or list(scales.shape) != along:
        raise ValueError("its integers or scales are not those of its dtype and shape")
    if scales.dtype not in (torch.float64, torch.float32) or list(zeros.shape) != along:
        raise ValueError("its scales are none")
    if zeros.dtype not in (torch.int64, torch.int32, torch.float32):
        raise ValueError("its zeros are none")
    places = [-1 if place == axis else 1 for place in range(len(shape))]
    scales, zeros = (part.to(torch.float32).reshape(places) for part in (scales, zeros))
    return ints.to(torch.float32).sub_(zeros).mul_(scales)
