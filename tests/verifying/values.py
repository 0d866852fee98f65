"""Values, as hypothesis makes them."""

import torch
from hypothesis import strategies as st

from grader.model.values import (
    MappingValue,
    NumberValue,
    SequenceValue,
    TensorValue,
    TextValue,
    Value,
)

FLOATS = (torch.float32, torch.float64, torch.float16, torch.bfloat16)
finite = st.floats(-1e4, 1e4, width=16)
anything = st.one_of(finite, st.sampled_from([float("nan"), float("inf"), float("-inf")]))
shapes = st.lists(st.integers(0, 3), max_size=3).map(tuple)


def tensor(data: torch.Tensor, kind: str = "tensor") -> TensorValue:
    return TensorValue(
        kind=kind,
        type="Tensor" if kind == "tensor" else "ndarray",
        shape=tuple(data.shape),
        dtype=str(data.dtype).removeprefix("torch."),
        device="cpu",
        layout="strided",
        requires_grad=False,
        data=data,
    )


@st.composite
def tensors(draw, numbers=anything, dtypes=FLOATS, shapes=shapes):
    shape, dtype = draw(shapes), draw(st.sampled_from(dtypes))
    count = int(torch.tensor(shape).prod()) if shape else 1
    items = draw(st.lists(numbers, min_size=count, max_size=count))
    return tensor(torch.tensor(items, dtype=torch.float64).to(dtype).reshape(shape))


whole = tensors(numbers=st.integers(0, 100), dtypes=(torch.int64, torch.bool, torch.complex64))
arrays = tensors(dtypes=FLOATS[:3]).map(lambda value: tensor(value.data, "array"))
plain = st.one_of(anything, st.integers(), st.booleans(), st.complex_numbers(max_magnitude=9))
numbers = plain.map(lambda number: NumberValue(type=type(number).__name__, value=number))
texts = st.text(max_size=3).map(lambda text: TextValue(type="str", value=text))
single: st.SearchStrategy[Value] = st.one_of(tensors(), whole, arrays, numbers, texts)


def _made_of(inner: st.SearchStrategy[Value]) -> st.SearchStrategy[Value]:
    items = st.lists(inner, max_size=3).map(tuple)
    entries = st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    return st.one_of(
        st.builds(SequenceValue, type=st.sampled_from(["list", "tuple"]), items=items),
        st.builds(MappingValue, type=st.just("dict"), entries=entries, module=st.booleans()),
    )


values = st.recursive(single, _made_of, max_leaves=4)
