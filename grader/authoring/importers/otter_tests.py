"""Tests of Otter's: cells, doctests in them, and files in `tests/`."""

import ast
import doctest
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from grader.authoring.importers.assertions import VALUE
from grader.authoring.importers.claims import is_test
from grader.authoring.importers.otter_blocks import Part
from grader.authoring.importers.pieces import Remark, Tested
from grader.syntax.validity import is_expression

_CONFIG = re.compile(r"\s*(?:\"\"\"|'''|\"|')\s*#\s*BEGIN\s+TEST(\s+CONFIG)?\s*$", re.IGNORECASE)
_CONFIG_END = re.compile(
    r"\s*(?:\"\"\"|'''|\"|');?\s*#\s*END\s+TEST(\s+CONFIG)?\s*$", re.IGNORECASE
)
_HIDDEN = re.compile(r"\s*#.*\bhidden\b", re.IGNORECASE)
_IGNORED = re.compile(r"#\s*IGNORE\s*$", re.IGNORECASE)


def test_of(part: Part, remarks: list[Remark]) -> Tested:
    """Return the test in a cell."""
    lines = part.source.split("\n")
    config: Mapping[str, Any] = {}
    first, is_hidden = 0, bool(_HIDDEN.match(lines[0]))
    if _CONFIG.match(lines[0]):
        end = next((n for n, line in enumerate(lines) if n and _CONFIG_END.match(line)), len(lines))
        config, first = _read(part, "\n".join(lines[1:end]), remarks), end + 1
    is_hidden = config.get("hidden") is True if "hidden" in config else is_hidden
    kept = ["" if _IGNORED.search(line) else line for line in lines[first:]]
    code = "\n".join(kept)
    if is_doctest := re.search(r"^\s*>>>", code, re.MULTILINE) is not None:
        code = _from_doctest(code)
    points = config.get("points")
    is_number = isinstance(points, int | float) and not isinstance(points, bool)
    return _made(
        part.cell, code, is_hidden, float(points) if is_number and points is not None else None,
        name=str(config.get("name") or ""), first=1 if is_doctest else first + 1,
    )  # fmt: skip


def test_file(path: Path, cell: int, remarks: list[Remark]) -> list[Tested]:
    """Return the tests of a file, which is read and never run. cell: of their question."""
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, SyntaxError, ValueError) as error:
        remarks.append(Remark(cell=cell, what=f"{path.name}", why=f"it cannot be read: {error}"))
        return []
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id="test")], value=value):
                try:
                    return [*_cases(cell, ast.literal_eval(value))]
                except (ValueError, TypeError, AttributeError, KeyError) as error:
                    why = f"its tests are in another form than Otter's: {error}"
                    remarks.append(Remark(cell=cell, what=f"{path.name}", why=why))
                    return []
    return [*_functions(cell, tree)]


def _cases(cell: int, said: Mapping[str, Any]) -> Iterator[Tested]:
    for suite in said["suites"]:
        for case in suite["cases"]:
            code, points = _from_doctest(case["code"]), case.get("points")
            worth = float(points) if isinstance(points, int | float) else None
            yield _made(cell, code, case.get("hidden") is True, worth)


def _functions(cell: int, tree: ast.Module) -> Iterator[Tested]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
            said: dict[str, Any] = {}
            for decorator in node.decorator_list:
                for one in decorator.keywords if isinstance(decorator, ast.Call) else ():
                    if one.arg and isinstance(one.value, ast.Constant):
                        said[one.arg] = one.value.value
            node.decorator_list = []
            points = said.get("points")
            worth = float(points) if isinstance(points, int | float) else None
            yield _made(cell, ast.unparse(node), said.get("hidden") is True, worth)


def _made(
    cell: int, code: str, is_hidden: bool, points: float | None, *, name: str = "", first: int = 1
) -> Tested:
    every = frozenset(range(1, code.count("\n") + 2))
    return Tested(
        cell=cell, code=code, first_line=first, hidden=every if is_hidden else frozenset(),
        points=points, name=name, is_shown=True,
    )  # fmt: skip


def _from_doctest(text: str) -> str:
    """Return the code of a doctest: what it shows is looked at, or has to be true."""
    try:
        examples = doctest.DocTestParser().get_examples(_dedented(text))
    except ValueError:
        return text
    code = ""
    for one in examples:  # each in the line where it stands
        code += "\n" * max(one.lineno - code.count("\n"), bool(code) and not code.endswith("\n"))
        code += _example(one.source.rstrip("\n"), one.want)
    return code


def _example(source: str, want: str) -> str:
    if not want.strip() or not is_expression(source):
        return source
    if is_test(ast.parse(source, mode="eval").body):
        return f"assert {source}" if "\n" not in source else f"assert ({source})"
    match ast.parse(source, mode="eval").body:
        case ast.Call(func=ast.Name(id="print"), args=args):
            source = ", ".join(map(ast.unparse, args))
    return f"{VALUE}({source}, shown={want.strip()!r})"


def _dedented(text: str) -> str:
    lines = [
        line.lstrip() if line.lstrip().startswith(">>>") else line for line in text.split("\n")
    ]
    return "\n".join(re.sub(r"^\s*\.\.\.", "...", line) for line in lines)


def _read(part: Part, text: str, remarks: list[Remark]) -> Mapping[str, Any]:
    try:
        said = yaml.safe_load(text)
    except yaml.YAMLError:
        said = "broken"
    if said is not None and not isinstance(said, dict):
        why = "it is no YAML with `key: value` lines, and says nothing now"
        remarks.append(Remark(cell=part.cell, what="the config of a test", why=why, code=text))
        return {}
    return said or {}
