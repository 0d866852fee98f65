"""A draft as the text of a source in Jupytext's percent format."""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from grader.authoring.importers.draft import Draft, DraftCell
from grader.authoring.importers.pieces import Remark
from grader.formats import jupytext_writer

_WIDTH = 100  # characters of a line of a TODO
_FRONT = "# ---\n"
_MAGIC = re.compile(r"\s*(%%?\w|!|$)")


class _Dumper(yaml.SafeDumper):
    """YAML as people write it: lists are indented, code stands in blocks."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def source_of(draft: Draft) -> str:
    """Return the text of a source; what belongs to no exercise stands in its front matter."""
    about: dict[str, Any] = {"title": draft.title, "languages": [draft.language]}
    if draft.files:
        about["files"] = sorted(draft.files)
    cells = [(cell.kind, _source(cell)) for cell in draft.cells if _source(cell).strip()]
    text = jupytext_writer.writes(cells, {"tensorgrader": about})
    placed = {id(one) for cell in draft.cells for one in cell.todos}
    loose = [one for one in draft.remarks if one.cell and id(one) not in placed]
    head = "".join(f"# {line}\n" for one in loose for line in _todo(one))
    return text.replace(_FRONT, _FRONT + head, 1)


def _source(cell: DraftCell) -> str:
    if not cell.header:
        return cell.source
    lines, first = cell.source.split("\n"), 0
    while cell.kind == "code" and first < len(lines) and _MAGIC.match(lines[first]):
        first += 1  # they stand above a header
    header = [f"#| {line}".rstrip() for line in _header(cell)]
    return "\n".join([*lines[:first], *header, *(lines[first:] if cell.source.strip() else [])])


def _header(cell: DraftCell) -> Iterator[str]:
    """Yield the lines of a header, with what is left to do below its first."""
    assert cell.header is not None
    dumped = yaml.dump(
        _tidy(dict(cell.header)), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000
    )
    first, *others = dumped.rstrip("\n").split("\n")
    yield first
    for remark in cell.todos:
        yield from _todo(remark)
    yield from others


def _todo(remark: Remark) -> Iterator[str]:
    """Yield the lines of a comment in YAML."""
    place = f"cell {remark.cell}" if remark.cell else "the notebook"
    place += f", line {remark.line}" if remark.line else ""
    yield from _wrapped(f"TODO {place}: {remark.what}: {remark.why}" + (":" if remark.code else ""))
    for line in remark.code.rstrip().split("\n") if remark.code else ():
        yield f"#     {line}".rstrip()


def _wrapped(text: str) -> Iterator[str]:
    line = "#"
    for word in text.split():
        if len(line) + len(word) >= _WIDTH and line != "#":
            yield line
            line = "#"
        line += f" {word}"
    yield line


def _tidy(value: Any) -> Any:
    """Return a header whose texts a block can hold: no tabs, nothing at the ends of lines."""
    if isinstance(value, dict):
        return {name: _tidy(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_tidy(one) for one in value]
    if isinstance(value, str) and "\n" in value:
        lines = value.expandtabs(4).strip("\n").split("\n")
        return "\n".join(line.rstrip() for line in lines) + "\n"
    return value
