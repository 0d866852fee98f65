import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.syntax import code, names, parsing

RELEASED = "table = 1\nmeans = ...  # YOUR CODE HERE\nprint(means)"
FUNCTION = "def f(x):\n    # YOUR CODE HERE\n    ..."


@pytest.mark.parametrize(
    ("source", "blank"),
    [
        (RELEASED, True),
        ("%%time\n" + RELEASED, True),
        ("#| exercise: one\n\n" + RELEASED.replace("# YOUR CODE HERE", "# later"), True),
        ("means = ...", True),
        ("means = ...\nprint(means)\ntable = 1", True),
        ("table = 1\nmeans = None\nprint(means)", False),
        ("...", True),
        ("table = 1\nmeans = table + 1\nprint(means)", False),
        ("table = 1\nmeans = ...\nmeans = table + 1\nprint(means)", False),
        ("table = 1\nmeans = (", False),
        ("", True),
        ("# nothing is left", True),
    ],
)
def test_blank_is_what_the_syntax_tree_says(source, blank):
    assert code.is_blank(source, RELEASED) is blank


def test_a_function_is_blank_until_its_body_changes():
    assert code.is_blank("def f(x):\n\n    ...", FUNCTION)
    assert not code.is_blank("def f(x):\n    return 0", FUNCTION)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("#| exercise: one-two", "one-two"),
        ("# | exercise: one", "one"),
        ("%%capture out\n#| exercise: one\nx = 1", "one"),
        ("files = !ls\n\n#|exercise: 'one'\nx = 1", "one"),
        ("x = 1", None),
        ("# exercise: one", None),
    ],
)
def test_the_header_is_found_wherever_it_slipped(source, name):
    assert code.header(source) == name


@pytest.mark.parametrize(
    ("source", "added"),
    [
        ("a = 1\nb = 2", ""),
        ("import numpy\na = 1\nb = 2", "import numpy"),
        ("a = 1\nb = 2\n@mark\ndef f():\n    pass", "@mark\ndef f():\n    pass"),
        ("%matplotlib inline\na = 1\nb = 2", "%matplotlib inline"),
        ("a = 1\nfor i in range(2):\n    print(i)\nb = 2", "for i in range(2):\n    print(i)"),
        ("a = 100\nb = 2", ""),
        ("a = 1\nb = 2\na = 3", ""),
        ("a = 1\nb = (", ""),
    ],
)
def test_additions_to_given_code_are_told_from_changes(source, added):
    assert code.additions(source, "a = 1\nb = 2") == added


def test_names_from_a_line_on():
    source = "a = 1\ndef f():\n    b = 2\n    return b\n\nc, d = f()\nfor e in []:\n    g = 1"
    assert names.bound_from(source, 1) == {"a", "f", "c", "d", "e", "g"}
    assert names.bound_from(source, 6) == {"c", "d", "e", "g"}
    assert names.bound_from("a = (", 1) is None


@given(st.text(max_size=100))
def test_any_text_is_looked_at_without_an_error(text):
    code.is_blank(text, RELEASED)
    code.additions(text, RELEASED)
    code.header(text)


def test_lines_keep_their_numbers():
    tree = parsing.parse("\n\n%%time\n%time x = 1\n!ls\ny = 'a' \\\n    % 3\nz = 3")
    assert tree.body[-1].lineno == 8
    assert names.bound_anywhere(tree) >= {"y", "z"}


@pytest.mark.parametrize(
    "source",
    ["x = " + "+".join(["1"] * 5_000), "(" * 5_000, "x = " + "-" * 100_000 + "1", "a\0b", '"\\d"'],
)
def test_hostile_text_is_looked_at_without_an_error(source):
    assert not code.is_blank(source, RELEASED)
