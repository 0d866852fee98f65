import re
from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from grader.explaining import diagnose as diagnosing
from grader.explaining.case import Task
from grader.explaining.findings import FINDINGS, RANKED
from grader.marking.checks import judge
from grader.model.aspects import ASPECTS, DEFAULT_ASPECTS
from grader.model.assignment import Check, Exercise, Mistake
from grader.model.facts import SomePassed
from grader.model.result import CheckResult, ExerciseResult, Fault
from grader.model.values import (
    MappingValue,
    NoValue,
    NumberValue,
    OpaqueValue,
    RaisedValue,
    SequenceValue,
    TextValue,
)
from grader.wording.report import MAX_DIAGNOSES
from tests.formats.test_wire import tensor_value, values
from tests.said import in_words

NONE = TextValue(type="NoneType", value="None")
ELLIPSIS = TextValue(type="ellipsis", value="Ellipsis")
UNDEFINED = RaisedValue(type="NameError", message="name 'x' is not defined")
EXPECTED = (1.37, 2.91, -4.2)


CERTAIN = {"found": FINDINGS}


def diagnose(asked, *, checks, language="en", ranked=CERTAIN, **known):
    """Return what a student is told of the symptoms that are found."""
    result = ExerciseResult(
        exercise=asked.name,
        score=0,
        max_score=1,
        outcome="wrong",
        ruling=SomePassed(passed=0, total=1, moment="own"),
        checks=tuple(checks),
        symptoms=diagnosing.diagnose(asked, checks=checks, ranked=ranked, **known),
    )
    return in_words(result, asked, language=language).diagnoses


def tensor(data, dtype=torch.float32, **changes):
    return replace(tensor_value(torch.as_tensor(data, dtype=dtype)), **changes)


def number(value):
    return NumberValue(type=type(value).__name__, value=value)


def floats(*items):
    return SequenceValue(type="list", items=tuple(map(number, items)))


def exercise(*checks, mistakes=()):
    return Exercise(name="e", title={"": "E"}, points=1, checks=checks, mistakes=mistakes)


def found(actual, expected, check="x", *, others=None, **known):
    """Diagnose one check, given its values."""
    check = check if isinstance(check, Check) else Check(expression=check)
    asked = exercise(check, mistakes=known.pop("known", ()))
    actual = {check.expression: actual, **(others or {})}
    expected = {check.expression: expected, **(others or {})}
    checks = judge(asked, actual=actual, expected=expected)
    return diagnose(asked, actual=actual, expected=expected, checks=checks, **known)


def kinds(*arguments, **known):
    return [diagnosis.kind for diagnosis in found(*arguments, **known)]


def only(*arguments, **known):
    """Return the kind and the text of the only diagnosis."""
    (diagnosis,) = found(*arguments, **known)
    assert diagnosis.check
    return diagnosis.kind, diagnosis.text


@given(values)
def test_what_is_right_gives_nothing(value):
    asked = exercise(Check(expression="x"))
    passed = CheckResult(check="x", hidden=False, outcome="passed", score=1, max_score=1)
    found = diagnose(
        asked,
        actual={"x": value},
        expected={"x": value},
        checks=[passed],
        names={"y": value},
        earlier=[[passed]],
        modified={"x": ["y"]},
        fault=Fault(name="AssertionError", message="Torch not compiled with CUDA enabled"),
    )
    assert found == ()


def test_what_is_wrong_without_likeness_gives_nothing():
    assert found(tensor([1.0, 5.0, 2.0]), tensor(EXPECTED)) == ()
    assert found(NoValue(reason="timed out"), tensor(EXPECTED)) == ()
    assert found(UNDEFINED, tensor(EXPECTED)) == ()
    assert found(number(5), number(1)) == ()


def test_a_known_mistake_stands_alone_with_its_help():
    help_ = {"en": "Think of the mean.", "de": "Denk an den Mittelwert."}
    known = (
        Mistake(name="other", help={"en": "No."}, solution="", cell=1),
        Mistake(name="sum", help=help_, solution="", cell=2),
    )
    doubled, right = tensor([2.74, 5.82, -8.4]), tensor(EXPECTED)
    mistakes = {"other": {"x": tensor([0.0, 0.0, 0.0])}, "sum": {"x": doubled}}
    (alone,) = found(doubled, right, known=known, mistakes=mistakes, language="de")
    assert (alone.kind, alone.mistake, alone.check) == ("mistake", "sum", "x")
    assert alone.text == "Denk an den Mittelwert."
    assert kinds(right, right, known=known, mistakes={"sum": {"x": right}}) == []


@pytest.mark.parametrize(
    "message",
    [
        "Torch not compiled with CUDA enabled",
        "No CUDA GPUs are available",
        "Found no NVIDIA driver on your system. Please check that you have an NVIDIA GPU",
        "Attempting to deserialize object on a CUDA device but torch.cuda.is_available() is False.",
    ],
)
def test_code_that_asks_for_a_gpu(message):
    fault = Fault(name="RuntimeError", message=message, line=3)
    (diagnosis,) = found(UNDEFINED, tensor(EXPECTED), fault=fault)
    assert (diagnosis.kind, diagnosis.check) == ("needs-gpu", "")
    assert "line 3" in diagnosis.text
    assert "`torch.cuda.is_available()`" in diagnosis.text
    raised = RaisedValue(type="RuntimeError", message=message, line=4)
    assert only(raised, tensor(EXPECTED), "f()")[0] == "needs-gpu"
    assert kinds(UNDEFINED, tensor(EXPECTED), fault=Fault(name="E", message="no")) == []


def test_a_blank_is_named():
    assert only(ELLIPSIS, tensor(EXPECTED)) == (
        "blank",
        "`x` is still `...`: this place is not filled in.",
    )
    assert only(NONE, tensor(EXPECTED)) == ("blank", "`x` is None.")
    kind, text = only(NONE, tensor(EXPECTED), "f(1)")
    assert kind == "blank"
    assert "return" in text
    assert kinds(NONE, TextValue(type="str", value="a")) == ["blank"]


def test_the_right_value_under_another_name():
    right = tensor(EXPECTED)
    names = {"not a name": right, "class": right, "z": tensor([0.0, 0.0, 0.0]), "y": right}
    kind, text = only(UNDEFINED, right, names=names)
    assert kind == "other-name"
    assert "`x` is not defined, but `y` has" in text
    assert kinds(tensor([0.0, 3.0, 1.0]), right, names=names) == ["other-name"]
    assert kinds(UNDEFINED, floats(1.0, 2.0), names={"y": floats(1.0, 2.0)}) == ["other-name"]
    assert kinds(UNDEFINED, number(0.731), names={"y": number(0.731)}) == ["other-name"]


@pytest.mark.parametrize(
    "trivial",
    [
        number(3),
        number(1.0),
        number(float("nan")),
        tensor([2.5]),
        tensor([0.0, 0.0]),
        floats(2.5),
        TextValue(type="str", value="a"),
        SequenceValue(type="list", items=(OpaqueValue(type="f", reason="f"),) * 2),
    ],
)
def test_another_name_is_not_told_by_what_anything_may_equal(trivial):
    failed = CheckResult(check="x", hidden=False, outcome="error", score=0, max_score=1)
    asked = exercise(Check(expression="x"))
    values = {"actual": {"x": UNDEFINED}, "expected": {"x": trivial}, "checks": [failed]}
    assert diagnose(asked, **values, names={"y": trivial}) == ()


def test_many_names_are_no_way_to_guess():
    guesses = {f"guess_{n}": number(n / 100) for n in range(100)}
    assert kinds(UNDEFINED, number(0.73), names=guesses) == []
    late = {f"t_{n}": tensor([n, 0.0]) for n in range(1000)}
    assert kinds(UNDEFINED, tensor([900.0, 0.0]), names=late) == []


def test_what_was_right_at_another_moment():
    right, wrong = tensor(EXPECTED), tensor([0.0, 4.0, 1.0])
    passed = CheckResult(check="x", hidden=False, outcome="passed", score=1, max_score=1)
    failed = replace(passed, outcome="failed")
    kind, text = only(wrong, right, earlier=[[failed], [passed]])
    assert (kind, "at another moment" in text) == ("overwritten", True)
    assert kinds(UNDEFINED, right, earlier=[[passed]]) == ["overwritten"]
    assert kinds(wrong, right, earlier=[[failed], [replace(passed, check="y")]]) == []


def test_an_input_that_was_changed_in_place():
    wrong = tensor([0.0, 4.0, 1.0])
    kind, text = only(wrong, tensor(EXPECTED), "f(w)", modified={"f(w)": ["w"]})
    assert kind == "modified"
    assert "`f(w)` changes `w` in place" in text
    _, text = only(wrong, tensor(EXPECTED), "f(w)", modified={"f(w)": ["<script>", "secret"]})
    assert "script" not in text
    assert "secret" not in text


@pytest.mark.parametrize(
    ("actual", "what"),
    [
        (floats(*EXPECTED), "a list"),
        (replace(floats(*EXPECTED), type="tuple"), "a tuple"),
        (tensor(EXPECTED, kind="array"), "a NumPy array"),
    ],
)
def test_right_numbers_that_are_no_tensor(actual, what):
    kind, text = only(actual, tensor(EXPECTED))
    assert kind == "not-a-tensor"
    assert f"`x` is {what} and should be a tensor; its numbers are right" in text


def test_what_is_no_tensor_and_has_other_numbers():
    kind, text = only(floats(1.0, 7.0, 9.0), tensor(EXPECTED))
    assert kind == "not-a-tensor"
    assert "right" not in text
    assert "numbers are right" in only(number(2.5), tensor([2.5]))[1]
    exact = Check(expression="x", exact_type=True)
    assert kinds(number(2.5), tensor(2.5), exact) == ["not-a-tensor"]
    assert kinds(number(5.74), tensor(2.87)) == ["scaled"]


@pytest.mark.parametrize(
    ("base", "says"),
    [
        (None, "either `backward()` was not called"),
        (tensor(EXPECTED), "`w` does not require gradients"),
        (tensor(EXPECTED, requires_grad=True, leaf=False), "`w` is no leaf"),
        (tensor(EXPECTED, requires_grad=True), "either `backward()` was not called"),
    ],
)
def test_a_gradient_that_is_none(base, says):
    others = {} if base is None else {"w": base}
    kind, text = only(NONE, tensor(EXPECTED), "w.grad", others=others)
    assert kind == "no-grad-value"
    assert "`w.grad` is None" in text
    assert says in text
    assert only(NONE, tensor(EXPECTED), "w.grad", names=others)[1] == text


def test_a_gradient_that_is_none_within_a_value():
    expected = tensor(EXPECTED, requires_grad=True, grad=tensor(EXPECTED))
    check = Check(expression="w", aspects=ASPECTS)
    kind, text = only(tensor(EXPECTED, requires_grad=True), expected, check)
    assert (kind, "`w.grad` is None" in text) == ("no-grad-value", True)
    layer = MappingValue(type="Linear", entries={"weight": expected}, module=True)
    actual = replace(layer, entries={"weight": replace(expected, grad=None)})
    assert "`w.weight.grad` is None" in only(actual, layer, check)[1]


def test_a_gradient_that_is_far_too_large_was_not_added_up():
    kind, text = only(tensor(300 * torch.tensor(EXPECTED)), tensor(EXPECTED), "w.grad")
    assert (kind, "is 300 times" in text, "a sum in place of a mean" in text) == (
        "scaled",
        True,
        False,
    )


def test_requires_grad():
    check = Check(expression="x", aspects=(*DEFAULT_ASPECTS, "requires_grad"))
    plain, needs = tensor(EXPECTED), tensor(EXPECTED, requires_grad=True)
    assert kinds(plain, needs, check) == ["detached"]
    assert kinds(needs, plain, check) == ["attached"]
    assert kinds(needs, plain) == []


@pytest.mark.parametrize(
    ("factor", "words"), [(2, "is twice what"), (3, "is 3 times"), (10, "is 10 times")]
)
def test_a_gradient_that_was_added_up(factor, words):
    grad = torch.tensor(EXPECTED)
    kind, text = only(tensor(factor * grad), tensor(grad), "w.grad")
    assert kind == "accumulated"
    assert f"`w.grad` {words}" in text
    assert "as happens when `backward()`" in text
    check = Check(expression="w", aspects=ASPECTS)
    right = tensor([1.0], requires_grad=True, grad=tensor(grad))
    kind, text = only(replace(right, grad=tensor(factor * grad)), right, check)
    assert (kind, f"`w.grad` {words}" in text) == ("accumulated", True)
    assert kinds(tensor(-grad), tensor(grad), "w.grad") == ["sign"]
    assert kinds(tensor(grad / 2), tensor(grad), "w.grad") == ["scaled"]
    assert kinds(tensor(20_000 * grad), tensor(grad), "w.grad") == ["scaled"]


def test_a_transpose():
    square, oblong = torch.rand(3, 3), torch.rand(2, 3)
    assert kinds(tensor(square.T), tensor(square)) == ["transposed"]
    assert kinds(tensor(oblong.T), tensor(oblong)) == ["transposed"]
    assert kinds(tensor(torch.rand(3, 2)), tensor(oblong)) == []
    symmetric = square + square.T
    assert kinds(tensor(symmetric, torch.float64), tensor(symmetric)) == ["dtype"]


def test_an_axis_of_size_1():
    right = torch.tensor(EXPECTED)
    kind, text = only(tensor(right[:, None]), tensor(right))
    assert kind == "axis"
    assert "an axis of size 1 too many (`(3, 1)` in place of `(3,)`); its numbers are right" in text
    assert "too few" in only(tensor(right), tensor(right[:, None]))[1]
    assert "not right either" in only(tensor([[0.0], [5.0], [3.0]]), tensor(right))[1]
    assert "2 axes" in only(tensor(right[None, None]), tensor(right))[1]
    assert "another place" in only(tensor(right[None, :, None]), tensor(right[:, None, None]))[1]
    assert kinds(tensor([2.5]), number(2.5)) == ["axis"]
    assert kinds(tensor([2.5]), tensor(2.5)) == ["axis"]
    assert "numbers" not in only(tensor(torch.rand(0, 1)), tensor(torch.rand(0)))[1]


def test_right_numbers_of_another_dtype_or_device():
    kind, text = only(tensor(EXPECTED, torch.float64), tensor(EXPECTED))
    assert kind == "dtype"
    assert "`torch.float64` in place of `torch.float32`" in text
    kind, text = only(tensor(EXPECTED), tensor(EXPECTED, device="cuda"))
    assert (kind, "on `cpu`, and should be on `cuda`" in text) == ("device", True)
    both = tensor(EXPECTED, torch.float64, device="cuda")
    assert kinds(both, tensor(EXPECTED)) == ["dtype", "device"]
    assert "secret" not in only(tensor(EXPECTED, device="secret"), tensor(EXPECTED))[1]
    assert kinds(tensor([0.0, 7.0, 1.0], torch.float64), tensor(EXPECTED)) == []


def test_a_device_that_the_code_names_is_said_to_be_named():
    for code, is_named in (("x = y.to('cpu')", True), ("x = y.cpu()", True), ("x = y + 1", False)):
        wrong = tensor(EXPECTED), tensor(EXPECTED, device="cuda")
        kind, text = only(*wrong, code=code)
        assert kind == "device"
        assert ("on `cpu`, which the code names, and should be on `cuda`" in text) == is_named
    kind, text = only(tensor(EXPECTED, device="cuda"), tensor(EXPECTED), code="x = y.to('cuda')")
    assert "on `cuda`, which the code names, and should be on `cpu`" in text


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("PyTorch is not linked with support for mps devices", "asks for `mps` in line 3"),
        ("Could not run 'aten::empty' with arguments from the 'MPS' backend.", "asks for `mps`"),
        ("CUDA error: invalid device ordinal\nGPU device may be out of range", "only one"),
    ],
)
def test_a_device_that_is_not_there_is_named_for_what_it_is(message, said):
    fault = Fault(name="RuntimeError", message=message, line=3)
    (diagnosis,) = found(UNDEFINED, tensor(EXPECTED), fault=fault)
    assert diagnosis.kind == "needs-gpu"
    assert said in diagnosis.text
    assert only(RaisedValue(type="E", message=message), tensor(EXPECTED), "f()")[0] == "needs-gpu"


def test_numbers_that_are_not_finite():
    nan, inf = float("nan"), float("inf")
    assert "NaN" in only(tensor([nan, 1.0, 2.0]), tensor(EXPECTED))[1]
    assert "infinite" in only(tensor([inf, 1.0, 2.0]), tensor(EXPECTED))[1]
    kind, text = only(floats(3.0, 2.0, inf, nan), floats(3.0, 2.0, 1.5, 1.0))
    assert kind == "nan"
    assert "from step 3 on" in text
    assert kinds(tensor([nan, inf]), tensor([inf, nan])) == []


def test_a_curve_that_diverges():
    kind, text = only(floats(3.0, 30.0, 3e7, 3e12), floats(3.0, 2.0, 1.5, 1.0))
    assert kind == "diverged"
    assert "from step 3 on" in text
    growing = floats(1e-7, 1.0, 2.0)
    assert kinds(floats(1e-7, 3.0, 2.5), growing) == []


def test_a_curve_that_is_shifted():
    right = floats(9.0, 7.0, 5.5, 4.0)
    kind, text = only(floats(7.0, 5.5, 4.0, 3.1), right)
    assert kind == "shifted"
    assert "recorded after the step" in text
    assert "one step behind" in only(floats(12.0, 9.0, 7.0, 5.5), right)[1]
    assert "too many" in only(floats(12.0, 9.0, 7.0, 5.5, 4.0), right)[1]
    assert "too many" in only(floats(9.0, 7.0, 5.5, 4.0, 3.1), right)[1]
    assert "lacks one" in only(floats(9.0, 7.0, 5.5), right)[1]
    assert "lacks one" in only(floats(7.0, 5.5, 4.0), right)[1]
    assert kinds(floats(1.0, 1.0), floats(1.0, 1.0, 1.0)) == []


def test_opposite_signs():
    right = torch.tensor(EXPECTED)
    assert kinds(tensor(-right), tensor(right)) == ["sign"]
    assert kinds(tensor([-3, 2], torch.int64), tensor([3, -2], torch.int64)) == ["sign"]
    assert kinds(tensor([-1j], torch.complex64), tensor([1j], torch.complex64)) == ["sign"]
    assert kinds(floats(-3.0, -2.0), floats(3.0, 2.0)) == ["sign"]


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (2, "is twice what"),
        (300, "is 300 times what"),
        (1 / 2, "is half of what"),
        (1 / 300, "is 1/300 of what"),
        (-4, "is 4 times what it should be, with the opposite sign"),
    ],
)
def test_a_whole_factor_is_told(factor, words):
    for right in (torch.tensor(EXPECTED), torch.tensor(0.718281)):
        kind, text = only(tensor(factor * right), tensor(right))
        assert kind == "scaled"
        assert words in text
        assert "sum in place of a mean" not in text


def test_the_same_holds_within_a_tuple():
    right = SequenceValue(type="tuple", items=(tensor(EXPECTED), tensor([0.3])))
    wrong = replace(right, items=(tensor(EXPECTED), tensor([-0.3])))
    kind, text = only(wrong, right, "f()")
    assert (kind, "`f()[1]`" in text) == ("sign", True)


@given(st.floats(0.011, 99).filter(lambda factor: abs(factor - round(factor)) > 0.02))
def test_no_other_factor_is_told(factor):
    if abs(1 / factor - round(1 / factor)) < 0.01:
        return
    right = torch.tensor(EXPECTED)
    kind, text = only(tensor(factor * right), tensor(right))
    assert kind == "scaled"
    assert not re.search(r"\d", text)
    assert found(tensor(factor * 0.718281), tensor(0.718281)) == ()


@given(st.sampled_from([3, 60, 720, 1000]), st.sampled_from([1.0, 7.0, 12.0, 0.25, 0.37]))
def test_a_factor_does_not_tell_a_single_number_that_is_easily_guessed(factor, right):
    text = only(tensor(factor * right), tensor(right), "w.grad")[1]
    assert not re.search(r"\d", text)
    assert kinds(number(factor * 12), number(12)) == []


def test_numbers_that_are_off_by_a_constant():
    right = torch.tensor(EXPECTED)
    kind, text = only(tensor(right + 0.5), tensor(right))
    assert kind == "offset"
    assert not re.search(r"\d", text)
    assert kinds(tensor([7.0, 7.0]), tensor([5.0, 5.0])) == []
    assert kinds(tensor(right + 1e9), tensor(right)) == []


def test_what_is_recomputed_is_judged_by_its_form_alone():
    check = Check(expression="torch.sum(w ** 2)", of=("w",), compare="at_most", margin=0.1)
    asked = exercise(check)

    def recomputed(actual):
        values = {"actual": {"w": actual}, "expected": {"w": tensor(EXPECTED)}}
        return diagnose(asked, **values, checks=judge(asked, **values))

    right = torch.tensor(EXPECTED)
    assert recomputed(tensor(3 * right)) == ()
    assert [one.kind for one in recomputed(tensor(right[:, None]))] == ["axis"]
    assert [one.kind for one in recomputed(tensor([float("nan"), 1, 2]))] == ["nan"]
    assert [one.text for one in recomputed(NONE)] == ["`w` is None."]
    assert recomputed(UNDEFINED) == ()


def test_a_call_that_has_to_fail_is_judged_by_the_one_that_may_not():
    check = Check(expression="f(-1)", raises="ValueError", valid="f(1)")
    asked = exercise(check)
    right = tensor(EXPECTED)
    raised = RaisedValue(type="ValueError", message="no")
    expected = {"f(-1)": raised, "f(1)": right}

    def judged(**actual):
        actual = {"f(-1)": actual["bad"], "f(1)": actual["good"]}
        checks = judge(asked, actual=actual, expected=expected)
        found = diagnose(asked, actual=actual, expected=expected, checks=checks)
        return [one.kind for one in found]

    assert judged(bad=raised, good=tensor(-right.data)) == ["sign"]
    assert judged(bad=right, good=right) == []
    assert judged(bad=raised, good=right) == []


def test_the_most_specific_comes_first_and_few_are_given():
    checks = tuple(Check(expression=name) for name in ("a", "b", "c", "d", "e"))
    asked = exercise(*checks)
    right = torch.tensor(EXPECTED)
    expected = {check.expression: tensor(right) for check in checks}
    actual = {
        "a": tensor(-right),
        "b": tensor(right, torch.float64),
        "c": ELLIPSIS,
        "d": tensor(right[:, None]),
        "e": tensor(right + 1),
    }
    found = diagnose(
        asked,
        actual=actual,
        expected=expected,
        checks=judge(asked, actual=actual, expected=expected),
    )
    assert len(found) == MAX_DIAGNOSES
    assert [(one.kind, one.check) for one in found] == [
        ("blank", "c"),
        ("axis", "d"),
        ("dtype", "b"),
        ("sign", "a"),
    ]


def test_what_a_cell_did_not_come_to_is_not_diagnosed():
    asked = exercise(Check(expression="x"))
    unreached = CheckResult(check="x", hidden=False, outcome="error", score=0, max_score=1)
    right = torch.tensor(EXPECTED)
    values = {"actual": {"x": tensor(-right)}, "expected": {"x": tensor(right)}}
    assert diagnose(asked, **values, checks=[unreached]) == ()


@pytest.mark.parametrize(
    ("actual", "kind"),
    [
        (tensor([4110.0, 8730.0, -12600.0]), "scaled"),
        (floats(*EXPECTED), "not-a-tensor"),
        (RaisedValue(type="NameError", message="name 'secret_3000' is not defined"), None),
        (RaisedValue(type="E", message="No CUDA GPUs are available 3000", line=3000), "needs-gpu"),
        (TextValue(type="str", value="secret"), None),
        (SequenceValue(type="secret", items=()), "not-a-tensor"),
        (tensor(EXPECTED, dtype=torch.float64, kind="array"), "not-a-tensor"),
        (tensor(EXPECTED, device="secret"), "device"),
        (tensor(torch.rand(3000, 3)), None),
    ],
)
def test_of_a_hidden_check_nothing_is_told_that_the_student_chose(actual, kind):
    check = Check(expression="f(w)", hidden=True)
    found_ = found(
        actual,
        tensor(EXPECTED),
        check,
        names={"secret": tensor(EXPECTED)},
        modified={"f(w)": ["secret"]},
    )
    assert [one.kind for one in found_ if one.kind != "modified"] == ([kind] if kind else [])
    assert not any(re.search("secret|3000", one.text) for one in found_)


def test_of_a_hidden_curve_no_step_is_told():
    check = Check(expression="f(w)", hidden=True)
    right = floats(3.0, 2.0, 1.5, 1.0)
    for wrong in (floats(3.0, 2.0, float("nan"), 1.0), floats(3.0, 2.0, 9e9, 1.0)):
        assert not re.search(r"\d", only(wrong, right, check)[1])


@given(
    st.one_of(values, st.sampled_from([NONE, ELLIPSIS, UNDEFINED, NoValue(reason="crashed")])),
    values,
    st.sampled_from(["x", "x.grad", "f(x)"]),
    st.booleans(),
    st.sampled_from(["failed", "error", "skipped"]),
    st.sampled_from(["close", "exact", "at_most"]),
)
def test_no_values_are_too_odd(actual, expected, expression, of, outcome, compare):
    check = Check(expression=expression, of=("y",) if of else (), aspects=ASPECTS, compare=compare)
    result = CheckResult(check=expression, hidden=False, outcome=outcome, score=0, max_score=1)
    mistake = Mistake(name="m", help={"": "Help."}, solution="", cell=1)
    found = diagnose(
        exercise(check, mistakes=(mistake,)),
        actual={expression: actual, "y": actual},
        expected={expression: expected, "y": expected},
        checks=[result],
        mistakes={"m": {expression: expected, "y": expected}, "unknown": {}},
        names={"z": expected, "x": actual},
    )
    assert len(found) <= MAX_DIAGNOSES


@given(values.filter(lambda value: isinstance(value, type(tensor(0.0)))), st.data())
def test_no_numbers_of_one_shape_are_too_odd(expected, data):
    odd = st.sampled_from([0.0, -0.0, 1.0, 1e308, -1e308, 5e-324, float("nan"), float("inf")])
    size = expected.data.numel()
    items = data.draw(st.lists(odd, min_size=size, max_size=size))
    actual = tensor(torch.tensor(items, dtype=torch.float64).reshape(expected.shape), torch.float64)
    found(actual, expected)
    if not expected.data.is_complex():
        found(expected, actual)


@pytest.mark.parametrize("expected", [[1, 1], [1, 2j], [0j, 3], [[1, 2j], [3, 4]]])
@pytest.mark.parametrize("dtype", [torch.float64, torch.complex64])
def test_complex_numbers_do_no_harm(expected, dtype):
    right = torch.tensor(expected, dtype=torch.complex64)
    ones = torch.ones(right.shape, dtype=dtype)
    for wrong in (ones * 0.5, ones.cumsum(0), 2 * ones, ones.expand(2, *right.shape)):
        found(tensor(wrong, dtype), tensor(right, torch.complex64), ranked=RANKED)


@pytest.mark.parametrize("dtype", [torch.uint8, torch.int64, torch.bool, torch.bfloat16])
def test_extreme_numbers_do_no_harm(dtype):
    large = torch.full((2,), 2, dtype=dtype)
    for wrong in (number(10**400), number(-(2**63)), number(2**63 - 1), number(complex(0, 1))):
        found(wrong, tensor(large, dtype))
        found(tensor(large, dtype), wrong)
    least = tensor([-(2**63), 2**63 - 1], torch.int64)
    found(least, tensor([2**63 - 1, -(2**63)], torch.int64))
    found(tensor(large, dtype, layout="sparse_coo"), tensor(large, dtype))


def of_function(shown, hidden):
    """Return the kinds told of a function that is wrong in a shown check and in a hidden one."""
    right = torch.tensor(EXPECTED)
    shown_check = Check(expression="x")
    asked = exercise(shown_check, Check(expression="f(data)", hidden=True))
    actual = {"x": tensor(shown(right)), "f(data)": tensor(hidden(right + 10))}
    expected = {"x": tensor(right), "f(data)": tensor(right + 10)}
    checks = judge(asked, actual=actual, expected=expected)
    code = "def f(x):\n    return x * 2\nx = f(given)"
    told = diagnose(
        asked,
        actual=actual,
        expected=expected,
        checks=checks,
        code=code,
        task=Task(solution=code.replace("2", "3")),
    )
    return [one.kind for one in told]


def test_what_another_check_of_the_function_contradicts_is_not_told():
    assert of_function(torch.neg, torch.neg) == ["sign"]
    assert "sign" not in of_function(torch.neg, torch.square)
