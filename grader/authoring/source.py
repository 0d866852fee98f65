"""From the source file of an assignment to the Assignment."""

import ast
import hashlib
import re
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import jupytext
import yaml

from grader.authoring.directives import ExerciseHeader, HeaderError, read_exercise, split
from grader.errors import GraderError, SourceError
from grader.formats import notebook
from grader.model.assignment import Assignment, Cell, Exercise
from grader.model.submission import NotebookCell

_BEGIN = re.compile(r"\s*### BEGIN SOLUTION\s*$")
_END = re.compile(r"\s*### END SOLUTION\s*$")
_ONE_LINE = re.compile(r"\s*#\s*SOLUTION\s*$")
_PLACEHOLDER = "# YOUR CODE HERE"


class _Region(NamedTuple):
    """The parts of an exercise's cell, in lines; `blank` is what students get for `solution`."""

    before: list[str]
    solution: list[str]
    blank: list[str]
    after: list[str]

    def released(self) -> str:
        return "\n".join(self.before + self.blank + self.after)

    def solved(self) -> str:
        return "\n".join(self.before + self.solution + self.after)


def load(path: Path) -> Assignment:
    """Read a source, `.py` in Jupytext's percent format or `.ipynb`.

    Raises SourceError, which names the file, the cell, the line and the fix.
    """
    try:
        data = path.read_bytes()
        text = data.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"cannot be read as UTF-8 text: {error}", path=path) from error
    raw_cells, metadata = _notebook(path, text)
    about = metadata.get("tensorgrader", {})
    if not isinstance(about, dict):
        raise SourceError("`tensorgrader` in the front matter should be a mapping", path=path)
    cells: list[Cell] = []
    exercises: list[Exercise] = []
    for number, raw in enumerate(raw_cells, start=1):
        if not raw.source.strip():
            continue
        language = raw.metadata.get("lang")
        if raw.kind != "code":
            id, prose = f"prose-{number}", raw.source
            cells.append(Cell(id=id, role="prose", source=prose, solution=prose, language=language))
            continue
        magics, header, body = split(raw.source)
        if not header:
            lines = body.split("\n")
            if any(map(_BEGIN.match, lines)) or any(mark for _, mark in _comments(lines)):
                raise SourceError(
                    "a solution without a header; write `#| exercise: name` above it",
                    path=path,
                    cell=number,
                )
            id = f"given-{number}"
            cells.append(Cell(id=id, role="given", source=raw.source, solution=raw.source))
            continue
        try:
            parsed = read_exercise(header)
            region = _region(body, parsed.blank)
        except HeaderError as error:
            above = magics.count("\n") + 1 if magics else 0
            line = _line(text, raw.source, above + (error.line or 1))
            raise SourceError(str(error), path=path, cell=number, line=line) from error
        if parsed.exercise in {exercise.name for exercise in exercises}:
            raise SourceError(
                f"two exercises are named `{parsed.exercise}`", path=path, cell=number
            )
        exercises.append(_exercise(parsed))
        top = [magics] if magics else []
        top.append(f"#| exercise: {parsed.exercise}")
        cells.append(
            Cell(
                id=f"exercise-{parsed.exercise}",
                role="exercise",
                source="\n".join([*top, region.released()]).rstrip(),
                solution="\n".join([*top, region.solved()]).rstrip(),
                exercise=parsed.exercise,
            )
        )
    name, languages = str(about.get("name", path.stem)), _languages(about, cells)
    for part in (name, *languages):
        if not re.fullmatch(r"[\w-]+", part):
            raise SourceError(f"`{part}` is no name: letters, digits, - and _ only", path=path)
    if not exercises:
        raise SourceError("there is no exercise; write `#| exercise: name` in a cell", path=path)
    return Assignment(
        name=name,
        title=_title(about.get("title", path.stem.replace("_", " "))),
        path=path,
        languages=languages,
        cells=tuple(cells),
        exercises=tuple(exercises),
        digest=hashlib.sha256(data).hexdigest(),
    )


def _notebook(path: Path, text: str) -> tuple[tuple[NotebookCell, ...], Mapping[str, Any]]:
    if path.suffix == ".ipynb":
        try:
            read = notebook.read(text.encode())
        except GraderError as error:
            raise SourceError(str(error), path=path) from error
        return read.cells, read.metadata
    try:
        if front := re.match(r"# ---\n(.*?)^# ---$", text, re.DOTALL | re.MULTILINE):
            # Jupytext takes a header that it cannot read for a comment.
            yaml.safe_load(re.sub(r"(?m)^# ?", "", front[1]))
        node = jupytext.reads(text, fmt="py:percent")
    except (ValueError, SyntaxError, yaml.YAMLError) as error:
        raise SourceError(f"not in Jupytext's percent format: {error}", path=path) from error
    cells = tuple(
        NotebookCell(kind=cell.cell_type, source=cell.source, metadata=dict(cell.metadata))
        for cell in node.cells
    )
    return cells, dict(node.metadata)


def _languages(about: Mapping[str, Any], cells: list[Cell]) -> tuple[str, ...]:
    named = about.get("languages")
    if isinstance(named, list) and named and all(isinstance(item, str) for item in named):
        return tuple(named)
    found = sorted({cell.language for cell in cells if cell.language})
    return tuple(found) or ("en",)


def _title(title: Any) -> dict[str, str]:
    if isinstance(title, dict):
        return {str(language): str(text) for language, text in title.items()}
    return {"": str(title)}


def _exercise(header: ExerciseHeader) -> Exercise:
    title = header.title or header.exercise.replace("-", " ").capitalize()
    return Exercise(
        name=header.exercise,
        title=_title(title),
        points=header.points,
        checks=tuple(check.check() for check in header.checks),
        forbid=tuple(header.forbid),
        needs_cuda=header.needs == "cuda",
        limit=header.limit,
    )


def _region(body: str, blank: str | None) -> _Region:
    lines = body.strip("\n").split("\n")
    begins = [number for number, line in enumerate(lines) if _BEGIN.match(line)]
    ends = [number for number, line in enumerate(lines) if _END.match(line)]
    marked = [number for number, (_, comment) in enumerate(_comments(lines)) if comment]
    if len(begins) + len(marked) != 1 or len(begins) != len(ends):
        raise HeaderError(
            "an exercise has one solution: `### BEGIN SOLUTION` and `### END SOLUTION`,"
            " or one line that ends in `# SOLUTION`"
        )
    if begins:
        first, last = begins[0], ends[0]
        if last <= first + 1:
            raise HeaderError("the solution is empty")
        before, solution, after = lines[:first], lines[first + 1 : last], lines[last + 1 :]
    else:
        first = marked[0]
        code, _ = next(item for n, item in enumerate(_comments(lines)) if n == first)
        before, solution, after = lines[:first], [code], lines[first + 1 :]
    indent = lines[first][: len(lines[first]) - len(lines[first].lstrip())]
    region = _Region(before, solution, _blank(solution, blank, indent), after)
    try:
        ast.parse("\n".join(line for line in region.released().split("\n") if line[:1] not in "%!"))
    except SyntaxError as error:
        raise HeaderError(
            f"the released cell does not parse ({error.msg}); give the exercise a `blank`"
        ) from error
    return region


def _comments(lines: list[str]) -> Iterator[tuple[str, bool]]:
    for line in lines:
        code, hash_, comment = line.rpartition("#")
        is_mark = bool(hash_ and code.strip() and _ONE_LINE.match(hash_ + comment))
        yield (code.rstrip() if is_mark else line), is_mark


def _blank(solution: list[str], blank: str | None, indent: str) -> list[str]:
    if blank is not None:
        return textwrap.indent(textwrap.dedent(blank).strip("\n"), indent).split("\n")
    try:
        statements = ast.parse(textwrap.dedent("\n".join(solution))).body
    except SyntaxError as error:
        raise HeaderError(f"the solution does not parse ({error.msg})") from error
    match statements:
        case [ast.Assign(targets=[ast.Name(id=name)])]:
            return [f"{indent}{name} = ...  {_PLACEHOLDER}"]
    return [f"{indent}{_PLACEHOLDER}", f"{indent}..."]


def _line(text: str, source: str, within: int) -> int | None:
    """Return the line of the file at which a cell's line stands, if the cell is found as it is."""
    start = text.find(source)
    if start < 0:
        return None
    return text.count("\n", 0, start) + within
