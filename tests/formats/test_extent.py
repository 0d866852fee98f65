import json

from hypothesis import given
from hypothesis import strategies as st

from grader.formats.extent import exceeds

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text('",[{\\ab\U0001f600'),
    lambda inner: st.lists(inner) | st.dictionaries(st.text('",[{\\x'), inner),
    max_leaves=30,
)


def marks(value):
    """Return how many brackets and commas a value is written with."""
    if not isinstance(value, list | dict):
        return 0
    held = value.values() if isinstance(value, dict) else value
    return 1 + max(0, len(held) - 1) + sum(map(marks, held))


@given(JSON, st.booleans(), st.integers(-3, 3))
def test_what_stands_in_strings_is_not_counted(value, ascii_only, beside):
    text = json.dumps(value, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    assert exceeds(text, marks(value) + beside) == (beside < 0)


@given(st.binary(max_size=50), st.integers(0, 9))
def test_what_is_no_json_does_no_harm(text, most):
    assert exceeds(text, most) in (True, False)
