"""Which submitted cell answers which released cell, by numbered rules.

 1. A code cell that holds several pieces of the release, one below the other, is taken apart:
    before the header of each further exercise, before the first header where another released cell
    stands above it, and around given code that stands in it word for word.
 2. A code cell with the id of a released code cell is that cell.
 3. So is one whose metadata names a released cell (`tensorgrader: {cell: ...}`).
 4. So is one whose header, `#| exercise: name` or `# | exercise: name`, names an exercise.
 5. So is one with the very text of a released cell.
 6. Where these clues disagree, the cell that nothing else claims is meant; else the most alike.
 7. Of the cells left over, the one most like a released cell is that cell, in order, if it is
    alike enough; and for an exercise without a cell, the last one that binds the names its checks
    read, in a notebook that stems from the release (`grader.intake.origin`).
 8. Of several copies of an exercise, the last one that is not blank counts; else the first.
 9. Each copy of a given cell is that cell.
10. A given cell that is missing is put back before the first cell that comes after it in the
    release; of an edited one the released code runs, then what the student added to it. A cell
    right below it that holds nothing but what is missing from it was split off, and is not run.
11. A self-check is not run; an edited one is a student's own cell.
12. Every other code cell is the student's own, and belongs to the exercise before it.
13. An exercise is blank where neither its cell nor the student's own cells for it hold an answer.
14. An exercise without a cell whose names another exercise's cell binds is looked at at the end;
    else it is missing. A cell turned into prose is not run; the note says so.
15. Markdown that answers an exercise is found by the rules of `grader.intake.written`; where it was
    turned into code, it is not run.

Cells run in the student's order. Nothing here raises on any notebook; what was mended or guessed
becomes a note.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from grader.intake.beside import modules
from grader.intake.match import Piece, match, needed
from grader.intake.written import as_code, written
from grader.model.assignment import Cell, Exercise
from grader.model.facts import ForbiddenUse
from grader.model.submission import Alignment, Answer, Notebook, State, Step
from grader.model.text import counted, few, listed, say
from grader.syntax import code, forbidden, parsing
from grader.syntax.interactive import asks, stops
from grader.syntax.meanings import NO_HOMES
from grader.syntax.names import bound_anywhere, bound_from

MOST_SHOWN = 10  # forbidden names of a cell's role that an answer tells


def align(
    notebook: Notebook,
    released: Sequence[Cell],
    exercises: Sequence[Exercise],
    *,
    files: Sequence[tuple[str, Path]] = (),
    homes: Mapping[str, str] = NO_HOMES,
) -> Alignment:
    """Match the cells of a notebook with those of the release, and put what is to run in order.

    files: the student's own, which lie beside the notebook; homes: other names of what exercises
    forbid, each with the name that forbids it.
    """
    return _Aligner(notebook, released, exercises, files, homes).alignment()


def states(
    notebook: Notebook, released: Sequence[Cell], exercises: Sequence[Exercise]
) -> dict[str, State]:
    """Return, by exercise, whether a notebook answers it; this is quicker than all of `align`."""
    return _Aligner(notebook, released, exercises).states()


def _used(use: forbidden.Use, steps: Sequence[Step], above: int) -> ForbiddenUse:
    """Return a use as the report shows it. above: the lines before its cell in the shown code."""
    home = steps[use.within].cell if use.within is not None else None
    if home is None:
        return ForbiddenUse(name=use.name, line=use.line + above)
    return ForbiddenUse(name=use.name, line=use.line, cell=home + 1)


class _Aligner:
    """The work of one alignment: the match first, then the steps, then the answers."""

    def __init__(
        self,
        notebook: Notebook,
        released: Sequence[Cell],
        exercises: Sequence[Exercise],
        files: Sequence[tuple[str, Path]] = (),
        homes: Mapping[str, str] = NO_HOMES,
    ) -> None:
        self._files, self._homes = files, homes
        self.released = {cell.id: cell for cell in released if cell.is_code}
        self.exercises = {exercise.name: exercise for exercise in exercises}
        self._written = written(notebook, released)
        self._unrun = {*as_code(notebook.cells, released)}
        matches = match(notebook, released, exercises)
        self.pieces, self.matched, self.notes = matches.pieces, matches.ids, matches.notes
        self.chosen = self._chosen()

    def alignment(self) -> Alignment:
        steps = self._steps()
        order = list(self.released)
        places = [order.index(step.released) for step in steps if step.released is not None]
        if places != sorted(places):
            self.notes.append(say("the cells stand in another order than in the assignment"))
        steps = self._with_missing(steps)
        self._note_questions(steps)
        self._note_written()
        used = self._uses(steps)
        exercises = self.exercises.values()
        return Alignment(
            steps=tuple(steps),
            answers=tuple(self._answer(exercise, steps, used) for exercise in exercises),
            notes=tuple(self.notes),
        )

    def _note_questions(self, steps: Sequence[Step]) -> None:
        """Note what nobody can answer here."""
        own = [step for step in steps if step.role != "given" and not step.opaque]
        for is_left, what in (
            (stops, say("a debugger was left in the code, and does nothing here")),
            (asks, say("the code asks for input, and gets an empty text here")),
        ):
            places = [
                step.cell + 1 for step in own if step.cell is not None and is_left(step.source)
            ]
            if places:
                cells = few([str(place) for place in places], MOST_SHOWN)
                self.notes.append(say("{what} (cells: {cells})", what=what, cells=cells))

    def _note_written(self) -> None:
        for place in sorted(self._unrun):
            self.notes.append(
                say(
                    "cell {cell} is a text, and was made a code cell: it was not run",
                    cell=place + 1,
                )
            )
        for found in self._written.values():
            self.notes.extend(found.notes)

    def states(self) -> dict[str, State]:
        steps = self._with_missing(self._steps())
        return {one.name: self._state(one, steps) for one in self.exercises.values()}

    def _chosen(self) -> dict[str, int]:
        """Return the piece that counts for each released cell, by rule 8."""
        chosen: dict[str, int] = {}
        for id, cell in self.released.items():
            places = [place for place in sorted(self.matched) if self.matched[place] == id]
            if not places:
                continue
            chosen[id] = places[0]
            if cell.role == "exercise" and len(places) > 1:
                filled = [place for place in places if not self._blank(place)]
                chosen[id] = filled[-1] if filled else places[0]
                self.notes.append(
                    counted(
                        "exercise {exercise} stands {number} time; the last copy that is filled in"
                        " counts",
                        "exercise {exercise} stands {number} times; the last copy that is filled in"
                        " counts",
                        len(places),
                        exercise=cell.exercise or "",
                    )
                )
        return chosen

    def _blank(self, place: int) -> bool:
        target, piece = self.released[self.matched[place]], self.pieces[place]
        if piece.opaque:
            return False
        return code.is_blank(piece.cell.source, target.source)

    def _steps(self) -> list[Step]:
        steps: list[Step] = []
        exercise: str | None = None
        split_off = Counter[str]()
        for place, piece in enumerate(self.pieces):
            cell = piece.cell
            is_empty = cell.kind != "code" or not cell.source.strip()
            if is_empty or piece.index in self._unrun:
                continue
            id = self.matched.get(place)
            target = self.released[id] if id is not None else None
            if target is None:
                own = code.statements(cell.source) if split_off and not piece.opaque else None
                if not own or own - split_off:
                    steps.append(self._own(piece, exercise))
                    continue
                self.notes.append(
                    say("cell {cell} is a part of the given code above it", cell=piece.index + 1)
                )
                split_off -= own
                continue
            split_off = Counter()
            if target.role == "given":
                steps.extend(self._given(piece, target, exercise))
                if not piece.opaque:
                    split_off = self._missing_from(cell.source, target)
            elif self.chosen[target.id] != place:
                # A copy that does not count runs, but is nobody's answer.
                steps.append(self._own(piece, None))
            elif target.role == "exercise":
                exercise = target.exercise
                assert exercise is not None
                steps.append(
                    Step(
                        source=cell.source,
                        role="exercise",
                        released=id,
                        exercise=exercise,
                        cell=piece.index,
                        limit=self.exercises[exercise].limit,
                        opaque=piece.opaque,
                    )
                )
            # The functions that the self-checks share may be called in any cell.
            elif target.exercise is None or cell.source.strip() != target.source.strip():
                steps.append(self._own(piece, exercise))
        return steps

    def _missing_from(self, source: str, target: Cell) -> Counter[str]:
        """Return the statements of a given cell that the submitted one lacks."""
        released, own = code.statements(target.source), code.statements(source)
        return (released or Counter()) - (own or Counter())

    def _own(self, piece: Piece, exercise: str | None) -> Step:
        limit = self.exercises[exercise].limit if exercise is not None else None
        return Step(
            source=piece.cell.source,
            role="own",
            exercise=exercise,
            cell=piece.index,
            limit=limit,
            opaque=piece.opaque,
        )

    def _given(self, piece: Piece, target: Cell, exercise: str | None) -> list[Step]:
        step = Step(source=target.source, role="given", released=target.id, cell=piece.index)
        submitted = piece.cell.source
        added = ""
        if not piece.opaque:
            known = dict.fromkeys((target.source, target.unguarded))
            if any(code.is_same(submitted, one) for one in known):
                return [step]
            added = min((code.additions(submitted, one) for one in known), key=len)
        first = target.unguarded.splitlines()[0]
        if not added:
            self.notes.append(
                say(
                    "given code was changed (the cell that begins `{line}`); it was run as"
                    " released",
                    line=first,
                )
            )
            return [step]
        self.notes.append(
            say(
                "given code was changed (the cell that begins `{line}`); it was run as released,"
                " then what was added to it",
                line=first,
            )
        )
        return [step, Step(source=added, role="own", exercise=exercise, cell=piece.index)]

    def _with_missing(self, steps: list[Step]) -> list[Step]:
        """Put missing given cells back, by rule 10."""
        order = [cell.id for cell in self.released.values() if cell.role in ("given", "exercise")]
        for position, id in enumerate(order):
            cell = self.released[id]
            if cell.role != "given" or any(step.released == id for step in steps):
                continue
            later = set(order[position + 1 :])
            place = next((n for n, step in enumerate(steps) if step.released in later), len(steps))
            steps.insert(place, Step(source=cell.source, role="given", released=id))
            first = cell.unguarded.strip().split("\n")[0]
            self.notes.append(
                say("a given cell is missing and was put back (it begins `{line}`)", line=first)
            )
        return steps

    def _uses(self, steps: Sequence[Step]) -> list[list[forbidden.Use]]:
        """Return, for each step, what it uses of all that any exercise forbids."""
        names = {name for exercise in self.exercises.values() for name in exercise.forbid}
        return forbidden.uses_in(
            [step.source for step in steps],
            names,
            files=modules(self._files, (step.source for step in steps)) if names else {},
            helpers=[place for place, step in enumerate(steps) if step.role != "given"],
            opaque=[place for place, step in enumerate(steps) if step.opaque],
            homes=self._homes,
        )

    def _answer(
        self, exercise: Exercise, steps: Sequence[Step], used: Sequence[Sequence[forbidden.Use]]
    ) -> Answer:
        if (text := self._written.get(exercise.name)) is not None:
            return Answer(exercise=exercise, state=text.state, text=text.text)
        banned: dict[str, dict[ForbiddenUse, None]] = {"exercise": {}, "own": {}}
        line = 0
        mine = []
        for step, uses in zip(steps, used, strict=True):
            if step.role == "given" or step.exercise != exercise.name:
                continue
            mine.append(step)
            for use in forbidden.among(uses, exercise.forbid):
                if len(banned[step.role]) < MOST_SHOWN:
                    banned[step.role][_used(use, steps, line)] = None
            line += step.source.count("\n") + 2  # as the parts are joined below
        return Answer(
            exercise=exercise,
            state=self._state(exercise, steps),
            code="\n\n".join(step.source for step in mine),
            banned=tuple(banned["exercise"]),
            banned_below=tuple(banned["own"]),
        )

    def _state(self, exercise: Exercise, steps: Sequence[Step]) -> State:
        if exercise.name in self._written:
            return self._written[exercise.name].state
        place = next((p for id, p in self.chosen.items() if self._is_cell_of(id, exercise)), None)
        if place is not None and not self._blank(place):
            return "filled"
        for step in steps:
            mine = step.role == "own" and step.exercise == exercise.name
            tree = parsing.parse(step.source) if mine and not step.opaque else None
            if tree is not None and bound_anywhere(tree) & exercise.reads:
                return "filled"  # in a cell below
        if place is not None:
            return "blank"
        prose = [piece.cell for piece in self.pieces if piece.cell.kind != "code"]
        if exercise.name in {code.header(cell.source) for cell in prose}:
            note = say(
                "the cell of exercise {exercise} is prose now; make it a code cell",
                exercise=exercise.name,
            )
            self.notes.append(note)
        target = next(c for id, c in self.released.items() if self._is_cell_of(id, exercise))
        names = needed(exercise, target)
        if names and names <= self._bound_elsewhere():
            self.notes.append(
                say(
                    "exercise {exercise} has no cell, but other cells make {names}: it was looked"
                    " at at the end",
                    exercise=exercise.name,
                    names=listed(f"`{name}`" for name in sorted(names)),
                )
            )
            return "filled"
        return "missing"

    def _bound_elsewhere(self) -> set[str]:
        """Return the names that cells of exercises bind and that their solutions do not."""
        names = set[str]()
        for id, place in self.chosen.items():
            if self.released[id].role == "exercise":
                piece = self.pieces[place]
                bound = None if piece.opaque else bound_from(piece.cell.source, 1)
                solved = bound_from(self.released[id].solution, 1)
                names |= (bound or frozenset()) - (solved or frozenset())
        return names

    def _is_cell_of(self, id: str, exercise: Exercise) -> bool:
        cell = self.released[id]
        return cell.role == "exercise" and cell.exercise == exercise.name
