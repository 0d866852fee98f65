"""Every kind of tensor crosses exactly, by bits, or is named for what it is."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from grader.model.values import OpaqueValue, TensorValue
from grader.student_side import tensors as student_side
from grader.student_side.arguments import Arguments
from grader.student_side.fingerprints import Given
from tests.student_side.test_probe import observe, observe_back, seen

ALL = sorted({one for one in vars(torch).values() if isinstance(one, torch.dtype)}, key=str)
QUANTIZED = [torch.qint8, torch.quint8, torch.qint32]
PACKED = [torch.quint4x2, torch.quint2x4]  # more than one number in a byte
# Of these torch has names, and hardly an operation.
SHELLS = [
    *(one for one in ALL if str(one).startswith(("torch.bits", "torch.float4"))),
    *(getattr(torch, f"{sign}int{bits}") for sign in ("", "u") for bits in range(1, 8)),
]
PLAIN = [one for one in ALL if one not in (*QUANTIZED, *PACKED, *SHELLS)]
SPARSE = [one for one in PLAIN if str(one).removeprefix("torch.") in student_side._SPARSE]
COMPRESSED = [torch.sparse_csr, torch.sparse_csc, torch.sparse_bsr, torch.sparse_bsc]
SHAPES = st.lists(st.integers(0, 3), max_size=4)
pytestmark = pytest.mark.filterwarnings("ignore")  # of what torch calls new, or old


def of_bits(draw, dtype, shape):
    """Draw a tensor of any bits: NaN with payloads, -0.0, infinities, denormals among them."""
    size = math.prod(shape) * dtype.itemsize
    data = torch.frombuffer(
        bytearray(draw(st.binary(min_size=size, max_size=size)) + b"\0" * 16), dtype=torch.uint8
    )[:size].clone()
    if dtype == torch.bool:
        return (data % 2).bool().reshape(shape)
    return data.view(dtype).reshape(shape)


@st.composite
def strided(draw, dtypes=PLAIN):
    dtype, shape = draw(st.sampled_from(dtypes)), draw(SHAPES)
    made = of_bits(draw, dtype, shape)
    match draw(st.integers(0, 8)):
        case 1 if made.ndim:
            made = made.transpose(0, -1)
        case 2 if made.ndim:
            made = made[draw(st.integers(0, 2)) :: 2]
        case 3:
            made = made.unsqueeze(0).expand(3, *made.shape)
        case 4 if dtype.is_complex:
            made = made.conj()
        case 5 if dtype.is_complex:
            made = made.conj().imag
        case 6 if dtype in (torch.float32, torch.float64):
            made = torch._neg_view(made)
        case 7 if dtype.is_floating_point:
            made = nn.Parameter(made, requires_grad=draw(st.booleans()))
        case 8 if dtype.is_floating_point:
            made = made.requires_grad_()
            made.grad = torch.zeros_like(made)
    return made


@st.composite
def coo(draw):
    dtype = draw(st.sampled_from(SPARSE))
    sparse = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    dense = draw(st.lists(st.integers(0, 2), max_size=2))
    number = draw(st.integers(0, 4))
    indices = [
        draw(st.lists(st.integers(0, n - 1), min_size=number, max_size=number)) for n in sparse
    ]
    values = of_bits(draw, dtype, [number, *dense])
    made = torch.sparse_coo_tensor(
        torch.tensor(indices, dtype=torch.int64).reshape(len(sparse), number),
        values,
        [*sparse, *dense],
    )
    return made.coalesce() if draw(st.booleans()) else made


@st.composite
def compressed(draw):
    layout, dtype = draw(st.sampled_from(COMPRESSED)), draw(st.sampled_from(SPARSE))
    blocks = {"blocksize": (2, 1)} if layout in COMPRESSED[2:] else {}
    base = of_bits(draw, dtype, [2 * draw(st.integers(1, 2)), draw(st.integers(1, 3))])
    if base.dtype.is_floating_point or base.is_complex():
        base = (
            base.nan_to_num() if dtype in (torch.float32, torch.float64) else torch.ones_like(base)
        )
    return base.to_sparse(layout=layout, **blocks)


@st.composite
def quantized(draw):
    dtype, shape = draw(st.sampled_from(QUANTIZED)), draw(SHAPES)
    kept = {torch.qint8: torch.int8, torch.quint8: torch.uint8, torch.qint32: torch.int32}[dtype]
    ints = of_bits(draw, kept, shape)
    scale = st.floats(2**-10, 2**10, width=32)
    if not shape or draw(st.booleans()):
        return torch._make_per_tensor_quantized_tensor(ints, draw(scale), draw(st.integers(0, 9)))
    axis = draw(st.integers(0, len(shape) - 1))
    length = shape[axis]
    scales = torch.tensor(draw(st.lists(scale, min_size=length, max_size=length)))
    zeros = torch.tensor(draw(st.lists(st.integers(0, 9), min_size=length, max_size=length)))
    kinds = (torch.float64, torch.int64) if draw(st.booleans()) else (torch.float32, torch.float32)
    return torch._make_per_channel_quantized_tensor(
        ints, scales.to(kinds[0]), zeros.to(kinds[1]), axis
    )


TENSORS = strided() | coo() | compressed() | quantized()


def bits(data):
    """Return the bytes of plain numbers, as they are seen."""
    data = data.detach().resolve_conj().resolve_neg().contiguous().clone()
    data = torch.view_as_real(data) if data.is_complex() else data
    numbers = data.reshape(-1).view(torch.uint8).tolist() if data.numel() else []
    return str(data.dtype), tuple(data.shape), bytes(numbers)


def anatomy(value):
    """Return all that a tensor is, for comparing by bits."""
    about = [
        value.dtype,
        value.layout,
        tuple(value.shape),
        value.requires_grad,
        type(value).__name__,
    ]
    if value.is_leaf and value.grad is not None:
        about.append(anatomy(value.grad))
    value = value.detach()
    if value.layout == torch.sparse_coo:
        parts = [value._indices(), value._values()]
        about.append(value.is_coalesced())
    elif value.layout in (torch.sparse_csr, torch.sparse_bsr):
        parts = [value.crow_indices(), value.col_indices(), value.values()]
    elif value.layout in (torch.sparse_csc, torch.sparse_bsc):
        parts = [value.ccol_indices(), value.row_indices(), value.values()]
    elif value.is_quantized and value.qscheme() == torch.per_tensor_affine:
        about += [value.q_scale(), value.q_zero_point()]
        parts = [value.int_repr()]
    elif value.is_quantized:
        about.append(value.q_per_channel_axis())
        parts = [value.int_repr(), value.q_per_channel_scales(), value.q_per_channel_zero_points()]
    else:
        parts = [value]
    return [*about, *map(bits, parts)]


@settings(deadline=None, max_examples=300)
@given(TENSORS)
def test_every_tensor_crosses_exactly_and_comes_back_as_it_was(value):
    found = seen(value)
    assert isinstance(found, TensorValue)
    assert found.shape == found.data.shape == tuple(value.shape)
    back = observe_back(value)
    assert anatomy(back) == anatomy(
        value.detach().requires_grad_(value.requires_grad) if not value.is_leaf else value
    )
    again = seen(back)
    assert bits(again.data) == bits(found.data)


@settings(deadline=None)
@given(coo() | compressed())
def test_a_sparse_tensor_is_compared_as_the_dense_one_that_it_stands_for(value):
    found = seen(value)
    assert found.layout == str(value.layout).removeprefix("torch.")
    assert found.data.layout == torch.strided
    wide = torch.complex128 if value.is_complex() else torch.float64
    torch.testing.assert_close(
        found.data.to(wide), value.to_dense().to(wide), rtol=0, atol=0, equal_nan=True
    )


@settings(deadline=None)
@given(quantized())
def test_a_quantized_tensor_is_compared_as_the_numbers_that_it_stands_for(value):
    found = seen(value)
    assert found.dtype == str(value.dtype).removeprefix("torch.")
    assert found.data.dtype == torch.float32
    if value.numel():  # of none, torch may end the process
        assert torch.allclose(found.data, value.dequantize(), rtol=1e-6)


def quantized_with(dtype):
    return torch.quantize_per_channel(torch.ones(2, 4), torch.ones(2), torch.zeros(2), 0, dtype)


def freed():
    made = torch.ones(3)
    made.untyped_storage().resize_(0)
    return made


def misfit():
    return torch.sparse_coo_tensor([[5], [1]], [1.0], (3, 3), check_invariants=False)


def misfit_rows():
    starts, indices, values = torch.tensor([0, 1, 9]), torch.tensor([7]), torch.tensor([1.0])
    return torch.sparse_csr_tensor(starts, indices, values, (2, 3), check_invariants=False)


class Elsewhere(torch.Tensor):
    """A tensor that keeps its numbers in another one."""

    @staticmethod
    def __new__(cls, inner):
        return torch.Tensor._make_wrapper_subclass(cls, inner.shape, dtype=inner.dtype)

    @classmethod
    def __torch_dispatch__(cls, func, types, args=(), kwargs=None):
        raise RuntimeError


@pytest.mark.parametrize(
    ("make", "reason", "about"),
    [
        *(
            pytest.param(
                lambda one=one: (
                    torch.empty(2, dtype=torch.uint8).view(one)
                    if one.itemsize == 1
                    else torch.empty(2, dtype=torch.int16).view(one)
                ),
                "a tensor of {about}",
                str(one).removeprefix("torch."),
                id=str(one),
            )
            for one in SHELLS
        ),
        *(
            (
                lambda one=one: quantized_with(one),
                "a tensor of {about}",
                str(one).removeprefix("torch."),
            )
            for one in PACKED[:1]
        ),
        (
            lambda: torch.empty(2, device="meta"),
            "a tensor on the device {about}, which has no numbers",
            "meta",
        ),
        (lambda: torch.zeros(20 * 2**20), "a tensor of {about} MiB, over the limit of 64", "80"),
        (
            lambda: torch.ones(1).expand(2**20, 2**20),
            "a tensor of {about} MiB, over the limit of 64",
            str(2**22),
        ),
        (
            lambda: torch.sparse_coo_tensor([[0], [1]], [1.0], (2**20, 2**20)),
            "a tensor of {about} MiB, over the limit of 64",
            str(2**22),
        ),
        (
            lambda: torch.sparse_coo_tensor([[0]], torch.ones(1).to(torch.float8_e5m2), (3,)),
            "a sparse tensor of {about}",
            "float8_e5m2",
        ),
        (lambda: torch.nested.nested_tensor([torch.ones(2), torch.ones(3)]), "a nested tensor", ""),
        (
            lambda: torch.nested.nested_tensor([torch.ones(2), torch.ones(3)], layout=torch.jagged),
            "a nested tensor",
            "",
        ),
        (lambda: nn.LazyLinear(2).weight, "a parameter that has no shape yet", ""),
        (lambda: Elsewhere(torch.ones(2)), "a tensor that holds no numbers of its own", ""),
        (
            lambda: torch.masked.masked_tensor(torch.ones(2), torch.tensor([True, False])),
            "a tensor that holds no numbers of its own",
            "",
        ),
        (freed, "a tensor that holds no numbers of its own", ""),
        (misfit, "a sparse tensor whose indices do not fit its shape", ""),
        (misfit_rows, "a sparse tensor whose indices do not fit its shape", ""),
        (lambda: np.ma.masked_array([1.0, 2.0], [True, False]), "an array with a mask", ""),
        (
            lambda: np.broadcast_to(np.float64(1), (2**24, 2**24)),
            "a tensor of {about} MiB, over the limit of 64",
            str(2**31),
        ),
        (lambda: np.zeros(1, dtype=[("a", "f4")]), "an array of {about}", "[('a', '<f4')]"),
        (lambda: np.zeros(2, dtype=">f4"), "an array of {about}", ">f4"),
    ],
)
def test_what_cannot_cross_is_named_and_nothing_beside_it_is_lost(make, reason, about):
    named, beside = observe({"odd": make(), "one": torch.ones(2)}, "odd", "one")
    assert isinstance(named, OpaqueValue)
    assert (named.reason, named.about) == (reason, about)
    assert beside.data.tolist() == [1.0, 1.0]


def test_every_dtype_there_is_either_crosses_or_is_named():
    assert {*PLAIN, *QUANTIZED, *PACKED, *SHELLS} == {*ALL}
    assert {str(one).removeprefix("torch.") for one in (*PLAIN, *QUANTIZED)} == {
        *student_side._DTYPES
    }


class Named(type):
    """A class of classes without a name."""

    @property
    def __name__(cls):
        raise RuntimeError


class Pretender(torch.Tensor, metaclass=type("Both", (Named, type(torch.Tensor)), {})):
    """A tensor that says it is another."""

    shape = property(lambda self: (10**9,))
    dtype = property(lambda self: torch.int8)
    device = property(lambda self: torch.device("meta"))
    requires_grad = property(lambda self: True)
    is_leaf = property(lambda self: False)
    grad = property(lambda self: torch.ones(5))

    def element_size(self):
        return 0

    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        raise RuntimeError


def test_what_a_class_says_of_itself_is_not_asked():
    found = seen(torch.ones(2).as_subclass(Pretender))
    assert (found.type, found.shape, found.dtype, found.device) == (
        *("Pretender", (2,)),
        *("float32", "cpu"),
    )
    assert (found.requires_grad, found.leaf, found.grad) == (False, True, None)


def test_of_a_storage_what_is_seen_is_sent_for_each_that_sees_it(monkeypatch):
    monkeypatch.setattr(student_side, "MAX_BYTES", 64)
    whole = torch.arange(2.0**20)
    one, two = observe({"x": whole[:8], "y": whole[4:12]}, "x", "y")
    assert one.data.tolist() == [*range(8)]
    assert two.data.tolist() == [*range(4, 12)]


def test_what_is_too_large_takes_no_room_from_others(monkeypatch):
    monkeypatch.setattr(student_side, "MAX_BYTES", 64)
    values = {"a": torch.zeros(17), "b": torch.zeros(10), "c": torch.zeros(7), "d": torch.zeros(6)}
    found = observe(values, *values)
    assert [getattr(one, "reason", "") for one in found] == [
        *("a tensor of {about} MiB, over the limit of 64", ""),
        *("too many bytes of tensors", ""),
    ]


@settings(deadline=None)
@given(TENSORS)
def test_what_only_is_there_is_neither_changed_nor_the_end_of_its_kernel(value):
    unchanged({"x": value})


@pytest.mark.parametrize("make", [freed, misfit, misfit_rows, lambda: Elsewhere(torch.ones(2))])
def test_odd_tensors_are_not_read_either(make):
    unchanged({"x": make()})


def unchanged(namespace):
    arguments = Arguments(compile("f(x)", "", "eval"), namespace)
    marks = Given(namespace)
    marks.take(["x"])
    assert arguments.changed() == []
    arguments.put_back()
    assert marks.changed() == []
