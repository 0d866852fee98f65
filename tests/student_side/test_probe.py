import json
import os
import random
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

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
from grader.student_side.probe import Probe
from grader.student_side.values import MAX_NODES
from tests.formats.test_wire import same


def ask(probe, question):
    header, tensors = probe.answer(question.header, question.tensors)
    return wire.decode(Payload(header=header, tensors=tensors))


def observe(namespace, *expressions, given=None):
    asked = {str(place): text for place, text in enumerate(expressions)}
    question = wire.question("observe", values=given, expressions=asked, seed=0)
    answer = ask(Probe(namespace), question)
    found = [answer[key] for key in asked]
    return found[0] if len(found) == 1 else found


def texts(*words):
    return tuple(TextValue(type="str", value=word) for word in words)


def seen(value):
    """Return what the trusted side gets to see of a value."""
    return observe({"value": value}, "value")


@pytest.mark.parametrize(
    "data",
    [
        torch.arange(6.0).reshape(2, 3),
        torch.arange(6.0).reshape(2, 3).t(),
        torch.arange(6.0)[::2],
        torch.tensor(3),
        torch.zeros(0, 2),
        torch.ones(2, dtype=torch.bfloat16),
        torch.tensor([True, False]),
        torch.tensor([1 + 2j]),
        torch.tensor([1 + 2j]).conj(),
        torch.eye(2).to_sparse(),
        torch.ones(3).expand(2, 3),
        nn.Parameter(torch.ones(2)),
    ],
)
def test_a_tensor_crosses_with_what_it_is(data):
    value = seen(data)
    dense = data.detach().to_dense() if data.layout is not torch.strided else data.detach()
    assert isinstance(value, TensorValue)
    assert torch.equal(value.data, dense.resolve_conj())
    assert value.shape == tuple(data.shape)
    assert value.dtype == str(data.dtype).removeprefix("torch.")
    assert value.type == type(data).__name__
    assert value.layout == str(data.layout).removeprefix("torch.")
    assert value.requires_grad == data.requires_grad


def test_a_gradient_comes_along():
    w = torch.ones(2, requires_grad=True)
    (3 * w).sum().backward()
    value = seen(w)
    assert value.requires_grad
    assert value.grad.data.tolist() == [3.0, 3.0]
    assert seen(w * 2).grad is None


def test_no_tensor_is_sent_that_nothing_names(monkeypatch):
    monkeypatch.setattr("grader.student_side.tensors.MAX_REFS", 3)
    items = seen([torch.zeros(1)] * 4 + [1]).items
    assert [type(item) for item in items] == [TensorValue] * 3 + [OpaqueValue, NumberValue]
    monkeypatch.setattr("grader.student_side.values.MAX_NODES", 3)
    assert isinstance(seen([torch.zeros(1)] * 3), OpaqueValue)
    assert isinstance(seen({"a": [torch.zeros(1)] * 3}).entries["a"], OpaqueValue)


def test_a_gradient_that_is_too_large_takes_no_other_value_along(monkeypatch):
    w = torch.ones(2, requires_grad=True)
    w.grad = torch.ones(2)
    w.grad.grad = torch.ones(2)  # of a gradient, none is asked after
    assert seen(w).grad.grad is None
    monkeypatch.setattr("grader.student_side.tensors.MAX_BYTES", 12)
    large, other = observe({"w": w, "x": 1}, "w", "x")
    assert isinstance(large, OpaqueValue)
    assert isinstance(other, NumberValue)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, NumberValue(type="bool", value=True)),
        (10**50, NumberValue(type="int", value=10**50)),
        (0.1, NumberValue(type="float", value=0.1)),
        (float("inf"), NumberValue(type="float", value=float("inf"))),
        (2j, NumberValue(type="complex", value=2j)),
        (np.float32(0.5), NumberValue(type="float32", value=0.5)),
        (np.int64(3), NumberValue(type="int64", value=3)),
        (np.complex64(2j), NumberValue(type="complex64", value=2j)),
        (np.bool_(True), NumberValue(type="bool_", value=True)),
        (np.str_("text"), TextValue(type="str_", value="text")),
        (set(), SequenceValue(type="set", items=())),
        (frozenset(["b", "a"]), SequenceValue(type="frozenset", items=texts("a", "b"))),
        ("text", TextValue(type="str", value="text")),
        (None, TextValue(type="NoneType", value="None")),
        (..., TextValue(type="ellipsis", value="...")),
        (torch.float16, TextValue(type="dtype", value="torch.float16")),
        (torch.device("cpu"), TextValue(type="device", value="cpu")),
        (
            torch.Size([2]),
            SequenceValue(type="Size", items=(NumberValue(type="int", value=2),)),
        ),
        (range(1), SequenceValue(type="range", items=(NumberValue(type="int", value=0),))),
        (
            {1: 2, "a": 3},
            MappingValue(
                type="dict",
                entries={
                    "1": NumberValue(type="int", value=2),
                    "a": NumberValue(type="int", value=3),
                },
                codes=frozenset({"1"}),
            ),
        ),
    ],
)
def test_plain_values(value, expected):
    assert seen(value) == expected


MIXED = [3, 1.5, "b", None, (2, "x"), "a", 2j, float("inf"), frozenset([2, 1]), np.float32(0.5)]


def test_a_set_crosses_in_an_order_of_its_own():
    whole = seen({*MIXED})
    assert [item.type for item in whole.items[:6]] == [
        *("complex", "float32", "float", "int", "float", "str")
    ]
    assert [item.value for item in whole.items[5:8]] == ["a", "b", "None"]
    assert whole.items[9].items == seen((1, 2)).items
    assert seen({*reversed(MIXED)}) == whole
    assert seen({float("nan"), 1.0}).items[0] == NumberValue(type="float", value=1.0)
    assert [item.value for item in seen({10, 9.5, 2**70}).items] == [9.5, 10, 2**70]


@pytest.mark.kernel
def test_the_order_of_a_set_does_not_depend_on_hashes():
    code = (
        "from grader.student_side.values import Encoder\n"
        "print(Encoder().encode({'one', 'two', 'three', ('four', 5)}))"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in (1, 2, 3)
    }
    assert len(told) == 1


def test_an_array_is_an_array():
    value = seen(np.arange(4).reshape(2, 2).T)
    assert (value.kind, value.dtype, value.shape) == ("array", "int64", (2, 2))
    assert value.data.tolist() == [[0, 2], [1, 3]]


def test_a_module_is_its_state_dict():
    value = seen(nn.Linear(2, 1))
    assert value.module
    assert value.type == "Linear"
    assert list(value.entries) == ["weight", "bias"]


class Liar(torch.Tensor):
    """A tensor that says it equals everything, and refuses to be looked at."""

    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        raise RuntimeError("not for you")


class Blocked:
    """An object whose every attribute raises."""

    def __getattribute__(self, name):
        raise RuntimeError(name)


def test_a_subclass_of_tensor_is_seen_as_it_is():
    value = seen(torch.ones(2).as_subclass(Liar))
    assert value.type == "Liar"
    assert value.data.tolist() == [1.0, 1.0]


def itself():
    made = [1]
    made.append(made)
    return made


def nested(depth):
    made = []
    for _ in range(depth):
        made = [made]
    return made


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (print, "a function"),
        (iter([1]), "not a value"),
        ({print}, "a set of what has no order"),
        ({(1, print)}, "a set of what has no order"),
        (np.zeros(2, dtype=[("a", "f4")]), "an array of {about}"),
        (torch.empty(2, device="meta"), "which has no numbers"),
        pytest.param(10**5_000, "1000 digits", id="a huge integer"),
        (torch.zeros(20 * 2**20), "over the limit"),
    ],
)
def test_what_cannot_cross_is_named(value, reason):
    found = seen(value)
    assert isinstance(found, OpaqueValue)
    assert reason in found.reason


def test_an_object_that_refuses_to_be_looked_at_is_named():
    assert isinstance(seen(Blocked()), OpaqueValue)


def test_what_contains_itself_or_is_too_deep_is_cut():
    assert seen(itself()).items[1] == OpaqueValue(type="list", reason="contains itself")
    assert isinstance(seen(nested(10_000)), SequenceValue)


def test_too_many_values_are_not_sent():
    assert isinstance(seen([0] * (MAX_NODES + 10)), OpaqueValue)


def test_an_expression_that_raises_says_where():
    namespace = {}
    exec(compile("def f():\n    raise ValueError('no')", "cell", "exec"), namespace)
    value = observe(namespace, "f()")
    assert isinstance(value, RaisedValue)
    assert (value.type, value.message, value.line) == ("ValueError", "no", 2)
    assert observe({}, "nothing").type == "NameError"


def test_of_a_function_that_calls_itself_it_says_where_that_is():
    """Not where the stack happened to end."""
    namespace = {}
    code = "def f(x):\n    y = [one for one in x]\n    return f(y)"
    exec(compile(code, "cell", "exec"), namespace)
    value = observe(namespace, "f([1])")
    assert (value.type, value.line) == ("RecursionError", 3)


def test_an_expression_that_ends_the_process_does_not():
    first, second = observe({"leave": sys.exit}, "leave()", "1 + 1")
    assert first.type == "SystemExit"
    assert second.value == 2


def test_given_data_is_put_in_and_taken_out_again():
    namespace = {"f": lambda x: x * 2}
    given = {"x": seen(torch.tensor([1.0, 2.0], requires_grad=True))}
    value = observe(namespace, "f(x)", given=given)
    assert value.data.tolist() == [2.0, 4.0]
    assert value.requires_grad
    assert list(namespace) == ["f"]


@pytest.mark.parametrize(
    "value",
    [
        *(
            3,
            -0.5,
            2j,
            True,
            None,
            "text",
            [1, (2.0,)],
            {"a": [1], 2: 3},
            np.arange(3),
            torch.arange(3),
        ),
        *(np.float32(0.1), np.int8(-3), np.complex64(1j), np.bool_(True), np.str_("text")),
        *({3, 1, 2}, frozenset([(1, "a"), (1, "b")])),
    ],
)
def test_data_comes_back_as_it_was(value):
    assert same(seen(observe_back(value)), seen(value))
    assert type(observe_back(value)) is type(value)


def observe_back(value):
    caught = []
    observe({"keep": caught.append}, "keep(x)", given={"x": seen(value)})
    return caught[0]


def test_give_returns_the_names_that_code_binds():
    namespace = {"torch": torch, "old": 1}
    question = wire.question("give", code="x = torch.ones(2)\nn = old + 1", seed=0)
    answer = ask(Probe(namespace), question)
    assert sorted(answer) == ["n", "x"]
    assert answer["n"].value == 2
    assert sorted(namespace) == ["old", "torch"]


def draws():
    return random.random(), np.random.random(), torch.rand(1).item()


def test_every_expression_draws_the_same_and_nothing_is_used_up():
    namespace = {"draws": draws}
    torch.manual_seed(1)
    before = torch.get_rng_state()
    first, second = observe(namespace, "draws()", "draws()")
    assert first == second
    assert torch.equal(torch.get_rng_state(), before)


def test_the_state_of_all_generators_is_saved_and_restored():
    probe = Probe({})
    ask(probe, wire.question("hello", seed=5))
    state = ask(probe, wire.question("save"))
    first = draws()
    ask(probe, wire.question("restore", values=state))
    assert draws() == first


def test_switches_are_put_back_for_a_look_and_left_as_they_were(tmp_path):
    probe = Probe({"look": look})
    usual = str(Path.cwd())
    torch.set_default_dtype(torch.float64)
    torch.set_grad_enabled(False)
    os.chdir(tmp_path)
    try:
        question = wire.question("observe", expressions={"0": "look()"}, seed=0)
        found = ask(probe, question)["0"]
        assert [item.value for item in found.items] == ["torch.float32", True, usual]
        assert look() == ["torch.float64", False, str(tmp_path)]
        ask(probe, wire.question("restore", values=fresh_state()))
        assert look() == ["torch.float32", True, usual]
    finally:
        torch.set_default_dtype(torch.float32)
        torch.set_grad_enabled(True)
        os.chdir(usual)


def look():
    return [str(torch.get_default_dtype()), torch.is_grad_enabled(), str(Path.cwd())]


def fresh_state():
    torch.set_default_dtype(torch.float32)
    torch.set_grad_enabled(True)
    state = ask(Probe({}), wire.question("save"))
    torch.set_default_dtype(torch.float64)
    torch.set_grad_enabled(False)
    return state


def test_nothing_is_printed_and_no_warning_gets_out(capfd):
    def noisy():
        print("from Python")
        os.write(1, b"from below")
        warnings.warn("a warning", stacklevel=1)
        return 1

    assert observe({"noisy": noisy}, "noisy()").value == 1
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")


def test_a_careless_notebook_does_not_break_the_probe(monkeypatch):
    namespace = {"list": [1, 2], "print": 3, "len": None, "x": torch.ones(2)}
    probe = Probe(namespace)
    monkeypatch.setattr(torch, "tensor", None)
    monkeypatch.setattr(torch, "view_as_real", None)
    monkeypatch.setattr(json, "dumps", None)
    monkeypatch.setattr(torch.Tensor, "detach", None)
    question = b'{"ask": "observe", "values": {}, "expressions": {"0": "x"}, "seed": 0}'
    header, tensors = probe.answer(question, b"")
    monkeypatch.undo()
    assert wire.decode(Payload(header=header, tensors=tensors))["0"].data.tolist() == [1.0, 1.0]


def test_a_tensor_tells_whether_it_is_a_leaf():
    leaf = torch.ones(2, requires_grad=True)
    assert seen(leaf).leaf
    assert not seen(leaf * 2).leaf
    assert seen((leaf * 2).detach()).leaf


def test_an_error_names_what_it_is_an_instance_of():
    class Odd(ValueError):
        pass

    def fail():
        raise Odd("no")

    found = observe({"fail": fail}, "fail()")
    assert (found.type, found.bases) == (
        "Odd",
        ("ValueError", "Exception", "BaseException", "object"),
    )


def test_a_module_takes_over_a_state_dict_and_stays_itself():
    layer, other = nn.Linear(2, 1), nn.Linear(2, 1)
    namespace = {"layer": layer}
    question = wire.question("put", values={"layer": seen(other), "x": seen(torch.ones(2))})
    assert ask(Probe(namespace), question) == {}
    assert namespace["layer"] is layer
    assert torch.equal(layer.weight, other.weight)
    assert torch.equal(namespace["x"], torch.ones(2))
