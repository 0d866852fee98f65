"""Otter Assign: raw cells, or blocks of code in Markdown, say where a question and its parts begin.

Its first form, which was jAssign's, has a block in the question's text, and then a cell with the
solution and cells with tests.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

from grader.authoring.importers import data_files, headings
from grader.authoring.importers.importer import CannotImport, notebooks_below, read_notebook
from grader.authoring.importers.otter_blocks import Part, is_otters, parts
from grader.authoring.importers.otter_question import Question
from grader.authoring.importers.otter_tests import test_file, test_of
from grader.authoring.importers.pieces import Found, Given, Piece, Prose, Remark
from grader.errors import UsageError

_MADE = {"dist", "student", "autograder"}  # folders that `otter assign` writes
_LEFT_OUT = ("requirements", "environment", "plugins", "autograder_files", "variables")


class Otter:
    """Sources of Otter Assign: a notebook, or a folder of them."""

    name = "otter"
    title = "a source notebook of Otter Assign, or a folder with such notebooks"

    def notebooks(self, path: Path) -> list[tuple[Path, str]]:
        """Return the notebooks of a file or folder, each with the name of its assignment."""
        if path.is_file():
            return [(path, headings.file_name(path.stem))]
        every = list(notebooks_below(path))
        own = [one for one in every if not _MADE & {*one.relative_to(path).parts[:-1]}]
        if not every:
            raise UsageError(f"{path}: there is no notebook in it; name one (.ipynb)")
        stems = [one.stem for one in own or every]
        return [
            (one, headings.file_name(
                one.stem if stems.count(one.stem) == 1 else f"{one.parent.name}_{one.stem}"
            ))
            for one in own or every
        ]  # fmt: skip

    def read(self, path: Path, name: str) -> Found:
        """Return a notebook in pieces."""
        cells = read_notebook(path).cells
        if not is_otters(cells):
            raise CannotImport(
                path,
                "no cell begins a question of Otter's (`# BEGIN QUESTION`); is it the notebook for"
                " `otter assign`, and not what that has made of it?",
            )
        reading = _Reading(path)
        for part in parts(cells, reading.remarks):
            reading.add(part)
        reading.finish()
        if not reading.is_solved:
            raise CannotImport(
                path, "no question has a solution; import the notebook that students' was made from"
            )
        return reading.found(name)


class _Reading:
    """Goes through the parts of a notebook."""

    def __init__(self, path: Path) -> None:
        self.remarks: list[Remark] = []
        self.is_solved = False
        self._path = path
        self._pieces: list[Piece] = []
        self._config: dict[str, Any] = {}
        self._question: Question | None = None
        self._block = ""
        self._texts: list[str] = []  # of all cells but tests

    def add(self, part: Part) -> None:
        """Add the next part."""
        match part.kind:
            case "assignment":
                self._config |= part.config
            case "begin":
                self._begin(part)
            case "end":
                self._end(part)
            case _:
                self._add_cell(part)

    def finish(self) -> None:
        """Close the question that is open, if one is."""
        question, self._question = self._question, None
        if question is None:
            return
        if not question.tests and not question.is_manual and question.name:
            question = self._with_file(question)
        made = question.pieces()
        self.is_solved |= question.is_solved
        self._pieces += made
        self.remarks += question.remarks

    def found(self, name: str) -> Found:
        """Return all that was read."""
        folder = self._path.parent
        listed = self._config.get("files") or []
        listed = [str(one) for one in listed] if isinstance(listed, list) else [str(listed)]
        files, missing = data_files.named(listed, folder)
        for one in missing:
            why = f"it is not there: it is looked for in {folder}"
            self.remarks.append(Remark(cell=None, what=f"the file `{one}` of its config", why=why))
        every = data_files.beside(folder, self._path)
        files = {**data_files.used(self._texts, every), **files}
        for key in _LEFT_OUT:
            if self._config.get(key):
                why = "install beside the grader what notebooks import; nothing else is needed"
                self.remarks.append(Remark(cell=None, what=f"`{key}` of its config", why=why))
        called = self._config.get("name")
        return Found(
            path=self._path,
            name=headings.file_name(called) if isinstance(called, str) and called else name,
            pieces=tuple(self._pieces),
            files=files,
            withheld=data_files.modules(one for one in every if one not in files),
            remarks=tuple(self.remarks),
        )

    def _begin(self, part: Part) -> None:
        if part.block == "question":
            self.finish()
            self._question = Question.of(part)
            self._block = ""
        elif self._question is None:
            why = "it stands outside of a question"
            self.remarks.append(Remark(cell=part.cell, what=f"a {part.block} block", why=why))
        else:
            self._block = part.block

    def _end(self, part: Part) -> None:
        if part.block == "question":
            self.finish()
        self._block = ""

    def _add_cell(self, part: Part) -> None:
        question = self._question
        is_old = question is not None and question.is_old
        if question is not None and (
            self._block == "tests" or (is_old and question.takes(part) and part.is_test)
        ):
            question.tests.append(test_of(part, self.remarks))
            return
        self._texts.append(part.source)
        if question is not None and self._block == "prompt":
            question.prompt.append(part)
        elif question is not None and (
            self._block == "solution" or (is_old and question.takes(part))
        ):
            question.solution.append(part)
        else:
            if is_old and question is not None and question.solution:
                self.finish()
            self._plain(part)

    def _plain(self, part: Part) -> None:
        if part.kind == "code":
            self._pieces.append(Given(cell=part.cell, source=part.source))
        elif part.source.strip():
            self._pieces.append(Prose(cell=part.cell, source=part.source))

    def _with_file(self, question: Question) -> Question:
        path = self._path.parent / "tests" / f"{question.name}.py"
        if path.is_file():
            return replace(question, tests=test_file(path, question.cell, self.remarks))
        return question
