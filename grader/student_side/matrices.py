"""SciPy's sparse matrices and arrays: where their numbers stand, in order, each place once."""

import importlib
import sys

import numpy as np

_int64, _ascontiguous = np.int64, np.ascontiguousarray


def _read(value, cls, encoder, depth):
    plain = value.tocoo(copy=True)
    plain.sum_duplicates()
    plain.eliminate_zeros()
    shape = [int(size) for size in plain.shape]
    places = np.zeros(len(plain.data), dtype=_int64)
    for size, along in zip(shape, plain.coords, strict=True):
        places = places * size + along
    order = places.argsort()
    fields = {
        "shape": encoder.listed([encoder.encode(size, depth + 1) for size in shape]),
        "places": encoder.array(places[order], "ndarray"),
        "numbers": encoder.array(_ascontiguous(plain.data[order]), "ndarray"),
        "format": encoder.word("str", str(value.format)),
    }
    kind = "SciPy sparse array" if _is_array(value) else "SciPy sparse matrix"
    return encoder.record("sparse", kind, fields)


def _is_array(value):
    return isinstance(value, sys.modules["scipy.sparse"].sparray)


def _make(tree, decode):
    sparse = importlib.import_module("scipy.sparse")
    fields = {name: decode(part) for name, part in tree["fields"].items()}
    shape, places = tuple(fields["shape"]), fields["places"]
    coords = np.unravel_index(places, shape) if places.size else tuple(places for _ in shape)
    is_array = tree["type"] == "SciPy sparse array"
    made = (sparse.coo_array if is_array else sparse.coo_matrix)((fields["numbers"], coords), shape)
    return made.asformat(fields["format"])


READERS = {
    ("scipy", "_spbase"): _read,
    ("scipy", "spmatrix"): _read,
}
MAKERS = {"sparse": _make}
