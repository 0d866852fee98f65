from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from grader.comparing.compare import compare
from grader.comparing.tolerance import TOLERANCES
from grader.comparing.walk import curve
from grader.formats.stored_tensors import WIDER
from grader.model.aspects import ASPECTS
from grader.model.assignment import Check
from grader.model.facts import Extent
from grader.model.values import (
    MappingValue,
    NumberValue,
    OpaqueValue,
    SequenceValue,
    TextValue,
)
from tests.formats.test_wire import tensor_value, tensors, values
from tests.student_side.test_probe import seen

CHECK = Check(expression="x")
ALL = Check(expression="x", aspects=ASPECTS)


def tensor(data, dtype=torch.float32, **changes):
    value = tensor_value(torch.tensor(data, dtype=dtype))
    return replace(value, **changes)


def number(value):
    return NumberValue(type=type(value).__name__, value=value)


def floats(*items):
    return SequenceValue(type="list", items=tuple(map(number, items)))


def failed(actual, expected, check=CHECK):
    found = compare(actual=actual, expected=expected, check=check, path="x")
    return {aspect for aspect, outcome in found.aspects.items() if outcome == "failed"}


@given(values)
def test_a_value_compared_with_itself_shows_nothing(value):
    from grader.model.values import RaisedValue

    def comparable(one):
        if isinstance(one, SequenceValue):
            return all(map(comparable, one.items))
        if isinstance(one, MappingValue):
            return all(map(comparable, one.entries.values()))
        return not isinstance(one, OpaqueValue | RaisedValue)

    if comparable(value):
        found = compare(actual=value, expected=value, check=ALL, path="x")
        assert found.mismatches == ()
        assert "failed" not in found.aspects.values()


@given(tensors().filter(lambda value: value.data.numel() > 0), st.data())
def test_a_change_of_any_one_element_is_found(value, data):
    changed = value.data.clone().reshape(-1)
    place = data.draw(st.integers(0, changed.numel() - 1))
    if changed.dtype is torch.bool:
        changed[place] = ~changed[place]
    else:
        changed[place] += changed[place].abs() + 7
    actual = replace(value, data=changed.reshape(value.shape))
    found = compare(actual=actual, expected=value, check=CHECK, path="x")
    assert found.aspects["values"] == "failed"
    assert not found.right


@given(st.permutations(ASPECTS))
def test_the_order_of_aspects_does_not_matter(aspects):
    actual = tensor([[1.0, 2.0]], torch.float64, requires_grad=True, device="cuda")
    expected = tensor([1.0, 3.0])
    usual = compare(actual=actual, expected=expected, check=ALL, path="x")
    other = compare(
        actual=actual, expected=expected, check=replace(ALL, aspects=tuple(aspects)), path="x"
    )
    assert other == usual


def test_all_aspects_are_reported_not_the_first():
    actual = tensor([[1.0, 2.0]], torch.float64, device="cuda")
    assert failed(actual, tensor([1.0, 2.0])) == {"shape", "dtype", "device"}


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (tensor([[1.0], [2.0]]), tensor([1.0, 2.0])),
        (tensor([1.0]), tensor(1.0)),
        (tensor([1.0, 1.0]), tensor([1.0])),
    ],
)
def test_values_are_never_broadcast(actual, expected):
    found = compare(actual=actual, expected=expected, check=CHECK, path="x")
    assert found.aspects["shape"] == "failed"
    assert found.aspects["values"] == "skipped"


def test_right_values_of_another_dtype_are_right_values():
    found = compare(
        actual=tensor([1.0, 2.0], torch.float64), expected=tensor([1.0, 2.0]), check=CHECK, path="x"
    )
    assert found.aspects["dtype"] == "failed"
    assert found.aspects["values"] == "passed"


@pytest.mark.filterwarnings("ignore")
def test_what_a_tensor_is_kept_as_is_part_of_what_it_is():
    dense = torch.tensor([[0.0, 2.0], [1.0, 0.0]])
    rows, places = seen(dense.to_sparse_csr()), seen(dense.to_sparse())
    twice = torch.sparse_coo_tensor([[0, 1, 1], [1, 0, 0]], [2.0, 0.5, 0.5], (2, 2))
    assert failed(rows, rows) == set()
    assert failed(seen(twice), places) == set()
    assert failed(seen(dense), rows) == failed(places, rows) == {"type"}
    assert failed(seen((dense + 1).to_sparse_csr()), rows) == {"values"}
    scales, zeros = torch.tensor([0.1, 0.1]), torch.tensor([0, 0])
    whole = seen(torch.quantize_per_tensor(dense, 0.1, 0, torch.qint8))
    assert failed(whole, whole) == set()
    assert failed(seen(torch.quantize_per_tensor(dense, 0.1, 3, torch.qint8)), whole) == set()
    assert failed(seen(torch.quantize_per_tensor(dense + 0.1, 0.1, 0, torch.qint8)), whole) == {
        "values"
    }
    channels = torch.quantize_per_channel(dense, scales, zeros, 0, torch.qint8)
    assert failed(seen(channels), whole) == {"type"}
    assert failed(seen(dense), whole) == {"dtype"}
    pairs = seen(torch.view_as_complex(torch.ones(2, 2, dtype=torch.float16)))
    assert failed(seen(torch.ones(2) + 1j), pairs) == {"dtype"}


@pytest.mark.parametrize("row", list(TOLERANCES))
def test_tolerance_goes_by_dtype_and_device(row):
    dtype, _, device = row.partition(" on ")
    of = getattr(torch, WIDER.get(dtype, dtype))  # as it is compared
    rtol, atol = TOLERANCES[row]
    expected = replace(tensor([100.0], of), dtype=dtype, device=device or "cpu")
    wide = torch.complex128 if of.is_complex else torch.float64
    off = atol + rtol * 100
    near = replace(expected, data=torch.tensor([100 + off / 2], dtype=wide))
    far = replace(expected, data=torch.tensor([100 + off * 2], dtype=wide))
    assert failed(near, expected) == set()
    assert failed(far, expected) == {"values"}


def test_numbers_of_16_bits_may_be_further_off_on_a_card():
    here, there = (replace(tensor(0.0, torch.float16), device=device) for device in ("cpu", "cuda"))
    off = torch.tensor(5e-4, dtype=torch.float16)
    for right, differs in ((here, {"values"}), (there, set())):
        found = replace(right, data=off)
        assert failed(found, right) == differs
        curves = (SequenceValue(type="list", items=(one, one)) for one in (found, right))
        assert failed(*curves) == differs


def test_an_authors_tolerance_counts():
    check = replace(CHECK, rtol=0.1, atol=0.0)
    assert failed(tensor([1.05]), tensor([1.0]), check) == set()
    assert failed(tensor([1.05]), tensor([1.0])) == {"values"}
    assert failed(tensor([1.0 + 1e-6]), tensor([1.0]), replace(CHECK, compare="exact")) == {
        "values"
    }


@pytest.mark.parametrize(
    ("actual", "expected", "right"),
    [
        (float("nan"), float("nan"), True),
        (float("nan"), 1.0, False),
        (1.0, float("nan"), False),
        (float("inf"), float("inf"), True),
        (float("-inf"), float("inf"), False),
        (1e30, float("inf"), False),
        (float("inf"), 1e30, False),
    ],
)
def test_nan_and_infinity(actual, expected, right):
    assert (failed(tensor([actual]), tensor([expected])) == set()) is right
    assert (failed(number(actual), number(expected)) == set()) is right


@pytest.mark.parametrize(
    ("actual", "expected", "right"),
    [(0.9, 1.0, True), (1.009, 1.0, True), (1.02, 1.0, False), (float("nan"), 1.0, False)],
)
def test_at_most_is_right_below_and_within_the_margin(actual, expected, right):
    check = Check(expression="x", compare="at_most", margin=0.01)
    assert (failed(tensor(actual), tensor(expected), check) == set()) is right


@pytest.mark.parametrize(
    ("actual", "larger"), [(1.02, True), (float("inf"), True), (float("nan"), False)]
)
def test_nan_is_not_called_larger_than_it_may_be(actual, larger):
    check = Check(expression="x", compare="at_most", margin=0.01)
    (found,) = compare(
        actual=tensor(actual), expected=tensor(1.0), check=check, path="x"
    ).mismatches
    assert (found.extent is not None and found.extent.over) is larger


def test_a_number_stands_for_a_tensor_without_axes():
    assert failed(number(2.0), tensor(2.0)) == set()
    assert failed(tensor(2.0), number(2.0)) == set()
    assert failed(number(2.0), tensor([2.0])) == {"type"}
    assert failed(number(3.0), tensor(2.0)) == {"values"}
    assert failed(number(True), number(1)) == {"type"}
    assert failed(number(10**40), number(3)) == {"values"}


@pytest.mark.parametrize(
    "actual",
    [
        floats(1.0, 2.0),
        tensor([1.0, 2.0], kind="array"),
        TextValue(type="NoneType", value="None"),
        OpaqueValue(type="function", reason="a function"),
        number(1.0),
    ],
)
def test_what_is_no_tensor_is_of_the_wrong_type(actual):
    assert "type" in failed(actual, tensor([1.0, 2.0]))


def test_a_parameter_is_a_tensor():
    actual = tensor([1.0], type="Parameter", requires_grad=True)
    assert failed(actual, tensor([1.0])) == set()
    assert failed(actual, tensor([1.0]), ALL) == {"requires_grad"}


def test_gradients_count_where_they_are_asked_for():
    grad = tensor([3.0])
    expected = tensor([1.0], grad=grad)
    assert failed(tensor([1.0]), expected) == set()
    assert failed(tensor([1.0]), expected, ALL) == {"grad"}
    assert failed(tensor([1.0], grad=tensor([6.0])), expected, ALL) == {"grad"}
    assert failed(tensor([1.0], grad=tensor([3.0])), expected, ALL) == set()


def test_a_curve_is_one_mismatch():
    expected = floats(*range(1, 50), 1.5)
    actual = floats(*(2.0 * item.value for item in expected.items))
    curve = SequenceValue(type="list", items=tuple(number(float(n)) for n in range(1, 50)))
    double = floats(*(2.0 * item.value for item in curve.items))
    found = compare(actual=double, expected=curve, check=CHECK, path="losses")
    assert [mismatch.path for mismatch in found.mismatches] == ["losses[0]"]
    assert found.mismatches[0].extent == Extent(wrong=49, total=49)
    assert failed(actual, expected) == {"values"}


def test_a_curve_may_hold_tensors():
    tensors_ = SequenceValue(type="list", items=tuple(tensor(float(n)) for n in range(3)))
    assert failed(tensors_, floats(0.0, 1.0, 2.0)) == set()
    assert curve(tensors_) == [0.0, 1.0, 2.0]
    assert curve(number(1.0)) is None


def test_sequences_and_mappings_are_walked():
    expected = SequenceValue(
        type="tuple",
        items=(tensor([1.0]), MappingValue(type="dict", entries={"a": tensor([2.0])})),
    )
    actual = SequenceValue(
        type="list",
        items=(tensor([1.0]), MappingValue(type="dict", entries={"a": tensor([[5.0]])})),
    )
    found = compare(actual=actual, expected=expected, check=CHECK, path="x")
    assert [(m.path, m.aspect) for m in found.mismatches] == [("x[1]['a']", "shape")]
    short = SequenceValue(type="list", items=(tensor([1.0]),))
    assert failed(short, expected) == {"shape"}
    other = MappingValue(type="dict", entries={"b": tensor([2.0])})
    assert failed(other, expected.items[1]) == {"shape"}


def test_a_module_is_its_state_dict():
    layer = MappingValue(type="Linear", entries={"weight": tensor([[1.0]])}, module=True)
    other = replace(layer, type="MyLinear", entries={"weight": tensor([[2.0]])})
    found = compare(actual=other, expected=layer, check=CHECK, path="layer")
    assert [m.path for m in found.mismatches] == ["layer.weight[0, 0]"]
    assert failed(replace(other, entries=layer.entries), layer) == set()
    assert failed(replace(layer, module=False, type="dict"), layer) == {"type"}


def test_what_the_reference_cannot_show_cannot_be_compared():
    with pytest.raises(TypeError):
        failed(tensor([1.0]), OpaqueValue(type="function", reason="a function"))


def test_nothing_compared_is_not_right():
    check = replace(CHECK, aspects=("dtype",))
    found = compare(actual=number(1), expected=number(1), check=check, path="x")
    assert not found.right


@pytest.mark.parametrize("aspects", [ASPECTS, tuple(reversed(ASPECTS))])
def test_an_exact_type_tells_numbers_and_parameters_from_tensors(aspects):
    exact = Check(expression="x", aspects=aspects, exact_type=True)
    scalar = tensor(1.0)
    parameter = tensor([1.0], type="Parameter")
    for actual, expected in [
        (number(1.0), scalar),
        (scalar, number(1.0)),
        (number(1), number(1.0)),
        (parameter, tensor([1.0])),
    ]:
        assert failed(actual, expected) == set()
        assert failed(actual, expected, exact) == {"type"}
        assert failed(expected, expected, exact) == set()


@given(values, values, st.permutations(ASPECTS))
def test_the_order_of_aspects_never_matters(actual, expected, aspects):
    try:
        usual = failed(actual, expected, ALL)
    except TypeError:
        return
    assert failed(actual, expected, replace(ALL, aspects=tuple(aspects))) == usual


def test_of_a_small_value_that_is_right_in_part_it_is_kept_which_numbers_differ():
    right = torch.arange(6.0).reshape(2, 3)
    wrong = right.clone()
    wrong[0, 2] = wrong[1, 0] = 9
    (found,) = compare(
        actual=tensor_value(wrong), expected=tensor_value(right), check=CHECK, path="x"
    ).mismatches
    assert found.extent == Extent(wrong=2, total=6, places=("..x", "x.."))
    (found,) = compare(
        actual=tensor_value(wrong[0]), expected=tensor_value(right[0]), check=CHECK, path="x"
    ).mismatches
    assert found.extent == Extent(wrong=1, total=3, places=("..x",))


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (torch.tensor([True, False, True]), torch.tensor([True, True, True])),
        (torch.tensor([0, 1, 1]), torch.tensor([0, 1, 0])),
        (torch.zeros(2, 2, 2), torch.arange(8.0).reshape(2, 2, 2)),
        (torch.zeros(100), torch.arange(100.0)),
        (torch.zeros(3), torch.arange(3.0) + 1),
    ],
)
def test_of_others_it_is_not(actual, expected):
    (found,) = compare(
        actual=tensor_value(actual), expected=tensor_value(expected), check=CHECK, path="x"
    ).mismatches
    assert found.extent.places == ()
