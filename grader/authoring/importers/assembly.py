"""From the pieces of another system's notebook to a source of ours."""

import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from grader.authoring.header import HeaderError
from grader.authoring.importers import headings, solutions
from grader.authoring.importers.check_list import CheckList
from grader.authoring.importers.draft import Draft, DraftCell, written
from grader.authoring.importers.known import Known, draws
from grader.authoring.importers.pieces import Answer, Found, Given, Prose, Remark, Tested
from grader.authoring.importers.test_code import read_test
from grader.authoring.marks import without_marks
from grader.authoring.solution import EVERY, solved_cell
from grader.model.result import points as rounded
from grader.syntax import parsing
from grader.syntax.events import events
from grader.syntax.magics import tree_of, without_magics
from grader.syntax.validity import fault

NO_MODEL = "(There is no model answer.)"  # for those who mark: students get a blank


def assemble(found: Found, *, language: str | None = None) -> Draft:
    """Return the source that a notebook becomes. language: found from its prose without one."""
    prose = "\n".join(piece.source for piece in found.pieces if isinstance(piece, Prose))
    assembly = _Assembly(found)
    for piece in found.pieces:
        assembly.add(piece)
    return Draft(
        imported=found.path,
        name=found.name,
        title=found.title or headings.first_heading(prose) or found.name.replace("_", " "),
        language=language or _language(prose),
        cells=tuple(assembly.cells()),
        files=found.files,
        remarks=(*found.remarks, *assembly.remarks),
        exercises=len(assembly.exercises),
        checks=sum(len(one.checks) for one in assembly.exercises),
        pieces=found.pieces,
    )


@dataclass(slots=True, kw_only=True)
class _Exercise:
    """An answer on its way. todos: what of its tests could not be carried over."""

    answer: Answer
    name: str
    title: str
    code: str
    blank: str | Mapping[str, str] | None
    checks: CheckList = field(default_factory=CheckList)
    todos: list[Remark] = field(default_factory=list)


class _Assembly:
    def __init__(self, found: Found) -> None:
        self.exercises: list[_Exercise] = []
        self.remarks: list[Remark] = []
        self._cells: list[DraftCell | _Exercise] = []
        self._known = Known(withheld=found.withheld)
        self._taken: set[str] = set()
        self._imports: dict[str, None] = {}
        self._prose = ""

    def add(self, piece: Prose | Given | Answer | Tested) -> None:
        """Add a piece below those that are there."""
        match piece:
            case Prose():
                self._prose += "\n" + piece.source
                self._cells.append(DraftCell(kind="markdown", source=piece.source))
            case Given():
                self._add_given(piece)
            case Answer():
                self._add_answer(piece)
            case Tested():
                self._add_test(piece)

    def cells(self) -> Iterator[DraftCell]:
        """Yield all cells, finished."""
        first = next((n for n, one in enumerate(self._cells) if isinstance(one, _Exercise)), 0)
        given = [
            n for n, one in enumerate(self._cells[:first])
            if isinstance(one, DraftCell) and one.kind == "code"
        ]  # fmt: skip
        place = given[0] + 1 if given else first
        for number, one in enumerate(self._cells):
            if number == place and self._imports:
                yield DraftCell(kind="code", source="\n".join(self._imports))
            yield self._finished(one) if isinstance(one, _Exercise) else one

    def _add_given(self, piece: Given) -> None:
        try:
            reads = {one.name for one in events(tree_of(piece.source).body) if one.kind == "read"}
            needs = bool(reads & self._known.answers.keys())
            self._known.add(piece.source)
        except SyntaxError as error:
            self.remarks.append(
                Remark(
                    cell=piece.cell, line=error.lineno, what="code that is given",
                    why=f"it does not parse ({error.msg}), and was made prose",
                )
            )  # fmt: skip
            fenced = f"```python\n{piece.source}\n```"
            self._cells.append(DraftCell(kind="markdown", source=fenced))
            return
        header = {"needs_answer": True} if needs else None
        self._cells.append(DraftCell(kind="code", source=piece.source, header=header))

    def _add_answer(self, piece: Answer) -> None:
        code, blank = piece.code, piece.blank
        todos = list(piece.remarks)
        if piece.kind == "code":
            code, blank, problem = _fitting(code, blank)
            if problem:
                todos.append(Remark(cell=piece.cell, what="the marks of a solution", why=problem))
        solved = without_marks(code) if piece.kind == "code" else ""
        title = headings.heading(self._prose)
        name = headings.name_of(piece.name, solved, title, len(self.exercises) + 1)
        made = _Exercise(
            answer=piece,
            name=headings.distinct(name, self._taken),
            title=title,
            code=code,
            blank=blank,
            todos=todos,
        )
        self._prose = ""
        self.exercises.append(made)
        self._cells.append(made)
        if solved and fault(without_magics(solved)) is None:
            self._known.add(solved, made.name)

    def _add_test(self, piece: Tested) -> None:
        read = read_test(piece, self._known)
        self._imports |= dict.fromkeys(read.imports)
        share = len(read.checks) or 1
        for check in read.checks:
            exercise = self._exercise_of(piece, check.reads)
            if exercise is None:
                what = f"`{check.keys.get('expr') or check.keys.get('run')}`"
                why = "no answer stands above that it could belong to"
                self.remarks.append(Remark(cell=piece.cell, what=what, why=why, code=piece.code))
                continue
            weight = None if piece.points is None else piece.points / share
            exercise.checks.add(check, weight)
        exercise = self._exercise_of(piece, frozenset())
        (self.remarks if exercise is None else exercise.todos).extend(read.remarks)
        if exercise is not None and not read.checks:
            exercise.checks.lost += piece.points or 0.0
        if not read.checks and not read.remarks and piece.points:
            remark = Remark(
                cell=piece.cell, what=f"a test with {piece.points:g} points",
                why="it asserts nothing", code=piece.code,
            )  # fmt: skip
            (self.remarks if exercise is None else exercise.todos).append(remark)

    def _exercise_of(self, test: Tested, reads: frozenset[str]) -> _Exercise | None:
        """Return the exercise of a check: as the system says, or as its names do, or the last."""
        by_name = {one.name: one for one in self.exercises}
        if test.of is not None:
            own = [one for one in self.exercises if one.answer.name == test.of]
            return own[-1] if own else None
        latest = self._known.answer_of(reads)
        if latest is not None:
            return by_name[latest]
        tested = [one for one in self.exercises if not one.answer.is_manual]
        return tested[-1] if tested else None

    def _finished(self, one: _Exercise) -> DraftCell:
        answer, header = one.answer, dict[str, Any]()
        header["exercise"] = one.name
        if one.title:
            header["title"] = one.title
        is_manual = answer.is_manual or not one.checks
        if is_manual and not answer.is_manual:
            one.todos.append(
                Remark(
                    cell=answer.cell, what=f"`{answer.name or one.name}`",
                    why="no test looks at it, so that a person marks it; write `checks:` for it",
                )
            )  # fmt: skip
        points = self._points(one, is_manual)
        if points != 1:
            header["points"] = written(points)
        if is_manual:
            header["manual"] = True
            if answer.rubric:
                header["rubric"] = [
                    {"name": f"item-{n}", "points": written(item.points), "text": item.text}
                    for n, item in enumerate(answer.rubric, start=1)
                ]
        if one.blank:
            header["blank"] = one.blank if isinstance(one.blank, str) else dict(one.blank)
        if not is_manual:
            header |= self._checks(one)
        self.remarks += one.todos
        source = one.code
        if answer.kind == "markdown" and not source.strip():
            source = NO_MODEL
        return DraftCell(kind=answer.kind, source=source, header=header, todos=tuple(one.todos))

    def _checks(self, one: _Exercise) -> dict[str, Any]:
        made: dict[str, Any] = {}
        if _draws(one.code):
            made["draws"] = True
        checks, shown, remarks = one.checks.finished(one.title or one.name.replace("-", " "))
        for what, why in remarks:
            one.todos.append(Remark(cell=one.answer.cell, what=what, why=why))
        made["checks"] = checks
        if shown:
            made["properties"] = shown
        return made

    def _points(self, one: _Exercise, is_manual: bool) -> float:
        answer = one.answer
        total = answer.points if answer.points is not None else one.checks.points
        if answer.rubric and is_manual:
            return rounded(sum(item.points for item in answer.rubric))
        if total:
            return float(rounded(total))
        if total is not None:
            one.todos.append(
                Remark(
                    cell=answer.cell, what=f"`{answer.name or one.name}`",
                    why="it is worth 0 points there, and 1 here: an exercise is worth something",
                )
            )  # fmt: skip
        return 1.0


def _draws(code: str) -> bool:
    """Whether the solution of an answer draws random numbers, as far as its names tell."""
    try:
        regions = solved_cell(code, {}).regions
    except HeaderError:
        return False
    parts = [textwrap.dedent("\n".join(one.solution)) for one in regions]
    # What goes back stands in no function here.
    trees = (parsing.plain(f"def _():\n{textwrap.indent(part, '    ')}") for part in parts)
    return any(tree is not None and draws(tree) for tree in trees)


def _fitting(
    code: str, blank: str | Mapping[str, str] | None
) -> tuple[str, str | Mapping[str, str] | None, str]:
    """Return a code with marks that can be read, its blank, and what had to be given up for it."""
    problem = _problem(code, blank)
    if not problem:
        return code, blank, ""
    whole = solutions.whole(without_marks(code)).code
    for other, lost in ((code, "blanks are the usual"), (whole, "the whole cell is the solution")):
        if not _problem(other, None):
            return other, None, f"{problem}; {lost} now"
    return code, blank, problem


def _problem(code: str, blank: str | Mapping[str, str] | None) -> str:
    """Return what is wrong with the marks of an answer; empty where nothing is."""
    blanks = {EVERY: blank} if isinstance(blank, str) else {} if blank is None else blank
    try:
        solved_cell(code, blanks)
    except HeaderError as error:
        return str(error)
    return ""


def _language(prose: str) -> str:
    """Return the language of prose, of those that reports are written in."""
    letters = re.findall(r"[^\W\d_]", re.sub(r"`[^`]*`|\$[^$]*\$", "", prose))
    cyrillic = sum("а" <= letter.lower() <= "я" for letter in letters)
    return "ru" if 3 * cyrillic > len(letters) else "en"
