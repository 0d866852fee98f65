"""A question of Otter's: its solution, what is given for it, its tests and what they are worth."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from grader.authoring.importers import solutions
from grader.authoring.importers.otter_blocks import Part
from grader.authoring.importers.pieces import Answer, Piece, Remark, Tested

_SOLUTION = re.compile(r"^\s*(\*\*|__)?\s*solution\s*(:|\.)?\s*(\*\*|__)?\s*:?\s*", re.IGNORECASE)


@dataclass(slots=True, kw_only=True)
class Question:
    """A question as its parts come. points: as its config has them; is_old: in the first form."""

    name: str
    cell: int
    points: Any = None
    by_kind: tuple[Any, Any] = (None, None)  # of public tests, and of hidden ones
    is_manual: bool = False
    is_old: bool = False
    solution: list[Part] = field(default_factory=list)
    prompt: list[Part] = field(default_factory=list)
    tests: list[Tested] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    @classmethod
    def of(cls, part: Part) -> "Question":
        """Return the question that begins at a part."""
        said = part.config
        return cls(
            name=str(said.get("name") or ""),
            cell=part.cell,
            points=said.get("points"),
            by_kind=(said.get("public_points"), said.get("private_points")),
            is_manual=said.get("manual") is True,
            is_old=part.is_old,
        )

    @property
    def is_solved(self) -> bool:
        """Whether it has a solution."""
        return bool(self.solution)

    def takes(self, part: Part) -> bool:
        """Whether, in the first form, a cell is its solution, its prompt or one of its tests."""
        if part.kind == "code":
            return part.is_test if self.solution else True
        if self.solution:
            return False
        return bool(_SOLUTION.match(part.source)) or self.is_manual

    def pieces(self) -> list[Piece]:
        """Return what becomes of it; `remarks` are what to say of it."""
        code = [part for part in self.solution if part.kind == "code"]
        text = [part for part in self.solution if part.kind == "markdown"]
        is_manual = self.is_manual or (bool(text) and not code and not self.tests)
        tests = [] if self.is_manual else self._weighed()
        found: list[Piece] = []
        whole = _total(self.points)
        if code:
            points = whole if is_manual else None
            found.append(self._code(code, points if not text else _half(points), is_manual))
        if text and (is_manual or not code):
            points = whole if not code else _half(whole)
            found.append(self._text(text, points))
            if code:
                why = "its answer is code and text: two exercises, with half of the points each"
                self._remark(self.name or "a question", why)
        elif text:
            self._remark("text in a solution", "tests look at code alone; it was left out")
        if not found and not tests:
            self._remark(f"question `{self.name}`", "there is neither a solution nor a test in it")
        if self.is_manual and self.tests:
            self._remark(f"the tests of `{self.name}`", "a person marks it; they were left out")
        is_own = bool(code) and not is_manual
        return [*found, *(replace(test, of=self.name if is_own else None) for test in tests)]

    def _code(self, parts: Sequence[Part], points: float | None, is_manual: bool) -> Answer:
        marked = solutions.lines("\n\n".join(part.source for part in parts))
        told = [
            Remark(cell=parts[0].cell, line=line, what="a mark", why=why)
            for line, why in marked.faults
        ]
        blank = marked.blank
        if marked.is_whole:
            prompts = [part.source for part in self.prompt if part.kind == "code"]
            blank = "\n".join(prompts) or None
            if not prompts:
                why = "nothing in it is marked, so that all of it is the solution now"
                told.append(Remark(cell=parts[0].cell, what="a solution", why=why))
        return Answer(
            cell=parts[0].cell, name=self.name, kind="code", code=marked.code, blank=blank,
            points=points, is_manual=is_manual, remarks=tuple(told),
        )  # fmt: skip

    def _text(self, parts: Sequence[Part], points: float | None) -> Answer:
        model = [_SOLUTION.sub("", part.source).strip("\n") for part in parts]
        prompts = [part.source for part in self.prompt if part.kind == "markdown"]
        return Answer(
            cell=parts[0].cell, name=self.name, kind="markdown", code="\n\n".join(model),
            blank="\n\n".join(prompts) or None, points=points, is_manual=True,
        )  # fmt: skip

    def _weighed(self) -> list[Tested]:
        """Return the tests with what each is worth."""
        tests, points = self.tests, self.points
        if not tests:
            return []
        if isinstance(points, list) and len(points) == len(tests):
            worths: list[float | None] = [_plain(one) for one in points]
        else:
            if isinstance(points, list):
                self._remark(
                    "its points", f"there are {len(points)} of them for {len(tests)} tests"
                )
            if isinstance(points, dict):
                points = _plain(points.get("each"), 1.0) * len(tests)
            worths = _shared(tests, _number(points), self.by_kind)
        return [
            replace(test, points=worth if test.points is None else test.points)
            for test, worth in zip(tests, worths, strict=True)
        ]

    def _remark(self, what: str, why: str) -> None:
        self.remarks.append(Remark(cell=self.cell, what=what, why=why))


def _shared(
    tests: Sequence[Tested], points: float | None, by_kind: tuple[Any, Any]
) -> list[float | None]:
    """Return what each test is worth that does not say it itself, as Otter has it."""
    public, private = map(_number, by_kind)
    if public is not None or private is not None:
        counts = {kind: sum(bool(test.hidden) is kind for test in tests) for kind in (False, True)}
        worth = {False: public or 0.0, True: private or 0.0}
        return [worth[bool(test.hidden)] / counts[bool(test.hidden)] for test in tests]
    said = [test.points for test in tests if test.points is not None]
    silent = len(tests) - len(said)
    rest = float(not said) if points is None else max(0.0, points - sum(said))
    return [rest / silent if silent else 0.0 for _ in tests]


def _number(value: Any) -> float | None:
    is_plain = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_plain else None


def _plain(value: Any, otherwise: float = 0.0) -> float:
    found = _number(value)
    return otherwise if found is None else found


def _total(points: Any) -> float | None:
    if isinstance(points, list):
        return sum(map(_plain, points))
    if isinstance(points, dict):
        return _number(points.get("each"))
    return _number(points)


def _half(points: float | None) -> float | None:
    return None if points is None else points / 2
