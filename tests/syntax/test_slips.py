import pytest

from grader.syntax.slips import alike, misspelt, slips


def found(source, solution="def f(x):\n    return x ** 2"):
    return [(one.kind, one.function, one.line) for one in slips(source, solution)]


@pytest.mark.parametrize(
    ("source", "slip"),
    [
        ("def f(x):\n    return x ^ 2", ("xor", "f", 2)),
        ("y = x ^ 2", ("xor", "", 1)),
        ("def f(x):\n    total = 0\n    total =+ x\n    return total", ("signed", "f", 3)),
        ("total =- x", ("signed", "", 1)),
        ("def f(x):\n    x.unsqueeze(0)\n    return x", ("discarded", "f", 2)),
        ("def f(x):\n    torch.relu(x)\n    return x", ("discarded", "f", 2)),
        ("for _ in range(2):\n    t.unsqueeze(0)\nt", ("discarded", "", 2)),
        (
            "def f(x):\n    for one in x:\n        found = [one]\n    return found",
            ("new-list", "f", 3),
        ),
        (
            "def f(x):\n    for one in x:\n        if one:\n            return",
            ("leaves-loop", "f", 4),
        ),
    ],
)
def test_slips(source, slip):
    assert found(source) == [slip]


@pytest.mark.parametrize(
    "source",
    [
        "def f(x):\n    return x ** 2",
        "total =-1",
        "total = +x if x else 0\ntotal += x",
        "def f(x):\n    x.unsqueeze_(0)\n    return x",
        "def f(x):\n    try:\n        x.reshape(2)\n    except RuntimeError:\n        return False",
        "x.unsqueeze(0)",
        "torch.exp(x, out=x)",
        "def f(x):\n    torch.exp(x, out=x)",
        "for one in x:\n    row = [one]\n    rows.append(row)",
        "def f(x):\n    for one in x:\n        if one:\n            return 1",
        "def f(:",
    ],
)
def test_what_is_no_slip(source):
    assert found(source) == []


def test_what_the_solution_does_is_no_slip():
    assert found("y = x ^ 2", "y = x ^ 2 + x ** 2") == []
    assert found("def f(x):\n    x.sum()", "def f(x):\n    x.sum()\n    return x") == []


def test_a_function_that_is_called_in_place_of_being_handed_over():
    solution = "error = error_of(torch.tensor, ragged)"
    (one,) = slips("error = error_of(torch.tensor(ragged))", solution)
    assert (one.kind, one.code, one.name) == ("called-early", "torch.tensor(ragged)", "error_of")
    assert slips("error = error_of(make(torch.tensor))", solution) == []
    assert slips(solution, solution) == []


@pytest.mark.parametrize(
    ("name", "others", "meant"),
    [
        ("leaky_relu", ["relu", "leakyrelu"], "leakyrelu"),
        ("from_np", ["from_numpy", "from_file"], "from_numpy"),
        ("mse", ["mae"], ""),
        ("w", ["b", "x"], ""),
        ("losses", [], ""),
    ],
)
def test_a_name_that_may_be_meant(name, others, meant):
    assert alike(name, others) == meant


def test_a_name_of_the_solution_is_not_a_misspelt_one():
    solution = "def relu(x):\n    return x\ndef leaky_relu(x):\n    return x"
    assert misspelt("def relu(x):\n    return x\ndef leakyrelu(x): ...", "leaky_relu", solution)
    assert misspelt("def relu(x):\n    return x", "leaky_relu", solution) == ""
    assert misspelt("def f(:", "leaky_relu", solution) == ""
