"""Where the lines of a cell end, in notebooks of tools that lost or disguised the line ends.

Jupyter writes a cell as lines that each end in a line end. Some tools leave the ends out of the
list, and some escape them twice; then a whole answer is one line, most often a comment.
"""

import ast
import json
import re
from collections.abc import Sequence

from grader.syntax import parsing
from grader.syntax.nodes import walk

# What `str.splitlines` takes for an end: Jupyter cuts lines by it.
_ENDS = ("\n", "\r", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029")
_ESCAPED_AT_END = re.compile(r"(?<!\\)(?:\\r)?\\n$", re.MULTILINE)
# What stands for a line end where there is none.
_DISGUISED = r"(?<!\\)(?:\\r)?\\n|\u2028|\u2029|\x85|\x0b|\x0c|\x1e|<br ?/?>|&#10;|&#x0?[aA];"
_END = re.compile(_DISGUISED)
# A text or a comment, in which the same characters may mean themselves.
_TEXT = r"\"(?:\\.|[^\"\\])*+\"?|'(?:\\.|[^'\\])*+'?"
_END_OUTSIDE = re.compile(rf"({_TEXT})|(#(?:(?!{_DISGUISED}).)*)|{_DISGUISED}")
_HEADER_WITH_CODE = re.compile(r"#[ \t]*\|[ \t]*exercise[ \t]*:.*[=(]")


def joined(parts: Sequence[str]) -> tuple[str, bool]:
    """Return a cell's source of the parts that it came in, and whether line ends were added."""
    plain = "".join(parts)
    missing = [not part.endswith(_ENDS) for part in parts[:-1]]
    if not any(missing):
        return plain, False
    ends = [part if part.endswith(_ENDS) else f"{part}\n" for part in parts[:-1]]
    apart = "".join([*ends, *parts[-1:]])
    is_apart = all(missing) or statements(apart) >= max(0, statements(plain))
    return (apart, True) if is_apart else (plain, False)


def mended(sources: Sequence[str]) -> dict[int, str]:
    r"""Return, by place, the code cells of a notebook whose line ends were disguised, put right.

    A cell that came as one line and can be read as such stays as it is, so that no text in it
    loses its `\n`; but for those that say more when they are taken apart, in a notebook that has
    no line end at all and other cells that cannot be read.
    """
    opaque = parsing.opaque(sources)
    known = {place: one for place, one in enumerate(sources) if place not in opaque}
    found = {place: better for place, one in known.items() if (better := _apart(one, 0))}
    if found and not any("\n" in one.strip() for one in sources):
        further = {place: _apart(one, statements(one)) for place, one in known.items()}
        found = {place: better for place, better in further.items() if better}
    return found


def lost(sources: Sequence[str]) -> list[int]:
    """Return the places of code cells whose line ends are gone for good.

    One line with a header and code in it is such a cell, and so is each that cannot be read in a
    notebook without any line end, where those are more than half.
    """
    there = [place for place, one in enumerate(sources) if one.strip()]
    flat = [place for place in there if "\n" not in sources[place].strip()]
    opaque = parsing.opaque(sources)
    worths = {place: statements(sources[place]) for place in flat if place not in opaque}
    found = {
        place
        for place, worth in worths.items()
        if worth <= 0 and _HEADER_WITH_CODE.match(sources[place].strip())
    }
    unread = {place for place, worth in worths.items() if worth < 0}
    if len(flat) == len(there) and len(unread) > max(1, len(there) // 2):
        found |= unread
    return sorted(found)


def _apart(source: str, least: int) -> str:
    """Return a cell taken apart at what stands for line ends, if it says more than that then."""
    is_line = "\n" not in source.strip()
    if not (_END.search(source) if is_line else _ESCAPED_AT_END.search(source)):
        return ""
    if (worth := statements(source)) > least:
        return ""
    if is_line:
        ways = [_unescaped(source), _END_OUTSIDE.sub(_end_outside, source), _END.sub("\n", source)]
    else:
        ways = [_ESCAPED_AT_END.sub("", source)]
    best = max(ways, key=statements)
    return best if best != source and statements(best) > max(worth, 0) else ""


def _end_outside(found: re.Match[str]) -> str:
    return found[1] or found[2] or "\n"


def _unescaped(source: str) -> str:
    """Return a text that was written as JSON twice; as it is, where it was not."""
    try:
        read = json.loads(f'"{source}"')
    except (ValueError, RecursionError):
        return source
    return re.sub(r"\r\n?", "\n", read) if isinstance(read, str) else source


def statements(source: str) -> int:
    """Return how many statements a cell has, inner ones too; -1 where it cannot be read.

    A magic takes the rest of its line, whatever that holds.
    """
    source = source.strip()
    if source.startswith("%") and "\n" not in source:
        return 0
    tree = parsing.parse(source)
    if tree is None:
        # What is too long to be looked through may well be right.
        return 1 if parsing.is_opaque(source) else -1
    return sum(isinstance(node, ast.stmt) for node in walk(tree))
