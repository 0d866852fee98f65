"""From the source file of an assignment to the Assignment."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from grader.authoring import answers, header
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
from grader.authoring.front_matter import About, about, front_matter, line_of_key
from grader.authoring.guard import refuse_unguardable
from grader.authoring.header import HeaderError
from grader.authoring.marks import has_mark
from grader.authoring.places import Places
from grader.authoring.region import SolvedCell
from grader.authoring.solution import EVERY, solved_cell
from grader.authoring.tools import tools_of
from grader.authoring.varied_header import VariedHeader
from grader.errors import GraderError, SourceError, all_of
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

_NAMED = re.compile(r"""^exercise:\s*["']?([\w-]+)""", re.MULTILINE)


def load(path: Path) -> Assignment:
    """Read a source, `.py` in Jupytext's percent format or `.ipynb`.

    Raises SourceError, which names the file, the cell, the line and the fix, of all that is wrong.
    """
    try:
        data = path.read_bytes()
        text = data.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"cannot be read as UTF-8 text: {error}", path=path) from error
    raw_cells, metadata = _notebook(path, text)
    made, said = _Cells(path, Places(path, text)), About()
    try:
        said = about(metadata.get("tensorgrader", {}))
    except ValueError as error:
        made.faults += [
            SourceError(problem, path=path, line=line_of_key(text, problem.split("`")[1]))
            for problem in error.args
        ]
    for number, raw in enumerate(raw_cells, start=1):
        if raw.source.strip():
            made.add(number, raw)
    name = said.name or path.stem
    if not re.fullmatch(r"[\w-]+", name):
        problem = f"`{name}` is no name: letters, digits, - and _ only"
        made.faults.append(SourceError(problem, path=path))
    if not (made.exercises or made.faults):
        raise SourceError("there is no exercise; write `#| exercise: name` in a cell", path=path)
    made.look_at_headings()
    try:
        files = files_of(said.files, path.parent)
        digest = digest_of(data, files)
    except (ValueError, OSError) as error:
        made.faults.append(SourceError(f"`files` in the front matter: {error}", path=path))
    if made.faults:
        raise all_of(made.faults)
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
    """The cells and exercises of a source, added in their order, and what is wrong in them."""

    def __init__(self, path: Path, places: Places) -> None:
        self.cells: list[Cell] = []
        self.exercises: dict[str, Exercise] = {}
        self.faults: list[SourceError] = []
        self._faulty: set[str] = set()  # exercises that others may name all the same
        self.varied: Varied | None = None
        self._solved: dict[str, SolvedCell] = {}
        self._path, self._places = path, places
        self._variants = 0  # cells that have no place of their own
        self._said_in: set[str] = set()  # the languages of the prose at the last place

    def add(self, number: int, raw: NotebookCell) -> None:
        """Add a cell."""
        magics, said, body = header.split(raw.source)
        is_text = raw.kind == "markdown" and not magics and answers.is_header(said)
        if raw.kind != "code" and not is_text:
            self._add_prose(number, raw)
            return
        if is_text:
            self._said_in = set()
            with self._named(number, raw.source, said):
                self._add_text(number, said, body)
            return
        self._said_in = set()
        if not said:
            self._add_given(number, raw.source)
        else:
            with self._named(number, raw.source, said):
                self._add_with_header(number, magics, said, body)

    @contextmanager
    def _named(self, number: int, source: str, said: str) -> Iterator[None]:
        """Have what is wrong with a cell told with its place."""
        try:
            yield
        except HeaderError as error:
            if named := _NAMED.search(said):
                self._faulty.add(named[1])
            above, code = header.lines_above(source)
            for one in (error, *error.further):
                if one.body_line is not None:
                    within = code + one.body_line
                else:
                    within = above + (one.line or header.line_at(said, one.at))
                self._blame(str(one), number, within)

    def look_at_headings(self) -> None:
        """See whether each heading is that of an exercise that is there."""
        known = {*self.exercises, *self._faulty}
        for cell in self.cells:
            for mark in MARK.finditer(cell.source) if cell.role == "prose" else ():
                above = cell.source.count("\n", 0, mark.start())
                if mark["name"] not in known:
                    problem = (
                        f"`{{{mark['name']}}}` as a heading is that of an exercise, and none has"
                        f" this name; there are: {', '.join(self.exercises)}"
                    )
                    self._blame(problem, cell.number, above + 1)

    def _blame(self, problem: str, number: int, within: int) -> None:
        """Add a fault at a line of a cell's source."""
        line = self._places.line(number, within)
        self.faults.append(SourceError(problem, path=self._path, cell=number, line=line))

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
            self._blame(str(error), number, error.body_line or 1)
            return
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

    def _add_text(self, number: int, said: str, body: str) -> None:
        """Add a Markdown cell that answers an exercise."""
        parsed = read(said)
        if not isinstance(parsed, ExerciseHeader):
            raise HeaderError("a Markdown cell with a header is an exercise for a person to read")
        self._refuse_twice(parsed.exercise)
        cell = answers.text_cell(parsed, body, number)
        self.exercises[parsed.exercise] = _exercise(parsed, (), cell, self.cells, self._faulty)
        self.cells.append(cell)

    def _refuse_twice(self, name: str) -> None:
        if name in self.exercises:
            raise HeaderError(f"two exercises are named `{name}`", at=["exercise"])

    def _add_exercise(self, number: int, magics: str, said: ExerciseHeader, body: str) -> None:
        name = said.exercise
        blanks = {EVERY: said.blank} if isinstance(said.blank, str) else said.blank or {}
        top = "\n".join([*([magics] if magics else []), f"#| exercise: {name}"])
        solved = solved_cell(body, blanks, top)
        solved = solved._replace(
            regions=[one._replace(blank=answers.called(said, one.blank)) for one in solved.regions]
        )
        self._refuse_twice(name)
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
        solution = "\n".join(line for one in solved.regions for line in one.solution)
        checks = answers.checks(said, solution)
        self.exercises[name] = _exercise(said, checks, cell, self.cells, self._faulty)
        self.cells.append(cell)

    def _add_variant(self, number: int, said: VariantHeader, code: str) -> None:
        """Put a mistake or an alternative into its exercise."""
        kind = "mistake" if isinstance(said, MistakeHeader) else "alternative"
        of = said.mistake if isinstance(said, MistakeHeader) else said.alternative
        if of not in self.exercises and of in self._faulty:
            return
        if of not in self.exercises:
            raise HeaderError(f"no exercise `{of}` stands above", at=[kind])
        exercise = self.exercises[of]
        if exercise.manual:
            raise HeaderError(
                f"a person says what `{of}` is worth: nothing is compared with this {kind};"
                " say it in an item of its `rubric`",
                at=[kind],
            )
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


def _exercise(
    said: ExerciseHeader,
    checks: tuple[Check, ...],
    cell: Cell,
    before: Sequence[Cell],
    faulty: Collection[str],
) -> Exercise:
    """Return an exercise. faulty: the names of those above that cannot be understood."""
    title = said.title or said.exercise.replace("-", " ").capitalize()
    made = Exercise(
        name=said.exercise,
        title=by_language(title),
        points=said.worth,
        checks=tuple(
            replace(check, tools=tools_of(check, before)) if check.of else check for check in checks
        ),
        properties=tuple(one.made() for one in said.properties),
        forbid=tuple(said.forbid),
        needs_cuda=said.needs == "cuda",
        limit=said.limit,
        draws=said.draws,
        own_gradient=said.own_gradient,
        manual=said.manual,
        rubric=tuple(item.made() for item in said.rubric),
        min_words=said.min_words,
    )
    found = builds_on(made, cell, before)
    for place, name in enumerate(said.builds_on or ()):
        if name not in found and name not in faulty:
            problem = f"`builds_on`: nothing that `{name}` binds is read here"
            raise HeaderError(problem, at=["builds_on", place])
    if said.builds_on is not None:
        found = {name: found[name] for name in said.builds_on if name in found}
    return replace(
        made,
        builds_on=found,
        is_restricted=said.builds_on is not None,
        builtins=builtins_of(made, cell, before),
    )
