"""Lines that certainly do not what they seem to."""

import pytest

from grader.syntax.slips import slips


def kinds(source, solution=""):
    return [(one.kind, one.line, one.function, one.name) for one in slips(source, solution)]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("a == b\nc = 1", [("compared", 1, "", "")]),
        ("def f(a, b):\n    a.data == b\n    return a", [("compared", 2, "f", "")]),
        ("c = 1\na == b", []),  # is displayed
        ("a = b == c", []),
        ("def f(x):\n    x.unsqueeze(0)\n    return x", [("discarded", 2, "f", "unsqueeze")]),
        ("def f(x):\n    torch.relu(x)\n    return x", [("discarded", 2, "f", "relu")]),
        ("def f(x):\n    x.relu_()\n    return x", []),
        ("def f(names, x):\n    names.add(x)\n    layer.double()\n    return x", []),
        ("def f(x):\n    return x.relu()", []),
        ("total =+ p\nprint(total)", [("assigned", 1, "", "total")]),
        ("total = +p", []),
        ("total += p", []),
        ("y = 'ö'; total =+ p", [("assigned", 1, "", "total")]),
        ("l.backward()\nl.backward()", [("twice", 2, "", "l")]),
        ("l.backward(retain_graph=True)\nl.backward()", [("twice", 2, "", "l")]),
        ("l.backward()\nw.grad = None\nl.backward()", []),
        ("l.backward()\nk.backward()", []),
        ("this is no Python", []),
    ],
)
def test_what_is_a_slip(source, found):
    assert kinds(source) == found


def test_a_power_is_missed_only_where_one_is_asked_for():
    assert kinds("def f(a, n):\n    return a ^ n", "def f(a, n):\n    return a**n") == [
        ("xor", 2, "f", "")
    ]
    assert kinds("a ^ b", "a != b") == []
    assert kinds("a ^ b", "a ^ b ** 2") == []


def test_what_the_solution_does_too_is_none():
    assert kinds("l.backward()\nl.backward()", "k.backward()\nk.backward()") == []
