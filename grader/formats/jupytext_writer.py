"""Jupytext's writer, loaded when the first text is written: few runs of the grader need it."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from grader import address_parser

_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def writes(
    cells: Iterable[tuple[Literal["code", "markdown"], str]], metadata: Mapping[str, Any]
) -> str:
    """Return cells as a script in the percent format, with metadata in its front matter."""
    with address_parser.spared():
        import jupytext
        from nbformat import v4

    kept = ",".join(("kernelspec", *metadata, "-all"))
    about = {"jupytext": {"notebook_metadata_filter": kept, "cell_metadata_filter": "-all"}}
    node = v4.new_notebook(metadata={**about, "kernelspec": _KERNEL, **metadata})
    for kind, source in cells:
        is_code = kind == "code"
        node.cells.append(v4.new_code_cell(source) if is_code else v4.new_markdown_cell(source))
    return str(jupytext.writes(node, fmt="py:percent"))
