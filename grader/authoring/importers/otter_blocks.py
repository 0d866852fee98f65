"""A notebook of Otter's as parts: where a question or a block in it begins and ends, and cells."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import yaml

from grader.authoring.importers.pieces import Remark
from grader.model.submission import NotebookCell

Block = Literal["question", "prompt", "solution", "tests", ""]
_MARK = re.compile(
    r"\s*#?\s*(?P<what>BEGIN|END)\s+(?P<block>QUESTION|PROMPT|SOLUTION|TESTS?)\s*$", re.IGNORECASE
)
_ASSIGNMENT = re.compile(r"\s*#?\s*(ASSIGNMENT\s+CONFIG|BEGIN\s+ASSIGNMENT)\s*$", re.IGNORECASE)
_FENCE = re.compile(
    r"^[ \t]*```[ \t]*(?:otter)?[ \t]*\n(?P<text>.*?)\n?^[ \t]*```[ \t]*$", re.DOTALL | re.MULTILINE
)
_COMMENT = re.compile(r"<!--\s*\n(?P<text>\s*BEGIN QUESTION.*?)-->", re.DOTALL | re.IGNORECASE)
_IGNORED = re.compile(r"\s*##\s*ignore\s*##\s*$", re.IGNORECASE)
_TEST = re.compile(
    r"\s*(##\s*(hidden\s+)?test\s*##|#+\s*(HIDDEN\s+)?TEST\b.*|"
    r"(?:\"\"\"|''')\s*#\s*BEGIN\s+TEST(\s+CONFIG)?)\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A cell, or where something begins or ends. is_old: in the first form of such marks."""

    kind: Literal["assignment", "begin", "end", "code", "markdown"]
    cell: int
    block: Block = ""
    source: str = ""
    config: Mapping[str, Any] = field(default_factory=dict)
    is_old: bool = False

    @property
    def is_test(self) -> bool:
        """Whether the first line of a cell says that it is a test."""
        first = self.source.lstrip("\n").split("\n")[0]
        return self.kind == "code" and bool(_TEST.match(first))


def is_otters(cells: Sequence[NotebookCell]) -> bool:
    """Whether a question begins in some cell."""
    found = parts(cells, [])
    return any(part.kind == "begin" and part.block == "question" for part in found)


def parts(cells: Sequence[NotebookCell], remarks: list[Remark]) -> Iterator[Part]:
    """Yield the parts of a notebook; what is wrong with one becomes a remark."""
    for number, cell in enumerate(cells, start=1):
        source = cell.source.strip("\n")
        if not source.strip() or _IGNORED.match(source.split("\n")[0]):
            continue
        if "](attachment:" in source:
            why = "it is kept in the notebook itself; put it into a file beside the source"
            remarks.append(Remark(cell=number, what="an attached picture", why=why))
        if cell.kind == "code":
            yield Part(kind="code", cell=number, source=source)
        elif cell.kind == "raw":
            yield from _raw(number, source, remarks)
        else:
            yield from _markdown(number, source, remarks)


def _raw(number: int, source: str, remarks: list[Remark]) -> Iterator[Part]:
    part = _mark(number, source, remarks, is_old=False)
    if part is not None:
        yield part
    else:
        why = "it was left out: there are no raw cells here"
        remarks.append(Remark(cell=number, what="a raw cell", why=why, code=source))


def _markdown(number: int, source: str, remarks: list[Remark]) -> Iterator[Part]:
    start = 0
    found = sorted(
        [*_FENCE.finditer(source), *_COMMENT.finditer(source)], key=lambda one: one.start()
    )
    waiting: list[Part] = []
    for one in found:
        first = one["text"].strip("\n").split("\n")[0]
        is_old = not first.lstrip().startswith("#")
        part = _mark(number, one["text"].strip("\n"), remarks, is_old=is_old)
        if part is None:
            continue
        above = source[start : one.start()].strip("\n")
        start = one.end()
        if above.strip():
            # The old form has the text of a question above its block, in one cell.
            waiting.append(Part(kind="markdown", cell=number, source=above))
        waiting.append(part)
    if below := source[start:].strip("\n"):
        waiting.append(Part(kind="markdown", cell=number, source=below))
    yield from waiting


def _mark(number: int, text: str, remarks: list[Remark], *, is_old: bool) -> Part | None:
    """Return what a text marks; None where it is something else."""
    first, _, rest = text.partition("\n")
    if _ASSIGNMENT.match(first):
        return Part(kind="assignment", cell=number, config=_read(number, rest, remarks))
    found = _MARK.match(first)
    if found is None:
        return None
    block = found["block"].lower()
    named: Block = "tests" if block.startswith("test") else block  # type: ignore[assignment]
    is_begin = found["what"].lower() == "begin"
    config = _read(number, rest, remarks) if is_begin else {}
    return Part(
        kind="begin" if is_begin else "end", cell=number, block=named, config=config, is_old=is_old
    )


def _read(number: int, text: str, remarks: list[Remark]) -> dict[str, Any]:
    try:
        said = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark is not None else None
        problem = getattr(error, "problem", None) or "not valid"
        why = f"it is no YAML ({problem}), and says nothing now"
        remarks.append(Remark(cell=number, line=line, what="its config", why=why, code=text))
        return {}
    if said is None:
        return {}
    if not isinstance(said, dict):
        why = "it should be `key: value` lines, and says nothing now"
        remarks.append(Remark(cell=number, what="its config", why=why, code=text))
        return {}
    return {str(key): value for key, value in said.items()}
