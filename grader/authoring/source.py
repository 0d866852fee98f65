"""From the source file of an assignment to the Assignment."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from grader.authoring import header
from grader.authoring.dependencies import builds_on, builtins_of
from grader.authoring.directives import (
    ExerciseHeader,
    GivenHeader,
    MistakeHeader,
    VariantHeader,
    read,
)
from grader.authoring.fields import by_language
from grader.authoring.files import digest_of, files_of
from grader.authoring.front_matter import about, front_matter
from grader.authoring.guard import refuse_unguardable
from grader.authoring.header import HeaderError
from grader.authoring.marks import has_mark
from grader.authoring.places import Places
from grader.authoring.region import SolvedCell
from grader.authoring.solution import EVERY, solved_cell
from grader.authoring.varied_header import VariedHeader
from grader.errors import GraderError, SourceError
from grader.formats import jupytext_reader, notebook
from grader.model.assignment import (
    Alternative,
    Assignment,
    Cell,
    Check,
    Exercise,
    Mistake,
    Role,
)
from grader.model.reveal import Reveal
from grader.model.submission import NotebookCell
from grader.model.varied import Varied
from grader.syntax.magics import without_magics
from grader.syntax.validity import fault
from grader.wording.headings import MARK


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
    try:
        said = about(metadata.get("tensorgrader", {}))
    except ValueError as error:
        raise SourceError(str(error), path=path) from error
    made = _Cells(path, Places(path, text))
    for number, raw in enumerate(raw_cells, start=1):
        if raw.source.strip():
            made.add(number, raw)
    name = said.name or path.stem
    if not re.fullmatch(r"[\w-]+", name):
        raise SourceError(f"`{name}` is no name: letters, digits, - and _ only", path=path)
    if not made.exercises:
        raise SourceError("there is no exercise; write `#| exercise: name` in a cell", path=path)
    made.refuse_unknown_headings()
    try:
        files = files_of(said.files, path.parent)
        digest = digest_of(data, files)
    except (ValueError, OSError) as error:
        raise SourceError(f"`files` in the front matter: {error}", path=path) from error
    return Assignment(
        name=name,
        title=by_language(said.title or path.stem.replace("_", " ")),
        path=path,
        languages=tuple(said.languages or _languages(made.cells)),
        cells=tuple(made.cells),
        exercises=_revealing(made.exercises.values(), said.reveal),
        digest=digest,
        files=files,
        varied=made.varied,
    )


class _Cells:
    """The cells and exercises of a source, as they are added in order."""

    def __init__(self, path: Path, places: Places) -> None:
        self.cells: list[Cell] = []
        self.exercises: dict[str, Exercise] = {}
        self.varied: Varied | None = None
        self._solved: dict[str, SolvedCell] = {}
        self._path, self._places = path, places
        self._variants = 0  # cells that have no place of their own
        self._said_in: set[str] = set()  # the languages of the prose at the last place

    def add(self, number: int, raw: NotebookCell) -> None:
        """Add a cell. Raises SourceError."""
        magics, said, body = header.split(raw.source)
        if raw.kind != "code":
            self._add_prose(number, raw)
            return
        self._said_in = set()
        if not said:
            self._add_given(number, raw.source)
        else:
            try:
                self._add_with_header(number, magics, said, body)
            except HeaderError as error:
                above, code = header.lines_above(raw.source)
                if error.body_line is not None:
                    within = code + error.body_line
                else:
                    within = above + (error.line or header.line_at(said, error.at))
                line = self._places.line(number, within)
                raise SourceError(str(error), path=self._path, cell=number, line=line) from error

    def refuse_unknown_headings(self) -> None:
        """Raise SourceError where a heading is that of an exercise that is not there."""
        for cell in self.cells:
            for mark in MARK.finditer(cell.source) if cell.role == "prose" else ():
                above = cell.source.count("\n", 0, mark.start())
                if mark["name"] not in self.exercises:
                    raise SourceError(
                        f"`{{{mark['name']}}}` as a heading is that of an exercise, and none has"
                        f" this name; there are: {', '.join(self.exercises)}",
                        path=self._path,
                        cell=cell.number,
                        line=self._places.line(cell.number, above + 1),
                    )

    def _add_prose(self, number: int, raw: NotebookCell) -> None:
        language = raw.metadata.get("lang")
        if language and self._said_in and language not in self._said_in:
            self._variants += 1  # the same in another language: one place in the notebook
        else:
            self._said_in = set()
        self._said_in |= {language} if language else set()
        self.cells.append(self._plain("prose", number, raw.source, language))

    def _add_given(self, number: int, source: str) -> None:
        try:
            _refuse_as_given(source)
        except HeaderError as error:
            line = self._places.line(number, error.body_line or 1)
            raise SourceError(str(error), path=self._path, cell=number, line=line) from error
        self.cells.append(self._plain("given", number, source))

    def _add_needing(self, number: int, magics: str, body: str) -> None:
        """Add given code that needs an answer."""
        _refuse_as_given(body)
        refuse_unguardable(magics, body)
        source = f"{magics}\n{body}" if magics else body
        self.cells.append(replace(self._plain("given", number, source), needs_answer=True))

    def _add_varied(self, number: int, magics: str, said: VariedHeader, body: str) -> None:
        """Add given code whose values differ by student."""
        _refuse_as_given(body)
        if self.varied is not None:
            raise HeaderError("one cell has all that differs by student", at=["variant"])
        cell = self._plain("given", number, f"{magics}\n{body}".strip("\n"))
        self.varied = said.varied(cell.source, cell=cell.id, number=number)
        self.cells.append(cell)

    def _plain(self, role: Role, number: int, source: str, language: str | None = None) -> Cell:
        place = str(number - self._variants)
        return Cell(
            id="-".join(filter(None, (role, place, language))),
            role=role,
            source=source,
            solution=source,
            language=language,
            number=number,
        )

    def _add_with_header(self, number: int, magics: str, said: str, body: str) -> None:
        parsed = read(said)
        if isinstance(parsed, ExerciseHeader):
            self._add_exercise(number, magics, parsed, body)
        elif isinstance(parsed, VariedHeader):
            self._add_varied(number, magics, parsed, body)
        elif not isinstance(parsed, GivenHeader):
            self._add_variant(number, parsed, body)
            self._variants += 1  # they leave no trace in the ids of the cells below
        elif parsed.needs_answer:
            self._add_needing(number, magics, body)
        else:
            _refuse_as_given(body)
            self.cells.append(self._plain("given", number, f"{magics}\n{body}".strip("\n")))

    def _add_exercise(self, number: int, magics: str, said: ExerciseHeader, body: str) -> None:
        name = said.exercise
        blanks = {EVERY: said.blank} if isinstance(said.blank, str) else said.blank or {}
        top = "\n".join([*([magics] if magics else []), f"#| exercise: {name}"])
        solved = solved_cell(body, blanks, top)
        if name in self.exercises:
            raise HeaderError(f"two exercises are named `{name}`", at=["exercise"])
        cell = Cell(
            id=f"exercise-{name}",
            role="exercise",
            source=solved.released().rstrip(),
            solution=solved.solved().rstrip(),
            exercise=name,
            around=solved.around,
            number=number,
        )
        self._solved[name] = solved
        self.exercises[name] = _exercise(said, cell, self.cells)
        self.cells.append(cell)

    def _add_variant(self, number: int, said: VariantHeader, code: str) -> None:
        """Put a mistake or an alternative into its exercise."""
        kind = "mistake" if isinstance(said, MistakeHeader) else "alternative"
        of = said.mistake if isinstance(said, MistakeHeader) else said.alternative
        if of not in self.exercises:
            raise HeaderError(f"no exercise `{of}` stands above", at=[kind])
        exercise = self.exercises[of]
        solution = self._solved[of].variant(code, said.region).rstrip()
        known: tuple[Mistake | Alternative, ...] = (*exercise.mistakes, *exercise.alternatives)
        if said.name in {one.name for one in known}:
            raise HeaderError(f"`{of}` has two of the name `{said.name}`", at=["name"])
        if isinstance(said, MistakeHeader):
            text = by_language(said.help)
            wrong = Mistake(name=said.name, help=text, solution=solution, cell=number)
            self.exercises[of] = replace(exercise, mistakes=(*exercise.mistakes, wrong))
        else:
            right = Alternative(name=said.name, solution=solution, cell=number)
            self.exercises[of] = replace(exercise, alternatives=(*exercise.alternatives, right))


def _refuse_as_given(source: str) -> None:
    """Raise HeaderError where code cannot be given code."""
    if has_mark(source):
        raise HeaderError("a solution without a header; write `#| exercise: name` above it")
    if (error := fault(without_magics(source))) is not None:
        problem = f"this cell does not parse ({error.msg})"
        raise HeaderError(problem, body_line=error.lineno) from error


def _notebook(path: Path, text: str) -> tuple[tuple[NotebookCell, ...], Mapping[str, Any]]:
    if path.suffix == ".ipynb":
        try:
            read = notebook.read(text.encode())
        except GraderError as error:
            raise SourceError(str(error), path=path) from error
        return read.cells, read.metadata
    try:
        front_matter(text)  # Jupytext takes one that it cannot read for a comment
        node = jupytext_reader.reads(text, "py:percent")
    except (ValueError, SyntaxError, yaml.YAMLError) as error:
        within = header.yaml_line(error) if isinstance(error, yaml.YAMLError) else None
        line = within and within + 1  # below `# ---`
        problem = f"not in Jupytext's percent format: {error}"
        raise SourceError(problem, path=path, line=line) from error
    cells = tuple(
        NotebookCell(kind=cell.cell_type, source=cell.source, metadata=dict(cell.metadata))
        for cell in node.cells
    )
    return cells, dict(node.metadata)


def _languages(cells: Iterable[Cell]) -> list[str]:
    return sorted({cell.language for cell in cells if cell.language}) or ["en"]


def _revealing(exercises: Iterable[Exercise], rule: Reveal | None) -> tuple[Exercise, ...]:
    """Return exercises whose checks follow the source's `reveal` where they have none."""
    if rule is None:
        return tuple(exercises)

    def following(check: Check) -> Check:
        return replace(check, reveal=check.reveal or rule)

    return tuple(replace(one, checks=tuple(map(following, one.checks))) for one in exercises)


def _exercise(said: ExerciseHeader, cell: Cell, before: Sequence[Cell]) -> Exercise:
    title = said.title or said.exercise.replace("-", " ").capitalize()
    made = Exercise(
        name=said.exercise,
        title=by_language(title),
        points=said.points,
        checks=tuple(check.check() for check in said.checks),
        properties=tuple(one.made() for one in said.properties),
        forbid=tuple(said.forbid),
        needs_cuda=said.needs == "cuda",
        limit=said.limit,
        draws=said.draws,
        own_gradient=said.own_gradient,
    )
    found = builds_on(made, cell, before)
    for place, name in enumerate(said.builds_on or ()):
        if name not in found:
            problem = f"`builds_on`: nothing that `{name}` binds is read here"
            raise HeaderError(problem, at=["builds_on", place])
    if said.builds_on is not None:
        found = {name: found[name] for name in said.builds_on}
    return replace(
        made,
        builds_on=found,
        is_restricted=said.builds_on is not None,
        builtins=builtins_of(made, cell, before),
    )
