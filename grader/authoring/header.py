"""The `#|` header of a cell as text and as YAML, and the lines of what it says.

Quarto and nbdev write such headers; black turns `#|` into `# |`, so both are read. Cell magics may
stand above. The header is YAML in block style. Its lines count from 1.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import yaml

from grader.model.check_name import of_statements

Path = Sequence[str | int]  # keys, and places in lists from 0, that lead to a part of a header

_LINE = re.compile(r"#\s?\|(.*)")
_MAGIC = re.compile(r"\s*%%?\w")
_EXPRESSIONS = ("expr", "recompute", "valid", "property")


class HeaderError(ValueError):
    """A header cannot be understood, or what stands below it.

    at: the part of the header that is meant; line: of the header, where it is known better;
    body_line: of the code below it, where that is meant; further: what else is wrong with it.
    """

    def __init__(
        self,
        problem: str,
        *,
        at: Path = (),
        line: int | None = None,
        body_line: int | None = None,
        further: Sequence["HeaderError"] = (),
    ) -> None:
        self.at, self.line, self.body_line, self.further = at, line, body_line, further
        super().__init__(problem)


class _Loader(yaml.SafeLoader):
    """YAML's safe loader, which takes a key that stands twice for the mistake that it is."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: list[Any] = []
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    problem=f"`{key.value}` stands twice", problem_mark=key.start_mark
                )
            seen.append(key.value)
        return dict(super().construct_mapping(node, deep))


def split(source: str) -> tuple[str, str, str]:
    """Return the magics above the header, the header's YAML, and the rest of a cell."""
    lines = source.split("\n")
    start, end = _extent(lines)
    if end == start:
        return "", "", source
    header = [match[1] for line in lines[start:end] if (match := _LINE.match(line))]
    # One blank after the bar is part of the mark, where every line has it.
    if all(line.startswith(" ") or not line for line in header):
        header = [line[1:] for line in header]
    return "\n".join(lines[:start]), "\n".join(header), "\n".join(lines[end:])


def lines_above(source: str) -> tuple[int, int]:
    """Return how many lines of a cell stand above its header, and how many above its code."""
    return _extent(source.split("\n"))


def parse(header: str) -> Any:
    """Return what a header's YAML says. Raises HeaderError."""
    try:
        return yaml.load(header, Loader=_Loader)  # noqa: S506 - it is a SafeLoader
    except yaml.YAMLError as error:
        problem = getattr(error, "problem", None) or "not valid YAML"
        raise HeaderError(
            f"the header is not valid YAML: {problem}"
            " (put text that holds `: ` in quotes; write lists in block style)",
            line=yaml_line(error),
        ) from error


def yaml_line(error: yaml.YAMLError) -> int | None:
    """Return the line of what YAML cannot read."""
    mark = getattr(error, "problem_mark", None)
    context, begins = getattr(error, "context", None) or "", getattr(error, "context_mark", None)
    if begins is not None and "block" not in context:
        mark = begins  # of a bracket or a quote that is not closed, rather than the end of all
    return mark.line + 1 if mark is not None else None


def line_at(header: str, path: Path) -> int:
    """Return the line of a part of a header; of a missing one, that of what should hold it."""
    node = yaml.compose(header, Loader=yaml.SafeLoader)
    line = 0
    for part in path:
        key, node = _part(node, part)
        if node is None:
            break
        line = key.start_mark.line
    return line + 1


def line_of_text(header: str, path: Path, within: int) -> int:
    """Return the line of a text's own line, where the text is a literal block below its key."""
    node = yaml.compose(header, Loader=yaml.SafeLoader)
    for part in path:
        _, node = _part(node, part)
    if isinstance(node, yaml.ScalarNode) and node.style == "|":
        return int(node.start_mark.line) + 1 + within
    return line_at(header, path)


def line_of_check(header: str, expression: str) -> int | None:
    """Return the line of the check, or the property, of an expression; None for none."""
    root = yaml.compose(header, Loader=yaml.SafeLoader)
    for key in ("checks", "properties"):
        listed = _part(root, key)[1]
        for one in listed.value if isinstance(listed, yaml.SequenceNode) else ():
            for node in _expressions(one):
                if node.value.strip() == expression:
                    return int(node.start_mark.line) + 1
    return _line_of_code(root, expression)


def _line_of_code(root: yaml.Node | None, expression: str) -> int | None:
    """Return the line of the check that is known by more than its expression; None for none."""
    listed = _part(root, "checks")[1]
    seen = Counter[str]()
    for one in listed.value if isinstance(listed, yaml.SequenceNode) else ():
        said = dict[str, Any]()
        for key in ("expr", "view", "run", "compare"):
            node = _part(one, key)[1]
            if isinstance(node, yaml.ScalarNode):
                said[key] = node.value.strip()
            elif isinstance(node, yaml.SequenceNode):
                said[key] = [part.value.strip() for part in node.value]
        if "run" in said or "view" in said:
            known = known_by(**said)
            seen[known] += 1
            if expression in (known, f"{known} {seen[known]}"):
                key, _ = _part(one, "run" if "run" in said else "expr")
                return int(key.start_mark.line) + 1
    return None


def known_by(
    expr: str | None = None,
    view: str | None = None,
    run: str | None = None,
    compare: str | list[str] = "close",
) -> str:
    """Return what a check is known by: no name, where statements or a view make more of it."""
    if run is not None:
        return of_statements([compare] if isinstance(compare, str) else compare)
    return f"{expr} # {view}" if view is not None else expr or ""


def _extent(lines: Sequence[str]) -> tuple[int, int]:
    """Return the places of the first line of a header and of the first below it."""
    start = 0
    while start < len(lines) and (not lines[start].strip() or _MAGIC.match(lines[start])):
        start += 1
    end = start
    while end < len(lines) and _LINE.match(lines[end]):
        end += 1
    return start, end


def _part(node: yaml.Node | None, part: str | int) -> tuple[Any, yaml.Node | None]:
    """Return the node that names a part of another, its key or itself, and the part; else None."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == part:
                return key, value
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part]
    return None, None


def _expressions(check: yaml.Node) -> Iterator[yaml.Node]:
    if isinstance(check, yaml.ScalarNode):
        yield check
    elif isinstance(check, yaml.MappingNode):
        yield from (value for key, value in check.value if key.value in _EXPRESSIONS)
