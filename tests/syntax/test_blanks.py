import pytest

from grader.syntax.blanks import blanks, emptied


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("x = ...", (1,)),
        ("x = 1\n\ny: int = ...", (3,)),
        ("def f():\n    # YOUR CODE HERE\n    ...\n\n\ndef g():\n    return ...", (3, 7)),
        ("loss, gradient = ..., ...", (1,)),
        ("layer = Linear(..., 3)", (1,)),
        ("x = table[..., 0]", ()),
        ("def f(sizes: tuple[int, ...]):\n    return sizes[0]", ()),
        ("print('...')  # ...", ()),
        ("%%time\nx = ...", (2,)),
        ("x = (", ()),
        ("", ()),
    ],
)
def test_blanks_are_where_an_answer_should_stand(source, lines):
    assert blanks(source) == lines


def test_an_emptied_cell_has_the_given_lines_and_no_blank():
    source = "a = 1\nb = ...  # YOUR CODE HERE\nc = a[..., 0]\n\n\ndef f():\n    ..."
    assert emptied(source) == (
        "a = 1\nb = None  # YOUR CODE HERE\nc = a[..., 0]\n\n\ndef f():\n    None"
    )
