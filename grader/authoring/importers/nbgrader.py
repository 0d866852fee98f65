"""nbgrader: what a cell is stands in its metadata, whose schema has changed three times.

Solution alone: an answer that tests look at; grade alone: tests; both: an answer that a person
marks; task: work that a person marks; locked alone: read-only.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.authoring.importers import data_files, headings, solutions
from grader.authoring.importers.assertions import VALUE
from grader.authoring.importers.importer import CannotImport, notebooks_below, read_notebook
from grader.authoring.importers.mark_scheme import without_scheme
from grader.authoring.importers.pieces import Answer, Found, Given, Piece, Prose, Remark, Tested
from grader.errors import UsageError
from grader.model.submission import NotebookCell
from grader.syntax import parsing

_AROUND = ("header", "footer")  # what nbgrader puts into all notebooks
KNOWN = 3  # the newest schema
_HIDDEN = re.compile(r"BEGIN HIDDEN TESTS", re.IGNORECASE)
_HIDDEN_END = re.compile(r"END HIDDEN TESTS", re.IGNORECASE)
_SOLUTION = re.compile(r"^\s*\S*\s*BEGIN SOLUTION\b", re.IGNORECASE | re.MULTILINE)
_STUB = re.compile(r"#\s*YOUR CODE HERE|^\s*raise NotImplementedError\b", re.MULTILINE)
_TEXT_STUB = re.compile(r"\s*YOUR ANSWER HERE\s*")
_AUTOTEST = re.compile(r"^(?P<indent>\s*)#+\s*(HASHED\s+)?AUTOTEST\s+(?P<values>.+?);?\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Role:
    """What nbgrader's metadata say of a cell."""

    grade: bool = False
    solution: bool = False
    task: bool = False
    points: float | None = None
    name: str = ""


class Nbgrader:
    """Sources of nbgrader: a notebook, an assignment's folder, or a course with `source/`."""

    name = "nbgrader"
    title = "a source notebook, the folder of an assignment, or a course's folder with `source/`"

    def notebooks(self, path: Path) -> list[tuple[Path, str]]:
        """Return the notebooks of a file or folder, each with the name of its assignment."""
        if path.is_file():
            return [(path, headings.file_name(path.stem))]
        top = path / "source" if (path / "source").is_dir() else path
        own = [one for one in sorted(top.glob("*.ipynb")) if one.stem not in _AROUND]
        if own and top.resolve().name != "source":
            return _named(own, top.resolve().name)
        found = [
            pair
            for folder in sorted(top.iterdir())
            if folder.is_dir() and not folder.name.startswith(".")
            for pair in _named(list(notebooks_below(folder)), folder.name)
        ]
        if not found:
            raise UsageError(
                f"{path}: there is no notebook in it; name a notebook (.ipynb), the folder of an"
                " assignment, or a course's folder with `source/`"
            )
        return found

    def read(self, path: Path, name: str) -> Found:
        """Return a notebook in pieces."""
        cells = read_notebook(path).cells
        roles = [_role(cell) for cell in cells]
        _refuse(path, cells, roles)
        remarks: list[Remark] = []
        pieces: list[Piece] = []
        for number, (cell, role) in enumerate(zip(cells, roles, strict=True), start=1):
            if isinstance(role, str):
                remarks.append(Remark(cell=number, what="its metadata", why=role))
                role = _Role()
            pieces += _pieces(number, cell, role, remarks)
        files = data_files.beside(path.parent, path)
        # What tests alone name is theirs: a module may hold what is due.
        own = (cell.source for cell, role in zip(cells, roles, strict=True) if not _is_test(role))
        kept = data_files.used(own, files)
        withheld = data_files.modules(one for one in files if one not in kept)
        if spare := [one for one in files if one not in kept and "/" not in one]:
            shown = ", ".join(spare[:5]) + (" …" if len(spare) > 5 else "")
            why = "no cell but tests names them; add those that students need to `files:`"
            remarks.append(Remark(cell=None, what=f"files beside it ({shown})", why=why))
        return Found(
            path=path,
            name=name,
            pieces=tuple(pieces),
            files=kept,
            withheld=withheld,
            remarks=tuple(remarks),
        )


def _named(paths: list[Path], folder: str) -> list[tuple[Path, str]]:
    if len(paths) == 1:
        return [(paths[0], headings.file_name(folder))]
    return [(path, headings.file_name(f"{folder}_{path.stem}")) for path in paths]


def _role(cell: NotebookCell) -> _Role | str | None:
    """Return what a cell is; None where nothing is said, and a text where that is broken."""
    said = cell.metadata.get("nbgrader")
    if said is None:
        return None
    if not isinstance(said, Mapping):
        return "`nbgrader` in it is no mapping; the cell was taken as it stands"
    version = said.get("schema_version", 0)
    if not isinstance(version, int) or not 0 <= version <= KNOWN:
        return f"schema_version {version} is not known (0 to {KNOWN}); taken as it stands"
    points = _points(said.get("points"))
    return _Role(
        grade=said.get("grade") is True,
        solution=said.get("solution") is True,
        task=said.get("task") is True,
        points=points if said.get("grade") is True or said.get("task") is True else None,
        name=str(said.get("grade_id") or ""),
    )


def _is_test(role: _Role | str | None) -> bool:
    return isinstance(role, _Role) and role.grade and not role.solution


def _points(value: Any) -> float:
    """Return points, which old schemas have as texts, and leave out."""
    try:
        return max(0.0, float(value))
    except (TypeError, ValueError):
        return 0.0


def _refuse(path: Path, cells: tuple[NotebookCell, ...], roles: list[_Role | str | None]) -> None:
    """Raise CannotImport for what is no source of nbgrader's."""
    if all(role is None for role in roles):
        raise CannotImport(
            path,
            "no cell has metadata of nbgrader, so that nothing says what is an answer and what a"
            " test; is it the source, and not what a tool has made of it?",
        )
    known = [
        (cell, role) for cell, role in zip(cells, roles, strict=True) if isinstance(role, _Role)
    ]
    asked = [cell for cell, role in known if role.solution and cell.kind == "code"]
    marked = any(_SOLUTION.search(cell.source) for cell in cells)
    is_released = any("checksum" in cell.metadata["nbgrader"] for cell, _ in known)
    if asked and not marked:
        if all(_STUB.search(cell.source) for cell in asked):
            raise CannotImport(
                path,
                "its solutions are missing: it was released to students, or handed in; import the"
                " notebook in `source/` that it was made from",
            )
        if is_released:
            raise CannotImport(
                path,
                "it has the checksums of a released notebook: what it answers may be a student's;"
                " import the notebook in `source/` that it was made from",
            )
    if not any(role.solution or role.grade or role.task for _, role in known):
        raise CannotImport(path, "nothing in it is an answer, a test or a task of nbgrader's")


def _pieces(
    number: int, cell: NotebookCell, role: _Role | None, remarks: list[Remark]
) -> Iterator[Piece]:
    role = role or _Role()
    source = cell.source.strip("\n")
    if "](attachment:" in source:
        why = "it is kept in the notebook itself; put it into a file beside the source"
        remarks.append(Remark(cell=number, what="an attached picture", why=why))
    if not source.strip() and not role.solution:
        return
    if cell.kind == "raw":
        why = "it was left out: there are no raw cells here"
        remarks.append(Remark(cell=number, what="a raw cell", why=why, code=source))
    elif role.task:
        yield from _task(number, source, role)
    elif cell.kind == "markdown":
        yield from _text(number, source, role, remarks)
    elif role.grade and not role.solution:
        yield _test(number, source, role)
    elif role.solution or _SOLUTION.search(source):
        if not role.solution:
            why = "it has a solution, and nbgrader's metadata say nothing of it"
            remarks.append(Remark(cell=number, what="an answer", why=why))
        yield _answer(number, source, role)
    else:
        yield _given(number, source, remarks)


def _task(number: int, source: str, role: _Role) -> Iterator[Piece]:
    text, scheme, rubric = without_scheme(source, role.points or 0.0)
    yield Prose(cell=number, source=text)
    yield Answer(
        cell=number, name=role.name, kind="markdown", code=scheme, points=role.points,
        is_manual=True, rubric=rubric,
        remarks=(
            Remark(
                cell=number, what="a task",
                why="students add cells of their own there, and answer in one cell of text here",
            ),
        ),
    )  # fmt: skip


def _text(number: int, source: str, role: _Role, remarks: list[Remark]) -> Iterator[Piece]:
    if not role.solution:
        if role.grade:
            why = "it is marked as a test, and was kept as prose"
            remarks.append(Remark(cell=number, what="text", why=why))
        yield Prose(cell=number, source=source)
        return
    text, scheme, rubric = without_scheme(source, role.points or 0.0)
    text = "" if _TEXT_STUB.fullmatch(text) else text
    marked = solutions.regions(text).code if _SOLUTION.search(text) else text
    code = "\n\n".join(filter(None, (marked, scheme)))
    yield Answer(
        cell=number, name=role.name, kind="markdown", code=code,
        points=role.points if role.grade else None, is_manual=True, rubric=rubric,
    )  # fmt: skip


def _answer(number: int, source: str, role: _Role) -> Answer:
    marked = solutions.regions(source)
    told = [Remark(cell=number, line=line, what="a mark", why=why) for line, why in marked.faults]
    if _STUB.search(source) and not _SOLUTION.search(source):
        why = "there is nothing but what students get; write it"
        told.append(Remark(cell=number, what="a solution", why=why))
    return Answer(
        cell=number, name=role.name, kind="code", code=marked.code, blank=marked.blank,
        points=role.points if role.grade else None, is_manual=role.grade, remarks=tuple(told),
    )  # fmt: skip


def _test(number: int, source: str, role: _Role) -> Tested:
    lines, hidden, is_hidden = source.split("\n"), set[int](), False
    for place, line in enumerate(lines, start=1):
        if _HIDDEN.search(line) or _HIDDEN_END.search(line):
            is_hidden, lines[place - 1] = bool(_HIDDEN.search(line)), ""
        elif is_hidden:
            hidden.add(place)
        if autotest := _AUTOTEST.match(line):
            values = [one.strip() for one in autotest["values"].split(";") if one.strip()]
            calls = "; ".join(
                one if one.startswith("test_func_throws(") else f"{VALUE}({one})" for one in values
            )
            lines[place - 1] = autotest["indent"] + calls
    code = "\n".join(lines)
    return Tested(
        cell=number, code=code, hidden=frozenset(hidden), points=role.points, name=role.name,
        title=_title(role.name), is_shown=_is_score(code),
    )  # fmt: skip


def _is_score(code: str) -> bool:
    """Whether a test gives points in part: its last line is what it has found, and no call."""
    tree = parsing.plain(code)
    match tree.body[-1:] if tree is not None else []:
        case [ast.Expr(value=value)]:
            return not isinstance(value, ast.Call | ast.Constant)
    return False


def _title(name: str) -> str:
    if headings.is_generated(name):
        return ""
    return re.sub(r"^test[-_]+", "", re.sub(r"[_\-]+", "_", name)).replace("_", " ").strip()


def _given(number: int, source: str, remarks: list[Remark]) -> Given:
    if not _HIDDEN.search(source):
        return Given(cell=number, source=source)
    kept, is_hidden = list[str](), False
    for line in source.split("\n"):
        if _HIDDEN.search(line) or _HIDDEN_END.search(line):
            is_hidden = bool(_HIDDEN.search(line))
        elif not is_hidden:
            kept.append(line)
    why = "they stand in a cell without points, and were left out"
    remarks.append(Remark(cell=number, what="hidden tests", why=why, code=source))
    return Given(cell=number, source="\n".join(kept).strip("\n"))
