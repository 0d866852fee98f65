"""Tensors to trees of JSON and plain tensors that a safetensors file can hold, and back.

What a subclass says of itself is not asked: all is read past its own attributes and methods. And
how much there is to send is looked at before any of it is copied: an expanded tensor is as large as
it looks.
"""

import math
import warnings
from functools import cache

import torch

MAX_BYTES = 64 * 2**20  # of tensors in one answer
MAX_REFS = 50_000  # tensors in one answer

_Tensor, _Base, _Parameter = torch.Tensor, torch._C.TensorBase, torch.nn.Parameter
_Lazy, _class_name = torch.nn.parameter.UninitializedTensorMixin, type.__dict__["__name__"].__get__
_catch_warnings = warnings.catch_warnings
_no_functions, _no_dispatch = torch._C.DisableTorchFunctionSubclass, torch._C._DisableTorchDispatch
_READ = ("shape", "dtype", "layout", "device", "requires_grad", "is_leaf", "grad", "is_nested")
_shape, _dtype, _layout, _device, _requires_grad, _is_leaf, _grad, _is_nested = (
    getattr(_Base, name).__get__ for name in _READ
)
_detach, _cpu, _clone, _contiguous = _Base.detach, _Base.cpu, _Base.clone, _Base.contiguous
_resolve_conj, _resolve_neg, _to_dense = _Base.resolve_conj, _Base.resolve_neg, _Base.to_dense
_storage, _offset, _stride = _Tensor.untyped_storage, _Base.storage_offset, _Base.stride
_element_size, _view, _is_zero = _Base.element_size, _Base.view, _Base._is_zerotensor
_as_real, _as_complex, _tensor = torch.view_as_real, torch.view_as_complex, torch.tensor
_indices, _values, _is_coalesced = _Base._indices, _Base._values, _Base.is_coalesced
_rows, _columns, _numbers = _Base.crow_indices, _Base.ccol_indices, _Base.values
_in_rows, _in_columns = _Base.col_indices, _Base.row_indices
_refuse_coo = torch._validate_sparse_coo_tensor_args
_refuse_compressed = torch._validate_sparse_compressed_tensor_args
_make_coo, _make_compressed = torch.sparse_coo_tensor, torch.sparse_compressed_tensor
_int_repr, _scheme, _scale, _zero = _Base.int_repr, _Base.qscheme, _Base.q_scale, _Base.q_zero_point
_scales, _zeros = _Base.q_per_channel_scales, _Base.q_per_channel_zero_points
_axis, _per_tensor = _Base.q_per_channel_axis, torch.per_tensor_affine
_make_per_tensor = torch._make_per_tensor_quantized_tensor
_make_per_channel = torch._make_per_channel_quantized_tensor

_uint8, _float64 = torch.uint8, torch.float64
_DEVICES = ("cpu", "cuda", "mps", "xpu")
_ROWS = ("sparse_csr", "sparse_bsr")
_COMPRESSED = (*_ROWS, "sparse_csc", "sparse_bsc")
_LAYOUTS = {
    name: getattr(torch, name) for name in ("strided", "sparse_coo", *_COMPRESSED, "_mkldnn")
}
_FLOATS = ("float16", "bfloat16", "float32", "float64")
_WHOLE = ("uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64", "bool")
_SMALL = tuple(f"float8_{name}" for name in ("e4m3fn", "e4m3fnuz", "e5m2", "e5m2fnuz", "e8m0fnu"))
_QUANTIZED = ("qint8", "quint8", "qint32")
_NAMES = (*_FLOATS, *_WHOLE, *_SMALL, *_QUANTIZED, "complex32", "complex64", "complex128")
_DTYPES = {name: getattr(torch, name) for name in _NAMES if hasattr(torch, name)}
# Of what torch makes dense tensors.
_SPARSE = {*_FLOATS, "complex64", "complex128", "bool", "uint8", "int8", "int16", "int32", "int64"}
# Bytes of a number where it is compared: what is more than numbers in a row.
_COMPARED = {**dict.fromkeys(_QUANTIZED, 4), "complex32": 8}


class Unsendable(Exception):
    """Why a value is not sent: a sentence with a place in it, and what stands there."""

    def __init__(self, reason, about=""):
        super().__init__(reason)
        self.reason, self.about = reason, about


class Sent:
    """The tensors of one answer, by the names that trees have for them.

    bytes: what they take here and where they are compared, which is the more of the two.
    """

    def __init__(self):
        self.tensors, self.bytes = {}, 0

    def take(self, size):
        """Count so many bytes. Raises Unsendable where there is no room for them."""
        self.refuse(size)
        self.bytes += size

    def refuse(self, size):
        """Raise Unsendable where there is no room for so many bytes."""
        if size > MAX_BYTES:
            raise Unsendable(
                "a tensor of {about} MiB, over the limit of 64", str(-(-size // 2**20))
            )
        if self.bytes + size > MAX_BYTES:
            raise Unsendable("too many bytes of tensors")

    def add(self, plain):
        """Return the name that a tensor gets."""
        if len(self.tensors) >= MAX_REFS:
            raise Unsendable("too many tensors")
        name = str(len(self.tensors))
        self.tensors[name] = plain
        return name

    def back_to(self, first, size):
        """Drop all but the first so many tensors, which took so many bytes: nothing names them."""
        while len(self.tensors) > first:
            self.tensors.popitem()
        self.bytes = size


def in_a_row(value):
    """Return a tensor without its class, where its numbers are there and nothing else is.

    Raises Unsendable where it is quantized, sparse, without numbers, or of what torch only names.
    """
    with _no_functions(), _no_dispatch():
        plain = _readable(value)
        if _layout(plain) != _LAYOUTS["strided"] or _name(_dtype(plain)) in _QUANTIZED:
            raise Unsendable("a tensor of {about}", _name(_dtype(plain)))
        return _stored(plain)


def encode(value, kind, sent, *, is_grad=False):
    """Return the tree of a tensor. Raises Unsendable where it cannot be sent as what it is."""
    with _no_functions(), _no_dispatch():
        plain = _readable(value)
        dtype, layout = _name(_dtype(plain)), _name(_layout(plain))
        tree = _tree(plain, kind)
        tree["requires_grad"], tree["leaf"] = bool(_requires_grad(value)), bool(_is_leaf(value))
        if layout == "strided" and dtype not in _COMPARED:
            tree["ref"] = _add(plain, sent)
        else:
            # Where it is compared, all of it is there. Of no numbers, indices may be many.
            count = math.prod(max(n, 1) for n in tree["shape"])
            sent.take(count * _COMPARED.get(dtype, _element_size(plain)))
            _add_stored(plain, tree, sent)
        if tree["leaf"] and not is_grad and (grad := _grad(value)) is not None:
            tree["grad"] = encode(grad, _class_name(type(grad))[:200], sent, is_grad=True)
        return tree


def _readable(value):
    """Return a tensor without its class, its history and what it says of itself."""
    if _is_nested(value):
        raise Unsendable("a nested tensor")
    if issubclass(type(value), _Lazy):
        raise Unsendable("a parameter that has no shape yet")
    plain = _detach(value)
    device, dtype, layout = _device(plain).type, _name(_dtype(plain)), _name(_layout(plain))
    if device not in _DEVICES:
        raise Unsendable("a tensor on the device {about}, which has no numbers", device)
    if dtype not in _DTYPES or layout not in _LAYOUTS:
        raise Unsendable("a tensor of {about}", dtype if dtype not in _DTYPES else layout)
    if layout.startswith("sparse") and dtype not in _SPARSE:
        raise Unsendable("a sparse tensor of {about}", dtype)
    return plain


def _tree(plain, kind):
    return {
        "k": "tensor",
        "type": kind,
        "shape": [int(n) for n in _shape(plain)],
        "dtype": _name(_dtype(plain)),
        "layout": _name(_layout(plain)),
        "device": _device(plain).type,
        "requires_grad": False,
        "leaf": True,
        "grad": None,
    }


def _stored(plain):
    """Return a tensor whose numbers are there: reading past a freed storage ends the process."""
    if _is_zero(plain):
        return _clone(plain)
    shape, storage = _shape(plain), _storage(plain)
    if 0 not in shape:
        last = _offset(plain) + sum(
            (n - 1) * step for n, step in zip(shape, _stride(plain), strict=True)
        )
        try:
            is_there = storage.data_ptr() and storage.nbytes() >= (last + 1) * _element_size(plain)
        except RuntimeError:  # of a subclass that keeps its numbers elsewhere
            is_there = False
        if not is_there:
            raise Unsendable("a tensor that holds no numbers of its own")
    return plain


def _add(plain, sent):
    """Add a strided tensor, of a dtype that safetensors may not know, as one that it knows."""
    sent.take(math.prod(_shape(plain)) * _element_size(plain))
    plain = _cpu(_stored(plain))
    plain = _clone(_contiguous(_resolve_neg(_resolve_conj(plain))))
    name = _name(_dtype(plain))
    if name.startswith("complex"):
        plain = _contiguous(_as_real(plain))
    elif name in _SMALL:
        plain = _view(plain, _uint8)
    return sent.add(plain)


def _part(plain, sent):
    return {**_tree(plain, "Tensor"), "ref": _add(plain, sent)}


def _add_stored(plain, tree, sent):
    """Add the parts of a tensor that is more than numbers in a row."""
    dtype, layout = tree["dtype"], tree["layout"]
    if layout == "_mkldnn":
        tree["ref"] = _add(_to_dense(_cpu(plain)), sent)
        return
    if layout.startswith("sparse"):
        parts = _sparse(plain, tree, sent)
    elif dtype in _QUANTIZED:
        parts = _quantized(_cpu(_stored(plain)), tree)
    else:
        parts = {"pairs": _as_real(_resolve_conj(_cpu(_stored(plain))))}
    tree["parts"] = {name: _part(part, sent) for name, part in parts.items()}


def _sparse(plain, tree, sent):
    if tree["layout"] == "sparse_coo":
        parts = {"indices": _indices(plain), "values": _values(plain)}
        tree["coalesced"] = bool(_is_coalesced(plain))
    elif tree["layout"] in _ROWS:
        parts = {"starts": _rows(plain), "indices": _in_rows(plain), "values": _numbers(plain)}
    else:
        parts = {
            "starts": _columns(plain),
            "indices": _in_columns(plain),
            "values": _numbers(plain),
        }
    for part in parts.values():
        sent.refuse(math.prod(_shape(part)) * _element_size(part))
    # On the CPU: there a wrong index raises, where it may end all use of a card.
    parts = {name: _cpu(_stored(part)) for name, part in parts.items()}
    inside = parts.values()
    try:
        if tree["layout"] == "sparse_coo":
            _refuse_coo(*inside, _shape(plain), tree["coalesced"])
        else:
            _refuse_compressed(*inside, _shape(plain), _layout(plain))
    except (RuntimeError, ValueError) as error:
        raise Unsendable("a sparse tensor whose indices do not fit its shape") from error
    return parts


def _quantized(plain, tree):
    ints = _int_repr(plain)
    if _scheme(plain) == _per_tensor:
        scale, zero = _tensor(_scale(plain), dtype=_float64), _tensor(_zero(plain))
        return {"ints": ints, "scales": scale, "zeros": zero}
    tree["axis"] = int(_axis(plain))
    return {"ints": ints, "scales": _scales(plain), "zeros": _zeros(plain)}


@cache
def _name(of):
    return str(of).removeprefix("torch.")


def decode(tree, tensors):
    """Return the tensor of a tree that the trusted side sent."""
    if tree.get("parts"):
        parts = {name: decode(part, tensors) for name, part in tree["parts"].items()}
        with _catch_warnings(action="ignore"):  # that these are new, or will be gone
            value = _put_together(tree, parts)
    else:
        value, dtype = tensors[tree["ref"]], tree["dtype"]
        if dtype.startswith("complex"):
            value = _as_complex(value)
        elif dtype in _SMALL:
            value = _view(value, _DTYPES[dtype])
        if tree["layout"] == "_mkldnn":
            value = value.to_mkldnn()
    value = value.to(tree["device"])
    value.requires_grad_(tree["requires_grad"])
    if tree["type"] == "Parameter":
        value = _Parameter(value, tree["requires_grad"])
    if tree["grad"] is not None:
        value.grad = decode(tree["grad"], tensors)
    return value


def _put_together(tree, parts):
    layout = tree["layout"]
    if layout == "sparse_coo":
        # By keyword alone is it said that nothing has to be added up any more.
        coalesced = {"is_coalesced": True} if tree["coalesced"] else {}
        return _make_coo(parts["indices"], parts["values"], tree["shape"], **coalesced)
    if layout in _COMPRESSED:
        inside = (parts["starts"], parts["indices"], parts["values"])
        return _make_compressed(*inside, tree["shape"], layout=_LAYOUTS[layout])
    if "pairs" in parts:
        return _as_complex(parts["pairs"])
    ints, scales, zeros = parts["ints"], parts["scales"], parts["zeros"]
    if tree.get("axis") is None:
        return _make_per_tensor(ints, scales.item(), zeros.item())
    return _make_per_channel(ints, scales, zeros, tree["axis"])
