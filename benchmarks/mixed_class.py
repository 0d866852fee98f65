"""A class: hand-ins to all assignments, right and wrong, as a course gets them.

`python -m benchmarks.mixed_class --write FOLDER` writes notebooks, and prints what each is. A third
is right, in styles of its own; nearly half has one to four known mistakes; a tenth is blank or
nearly, a tenth mostly wrong. Some raise errors, and a few have a cell that takes long. The same
seed gives the same bytes.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Literal

import nbformat

from benchmarks.rewrites import misspelt, restyled, spoiled, unfinished
from benchmarks.workload import CHECKOUT, students
from grader.authoring.release import in_language
from grader.authoring.source import load
from grader.model.assignment import Assignment, Exercise

NUMBER, SEED = 60, 19

Kind = Literal["right", "mistaken", "blank", "wrong"]
_SHARES: Mapping[Kind, float] = {"right": 20 / 60, "mistaken": 28 / 60, "blank": 0.1, "wrong": 0.1}
# Of so many hand-ins of a kind, one raises an error.
_ERRORS: Mapping[Kind, int] = {"right": 10, "mistaken": 6, "blank": 6, "wrong": 3}
_SLOW = 30  # of so many hand-ins, one has a cell that takes a second or two

_TRIALS = (
    "print(torch.__version__)",
    "torch.arange(6).reshape(2, 3)",
    "print(sum(range(10)))",
    "[n**2 for n in range(5)]",
)
_FAILING = ("print(undefined_name)", "torch.ones(2, 3) @ torch.ones(2, 3)")
_LONG = """\
total = 0
for step in range(20_000_000):
    total += step % 7
print(total)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandIn:
    """A notebook as a student hands it in; about: what is in it, by exercise or in own cells."""

    student: str
    assignment: str
    language: str
    kind: Kind
    about: tuple[str, ...]
    text: str


def hand_ins(number: int = NUMBER, seed: int = SEED) -> Iterator[HandIn]:
    """Yield a class of so many hand-ins."""
    every = _dealt(number, _drawn_from(f"{seed}"), _assignments())
    for place, (student, dealt) in enumerate(zip(students(number), every, strict=True)):
        made = _Made(dealt.assignment, dealt.language, _drawn_from(f"{seed}-{place}"))
        made.fill(dealt.kind)
        if dealt.raises:
            made.fail(dealt.kind)
        if dealt.slow:
            made.dawdle()
        yield HandIn(
            student=student,
            assignment=dealt.assignment.name,
            language=dealt.language,
            kind=dealt.kind,
            about=tuple(made.about),
            text=made.text(),
        )


def write(folder: Path, number: int = NUMBER, seed: int = SEED) -> list[HandIn]:
    """Write a class into a folder, a notebook for each student, and return what was written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = list(hand_ins(number, seed))
    for one in written:
        (folder / f"{one.student}.ipynb").write_text(one.text, encoding="utf-8")
    return written


@cache
def _assignments() -> list[Assignment]:
    return [load(path) for path in sorted((CHECKOUT / "reference").glob("*.py"))]


@cache
def _released(path: Path) -> nbformat.NotebookNode:
    read: nbformat.NotebookNode = nbformat.read(path, as_version=4)
    return read


def _drawn_from(seed: str) -> Random:
    return Random(seed)  # noqa: S311 - whoever guesses it knows a benchmark


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dealt:
    assignment: Assignment
    language: str
    kind: Kind
    raises: bool
    slow: bool


def _dealt(number: int, rng: Random, assignments: Sequence[Assignment]) -> list[_Dealt]:
    """Return what each student hands in; all assignments, and languages, get alike of each kind."""
    both = [(one, language) for one in assignments for language in one.languages]
    waiting: list[tuple[Assignment, str]] = []
    dealt = []
    slow = max(1, round(number / _SLOW))
    for kind, many in _counts(number).items():
        for place in range(many):
            if not waiting:
                waiting = rng.sample(both, len(both))
            assignment, language = waiting.pop()
            dealt.append(
                _Dealt(
                    assignment=assignment,
                    language=language,
                    kind=kind,
                    raises=place % _ERRORS[kind] == _ERRORS[kind] - 1,
                    slow=kind in ("right", "mistaken") and place < slow / 2,
                )
            )
    rng.shuffle(dealt)
    return dealt


def _counts(number: int) -> dict[Kind, int]:
    """Return how many there are of each kind; what is left over goes to the largest remainders."""
    exact = {kind: share * number for kind, share in _SHARES.items()}
    counts = {kind: int(share + 1e-9) for kind, share in exact.items()}
    left = sorted(exact, key=lambda kind: counts[kind] - exact[kind])
    for kind in left[: number - sum(counts.values())]:
        counts[kind] += 1
    return counts


class _Made:
    """A released notebook while it is filled in."""

    def __init__(self, assignment: Assignment, language: str, rng: Random) -> None:
        self.about: list[str] = []
        self._assignment, self._language, self._rng = assignment, language, rng
        path = CHECKOUT / "assignments" / language / f"{assignment.name}.ipynb"
        self._notebook = deepcopy(_released(path))
        self._own = 0
        # What is not run on a CPU is never wrong.
        self._exercises = [one for one in assignment.exercises if not one.needs_cuda]

    def fill(self, kind: Kind) -> None:
        """Answer as a student of a kind does."""
        many, rng = len(self._exercises), self._rng
        if kind == "blank":
            # Whoever gives up does so after the first few; every other did not even begin.
            for exercise in self._exercises[: rng.choice((0, 1, 0, 3))]:
                self._answer(exercise, self._right(exercise), "right")
            return
        wrong = 0
        if kind == "mistaken":
            wrong = rng.randint(1, 4)
        elif kind == "wrong":
            wrong = rng.randint(round(0.6 * many), many)
        chosen = {one.name for one in rng.sample(self._exercises, wrong)}
        for exercise in self._assignment.exercises:
            if exercise.name not in chosen:
                self._answer(exercise, self._right(exercise))
            elif kind == "mistaken" or rng.random() < 0.5:
                mistake = rng.choice(exercise.mistakes)
                self._answer(exercise, mistake.solution, mistake.name)
            else:
                self._answer_by_slip(exercise)
        for text in rng.sample(_TRIALS, rng.randint(0, 2)):
            self._add(text, "trial")

    def fail(self, kind: Kind) -> None:
        """Raise an error: in a cell of one's own where all else is right or blank."""
        rng = self._rng
        if kind in ("right", "blank"):
            self._add(rng.choice(_FAILING), "raises")
            return
        exercise = rng.choice(self._exercises)
        cell = self._assignment.cell_of(exercise)
        if rng.random() < 0.3:
            self._answer(exercise, unfinished(cell.solution), "unfinished")
        else:
            self._answer(exercise, misspelt(cell.solution, cell.around, rng), "misspelt")

    def dawdle(self) -> None:
        """Add a cell that takes long."""
        self._add(_LONG, "slow")

    def text(self) -> str:
        """Return the notebook as the text of its file."""
        return f"{nbformat.writes(self._notebook, ensure_ascii=False)}\n"

    def _right(self, exercise: Exercise) -> str:
        rng = self._rng
        solution = self._assignment.cell_of(exercise).solution
        # Most find the way of the reference, or nearly; the others go their own.
        if rng.random() < 0.5:
            solution = rng.choice(exercise.alternatives).solution
        return restyled(solution, rng) if rng.random() < 0.5 else solution

    def _answer_by_slip(self, exercise: Exercise) -> None:
        cell = self._assignment.cell_of(exercise)
        text = spoiled(cell.solution, cell.around, self._rng)
        if text is None:
            self._answer(exercise, cell.source, "blank")
        else:
            self._answer(exercise, text, "slip")

    def _answer(self, exercise: Exercise, source: str, about: str = "") -> None:
        languages = self._assignment.languages
        cell = next(one for one in self._notebook.cells if one.id == f"exercise-{exercise.name}")
        cell.source = in_language(source, self._language, languages)
        if about:
            self.about.append(f"{exercise.name}: {about}")

    def _add(self, source: str, about: str) -> None:
        """Add a cell of the student's own below one of the exercises."""
        below = f"exercise-{self._rng.choice(self._exercises).name}"
        place = next(n for n, one in enumerate(self._notebook.cells) if one.id == below)
        self._own += 1
        cell = nbformat.v4.new_code_cell(source, id=f"own-{self._own}")
        self._notebook.cells.insert(place + 1, cell)
        self.about.append(f"own cell: {about}")


def main() -> None:
    """Write a class where the command line says."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mixed_class", description=__doc__)
    parser.add_argument("--write", type=Path, metavar="FOLDER", required=True)
    parser.add_argument("--submissions", type=int, default=NUMBER, metavar="N")
    parser.add_argument("--seed", type=int, default=SEED, metavar="N")
    asked = parser.parse_args()
    for one in write(asked.write, asked.submissions, asked.seed):
        print(one.student, one.assignment, one.language, one.kind, "; ".join(one.about), sep="\t")


if __name__ == "__main__":
    main()
