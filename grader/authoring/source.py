"""From the source file of an assignment to the Assignment."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import jupytext
import yaml

from grader.authoring.dependencies import builds_on, builtins_of
from grader.authoring.directives import (
    AlternativeHeader,
    ExerciseHeader,
    HeaderError,
    MistakeHeader,
    read,
    split,
)
from grader.authoring.region import Region, has_mark, refuse_unparsable, region_of
from grader.errors import GraderError, SourceError
from grader.formats import notebook
from grader.model.assignment import Alternative, Assignment, Cell, Exercise, Mistake, Role
from grader.model.submission import NotebookCell


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
    exercises: dict[str, Exercise] = {}
    regions: dict[str, Region] = {}
    variants = 0  # cells that have no place of their own
    for number, raw in enumerate(raw_cells, start=1):
        if not raw.source.strip():
            continue
        language = raw.metadata.get("lang")
        if raw.kind != "code":
            before = cells[-1] if cells else None
            if language and before and before.language not in (None, language):
                variants += 1  # the same in another language: one place in the notebook
            cells.append(_plain_cell("prose", number - variants, number, raw.source, language))
            continue
        magics, header, body = split(raw.source)
        if not header:
            if has_mark(body):
                raise SourceError(
                    "a solution without a header; write `#| exercise: name` above it",
                    path=path,
                    cell=number,
                )
            try:
                refuse_unparsable(raw.source, "this cell")
            except HeaderError as error:
                line = line_of(text, raw.source)
                raise SourceError(str(error), path=path, cell=number, line=line) from error
            cells.append(_plain_cell("given", number - variants, number, raw.source))
            continue
        try:
            parsed = read(header)
            if isinstance(parsed, MistakeHeader | AlternativeHeader):
                _add_variant(exercises, regions, parsed, body, number)
                variants += 1  # they leave no trace in the ids of the cells below
                continue
            region = region_of(body, parsed.blank)
            if parsed.exercise in exercises:
                raise HeaderError(f"two exercises are named `{parsed.exercise}`")
            magic = [magics] if magics else []
            top = [*magic, f"#| exercise: {parsed.exercise}"]
            regions[parsed.exercise] = region = region._replace(before=[*top, *region.before])
            cell = Cell(
                id=f"exercise-{parsed.exercise}",
                role="exercise",
                source=region.released().rstrip(),
                solution=region.solved().rstrip(),
                exercise=parsed.exercise,
                around="\n".join(region.before + region.after),
                number=number,
            )
            exercises[parsed.exercise] = _exercise(parsed, cell, cells)
            cells.append(cell)
        except HeaderError as error:
            above = magics.count("\n") + 1 if magics else 0
            line = line_of(text, raw.source, above + (error.line or 1))
            raise SourceError(str(error), path=path, cell=number, line=line) from error
    name, languages = str(about.get("name", path.stem)), _languages(about, cells)
    for part in (name, *languages):
        if not re.fullmatch(r"[\w-]+", part):
            raise SourceError(f"`{part}` is no name: letters, digits, - and _ only", path=path)
    if not exercises:
        raise SourceError("there is no exercise; write `#| exercise: name` in a cell", path=path)
    return Assignment(
        name=name,
        title=_by_language(about.get("title", path.stem.replace("_", " "))),
        path=path,
        languages=languages,
        cells=tuple(cells),
        exercises=tuple(exercises.values()),
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


def _by_language(text: Any) -> dict[str, str]:
    if isinstance(text, dict):
        return {str(language): str(one) for language, one in text.items()}
    return {"": str(text)}


def _plain_cell(
    role: Role, place: int, number: int, source: str, language: str | None = None
) -> Cell:
    return Cell(
        id="-".join(filter(None, (role, str(place), language))),
        role=role,
        source=source,
        solution=source,
        language=language,
        number=number,
    )


def _exercise(header: ExerciseHeader, cell: Cell, before: list[Cell]) -> Exercise:
    title = header.title or header.exercise.replace("-", " ").capitalize()
    made = Exercise(
        name=header.exercise,
        title=_by_language(title),
        points=header.points,
        checks=tuple(check.check() for check in header.checks),
        forbid=tuple(header.forbid),
        needs_cuda=header.needs == "cuda",
        limit=header.limit,
        draws=header.draws,
    )
    found = builds_on(made, cell, before)
    for name in header.builds_on or ():
        if name not in found:
            raise HeaderError(f"`builds_on`: nothing that `{name}` binds is read here")
    if header.builds_on is not None:
        found = {name: found[name] for name in header.builds_on}
    return replace(
        made,
        builds_on=found,
        is_restricted=header.builds_on is not None,
        builtins=builtins_of(made, cell, before),
    )


def _add_variant(
    exercises: dict[str, Exercise],
    regions: dict[str, Region],
    header: MistakeHeader | AlternativeHeader,
    code: str,
    number: int,
) -> None:
    """Put a mistake or an alternative into its exercise. Raises HeaderError."""
    of = header.mistake if isinstance(header, MistakeHeader) else header.alternative
    if of not in exercises:
        raise HeaderError(f"no exercise `{of}` stands above")
    exercise, solution = exercises[of], regions[of].variant(code).rstrip()
    known: tuple[Mistake | Alternative, ...] = (*exercise.mistakes, *exercise.alternatives)
    if header.name in {one.name for one in known}:
        raise HeaderError(f"`{of}` has two of the name `{header.name}`")
    if isinstance(header, MistakeHeader):
        told = _by_language(header.help)
        wrong = Mistake(name=header.name, help=told, solution=solution, cell=number)
        exercises[of] = replace(exercise, mistakes=(*exercise.mistakes, wrong))
    else:
        right = Alternative(name=header.name, solution=solution, cell=number)
        exercises[of] = replace(exercise, alternatives=(*exercise.alternatives, right))


def line_of(text: str, source: str, within: int = 1) -> int | None:
    """Return the line of the file at which a cell's line stands, if the cell is found as it is."""
    start = text.find(source)
    if start < 0:
        return None
    return text.count("\n", 0, start) + within
