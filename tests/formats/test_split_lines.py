import copy

import nbformat
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4.rwbase import split_lines

from grader.formats.split_lines import of_cell

TEXTS = st.text("ab\n\r\u2028 ", max_size=12)
DATA = st.dictionaries(
    st.sampled_from(["text/plain", "text/html", "image/png", "image/svg+xml", "application/json"]),
    TEXTS | st.lists(TEXTS, max_size=2) | st.just({"a": 1}),
    max_size=3,
)
OUTPUTS = st.one_of(
    st.fixed_dictionaries({"output_type": st.just("stream"), "name": TEXTS, "text": TEXTS}),
    st.fixed_dictionaries(
        {
            "output_type": st.sampled_from(["display_data", "execute_result"]),
            "data": DATA,
            "metadata": st.just({}),
        }
    ),
    st.fixed_dictionaries(
        {
            "output_type": st.just("error"),
            "ename": TEXTS,
            "evalue": TEXTS,
            "traceback": st.lists(TEXTS, max_size=2),
        }
    ),
)


@given(st.sampled_from(["code", "markdown"]), TEXTS, st.lists(OUTPUTS, max_size=3))
def test_lines_are_those_of_nbformat(kind, source, outputs):
    cell = {"cell_type": kind, "source": source, "metadata": {}}
    if kind == "code":
        cell["outputs"] = outputs
    before = copy.deepcopy(cell)
    whole = nbformat.from_dict({"cells": [copy.deepcopy(cell)]})
    assert of_cell(cell) == split_lines(whole)["cells"][0]
    assert cell == before
