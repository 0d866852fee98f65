"""Notebooks as Markdown: MyST, R Markdown, Quarto, and plain Markdown with blocks of Python."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Any, NamedTuple

from grader.model.text import Text, say

_OPENING = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})[ \t]*(.*)$")
_PYTHON = r"(?i:i?python3?)"
# In a document of an earlier kind, blocks of a later kind are shown and not run.
_KINDS = (
    (re.compile(rf"\{{code-cell\}}[ \t]*{_PYTHON}?[ \t]*$"), say("a MyST document")),
    (re.compile(rf"\{{{_PYTHON}\b[^}}]*\}}"), say("an R Markdown or Quarto document")),
    (re.compile(rf"{_PYTHON}(?:[ \t]|$)"), say("a Markdown document with blocks of Python")),
)
_OTHER = re.compile(r"\{(?:code-cell\}[ \t]*)?(r|julia|bash|ir|sql)\b", re.IGNORECASE)
# What Jupytext puts around prose that shows a block.
_REGION = re.compile(r"<!--[ \t]*#(end)?(?:region|markdown|md|raw)\b.*-->[ \t]*$")
_RAW = 'active=""'  # how Jupytext writes a cell that is not run as R Markdown
_OPTION = re.compile(r"[ \t]*:[\w-]+:")


class _Block(NamedTuple):
    """A fenced block. start, end: its fence, and the line below it; info: what its fence says."""

    code: list[str]
    start: int
    end: int
    info: str


def is_opening(line: str) -> bool:
    """Whether a line begins a block of Python in any of these kinds of documents."""
    found = _OPENING.match(line)
    return found is not None and any(pattern.match(found[2]) for pattern, _ in _KINDS)


def other_language(text: str) -> str | None:
    """Return the language of a document's blocks, where that is one of those that are not read."""
    infos = (one[2] for line in text.split("\n") if (one := _OPENING.match(line)))
    return next((found[1] for info in infos if (found := _OTHER.match(info))), None)


def cells(text: str) -> tuple[list[dict[str, Any]], Text]:
    """Return the cells of a document, and what kind it is of."""
    lines = text.split("\n")
    blocks = list(_blocks(lines))
    found = [kind for kind in _KINDS if any(kind[0].match(one.info) for one in blocks)]
    pattern, what = found[0] if found else _KINDS[-1]
    made: list[dict[str, Any]] = []
    start = 0
    for block in blocks:
        if not pattern.match(block.info):
            continue
        made += _prose(lines[start : block.start])
        code = _without_options(block.code) if pattern is _KINDS[0][0] else block.code
        kind = "raw" if _RAW in block.info else "code"
        made.append({"cell_type": kind, "source": "\n".join(code)})
        start = block.end
    return [*made, *_prose(lines[start:])], what


def _blocks(lines: list[str]) -> Iterator[_Block]:
    regions = [n for n, line in enumerate(lines) if (end := _REGION.match(line)) and end[1]]
    number = 0
    while number < len(lines):
        found = _OPENING.match(lines[number])
        start = number
        number += 1
        if found is None:
            if regions and number <= regions[-1] and _REGION.match(lines[start]):
                number = regions[bisect_left(regions, start)] + 1
            continue
        fence = found[1]
        # Of the same sign, as long, and nothing behind it.
        closing = re.compile(rf" {{0,3}}{fence[0]}{{{len(fence)},}}[ \t]*$")
        while number < len(lines) and not closing.match(lines[number]):
            number += 1
        yield _Block(lines[start + 1 : number], start, number + 1, found[2].strip())
        number += 1


def _without_options(code: list[str]) -> list[str]:
    """Return a MyST cell's code, without the options above it."""
    if code and re.match(r"-{3,}[ \t]*$", code[0]):
        ends = (n for n, line in enumerate(code[1:], start=2) if re.match(r"-{3,}[ \t]*$", line))
        code = code[next(ends, 1) :]
    else:
        first = next((n for n, line in enumerate(code) if not _OPTION.match(line)), len(code))
        code = code[first:]
    return code[1:] if code and not code[0].strip() else code


def _prose(lines: list[str]) -> list[dict[str, Any]]:
    source = "\n".join(lines).strip("\n")
    return [{"cell_type": "markdown", "source": source}] if source.strip() else []
