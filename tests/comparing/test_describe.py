from dataclasses import replace

import pytest
import torch

from grader.comparing import describe
from grader.model.facts import Extent, Mismatch
from grader.model.features import Number, Withheld
from grader.model.values import (
    MappingValue,
    NoValue,
    NumberValue,
    OpaqueValue,
    RaisedValue,
    SequenceValue,
    Stored,
    TextValue,
)
from grader.wording.catalogue import translated
from grader.wording.mismatches import sentence
from grader.wording.values import told
from tests.formats.test_wire import tensor_value
from tests.student_side.test_probe import seen


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (tensor_value(torch.tensor(0.5)), "tensor of float32"),
        (tensor_value(torch.ones(2, 0)), "tensor of float32, shape (2, 0): []"),
        (tensor_value(torch.tensor([7, 8])), "tensor of int64, shape (2,)"),
        (NumberValue(type="float", value=7.5), "a Python float"),
        (TextValue(type="str", value="secret"), "text"),
        (MappingValue(type="dict", entries={"secret": NumberValue(type="int", value=7)}), "a dict"),
        (
            SequenceValue(
                type="list",
                items=(tensor_value(torch.tensor([7.0])), TextValue(type="str", value="secret")),
            ),
            "list of 2 items (tensor of float32, shape (1,); text)",
        ),
        (
            SequenceValue(type="list", items=(NumberValue(type="int", value=7),) * 9),
            "list of 9 items",
        ),
        (
            SequenceValue(type="list", items=(NumberValue(type="int", value=7),) * 2),
            "list of 2 items",
        ),
    ],
)
def test_of_what_kind_a_value_is_tells_no_number_and_no_text(value, text):
    assert str(told(describe.kind(value))) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (tensor_value(torch.tensor(0.5)), "tensor of float32: 0.5"),
        (
            tensor_value(torch.arange(8.0).reshape(2, 4)),
            "tensor of float32, shape (2, 4): [0, 1, 2, 3, 4, 5, …]",
        ),
        (tensor_value(torch.ones(1), kind="array"), "array of float32, shape (1,): [1]"),
        (
            replace(tensor_value(torch.eye(2)), layout="sparse_csr"),
            "tensor of float32, shape (2, 2), sparse_csr: [1, 0, 0, 1]",
        ),
        (
            replace(
                tensor_value(torch.ones(2)),
                dtype="qint8",
                stored=Stored(parts={"ints": torch.ones(2, dtype=torch.int8)}, axis=0),
            ),
            "tensor of qint8, shape (2,), quantized per channel: [1, 1]",
        ),
        (NumberValue(type="float", value=1 / 3), "0.333333"),
        (NumberValue(type="float", value=float("nan")), "nan"),
        (NumberValue(type="int", value=10**30), "an integer of 31 digits"),
        (TextValue(type="str", value="a\nb"), r"'a\nb'"),
        (TextValue(type="NoneType", value="None"), "None"),
        (SequenceValue(type="list", items=()), "list of 0 items"),
        (
            SequenceValue(type="tuple", items=(NumberValue(type="int", value=1),)),
            "tuple of 1 item (1)",
        ),
        (
            SequenceValue(type="list", items=(NumberValue(type="int", value=1),) * 4),
            "list of 4 items",
        ),
        (MappingValue(type="Linear", entries={}, module=True), "a module (Linear)"),
        (RaisedValue(type="ValueError", message="no"), "ValueError: no"),
        (OpaqueValue(type="function", reason="a function"), "function: a function"),
        (
            OpaqueValue(type="Tensor", reason="a tensor of {about}", about="int4"),
            "Tensor: a tensor of int4",
        ),
        (OpaqueValue(type="Tensor", reason="made {up}"), "Tensor: made {up}"),
        (NoValue(reason="timed out"), "timed out"),
    ],
)
def test_values_in_words(value, text):
    assert str(told(describe.glimpse(value))) == text


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (
            lambda: torch.empty(2, device="meta"),
            "тензор на устройстве meta, на котором нет самих чисел",
        ),
        (lambda: torch.zeros(20 * 2**20), "тензор на 80 МиБ, а предел — 64"),
    ],
)
def test_what_is_not_sent_is_named_in_the_language_of_the_notebook(make, text):
    assert translated(told(describe.thing(seen(make()))), "ru") == f"Tensor: {text}"


@pytest.mark.parametrize(
    ("extent", "text"),
    [
        (None, ""),
        (Extent(wrong=4, total=4), " (all 4 values differ)"),
        (Extent(wrong=1, total=4), " (1 of 4 values differ)"),
        (Extent(wrong=1, total=1, over=True), " (larger than it may be)"),
    ],
)
def test_how_much_differs(extent, text):
    one, two = Number(text="1"), Number(text="2")
    found = Mismatch(path="x", aspect="values", actual=one, expected=Withheld(), extent=extent)
    assert str(sentence(found, "x")) == f"Value: 1 is not the expected one{text}."
    revealed = str(sentence(replace(found, expected=two), "x"))
    if extent is not None and extent.over:
        assert revealed == f"Value: 1{text}; the reference has 2."
    else:
        assert revealed == f"Value: 1, expected 2{text}."
