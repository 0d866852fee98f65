"""An author's code without its magics."""

import pytest

from grader.syntax.magics import tree_of, without_magics


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        ("a = 1\n%time\nb = 2", "a = 1\n\nb = 2"),
        ("!pip list\na = 1", "\na = 1"),
        ("a = b % c", "a = b % c"),
        ("%%time\na = 1", "\na = 1"),
        ("%%bash\necho $HOME && ls", ""),
    ],
)
def test_lines_keep_their_numbers(source, plain):
    assert without_magics(source) == plain


def test_the_tree_is_that_of_the_python_in_it():
    (statement,) = tree_of("%matplotlib inline\na = 1").body
    assert statement.lineno == 2
    with pytest.raises(SyntaxError):
        tree_of("a = (")
