import pytest

from grader.formats import notebook

TEXT = '''import marimo

__generated_with = "0.14.0"
app = marimo.App(width="medium")

with app.setup:
    # Set-up
    import torch


@app.cell(hide_code=True)
def _(mo):
    mo.md(r"""
    # Title

    Text.
    """)
    return


@app.cell
def _():
    import marimo as mo
    data = torch.ones(4, 3)
    return data, mo


@app.cell
def named(
    data,
    torch,
):
    #| exercise: means
    # A comment
    def column_means(table):
        """Return
        means."""
        return table.mean(0)


    means = column_means(data)
    text = """
unindented
"""
    return (
        column_means,
        means,
    )


@app.function
def area(side):
    #| exercise: area
    return side * side


@app.class_definition
class Shape:
    sides = 4


@app.cell
async def _():
    total = 3  # ends without a return


app._unparsable_cell(
    r"""
    #| exercise: broken
    x = = 1
    """,
    name="_"
)


def helper():
    return 1


if __name__ == "__main__":
    app.run()
'''


def test_cells_are_bodies_of_functions():
    read = notebook.read(TEXT.encode())
    assert [(cell.kind, cell.source) for cell in read.cells] == [
        ("code", "# Set-up\nimport torch"),
        ("markdown", "# Title\n\nText."),
        ("code", "data = torch.ones(4, 3)"),
        (
            "code",
            "#| exercise: means\n# A comment\ndef column_means(table):\n"
            '    """Return\n    means."""\n    return table.mean(0)\n\n\n'
            'means = column_means(data)\ntext = """\nunindented\n"""',
        ),
        ("code", "def area(side):\n    #| exercise: area\n    return side * side"),
        ("code", "class Shape:\n    sides = 4"),
        ("code", "total = 3  # ends without a return"),
        ("code", "#| exercise: broken\nx = = 1"),
    ]
    assert str(read.notes[0]) == "the file is a marimo notebook, and was read as a notebook"


@pytest.mark.parametrize(
    ("body", "source"),
    [
        ("import marimo as mo; x = 1", "import marimo as mo; x = 1"),
        ("import marimo as mo, torch", "import marimo as mo, torch"),
        ('mo.md(f"{x}")\n    y = 1', 'mo.md(f"{x}")\ny = 1'),
        ("pass", "pass"),
        ("x = lambda: 1  # a: b", "x = lambda: 1  # a: b"),
    ],
)
def test_only_what_is_marimos_alone_is_left_out(body, source):
    text = f"import marimo\napp = marimo.App()\n\n@app.cell\ndef _(x):\n    {body}\n    return\n"
    (cell,) = notebook.read(text.encode()).cells
    assert cell.source == source


def test_a_cell_that_only_shows_values_in_prose_is_prose():
    head = "import marimo\napp = marimo.App()\n\n@app.cell\n"
    text = 'def _(mo, x):\n    mo.md(f"{x}")\n    return\n'
    (cell,) = notebook.read((head + text).encode()).cells
    assert cell.kind == "markdown"


def cell(takes, body, gives=""):
    return f"@app.cell\ndef _({takes}):\n    {body}\n    return {gives}\n\n\n"


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        ([cell("c", "a = 1", "(a,)"), cell("a", "b = 2"), cell("", "c = 3", "(c,)")], "201"),
        ([cell("a", "b = 1", "b"), cell("", "c = 2"), cell("", "a = 3", "(a,)")], "120"),
        ([cell("b", "a = 1", "(a,)"), cell("a", "b = 2", "(b,)"), cell("", "c = 3")], "201"),
        ([cell("nobody", "a = 1", "(a,)"), cell("a", "b = 2", "(b, a)")], "01"),
    ],
)  # fmt: skip
def test_a_cell_runs_after_those_that_bind_what_it_reads(cells, order):
    text = "import marimo\napp = marimo.App()\n\n\n"
    plain = [notebook.read((text + one).encode()).cells[0].source for one in cells]
    read = notebook.read((text + "".join(cells)).encode())
    assert [one.source for one in read.cells] == [plain[int(place)] for place in order]


def test_a_long_chain_is_put_in_order():
    number = 1_900
    cells = [cell(f"x{n + 1}", f"x{n} = {n}", f"(x{n},)") for n in range(number)]
    read = notebook.read(("import marimo\napp = marimo.App()\n" + "".join(cells)).encode())
    assert read.cells[0].source == f"x{number - 1} = {number - 1}"
