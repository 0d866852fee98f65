"""What happens to notebooks between a right answer and the grader, each kind as a function.

A kind takes a notebook as data (`cells`, `fields`) or as bytes (`files`), and a generator of random
numbers, and returns a troubled one. Those in RIGHT leave the right answer in it, COSTLY may take an
exercise away, and REFUSED leave no notebook, for a reason that matches the pattern.
"""

import ast
import codecs
import copy
import gzip
import json
import random
from collections.abc import Callable
from typing import Any

from grader.reference import Reference

Json = dict[str, Any]
Change = Callable[[Json, random.Random], None]
Spoil = Callable[[bytes, random.Random], bytes]

CELLS: dict[str, Change] = {}  # what students do
COSTLY: dict[str, Change] = {}  # what students do and what can cost an exercise
FIELDS: dict[str, Change] = {}  # what tools do
FILES: dict[str, Spoil] = {}  # what transport does
REFUSED_FIELDS: dict[str, tuple[Change, str]] = {}
REFUSED_FILES: dict[str, tuple[Spoil, str]] = {}


def perfect(reference: Reference) -> Json:
    """Return the released notebook with the solutions in it, as Jupyter would save it."""
    assignment = reference.assignment
    language = assignment.languages[0]
    cells: list[Json] = []
    for cell in reference.released[language]:
        kind = "markdown" if cell.role == "prose" else "code"
        source = cell.solution if cell.role == "exercise" else cell.source
        node: Json = {"cell_type": kind, "id": cell.id, "metadata": {}, "source": _lines(source)}
        if kind == "code":
            node["metadata"] = {"tensorgrader": {"cell": cell.id}}
            output = {"name": "stdout", "output_type": "stream", "text": ["saved\n"]}
            node |= {"execution_count": len(cells) + 1, "outputs": [output]}
        cells.append(node)
    return {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python", "version": "3.11.2"},
            "tensorgrader": {"assignment": assignment.name, "language": language},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def encoded(notebook: Json) -> bytes:
    return json.dumps(notebook, ensure_ascii=False, indent=1).encode("utf-8", "surrogatepass")


def text(cell: Json) -> str:
    return "".join(cell["source"])


def exercises(notebook: Json) -> list[int]:
    """Return the places of the exercises' cells."""
    return [n for n, cell in enumerate(notebook["cells"]) if header(cell) and is_code(cell)]


def header(cell: Json) -> str:
    lines = [line for line in text(cell).split("\n") if line.startswith("#| exercise:")]
    return lines[0] if lines else ""


def is_code(cell: Json) -> bool:
    return bool(cell.get("cell_type") == "code")


def code_cell(source: str) -> Json:
    node = {"cell_type": "code", "metadata": {}, "source": _lines(source)}
    return {**node, "execution_count": None, "outputs": []}


def _lines(source: str) -> list[str]:
    return source.splitlines(keepends=True)


def _kind(where: dict[str, Any], *more: Any) -> Callable[[Any], Any]:
    def keep(function: Any) -> Any:
        name = function.__name__
        where[name] = (function, *more) if more else function
        return function

    return keep


def _any(notebook: Json, rng: random.Random) -> tuple[int, Json]:
    place = rng.choice(exercises(notebook) or range(len(notebook["cells"])))
    return place, notebook["cells"][place]


def _given(notebook: Json, rng: random.Random) -> tuple[int, Json]:
    places = [
        n
        for n, cell in enumerate(notebook["cells"])
        if cell.get("metadata", {}).get("tensorgrader", {}).get("cell", "").startswith("given-")
    ]
    place = rng.choice(places or range(len(notebook["cells"])))
    return place, notebook["cells"][place]


def _split(notebook: Json, place: int, cut: int) -> None:
    """Split a cell before a line, counted from 0."""
    cell = notebook["cells"][place]
    lines = text(cell).splitlines(keepends=True)
    cell["source"] = lines[:cut]
    notebook["cells"].insert(place + 1, code_cell("".join(lines[cut:])))


# What students do, and what leaves the answers where they are found.


@_kind(CELLS)
def answer_in_a_cell_below_an_emptied_one(notebook: Json, rng: random.Random) -> None:
    place, cell = _any(notebook, rng)
    body = [line for line in cell["source"] if not line.startswith("#|")]
    cell["source"] = [header(cell) + "\n", "..."]
    notebook["cells"].insert(place + 1, code_cell("".join(body)))


@_kind(CELLS)
def cell_split_at_a_statement(notebook: Json, rng: random.Random) -> None:
    place, cell = _any(notebook, rng)
    starts = [node.lineno for node in ast.parse(text(cell)).body]
    _split(notebook, place, rng.choice(starts) - 1)


@_kind(CELLS)
def given_cell_split(notebook: Json, rng: random.Random) -> None:
    place, cell = _given(notebook, rng)
    starts = [node.lineno for node in ast.parse(text(cell)).body]
    _split(notebook, place, rng.choice(starts) - 1)


@_kind(CELLS)
def cell_merged_with_the_code_above(notebook: Json, rng: random.Random) -> None:
    place, cell = _any(notebook, rng)
    above = [n for n in range(place) if is_code(notebook["cells"][n])]
    if above:
        first = notebook["cells"][above[-1]]
        first["source"] = _lines(text(first) + "\n\n" + text(cell))
        del notebook["cells"][place]


@_kind(CELLS)
def all_code_merged_into_one_cell(notebook: Json, rng: random.Random) -> None:
    code = [cell for cell in notebook["cells"] if is_code(cell)]
    prose = [cell for cell in notebook["cells"] if not is_code(cell)]
    merged = {**code[0], "source": _lines("\n\n".join(text(cell) for cell in code))}
    notebook["cells"] = [*prose, merged]


@_kind(CELLS)
def exercise_copied(notebook: Json, rng: random.Random) -> None:
    place, cell = _any(notebook, rng)
    notebook["cells"].insert(place + rng.choice([0, 1]), copy.deepcopy(cell))


@_kind(CELLS)
def exercise_copied_and_emptied(notebook: Json, rng: random.Random) -> None:
    place, cell = _any(notebook, rng)
    blank = {**copy.deepcopy(cell), "source": [header(cell) + "\n", "..."]}
    notebook["cells"].insert(place + rng.choice([0, 1]), blank)


@_kind(CELLS)
def given_cell_deleted(notebook: Json, rng: random.Random) -> None:
    place, _ = _given(notebook, rng)
    del notebook["cells"][place]


@_kind(CELLS)
def given_cell_copied(notebook: Json, rng: random.Random) -> None:
    place, cell = _given(notebook, rng)
    notebook["cells"].insert(place + 1, copy.deepcopy(cell))


@_kind(CELLS)
def given_cell_edited(notebook: Json, rng: random.Random) -> None:
    _, cell = _given(notebook, rng)
    edit = rng.choice(["# changed\n", "my_own_name = 1\n", "print('mine')\n"])
    cell["source"] = [*cell["source"], "\n", edit]


@_kind(CELLS)
def given_cell_overwritten(notebook: Json, rng: random.Random) -> None:
    _, cell = _given(notebook, rng)
    cell["source"] = rng.choice([["1 / 0"], [""], ["def broken(:"], cell["source"][:1]])


@_kind(CELLS)
def given_cell_turned_into_prose(notebook: Json, rng: random.Random) -> None:
    _, cell = _given(notebook, rng)
    cell["cell_type"] = rng.choice(["markdown", "raw"])


@_kind(CELLS)
def prose_turned_into_code(notebook: Json, rng: random.Random) -> None:
    prose = [cell for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    for cell in rng.sample(prose, min(2, len(prose))):
        cell |= {"cell_type": "code", "execution_count": None, "outputs": []}


@_kind(CELLS)
def prose_deleted(notebook: Json, rng: random.Random) -> None:
    notebook["cells"] = [cell for cell in notebook["cells"] if is_code(cell)]


@_kind(CELLS)
def two_cells_swapped(notebook: Json, rng: random.Random) -> None:
    cells = notebook["cells"]
    a, b = rng.sample(range(len(cells)), 2)
    cells[a], cells[b] = cells[b], cells[a]


@_kind(CELLS)
def cells_shuffled(notebook: Json, rng: random.Random) -> None:
    rng.shuffle(notebook["cells"])


@_kind(CELLS)
def headers_deleted(notebook: Json, rng: random.Random) -> None:
    for place in exercises(notebook):
        cell = notebook["cells"][place]
        cell["source"] = _lines(text(cell).split("\n", 1)[1])


@_kind(CELLS)
def headers_reformatted(notebook: Json, rng: random.Random) -> None:
    form = rng.choice(["# | exercise: ", "#|exercise: ", "#  |  exercise : ", "#| Exercise: "])
    for place in exercises(notebook):
        cell = notebook["cells"][place]
        cell["source"] = _lines(text(cell).replace("#| exercise: ", form))


@_kind(CELLS)
def header_misspelt(notebook: Json, rng: random.Random) -> None:
    _, cell = _any(notebook, rng)
    cell["source"] = _lines(text(cell).replace("#| exercise: ", "#| exercise: x"))


@_kind(CELLS)
def header_of_another_exercise_pasted(notebook: Json, rng: random.Random) -> None:
    _, cell = _any(notebook, rng)
    _, other = _any(notebook, rng)
    cell["source"] = _lines(text(cell).replace(header(cell), header(other)))


@_kind(CELLS)
def something_above_a_header(notebook: Json, rng: random.Random) -> None:
    _, cell = _any(notebook, rng)
    above = [
        "%%time",
        "%matplotlib inline",
        "!pip install nothing-at-all",
        "#@title Mine",
        "import math",
        "\n\n",
        "print('hello')",
    ]
    cell["source"] = [rng.choice(above) + "\n", *cell["source"]]


@_kind(CELLS)
def cells_of_ones_own(notebook: Json, rng: random.Random) -> None:
    own = [
        "1 / 0",
        "from google.colab import drive\ndrive.mount('/content/drive')",
        "%load_ext nothing",
        "!ls",
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])",
        "if True",
        "x?",
        "%%bash\nexit 1",
        "input('name?')",
        "print('x' * 1000)",
        "",
        "%%html\n<script>alert(1)</script>",
    ]
    for source in rng.sample(own, 3):
        notebook["cells"].insert(rng.randint(0, len(notebook["cells"])), code_cell(source))


@_kind(CELLS)
def code_reformatted(notebook: Json, rng: random.Random) -> None:
    for place in exercises(notebook):
        cell = notebook["cells"][place]
        code = ast.unparse(ast.parse(text(cell)))
        cell["source"] = _lines(header(cell) + "\n\n\n" + code + "  \n\n")


@_kind(CELLS)
def self_checks_deleted(notebook: Json, rng: random.Random) -> None:
    notebook["cells"] = [
        cell
        for cell in notebook["cells"]
        if not cell.get("metadata", {}).get("tensorgrader", {}).get("cell", "").startswith("check-")
    ]


# What can cost the exercise that it happens to.


@_kind(COSTLY)
def exercise_deleted(notebook: Json, rng: random.Random) -> None:
    place, _ = _any(notebook, rng)
    del notebook["cells"][place]


@_kind(COSTLY)
def exercise_turned_into_prose(notebook: Json, rng: random.Random) -> None:
    _, cell = _any(notebook, rng)
    cell["cell_type"] = rng.choice(["markdown", "raw"])


@_kind(COSTLY)
def exercise_emptied(notebook: Json, rng: random.Random) -> None:
    _, cell = _any(notebook, rng)
    cell["source"] = rng.choice([[], [header(cell)], [header(cell) + "\n", "pass"]])


@_kind(COSTLY)
def exercise_broken(notebook: Json, rng: random.Random) -> None:
    _, cell = _any(notebook, rng)
    cell["source"] = [
        *cell["source"],
        "\n",
        rng.choice(["(", "    indented", "import os; os._exit(1)"]),
    ]


@_kind(COSTLY)
def cell_split_anywhere(notebook: Json, rng: random.Random) -> None:
    place, cell = _any(notebook, rng)
    _split(notebook, place, rng.randint(0, len(text(cell).splitlines(keepends=True))))


@_kind(COSTLY)
def headers_and_traces_deleted(notebook: Json, rng: random.Random) -> None:
    headers_deleted(notebook, rng)
    for cell in notebook["cells"]:
        cell.pop("id", None)
        cell["metadata"] = {}


# What tools do.


def _each(change: Callable[[Json, random.Random], None]) -> Change:
    def apply(notebook: Json, rng: random.Random) -> None:
        for cell in notebook["cells"]:
            change(cell, rng)

    return apply


def _set(key: str, *values: Any, code: bool = False) -> Change:
    """Return the kind that gives each cell's field one of some values; `...` takes it away."""

    def change(cell: Json, rng: random.Random) -> None:
        if code and not is_code(cell):
            return
        value = copy.deepcopy(rng.choice(values))
        if value is ...:
            cell.pop(key, None)
        else:
            cell[key] = value

    return _each(change)


def _top(**fields: Any) -> Change:
    def change(notebook: Json, rng: random.Random) -> None:
        for key, value in fields.items():
            if value is ...:
                notebook.pop(key, None)
            else:
                notebook[key] = copy.deepcopy(value)

    return change


_OUTPUTS = [
    {"output_type": "stream", "text": "no name"},
    {"output_type": "display_data", "data": {"text/html": 3}},
    {"output_type": "error", "traceback": None},
    {"output_type": "execute_result", "data": {"application/vnd.jupyter.widget-view+json": {}}},
    {"name": "\ud800", "output_type": "stream", "text": ["\ud83d"]},
    None,
    "text",
]
FIELDS |= {
    "ids_missing": _set("id", ...),
    "ids_all_the_same": _set("id", "abc"),
    "ids_illegal": _set("id", "", "a b", "я", 7, None, ["a"], "x" * 100),
    "metadata_missing": _set("metadata", ..., None, [], "text"),
    "metadata_of_others": _set("metadata", {"colab": {"base_uri": "x"}, "id": "q"}, {"trusted": 1}),
    "outputs_missing": _set("outputs", ..., code=True),
    "outputs_malformed": _set("outputs", None, 3, {}, "text", _OUTPUTS, code=True),
    "counts_odd": _set("execution_count", "3", -1, 1.5, ..., [], code=True),
    "attachments_malformed": _set("attachments", None, 3, {"a.png": {"image/png": 5}}),
    "notebook_metadata_missing": _top(metadata=...),
    "notebook_metadata_null": _top(metadata=None),
    "format_numbers_missing": _top(nbformat=..., nbformat_minor=...),
    "format_numbers_mistyped": _top(nbformat="4", nbformat_minor=[5]),
    "format_to_come": _top(nbformat=5, nbformat_minor=99, checksum="x"),
    "kernel_of_conda": _top(
        metadata={"kernelspec": {"name": "conda-env-r-py", "display_name": "R (torch)"}}
    ),
    "kernel_of_vs_code": _top(
        metadata={
            "kernelspec": {"name": "venv", "display_name": ".venv", "language": "python"},
            "language_info": {"name": "python", "version": "2.7"},
            "orig_nbformat": 4,
            "vscode": {"interpreter": {"hash": "x"}},
        }
    ),
    "kernel_of_colab": _top(
        metadata={
            "colab": {"provenance": [], "gpuType": "T4"},
            "accelerator": "GPU",
            "kernelspec": {"name": "python3", "display_name": "Python 3"},
            "widgets": {"application/vnd.jupyter.widget-state+json": {"a": {"model_name": 1}}},
        }
    ),
    "kernel_of_kaggle": _top(
        metadata={
            "kaggle": {"accelerator": "none", "dataSources": []},
            "language_info": {"name": "python", "pygments_lexer": "ipython3"},
        }
    ),
}


@_kind(FIELDS)
def sources_as_text(notebook: Json, rng: random.Random) -> None:
    for cell in notebook["cells"]:
        cell["source"] = text(cell)


@_kind(FIELDS)
def lines_ended_as_in_windows(notebook: Json, rng: random.Random) -> None:
    ending = rng.choice(["\r\n", "\r"])
    for cell in notebook["cells"]:
        cell["source"] = text(cell).replace("\n", ending).splitlines(keepends=True)


@_kind(FIELDS)
def cell_types_missing_from_code(notebook: Json, rng: random.Random) -> None:
    for cell in notebook["cells"]:
        if is_code(cell):
            cell.pop("cell_type")


@_kind(FIELDS)
def cell_types_in_capitals(notebook: Json, rng: random.Random) -> None:
    for cell in notebook["cells"]:
        cell["cell_type"] = cell["cell_type"].upper()


@_kind(FIELDS)
def things_among_the_cells(notebook: Json, rng: random.Random) -> None:
    for thing in (None, 3, "text", [], {}, {"cell_type": "raw", "source": "<script>"}):
        notebook["cells"].insert(rng.randint(0, len(notebook["cells"])), thing)


@_kind(FIELDS)
def third_format(notebook: Json, rng: random.Random) -> None:
    cells = []
    for cell in notebook.pop("cells"):
        if cell.get("cell_type") != "markdown":
            code = {"cell_type": "code", "input": cell["source"], "language": "python"}
            cells.append({**code, "collapsed": False, "outputs": [], "prompt_number": None})
        else:
            cells.append({"cell_type": "markdown", "source": cell["source"]})
    notebook |= {"nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells}]}
    notebook["metadata"] = {"name": "hw"}


REFUSED_FIELDS |= {
    "r": (_top(metadata={"kernelspec": {"language": "R", "name": "ir"}}), "in R, not in Python"),
    "julia": (_top(metadata={"language_info": {"name": "julia"}}), "in julia, not in Python"),
    "no_cells": (_top(cells=[]), "no cells"),
    "cells_missing": (_top(cells=...), "not a notebook: it has no cells"),
    "cells_null": (_top(cells=None), "list of cells is damaged"),
    "cells_damaged": (_top(cells=[None, 3]), "every cell of the notebook is damaged"),
    "too_many_cells": (_top(cells=[code_cell("1")] * 3_000), "3000 cells; at most 2000"),
    "a_cell_too_long": (_top(cells=[code_cell("#" * 1_100_000)]), "at most 1000000"),
    "foreign": (_top(cells=[code_cell("print(1)")], metadata={}), "no exercise|answers none"),
    "nothing_left": (_top(cells=[code_cell("print(1)")]), "has none of its|no exercise"),
}


# What transport does.


def _encoding(name: str, mark: bytes = b"") -> Spoil:
    return lambda data, rng: mark + data.decode("utf-8", "replace").encode(name, "ignore")


FILES |= {
    "utf_8_with_a_mark": _encoding("utf-8", codecs.BOM_UTF8),
    "utf_16": _encoding("utf-16"),
    "utf_16_without_a_mark": _encoding("utf-16-le"),
    "utf_32": _encoding("utf-32"),
    "cp1251": _encoding("cp1251"),
    "koi8_r": _encoding("koi8-r"),
    "ascii_escapes": lambda data, rng: json.dumps(json.loads(data)).encode(),
    "one_line": lambda data, rng: json.dumps(json.loads(data), ensure_ascii=False).encode(
        "utf-8", "surrogatepass"
    ),
    "windows_line_ends": lambda data, rng: data.replace(b"\n", b"\r\n"),
    "zeros_at_the_end": lambda data, rng: data + bytes(rng.randint(1, 5_000)),
    "space_around": lambda data, rng: b"\n\n  " + data + b"\n\n\n",
    "half_a_character": lambda data, rng: data.replace(
        b'"metadata"', b'"x": "\\ud83d", "metadata"', 1
    ),
    "a_broken_byte": lambda data, rng: data.replace(b"{", b'{"x": "\xd0 \xd0\xb0", ', 1),
    "nan": lambda data, rng: data.replace(b"{", b'{"x": [NaN, Infinity, 1e999], ', 1),
    "keys_twice": lambda data, rng: data.replace(b"{", b'{"cells": [], ', 1),
}
REFUSED_FILES |= {
    "empty": (lambda data, rng: b"", "the file is empty"),
    "spaces": (lambda data, rng: b" \n\0\0", "the file is empty"),
    "web_page": (lambda data, rng: b"<!DOCTYPE html>\n<html><body>Sign in", "a web page"),
    "saved_as_a_web_page": (lambda data, rng: b"<html>" + data, "a web page"),
    "cut_off": (
        lambda data, rng: data.rstrip()[: rng.randint(2, len(data.rstrip()) - 1)],
        r"cut off \(line \d+\)",
    ),
    "conflict_markers": (
        lambda data, rng: data.replace(b"\n", b"\n<<<<<<< HEAD\n", 1),
        r"conflict markers \(line 2\)",
    ),
    "lfs_pointer": (
        lambda data, rng: b"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 9\n",
        "a Git LFS pointer",
    ),
    "two_documents": (lambda data, rng: data + b"\n" + data, "several JSON documents"),
    "other_json": (lambda data, rng: b'{"name": "x", "version": 1}', "not a notebook"),
    "a_list": (lambda data, rng: b"[1, 2]", "not a notebook"),
    "a_script": (lambda data, rng: b"import torch\nx = torch.ones(3)\n", "a Python script"),
    "a_comma_too_many": (
        lambda data, rng: data.rstrip().removesuffix(b"}") + b",}",
        r"not valid JSON: .* \(line \d+\)",
    ),
    "pdf": (lambda data, rng: b"%PDF-1.7 ...", "a PDF"),
    "pickle": (lambda data, rng: b"\x80\x04\x95.", "pickled data"),
    "zip_of_nothing": (lambda data, rng: b"PK\x05\x06" + bytes(18), "no file|nothing|empty"),
    "zip_broken": (lambda data, rng: b"PK\x03\x04" + bytes(60), "archive"),
    "gzip_broken": (lambda data, rng: gzip.compress(data)[:100], "archive"),
    "noise": (lambda data, rng: rng.randbytes(500), "not a notebook|is "),
    "too_large": (lambda data, rng: data + b" " * 53 * 2**20, "at most 50 MiB"),
}
