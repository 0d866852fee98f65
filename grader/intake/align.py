"""Which submitted cell answers which released cell, by numbered rules.

 1. A code cell with the id of a released code cell is that cell.
 2. So is one whose metadata names a released cell (`tensorgrader: {cell: ...}`).
 3. So is one whose header, `#| exercise: name` or `# | exercise: name`, names an exercise.
 4. So is one with the very text of a released cell.
 5. Of the cells left over, the one most like a released cell is that cell, in order, if it is
    alike enough.
 6. Of several copies of an exercise, the last one that is not blank counts; else the first.
 7. Of several copies of a given cell the first counts.
 8. A given cell that is missing is put back before the first cell that comes after it in the
    release; of an edited one the released code runs, then what the student added to it.
 9. A self-check is not run; an edited one is a student's own cell.
10. Every other code cell is the student's own, and belongs to the exercise before it.
11. An exercise is blank where neither its cell nor the student's own cells for it hold an answer.
12. A cell turned into prose is not run; its exercise is missing, and the note says why.

Nothing here raises on any notebook; what was mended or guessed becomes a note.
"""

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import islice
from typing import Literal

from grader.intake import code, forbid
from grader.model.assignment import Cell, Exercise
from grader.model.submission import Alignment, Answer, Notebook, NotebookCell, Step

ALIKE = 0.6  # the least likeness that makes a match, from 0 to 1
LOOKED_AT = 60  # cells, and 2000 characters of each: a long notebook must not take minutes


def align(notebook: Notebook, released: Sequence[Cell], exercises: Sequence[Exercise]) -> Alignment:
    """Match the cells of a notebook with those of the release, and lay out what is to run."""
    return _Aligner(notebook, released, exercises).alignment()


def likeness(notebook: Notebook, released: Sequence[Cell]) -> float:
    """Return the share, from 0 to 1, of the release's exercises that the notebook has cells for."""
    wanted = {cell.id for cell in released if cell.role == "exercise"}
    found = set(_match(notebook.cells, released).values()) & wanted
    return len(found) / len(wanted) if wanted else 0.0


def _match(cells: Sequence[NotebookCell], released: Sequence[Cell]) -> dict[int, str]:
    """Return the released id of each submitted code cell that has one, by rules 1 to 5."""
    known = {cell.id: cell for cell in released if cell.role != "prose"}
    by_exercise = {cell.exercise: id for id, cell in known.items() if cell.role == "exercise"}
    by_text = {cell.source.strip(): id for id, cell in known.items()}
    matched: dict[int, str] = {}
    for index, cell in enumerate(cells):
        if cell.kind != "code":
            continue
        named = cell.about.get("cell")
        derived = by_exercise.get(code.header(cell.source)) or by_text.get(cell.source.strip())
        if cell.id in known:
            matched[index] = cell.id
        elif isinstance(named, str) and named in known:
            matched[index] = named
        elif derived is not None:
            matched[index] = derived
    _match_by_likeness(cells, list(known.values()), matched)
    return matched


def _match_by_likeness(
    cells: Sequence[NotebookCell], known: Sequence[Cell], matched: dict[int, str]
) -> None:
    start = 0
    for position, target in enumerate(known):
        places = [index for index, id in matched.items() if id == target.id]
        if places:
            start = max(start, min(places) + 1)
            continue
        after = {cell.id for cell in known[position + 1 :]}
        end = min(
            (i for i, id in matched.items() if id in after and i >= start), default=len(cells)
        )
        best, score = None, ALIKE
        free = (i for i in range(start, end) if i not in matched and cells[i].kind == "code")
        for index in islice(free, LOOKED_AT):
            cell = cells[index]
            alike = _alike(cell.source, target)
            if alike > score or (alike == score and best is None):
                best, score = index, alike
        if best is not None:
            matched[best] = target.id
            start = best + 1


def _alike(source: str, released: Cell) -> float:
    """Return the likeness of two cells: of their text, or the share of given lines kept."""
    if source.strip() == released.source.strip():
        return 1.0
    given = given_lines(released)
    kept = set(_lines(source))
    share = sum(line in kept for line in given) / len(given) if len(given) > 1 else 0.0
    matcher = SequenceMatcher(None, source[:2_000], released.source[:2_000], autojunk=False)
    if matcher.quick_ratio() < ALIKE:
        return share
    return max(share, matcher.ratio())


def given_lines(released: Cell) -> list[str]:
    """Return the lines of code that a released cell and its solution share, without indentation."""
    solved = set(_lines(released.solution))
    return [line for line in _lines(released.source) if line in solved]


def _lines(source: str) -> list[str]:
    lines = (line.strip() for line in source.split("\n"))
    return [line for line in lines if line and not line.startswith("#")]


class _Aligner:
    """The work of one alignment: the match first, then the steps, then the answers."""

    def __init__(
        self, notebook: Notebook, released: Sequence[Cell], exercises: Sequence[Exercise]
    ) -> None:
        self.cells = notebook.cells
        self.released = {cell.id: cell for cell in released if cell.role != "prose"}
        self.exercises = {exercise.name: exercise for exercise in exercises}
        self.matched = _match(notebook.cells, released)
        self.notes: list[str] = []
        self.chosen = self._chosen()

    def alignment(self) -> Alignment:
        steps = self._with_missing(self._steps())
        return Alignment(
            steps=tuple(steps),
            answers=tuple(self._answer(exercise, steps) for exercise in self.exercises.values()),
            notes=tuple(self.notes),
        )

    def _chosen(self) -> dict[str, int]:
        """Return the submitted cell that counts for each released one, by rules 6 and 7."""
        chosen: dict[str, int] = {}
        for id, cell in self.released.items():
            places = [index for index in sorted(self.matched) if self.matched[index] == id]
            if not places:
                continue
            chosen[id] = places[0]
            if cell.role == "exercise" and len(places) > 1:
                filled = [index for index in places if not self._blank(index)]
                chosen[id] = filled[-1] if filled else places[0]
                self.notes.append(
                    f"exercise {cell.exercise} stands {len(places)} times; the last copy that is"
                    " filled in counts"
                )
        return chosen

    def _blank(self, index: int) -> bool:
        target = self.released[self.matched[index]]
        return code.is_blank(self.cells[index].source, target.source, target.solution)

    def _steps(self) -> list[Step]:
        steps: list[Step] = []
        exercise: str | None = None
        for index, cell in enumerate(self.cells):
            if cell.kind != "code" or not cell.source.strip():
                continue
            id = self.matched.get(index)
            target = self.released[id] if id is not None else None
            if target is None:
                steps.append(self._own(index, exercise))
            elif self.chosen[target.id] != index:
                # A copy that does not count runs, but is nobody's answer.
                steps.append(self._own(index, None))
            elif target.role == "exercise":
                exercise = target.exercise
                assert exercise is not None
                steps.append(
                    Step(
                        source=cell.source,
                        role="exercise",
                        released=id,
                        exercise=exercise,
                        cell=index,
                        limit=self.exercises[exercise].limit,
                    )
                )
            elif target.role == "self_check":
                # The functions that the self-checks share may be called in any cell.
                if target.exercise is None or cell.source.strip() != target.source.strip():
                    steps.append(self._own(index, exercise))
            else:
                steps.extend(self._given(index, target, exercise))
        return steps

    def _own(self, index: int, exercise: str | None) -> Step:
        limit = self.exercises[exercise].limit if exercise is not None else None
        source = self.cells[index].source
        return Step(source=source, role="own", exercise=exercise, cell=index, limit=limit)

    def _given(self, index: int, target: Cell, exercise: str | None) -> list[Step]:
        step = Step(source=target.source, role="given", released=target.id, cell=index)
        submitted = self.cells[index].source
        if submitted.strip() == target.source.strip():
            return [step]
        added = code.additions(submitted, target.source)
        self.notes.append(
            f"given code was changed (the cell that begins `{target.source.splitlines()[0]}`); it"
            f" was run as released{', then what was added to it' if added else ''}"
        )
        if not added:
            return [step]
        return [step, Step(source=added, role="own", exercise=exercise, cell=index)]

    def _with_missing(self, steps: list[Step]) -> list[Step]:
        """Put missing given cells back, by rule 8."""
        order = [cell.id for cell in self.released.values() if cell.role in ("given", "exercise")]
        for position, id in enumerate(order):
            cell = self.released[id]
            if cell.role != "given" or any(step.released == id for step in steps):
                continue
            later = set(order[position + 1 :])
            place = next((n for n, step in enumerate(steps) if step.released in later), len(steps))
            steps.insert(place, Step(source=cell.source, role="given", released=id))
            first = cell.source.strip().split("\n")[0]
            self.notes.append(f"a given cell is missing and was put back (it begins `{first}`)")
        return steps

    def _answer(self, exercise: Exercise, steps: Sequence[Step]) -> Answer:
        mine = [s for s in steps if s.exercise == exercise.name and s.role != "given"]
        banned: dict[str, list[str]] = {"exercise": [], "own": []}
        line = 0
        for step in mine:
            place = steps.index(step)
            before = [earlier.source for earlier in steps[:place]]
            helpers = [s.source for s in steps if s.role != "given" and s is not step]
            for use in forbid.uses(step.source, exercise.forbid, before=before, helpers=helpers):
                banned[step.role].append(f"{use.name} (line {use.line + line})")
            line += step.source.count("\n") + 2  # as the parts are joined below
        return Answer(
            exercise=exercise,
            state=self._state(exercise, mine),
            code="\n\n".join(step.source for step in mine),
            banned=tuple(banned["exercise"]),
            banned_below=tuple(banned["own"]),
        )

    def _state(
        self, exercise: Exercise, steps: Sequence[Step]
    ) -> Literal["filled", "blank", "missing"]:
        index = next((i for id, i in self.chosen.items() if self._is_cell_of(id, exercise)), None)
        if index is not None and not self._blank(index):
            return "filled"
        read = {name for check in exercise.checks for name in (*check.free_names, *check.of)}
        for step in steps:
            tree = code.parse(step.source) if step.role == "own" else None
            if tree is not None and code.bound(tree) & read:
                return "filled"  # in a cell below
        if index is not None:
            return "blank"
        prose = [cell for cell in self.cells if cell.kind != "code"]
        if exercise.name in {code.header(cell.source) for cell in prose}:
            note = f"the cell of exercise {exercise.name} is prose now; make it a code cell"
            self.notes.append(note)
        return "missing"

    def _is_cell_of(self, id: str, exercise: Exercise) -> bool:
        cell = self.released[id]
        return cell.role == "exercise" and cell.exercise == exercise.name
