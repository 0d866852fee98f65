import codecs
import contextlib
import json

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import (
    CannotGrade,
    DamagedNotebook,
    EmptyFile,
    NotANotebook,
    OtherLanguage,
    TooLarge,
)
from grader.formats import notebook
from grader.model.submission import NotebookCell


def raw(**changes):
    cell = {"cell_type": "code", "metadata": {}, "source": "x = 1", "outputs": []}
    return {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **changes}


def encoded(**changes):
    return json.dumps(raw(**changes)).encode()


def test_source_is_text_or_a_list_of_lines():
    cells = [
        {"cell_type": "code", "source": ["a = 1\n", "b = 2"]},
        {"cell_type": "markdown", "source": "# Title"},
    ]
    read = notebook.read(encoded(cells=cells))
    assert [(cell.kind, cell.source) for cell in read.cells] == [
        ("code", "a = 1\nb = 2"),
        ("markdown", "# Title"),
    ]


@pytest.mark.parametrize(
    "outputs", [None, "nonsense", [{"output_type": "stream"}], [{"output_type": "no such"}]]
)
def test_saved_outputs_are_not_looked_at(outputs):
    cell = {"cell_type": "code", "source": "x = 1", "outputs": outputs, "execution_count": "?"}
    assert notebook.read(encoded(cells=[cell])).cells[0].source == "x = 1"


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (b"", "utf-8")],
)
def test_encodings_are_told_by_their_mark(mark, encoding):
    text = json.dumps(raw(cells=[{"cell_type": "code", "source": "ы = 1"}]), ensure_ascii=False)
    read = notebook.read(mark + text.encode(encoding))
    assert read.cells[0].source == "ы = 1"
    assert bool(read.notes) == bool(mark)


def old_format(version):
    cells = [{"cell_type": "code", "input": ["x = 1\n", "y = 2"], "outputs": None}]
    if version == 1:
        return {"nbformat": 1, "cells": [{"cell_type": "code", "code": "x = 1\ny = 2"}]}
    return {"metadata": {"name": "hw"}, "nbformat": version, "worksheets": [{"cells": cells}]}


@pytest.mark.parametrize("version", [1, 2, 3])
def test_old_formats_are_read(version):
    read = notebook.read(json.dumps(old_format(version)).encode())
    assert read.cells[0].source == "x = 1\ny = 2"
    assert f"old format ({version})" in str(read.notes[0])


def test_a_format_to_come_is_read_as_it_stands():
    read = notebook.read(encoded(nbformat=5, nbformat_minor=77, checksum="abc"))
    assert read.cells
    assert "newer format (5)" in str(read.notes[0])


def test_a_cell_that_does_not_say_what_it_is_is_code():
    (cell,) = (read := notebook.read(encoded(cells=[{"source": "x = 1"}]))).cells
    assert (cell.kind, cell.source) == ("code", "x = 1")
    assert "was read as code" in str(read.notes[0])


def test_zeros_at_the_end_are_of_a_crash_and_cost_nothing():
    assert notebook.read(encoded() + b"\0" * 500).cells


@pytest.mark.parametrize(
    ("data", "error", "reason"),
    [
        (encoded(cells=[]), EmptyFile, "no cells"),
        (encoded(cells=[1, None]), DamagedNotebook, "every cell"),
        (b'{"cells": 3}', DamagedNotebook, "list of cells"),
        (b'{"worksheets": [], "nbformat_minor": "x", "metadata": 3}', EmptyFile, "no cells"),
        (b'{"a": 1}', NotANotebook, "no cells"),
        (b"[1, 2]", NotANotebook, "no cells"),
        (b'{"url": "https://x.y", "doc_id": "1"}', NotANotebook, "a link to x.y"),
        (
            encoded(metadata={"kernelspec": {"language": "R"}}),
            OtherLanguage,
            "the notebook is in R, not",
        ),
        (encoded(metadata={"language_info": {"name": "julia"}}), OtherLanguage, "in julia"),
        (encoded(metadata={"kernelspec": {"name": "ir"}}), OtherLanguage, "in R"),
        (encoded(metadata={"kernelspec": {"name": "julia-1.10"}}), OtherLanguage, "in Julia"),
    ],
)
def test_what_is_no_notebook_is_named(data, error, reason):
    with pytest.raises(error, match=reason):
        notebook.read(data)


def test_limits_are_named():
    with pytest.raises(TooLarge, match="at most 2000"):
        notebook.read(encoded(cells=[{"cell_type": "code"}] * 2_001))
    with pytest.raises(TooLarge, match="characters"):
        notebook.read(encoded(cells=[{"cell_type": "code", "source": "x" * 1_000_001}]))


@pytest.mark.parametrize(
    "name", ["python", "Python", "python3", "ipython", "python3.11", "Python 3 (ipykernel)"]
)
def test_any_python_is_python(name):
    assert notebook.read(encoded(metadata={"language_info": {"name": name}})).cells


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=15,
)


@given(
    cells=st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "cell_type": st.sampled_from(["code", "markdown", "raw"]) | json_values,
                "source": json_values,
                "metadata": json_values,
                "id": json_values,
                "outputs": json_values,
            },
        )
        | json_values,
        max_size=4,
    ),
    metadata=json_values,
)
def test_any_fields_are_read_or_refused_with_a_reason(cells, metadata):
    with contextlib.suppress(CannotGrade):
        read = notebook.read(encoded(cells=cells, metadata=metadata))
        assert all(isinstance(cell.source, str) for cell in read.cells)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_with_a_reason(data):
    with pytest.raises(CannotGrade):
        notebook.read(data)


def test_what_is_written_is_valid_and_has_ids_of_its_own():
    cells = [
        (NotebookCell(kind="code", source="1", id="same"), [], 1),
        (NotebookCell(kind="code", source="2", id="same"), [], 2),
        (NotebookCell(kind="markdown", source="3", id="not valid!"), [], None),
        (NotebookCell(kind="raw", source="4"), [], None),
    ]
    node = nbformat.reads(notebook.write(cells), as_version=4)
    nbformat.validate(node)
    assert len({cell.id for cell in node.cells}) == 4
    assert [cell.source for cell in node.cells] == ["1", "2", "3", "4"]


def test_an_output_that_is_nested_too_deeply_is_left_out():
    deep = []
    for _ in range(500):
        deep = [deep]
    for data, metadata in (({"application/json": deep}, {}), ({}, {"x": deep})):
        output = {"output_type": "display_data", "data": data, "metadata": metadata}
        text = notebook.write([(NotebookCell(kind="code", source=""), [output], 1)])
        assert json.loads(text)["cells"][0]["outputs"] == []
