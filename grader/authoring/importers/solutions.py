"""The solutions in a cell, between our marks in place of another system's."""

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from grader.syntax.definitions import attribute_target

_BEGIN = re.compile(r"^(?P<indent>\s*)\S*\s*BEGIN SOLUTION\b", re.IGNORECASE)
_END = re.compile(r"^\s*\S*\s*END SOLUTION\b", re.IGNORECASE)
_MAGIC = re.compile(r"\s*(%|!)")
_QUOTES = r"(?:\"\"\"|'''|\"|')"
_PROMPT = re.compile(rf"^\s*{_QUOTES};?\s*#\s*BEGIN PROMPT\s*$", re.IGNORECASE)
_PROMPT_END = re.compile(rf"^\s*{_QUOTES};?\s*#\s*END PROMPT\s*$", re.IGNORECASE)
_LINE = re.compile(r"\s*#\s*SOLUTION(?P<bare>\s+NO\s+PROMPT)?\s*$", re.IGNORECASE)
_SEED = re.compile(r"\s*#\s*SEED\s*$", re.IGNORECASE)
_IGNORED = re.compile(r"#\s*IGNORE\s*$", re.IGNORECASE)
_IGNORE = re.compile(r"^\s*#\s*BEGIN IGNORE\s*$", re.IGNORECASE)
_IGNORE_END = re.compile(r"^\s*#\s*END IGNORE\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A cell's code with our marks. blank: as a header has it; faults: what was wrong with marks.

    is_whole: nothing was marked, and all of it is the solution.
    """

    code: str
    blank: str | Mapping[str, str] | None = None
    is_whole: bool = False
    faults: tuple[tuple[int, str], ...] = ()  # lines, and what is wrong there


def whole(code: str, faults: Sequence[tuple[int, str]] = ()) -> Marked:
    """Return code that is a solution as a whole, but for magics on top."""
    lines = code.strip("\n").split("\n")
    first = next((n for n, line in enumerate(lines) if not _MAGIC.match(line)), len(lines))
    marked = [*lines[:first], "### BEGIN SOLUTION", *lines[first:], "### END SOLUTION"]
    return Marked(code="\n".join(marked), is_whole=True, faults=tuple(faults))


def regions(code: str) -> Marked:
    """Return a cell of nbgrader's, whose regions are marked; one without marks is a solution."""
    made: list[str] = []
    faults: list[tuple[int, str]] = []
    opened = ""
    is_open = False
    for number, line in enumerate(code.split("\n"), start=1):
        if begin := _BEGIN.match(line):
            if is_open:
                faults.append((number, "a solution begins inside another"))
                continue
            is_open, opened = True, begin["indent"]
            made.append(f"{opened}### BEGIN SOLUTION")
        elif _END.match(line):
            if not is_open:
                faults.append((number, "a solution ends that has not begun"))
                continue
            is_open = False
            made.append(f"{opened}### END SOLUTION")
        else:
            made.append(line)
    if is_open:
        faults.append((len(made), "a solution does not end"))
        made.append(f"{opened}### END SOLUTION")
    text = _without_empty("\n".join(made))
    if "### BEGIN SOLUTION" not in text:
        return whole(code, faults)
    return Marked(code=text.strip("\n"), faults=tuple(faults))


def _without_empty(code: str) -> str:
    """Return code without regions that hold nothing."""
    empty = r"^[ \t]*### BEGIN SOLUTION\n(?:[ \t]*\n)*[ \t]*### END SOLUTION$"
    return re.sub(empty, "", code, flags=re.MULTILINE)


@dataclass(slots=True, kw_only=True)
class _Part:
    """Lines of a cell of Otter's. prompt: what students get for a solution; None: the usual."""

    kind: Literal["given", "solution"]
    lines: list[str] = field(default_factory=list)
    prompt: str | None = None
    is_line: bool = False


def lines(code: str) -> Marked:
    """Return a cell of Otter's, which marks lines, regions and prompts."""
    faults: list[tuple[int, str]] = []
    parts = _merged([*_parts(code.strip("\n").split("\n"), faults)])
    solutions = [part for part in parts if part.kind == "solution" and any(part.lines)]
    if not solutions:
        kept = "\n".join(line for part in parts for line in part.lines)
        return replace(whole(kept, faults), is_whole=True)
    own = [part for part in solutions if part.prompt is not None]
    names = {id(part): f"region-{number}" for number, part in enumerate(own, start=1)}
    alone = len(solutions) == 1
    made: list[str] = []
    for part in parts:
        name = "" if alone else names.get(id(part), "")
        made += part.lines if part.kind == "given" else _marked(part, name)
    blank: str | Mapping[str, str] | None = None
    if own:
        blank = own[0].prompt if alone else {names[id(one)]: one.prompt or "" for one in own}
    return Marked(code="\n".join(made).strip("\n"), blank=blank, faults=tuple(faults))


def _marked(part: _Part, name: str) -> list[str]:
    if not any(part.lines):
        return part.lines
    indent = _indent(part.lines)
    tail = f" {name}" if name else ""
    if part.is_line and len(part.lines) == 1:
        return [f"{part.lines[0]}  # SOLUTION{tail}"]
    return [f"{indent}### BEGIN SOLUTION{tail}", *part.lines, f"{indent}### END SOLUTION"]


def _parts(source: Sequence[str], faults: list[tuple[int, str]]) -> Iterator[_Part]:
    waiting: Literal["", "solution", "bare", "prompt", "ignored"] = ""
    block: list[str] = []
    for number, line in enumerate(source, start=1):
        if waiting == "ignored":
            waiting = "" if _IGNORE_END.match(line) else waiting
        elif waiting in ("solution", "bare"):
            if _END.match(line):
                yield _Part(kind="solution", lines=block, prompt="" if waiting == "bare" else None)
                waiting = ""
            else:
                block.append(line)
        elif waiting == "prompt":
            if _PROMPT_END.match(line):
                text = textwrap.dedent("\n".join(block)).strip("\n")
                yield _Part(kind="solution", prompt=text)
                waiting = ""
            else:
                block.append(line)
        elif _IGNORE.match(line):
            waiting = "ignored"
        elif _PROMPT.match(line):
            waiting, block = "prompt", []
        elif _BEGIN.match(line):
            waiting = "bare" if re.search(r"NO\s+PROMPT", line, re.IGNORECASE) else "solution"
            block = []
        elif _END.match(line) or _PROMPT_END.match(line):
            faults.append((number, "a solution or prompt ends that has not begun"))
        elif not _IGNORED.search(line):
            yield _of_line(line)
    if waiting in ("solution", "bare", "prompt"):
        faults.append((len(source), f"a {waiting.replace('bare', 'solution')} does not end"))
        if waiting != "prompt":
            yield _Part(kind="solution", lines=block)


def _of_line(line: str) -> _Part:
    if (mark := _LINE.search(line)) and line[: mark.start()].strip():
        code = line[: mark.start()].rstrip()
        target = attribute_target(code.strip())
        prompt = "" if mark["bare"] else f"{target} = ..." if target else None
        return _Part(kind="solution", lines=[code], prompt=prompt, is_line=True)
    return _Part(kind="given", lines=[_SEED.sub("", line)])


def _merged(parts: Sequence[_Part]) -> list[_Part]:
    """Return the parts in which what has no prompt of its own stands with what follows it."""
    found: list[_Part] = []
    for part in parts:
        before = found[-1] if found else None
        if before is None or before.kind != part.kind:
            joins = False
        elif part.kind == "given":
            joins = True
        else:  # a solution without a prompt, and the next one; or a prompt by itself
            joins = before.prompt == "" or not part.lines or not before.lines
        if joins and before is not None:
            if part.kind == "solution":
                before.prompt = _joined(before, part)
                before.is_line = False
            before.lines += part.lines
        else:
            found.append(replace(part, lines=[*part.lines]))
    for place, part in enumerate(found):
        if part.kind == "solution" and not any(part.lines):  # a prompt with no solution
            found[place] = _Part(kind="given", lines=(part.prompt or "").split("\n"))
    return found


def _joined(before: _Part, part: _Part) -> str | None:
    if not before.lines and not part.prompt:  # a prompt stands above its solution
        return before.prompt
    if not part.lines or part.prompt is None:
        return part.prompt
    return "\n".join(filter(None, (before.prompt, part.prompt)))


def _indent(lines: Sequence[str]) -> str:
    first = next(line for line in lines if line.strip())
    return first[: len(first) - len(first.lstrip())]
