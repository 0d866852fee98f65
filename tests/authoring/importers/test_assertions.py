"""What the assertions of tests become: checks of a value, as far as one can be seen."""

import pytest

from grader.authoring.importers import pieces
from grader.authoring.importers.known import Known
from grader.authoring.importers.test_code import read_test

CELLS = "import numpy as np\nimport torch\nimport pandas as pd\nimport math\nsize = 3"
ANSWER = (
    "def f(x, y=1):\n    return x\n\n\ndef g(x):\n    return x\n\n\nclass Net:\n"
    "    def __call__(self, x):\n        return x\n\n\nclass Bag:\n    def put(self, x):\n"
    "        self.held = x\n\n\nloss = f(2)\nframe = f(3)"
)


def read(code: str, **said):
    known = Known()
    known.add(CELLS)
    known.add(ANSWER, "answer")
    return read_test(pieces.Tested(cell=1, code=code, points=1.0, **said), known)


def keys(code: str, **said) -> list[dict]:
    """Return the keys of the checks, but for what they all have."""
    found = read(code, **said)
    assert not found.remarks, found.remarks
    return [
        {name: value for name, value in one.keys.items() if name not in ("constant", "title")}
        for one in found.checks
    ]


@pytest.mark.parametrize(
    ("statement", "due"),
    [
        ("assert f(1) == 2", {"expr": "f(1)"}),
        ("assert 2 == f(1)", {"expr": "f(1)"}),
        ("assert (f(1) == 2), 'two'", {"expr": "f(1)"}),
        ("assert f(1) == True", {"expr": "f(1)"}),
        ("assert f(1) is True", {"expr": "f(1)"}),
        ("assert f(1)", {"expr": "bool(f(1)) or None"}),
        ("assert not f(1)", {"expr": "not f(1) or None"}),
        ("assert f(1) is None", {"expr": "f(1) is None or None"}),
        ("assert f(1) != 3", {"expr": "f(1) != 3 or None"}),
        ("assert f(1) in (1, 2)", {"expr": "f(1) in (1, 2) or None"}),
        ("assert 0 < loss < 1", {"expr": "0 < loss < 1 or None"}),
        ("assert loss > 0.5", {"expr": "loss > 0.5 or None"}),
        ("assert isinstance(loss, float)", {"expr": "isinstance(loss, float) or None"}),
        ("assert type(loss) == float", {"expr": "type(loss) == float or None"}),
        ("assert len(f([1])) == 1", {"expr": "len(f([1])) == 1 or None"}),
        ("assert f(1).shape == (2, 3)", {"expr": "tuple(f(1).shape)"}),
        ("assert f(1).size() == torch.Size([2])", {"expr": "tuple(f(1).size())"}),
        ("assert f(1).dtype == torch.float32", {"expr": "str(f(1).dtype)"}),
        ("assert np.allclose(f(1), [1.0])", {"expr": "f(1)"}),
        ("assert np.allclose([1.0], f(1), atol=1e-3)", {"expr": "f(1)", "atol": 1e-3}),
        ("assert np.allclose(f(1), 1, 1e-2, 1e-4)", {"expr": "f(1)", "rtol": 1e-2, "atol": 1e-4}),
        ("assert np.isclose(f(1), 2, rtol=0.1).all()", {"expr": "f(1)", "rtol": 0.1}),
        ("assert math.isclose(f(1), 2, rel_tol=0.1)", {"expr": "f(1)", "rtol": 0.1}),
        ("assert torch.allclose(f(1), g(1))", {"expr": "f(1)"}),
        ("assert torch.equal(f(1), torch.ones(2))", {"expr": "f(1)"}),
        ("assert (f(1) == torch.ones(2)).all()", {"expr": "f(1)"}),
        ("assert np.all(f(1) == np.ones(2))", {"expr": "f(1)"}),
        ("assert bool(torch.all(torch.eq(f(1), 3)))", {"expr": "f(1)"}),
        ("assert frame.equals(pd.DataFrame())", {"expr": "frame"}),
        ("assert abs(f(1) - 2) < 1e-6", {"expr": "f(1)", "rtol": 0.0, "atol": 1e-6}),
        ("assert 1e-6 > abs(2 - f(1))", {"expr": "f(1)", "rtol": 0.0, "atol": 1e-6}),
        ("assert (f(1) - 2).abs().max() <= 0.5", {"expr": "f(1)", "rtol": 0.0, "atol": 0.5}),
        ("assert np.max(np.abs(f(1) - 2)) < 10**-3", {"expr": "f(1)", "rtol": 0.0, "atol": 1e-3}),
        ("assert np.linalg.norm(f(1) - 2) < 1e-3", {"expr": "f(1)", "rtol": 0.0, "atol": 1e-3}),
        ("assert f(1) == pytest.approx(2, abs=0.1)", {"expr": "f(1)", "atol": 0.1}),
        ("assert round(f(1), 2) == 0.33", {"expr": "round(f(1), 2)"}),
        ("np.testing.assert_allclose(f(1), 2, rtol=1e-4)", {"expr": "f(1)", "rtol": 1e-4}),
        ("np.testing.assert_array_equal(f(1), [1])", {"expr": "f(1)"}),
        (
            "np.testing.assert_almost_equal(f(1), 2, decimal=3)",
            {"expr": "f(1)", "rtol": 0.0, "atol": 0.5e-3},
        ),
        ("torch.testing.assert_close(f(1), 2, rtol=0, atol=1e-3)",
         {"expr": "f(1)", "rtol": 0.0, "atol": 1e-3}),
        ("pd.testing.assert_frame_equal(frame, frame)", {"expr": "frame"}),
        ("assert_equal(f(1), 2)", {"expr": "f(1)"}),
        ("assert_almost_equal(f(1), 2)", {"expr": "f(1)", "rtol": 0.0, "atol": 0.5e-7}),
        ("assert_true(f(1) == 2)", {"expr": "f(1)"}),
        ("self.assertIn(f(1), [1, 2])", {"expr": "f(1) in [1, 2] or None"}),
        ("eq_(f(1), 2)", {"expr": "f(1)"}),
    ],
)  # fmt: skip
def test_an_assertion_becomes_a_check_of_the_value_that_students_make(statement, due):
    assert keys(statement) == [due]


def test_what_has_to_be_true_together_is_looked_at_apart():
    assert keys("assert f(1) == 2 and len(f([2])) == 1 and f(3)") == [
        {"expr": "f(1)"},
        {"expr": "len(f([2])) == 1 or None"},
        {"expr": "bool(f(3)) or None"},
    ]


@pytest.mark.parametrize(
    "code",
    [
        "try:\n    f(0)\nexcept ValueError:\n    pass\nelse:\n    raise AssertionError('no')",
        "try:\n    f(0)\n    assert False, 'no'\nexcept ValueError as error:\n    print('yes')",
        "with pytest.raises(ValueError):\n    f(0)",
        "with np.testing.assert_raises(ValueError):\n    y = f(0)",
        "assert_raises(ValueError, f, 0)",
        "self.assertRaises(ValueError, f, 0)",
    ],
)
def test_an_error_that_is_due_becomes_a_check_that_it_is_raised(code):
    assert keys(code) == [{"expr": "f(0)", "raises": "ValueError"}]


@pytest.mark.parametrize("kind", ["Exception", "(TypeError, ValueError)"])
def test_where_any_of_several_errors_will_do_the_code_notes_which(kind):
    (check,) = keys(f"try:\n    f(0)\nexcept {kind}:\n    pass\nelse:\n    assert False")
    assert check["compare"] == ["found"]
    assert "found.append" in check["run"]


def test_data_of_a_test_are_given():
    assert keys("x = torch.ones(size)\nassert f(x).sum() == 3") == [
        {"expr": "f(x).sum()", "given": "x = torch.ones(size)"}
    ]


def test_what_a_test_makes_of_answers_stands_for_its_name():
    code = "x = torch.ones(2)\nnet = Net()\nout = net(x)\nassert out.shape == (2,)"
    assert keys(code) == [{"expr": "tuple(Net()(x).shape)", "given": "x = torch.ones(2)"}]


def test_a_name_that_is_bound_anew_is_what_it_was_last():
    code = "x = [1]\nassert f(x) == 1\nx = [2]\ny = f(x)\nassert y == 2"
    assert keys(code) == [
        {"expr": "f(x)", "given": "x = [1]"},
        {"expr": "f(x)", "given": "x = [2]"},
    ]


def test_what_is_handed_to_an_answer_may_be_changed_by_it():
    code = "net = torch.nn.Linear(2, 1)\nout = f(net)\nassert net.weight.grad is not None"
    assert keys(code) == [
        {
            "run": "net = torch.nn.Linear(2, 1)\nout = f(net)",
            "compare": ["net.weight.grad is not None or None"],
        }
    ]


def test_what_is_true_of_a_blank_is_nothing_for_a_self_check():
    (one,) = keys("net = Net()\nassert isinstance(net, Net)")
    assert one == {"expr": "isinstance(Net(), Net) or None", "hidden": True}


def test_what_may_change_an_object_is_run():
    code = "bag = Bag()\nbag.put(3)\nassert bag.held == 3\nassert f(bag) == 1"
    assert keys(code) == [
        {"run": "bag = Bag()\nbag.put(3)", "compare": ["bag.held", "f(bag)"]},
    ]


def test_a_loop_notes_what_it_asserts():
    code = "for x, y in [(1, 2), (2, 3)]:\n    z = f(x)\n    assert z == y\n    print(z)"
    (check,) = keys(code)
    assert check == {
        "run": "found = []\nfor x, y in [(1, 2), (2, 3)]:\n    z = f(x)\n    found.append(z)",
        "compare": ["found"],
    }


def test_a_function_that_asserts_notes_what_it_is_given():
    code = "def same(got, due):\n    assert got == due\n\nsame(f(1), 2)\nsame(f(2), 4)"
    (check,) = keys(code)
    assert "found.append(got)" in check["run"]
    assert check["run"].startswith("found = []\ndef same(got, due):")


def test_functions_that_are_tests_are_taken_apart():
    code = (
        'def test_small():\n    """Small ones"""\n    x = 1\n    assert f(x) == 1\n'
        "    return True\n\n"
        'if __name__ == "__main__":\n    test_small()'
    )
    found = read(code)
    assert [one.keys["expr"] for one in found.checks] == ["f(x)"]
    assert found.checks[0].keys["title"] == "Small ones"
    assert keys('def test_env(env):\n    assert env["loss"] == 1') == [{"expr": "loss"}]


def test_the_last_expression_of_a_test_that_shows_it_is_looked_at():
    assert keys("x = 2\nf(x)", is_shown=True) == [{"expr": "f(x)", "given": "x = 2"}]
    assert keys("f(1) == 2", is_shown=True) == [{"expr": "f(1)"}]
    assert keys("print(f(1), loss)", is_shown=True) == [{"expr": "f(1)"}, {"expr": "loss"}]


def test_lines_that_students_do_not_get_are_hidden():
    code = "assert f(1) == 1\nassert f(2) == 2"
    assert keys(code, hidden=frozenset([2])) == [
        {"expr": "f(1)"},
        {"expr": "f(2)", "hidden": True},
    ]


def test_what_hangs_on_random_data_may_not_stay_the_same():
    code = "x = torch.randn(3)\nassert torch.allclose(f(x), x + 1)\nassert len(f(x)) == 3"
    one, two = read(code).checks
    assert "constant" not in one.keys
    assert two.keys["constant"]
    (fixed,) = read("assert f(3) == 4").checks
    assert fixed.keys["constant"]
    (seeded,) = read("torch.manual_seed(1)\nx = torch.randn(3)\nassert torch.equal(f(x), x)").checks
    assert seeded.keys["given"] == "x = torch.randn(3)"  # a seed there would not be shifted


def test_students_may_look_at_what_holds_of_no_blank():
    def shown(code, **said):
        return [one.shown for one in read(code, **said).checks]

    assert shown("assert f(1) == 2") == ["f(1) == 2"]
    assert shown("np.testing.assert_allclose(f(1), 2)") == ["np.allclose(f(1), 2)"]
    assert shown("assert isinstance(loss, float)") == ["isinstance(loss, float)"]
    assert shown("assert f(1) != 2") == [""]
    assert shown("assert callable(f)") == [""]
    assert shown("assert f(1) == 2", hidden=frozenset([1])) == [""]
    assert shown("x = 3\nassert f(x) == 2") == [""]
    assert shown("assert_equal(f(1), 2)") == ["f(1) == 2"]


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("check_answer(f, 3)", "what it asserts is not seen"),
        ("assert helper(f(1)) == 2", "`helper` is nothing that students get"),
        ("assert 1 == 1 + 0", "it looks at no answer"),
        ("if f(1):", "it does not parse"),
        (
            "old = f\ndel f\ntry:\n    g(1)\nexcept NameError:\n    pass",
            "it changes `f` for other",
        ),
        ("def f(x):\n    return 3\n\nassert g(1) == 3", "it changes `f` for other functions"),
    ],
)
def test_what_cannot_be_carried_over_is_said_with_its_place(code, why):
    found = read(code)
    assert not found.checks
    assert any(why in remark.why for remark in found.remarks)
    assert all(remark.cell == 1 and remark.line for remark in found.remarks)


def test_imports_that_only_tests_have_are_brought_along():
    found = read("import itertools\nassert list(itertools.chain(f([1]))) == [1]")
    assert found.imports == ["import itertools"]
    assert not read("from numpy.testing import assert_allclose\nassert_allclose(f(1), 1)").imports


def test_what_a_loop_changes_counts_for_what_is_asserted_after_it():
    loop = "for n in [1, 2]:\n    bag.put(n)\n    assert bag.held == n"
    code = f"bag = Bag()\n{loop}\nassert bag.held == 2"
    looped, after = keys(code)
    assert "found.append" in looped["run"]
    assert after == {
        "run": "bag = Bag()\nfor n in [1, 2]:\n    bag.put(n)\n    pass",
        "compare": ["bag.held"],
    }
