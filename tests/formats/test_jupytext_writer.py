"""Scripts that are written, read back."""

from grader.formats import jupytext_reader, jupytext_writer


def test_what_is_written_can_be_read_back():
    cells = [
        ("markdown", "# A\n\n$x$"),
        ("code", "%matplotlib inline\nimport a  # %% not a mark"),
        ("code", "#| exercise: a\n\nx = 1\n\n\ny = 2"),
        ("markdown", "#| exercise: b\ntext"),
    ]
    text = jupytext_writer.writes(cells, {"tensorgrader": {"title": "A: b"}})
    node = jupytext_reader.reads(text, "py:percent")
    assert [(cell.cell_type, cell.source) for cell in node.cells] == cells
    assert node.metadata["tensorgrader"] == {"title": "A: b"}
    assert text.startswith("# ---\n")
    assert "jupytext:" not in text
