"""How code deals with gradients: each habit, and what comes near to it."""

import pytest

from grader.syntax import gradients
from grader.syntax.gradients import bound_anew, emptied_early, never_emptied, uphill

LOOP = "for n in range(9):\n    loss(w, b).backward()\n    "
STEP = "w.data -= w.grad\n    b.data -= b.grad\n    "


def places(found):
    return [(one.function, one.line, *one.names) for one in found]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        (LOOP + STEP, [("", 1)]),
        (LOOP + STEP + "w.grad.zero_()", [("", 1, "b")]),
        (LOOP + STEP + "w.grad = None; b.grad.zero_()", []),
        (LOOP + STEP + "optimizer.zero_grad()", [("", 1, "b", "w")]),
        (LOOP + STEP + "empty()", [("", 1)]),
        ("def empty(): w.grad.zero_(); b.grad.zero_()\n" + LOOP + STEP + "empty()", []),
        (LOOP + "pass", []),
        (LOOP + "w = w - w.grad; b = b - b.grad", []),
        (LOOP + "w = (w - w.grad).detach().requires_grad_()", []),
        (LOOP + "w = w - w.grad; b.data -= b.grad", [("", 1)]),
        ("loss(w, b).backward()\nw.data -= w.grad", []),
    ],
)
def test_a_loop_in_which_nothing_is_emptied(code, found):
    assert places(never_emptied(code, "")) == found


def test_a_function_may_add_gradients_up_where_the_solution_does():
    code = "def f(w):\n    for n in range(9):\n        w.sum().backward()\n    return w.grad"
    read = code.replace("backward()", "backward(); print(w.grad)")
    assert places(never_emptied(read, "")) == [("f", 2)]
    assert never_emptied(read, code) == []


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("w.grad.zero_()\nw.data -= w.grad", [1]),
        ("w.grad.zero_()\nloss.backward()\nw.data -= w.grad", []),
        ("w.grad.zero_()\nstep()\nw.data -= w.grad", []),
        ("w.grad.zero_()\nb.data -= b.grad", []),
        ("w.data -= w.grad\nw.grad.zero_()", []),
        ("w.data -= w.grad\nw.grad.zero_()\nb.data -= w.grad", [2]),
        ("l.w.grad.zero_()\nl.b.data -= l.b.grad", []),
        ("l.zero_grad()\nl.b.data -= l.b.grad", [1]),
        ("l.zero_grad()\nlast.data -= last.grad", []),
    ],
)
def test_a_gradient_that_is_emptied_before_it_is_read(code, lines):
    assert [one.line for one in emptied_early(code)] == lines


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("w = w - 0.1 * w.grad", ["w"]),
        ("w = w - 0.1 * w.grad\nw.requires_grad_()", []),
        ("w = w - 0.1 * w.grad\nw.requires_grad = True", []),
        ("w -= 0.1 * w.grad", []),
        ("v = w - 0.1 * w.grad", []),
        ("w = w - 0.1 * b.grad", []),
    ],
)
def test_a_step_that_keeps_no_leaf(code, names):
    assert [name for one in bound_anew(code) for name in one.names] == names


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("w += 0.1 * w.grad", ["w"]),
        ("w.data = w.data + 0.1 * w.grad", ["w"]),
        ("w += -0.1 * w.grad", []),
        ("w -= 0.1 * w.grad", []),
        ("w.data = v.data + 0.1 * w.grad", []),
        ("w += 0.1", []),
        ("layer.bias.data += 0.1 * layer.bias.grad", ["layer.bias"]),
        ("gradients += [w.grad]", []),
        ("total = total + w.grad", []),
    ],
)
def test_a_step_uphill(code, names):
    assert [name for one in uphill(code) for name in one.names] == names


@pytest.mark.parametrize("code", ["for (", "", "%%bash\nls"])
def test_what_is_no_python_has_no_habits(code):
    assert (
        never_emptied(code, code) == emptied_early(code) == bound_anew(code) == uphill(code) == []
    )


SOLVED = (
    "def train(w):\n    for _ in range(3):\n        w.grad = None\n        loss = f(w)\n"
    "        loss.backward()\n        w.data -= w.grad"
)


def test_going_back_twice_in_a_turn():
    twice = SOLVED.replace("        w.data", "        loss.backward()\n        w.data")
    assert [(one.function, one.line) for one in gradients.back_twice(twice, SOLVED)] == [
        ("train", 6)
    ]
    assert gradients.back_twice(SOLVED, SOLVED) == gradients.back_twice(twice, twice) == []
    between = SOLVED.replace("        w.data", "        w.grad = None\n        loss.backward()\n")
    assert gradients.back_twice(between.split("w.data")[0], SOLVED) == []
    anew = SOLVED.replace(
        "        w.data", "        loss = g(w)\n        loss.backward()\n        w.data"
    )
    assert gradients.back_twice(anew, SOLVED) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("def train(w):\n    return w.grad", ["train"]),
        ("def train(w):\n    return 2 * w", []),
        (SOLVED, []),
        ("def train(w):\n    return torch.autograd.grad(f(w), w)", []),
        ("def train(w):\n    return back(w)\ndef back(w):\n    f(w).backward()", []),
        ("def train(w):\n    return grad(f)(w)", []),
        ("def other(w):\n    return w", []),
    ],
)
def test_a_function_that_never_goes_back(source, found):
    assert gradients.never_back(source, SOLVED) == found


def test_code_that_never_goes_back():
    assert gradients.never_back("loss = f(w)", "loss = f(w)\nloss.backward()") == [""]
    assert (
        gradients.never_back("back(w)", "f(w).backward()", ["def back(w):\n    f(w).backward()"])
        == []
    )


def test_gradients_that_are_never_read():
    assert gradients.never_read("f(w).backward()\nw = w - w", SOLVED)
    assert not gradients.never_read(SOLVED, SOLVED)
    assert not gradients.never_read("f(w).backward()\noptimizer.step()", SOLVED)
    assert not gradients.never_read("w = 1", SOLVED)


def test_a_function_inside_another_may_empty_gradients():
    source = (
        "def train(w):\n    def clear():\n        w.grad.zero_()\n    for _ in range(3):\n"
        "        f(w).backward()\n        w.data -= w.grad\n        clear()"
    )
    assert gradients.never_emptied(source, "") == []
    assert gradients.never_emptied(source.replace("        clear()", ""), "") != []
