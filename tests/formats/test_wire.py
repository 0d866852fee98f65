import json
import math

import pytest
import safetensors.torch
import torch
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import BadAnswer
from grader.formats import wire
from grader.model.values import (
    MappingValue,
    NumberValue,
    OpaqueValue,
    Payload,
    RaisedValue,
    SequenceValue,
    TensorValue,
    TextValue,
)

DTYPES = [torch.float32, torch.float64, torch.bfloat16, torch.int64, torch.bool, torch.complex64]


def tensor_value(data, grad=None, kind="tensor"):
    learns = data.is_floating_point() or data.is_complex()
    return TensorValue(
        kind=kind,
        type="Tensor",
        shape=tuple(data.shape),
        dtype=str(data.dtype).removeprefix("torch."),
        device="cpu",
        layout="strided",
        requires_grad=learns and (grad is not None or data.ndim == 3),
        data=data,
        leaf=not learns or grad is not None or data.ndim != 3,
        grad=grad,
    )


@st.composite
def tensors(draw):
    shape = draw(st.lists(st.integers(0, 3), max_size=3))
    dtype = draw(st.sampled_from(DTYPES))
    values = draw(
        st.lists(st.integers(-100, 100), min_size=math.prod(shape), max_size=math.prod(shape))
    )
    data = torch.tensor(values, dtype=torch.int64).reshape(shape).to(dtype)
    return tensor_value(data, grad=tensor_value(data.clone()) if draw(st.booleans()) else None)


numbers = st.one_of(
    st.booleans().map(lambda value: NumberValue(type="bool", value=value)),
    st.integers(-(10**30), 10**30).map(lambda value: NumberValue(type="int", value=value)),
    st.floats().map(lambda value: NumberValue(type="float", value=value)),
    st.complex_numbers().map(lambda value: NumberValue(type="complex", value=value)),
)
names = st.text(st.characters(codec="utf-8"), max_size=20)
others = st.one_of(
    names.map(lambda value: TextValue(type="str", value=value)),
    names.map(lambda value: OpaqueValue(type="function", reason=value)),
    names.map(lambda value: RaisedValue(type="ValueError", message=value, bases=("Exception",))),
)
values = st.recursive(
    tensors() | numbers | others,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(
            lambda items: SequenceValue(type="list", items=tuple(items))
        ),
        st.sets(st.integers(), max_size=4).map(
            lambda items: SequenceValue(
                type="set", items=tuple(NumberValue(type="int64", value=n) for n in sorted(items))
            )
        ),
        st.dictionaries(names, inner, max_size=4).map(
            lambda entries: MappingValue(type="dict", entries=entries)
        ),
    ),
    max_leaves=8,
)


def same(one, other):
    """Whether two values are equal; NaN equals itself here."""
    if isinstance(one, TensorValue):
        fields = ("kind", "type", "shape", "dtype", "device", "layout", "requires_grad", "leaf")
        return (
            all(getattr(one, name) == getattr(other, name) for name in fields)
            and one.data.dtype == other.data.dtype
            and torch.equal(one.data, other.data)
            and (one.grad is None) == (other.grad is None)
            and (one.grad is None or same(one.grad, other.grad))
        )
    if isinstance(one, SequenceValue):
        return len(one.items) == len(other.items) and all(map(same, one.items, other.items))
    if isinstance(one, MappingValue):
        return list(one.entries) == list(other.entries) and all(
            same(value, other.entries[name]) for name, value in one.entries.items()
        )
    return repr(one) == repr(other)


@given(st.dictionaries(names, values, max_size=4))
def test_what_is_encoded_is_decoded_again(sent):
    received = wire.decode(wire.encode(sent))
    assert list(received) == list(sent)
    assert all(same(received[name], value) for name, value in sent.items())


def answer(tree, **tensors):
    blob = safetensors.torch.save(tensors) if tensors else b""
    return Payload(header=json.dumps({"values": {"x": tree}}).encode(), tensors=blob)


TENSOR = {
    "k": "tensor",
    "type": "Tensor",
    "shape": [2],
    "dtype": "float32",
    "device": "cpu",
    "layout": "strided",
    "requires_grad": False,
    "ref": "0",
}


GRAD = {**TENSOR, "ref": "1"}
TWO = {"0": torch.zeros(2), "1": torch.zeros(2)}


def deep(depth):
    tree = {"k": "sequence", "type": "list", "items": []}
    for _ in range(depth):
        tree = {"k": "sequence", "type": "list", "items": [tree]}
    return tree


@pytest.mark.parametrize(
    "payload",
    [
        Payload(header=b""),
        Payload(header=b"\xff\xfe"),
        Payload(header=b"[]"),
        Payload(header=b"{}"),
        Payload(header=b'{"values": 1}'),
        Payload(header=b'{"values": {}, "verdict": "right"}'),
        Payload(header=b"[" * 200_000),
        Payload(header=b" " * (wire.MAX_HEADER + 1)),
        Payload(header=b"{}", tensors=b"\0" * (wire.MAX_TENSORS + 1)),
        Payload(header=b'{"values": {}}', tensors=b"not safetensors"),
        answer({"k": "unknown", "type": "x"}),
        answer({"k": "number", "type": "int", "v": "9" * 5_000, "of": "int"}),
        answer({"k": "number", "type": "int", "v": "seven", "of": "int"}),
        answer({"k": "number", "type": "complex", "v": ["1"], "of": "complex"}),
        answer({"k": "text", "type": "str", "v": 3}),
        answer({"k": "text", "type": "str", "v": "x" * 30_000}),
        answer(TENSOR),
        answer({**TENSOR, "shape": [3]}, **{"0": torch.zeros(2)}),
        answer({**TENSOR, "shape": [-1]}, **{"0": torch.zeros(2)}),
        answer({**TENSOR, "dtype": "float64"}, **{"0": torch.zeros(2)}),
        answer({**TENSOR, "extra": 1}, **{"0": torch.zeros(2)}),
        answer({**TENSOR, "device": "banana"}, **{"0": torch.zeros(2)}),
        answer({**TENSOR, "device": "meta"}, **{"0": torch.zeros(2)}),
        answer({**TENSOR, "layout": "heap"}, **{"0": torch.zeros(2)}),
        answer({**TENSOR, "leaf": False}, **{"0": torch.zeros(2)}),
        answer({**TENSOR, "k": "array", "dtype": "object"}, **{"0": torch.zeros(2)}),
        answer({**TENSOR, "k": "array", "device": "cuda"}, **{"0": torch.zeros(2)}),
        answer(
            {**TENSOR, "k": "array", "dtype": "bfloat16"},
            **{"0": torch.zeros(2, dtype=torch.bfloat16)},
        ),
        answer(
            {**TENSOR, "dtype": "int64", "requires_grad": True},
            **{"0": torch.zeros(2, dtype=torch.int64)},
        ),
        answer({**TENSOR, "grad": {**GRAD, "shape": [1]}}, **{**TWO, "1": torch.zeros(1)}),
        answer(
            {**TENSOR, "grad": {**GRAD, "dtype": "float64"}},
            **{**TWO, "1": torch.zeros(2, dtype=torch.float64)},
        ),
        answer({**TENSOR, "grad": {**GRAD, "device": "cuda"}}, **TWO),
        answer({**TENSOR, "grad": {**GRAD, "k": "array"}}, **TWO),
        answer({**TENSOR, "requires_grad": True, "leaf": False, "grad": GRAD}, **TWO),
        answer({**TENSOR, "axis": 0}, **{"0": torch.zeros(2)}),
        answer({**TENSOR, "coalesced": False}, **{"0": torch.zeros(2)}),
        answer({**TENSOR, "dtype": "qint8"}, **{"0": torch.zeros(2, dtype=torch.int8)}),
        answer({**TENSOR, "dtype": "float8_e5m2"}, **{"0": torch.zeros(2)}),
        answer({**TENSOR, "layout": "sparse_coo"}, **{"0": torch.zeros(2)}),
        answer(deep(40)),
        Payload(
            header=b'{"values": {"x": '
            + b'{"k": "sequence", "type": "list", "items": [' * 3_000
            + b"]}" * 3_000
            + b"}}"
        ),
    ],
)
def test_a_malformed_answer_is_refused(payload):
    with pytest.raises(BadAnswer):
        wire.decode(payload)


def described(number):
    """Return a safetensors file with so many empty tensors."""
    one = '"{}":{{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}'
    header = ("{" + ",".join(map(one.format, range(number))) + "}").encode()
    return len(header).to_bytes(8, "little") + header


def test_tensors_that_are_not_named_are_refused_unread(monkeypatch):
    def load(_):
        raise AssertionError

    monkeypatch.setattr(wire, "load_tensors", load)
    for number in (2, 1_000_000):
        with pytest.raises(BadAnswer):
            wire.decode(Payload(header=answer(TENSOR).header, tensors=described(number)))
    endless = (2**40).to_bytes(8, "little") + b"{" + b" " * 100_000 + b"}"
    with pytest.raises(BadAnswer):
        wire.decode(Payload(header=answer(TENSOR).header, tensors=endless))


def test_each_tensor_is_named_once():
    two = {"k": "sequence", "type": "list", "items": [TENSOR, TENSOR]}
    with pytest.raises(BadAnswer):
        wire.decode(answer(two, **{"0": torch.zeros(2)}))
    with pytest.raises(BadAnswer):
        wire.decode(answer({"k": "text", "type": "str", "v": ""}, **{"0": torch.zeros(2)}))


def test_text_full_of_commas_is_no_crowd_of_values():
    texts = [TextValue(type="str", value=",[{" * 6_000)] * 60
    sent = {"x": SequenceValue(type="list", items=tuple(texts))}
    assert wire.decode(wire.encode(sent)) == sent


@given(st.binary(max_size=300), st.binary(max_size=100))
def test_no_bytes_do_anything_but_decode_or_be_refused(header, blob):
    with pytest.raises(BadAnswer):
        wire.decode(Payload(header=header, tensors=blob))


def test_a_question_carries_data():
    asked = wire.question("observe", values={"x": tensor_value(torch.ones(2))}, seed=3)
    header = json.loads(asked.header)
    assert header["ask"] == "observe"
    assert header["seed"] == 3
    assert header["values"]["x"]["shape"] == [2]
    assert torch.equal(safetensors.torch.load(asked.tensors)["0"], torch.ones(2))
