"""Rules 1 to 7 of `grader.intake.align`: which submitted cell is which released one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import islice, pairwise

from grader.intake import code
from grader.model.assignment import Cell, Exercise
from grader.model.submission import Notebook, NotebookCell
from grader.wording import Text, listed, say

ALIKE = 0.6  # the least likeness that makes a match, from 0 to 1
LOOKED_AT = 60  # cells, and 2000 characters of each: a long notebook must not take minutes
TAKEN_APART = 200  # cells, the first of a notebook
SHORT = 20  # characters; given code of fewer may stand in an answer by chance


@dataclass(frozen=True, slots=True)
class Piece:
    """A cell of the notebook, or a part of one that was taken apart. index: of the cell."""

    index: int
    cell: NotebookCell


@dataclass(slots=True)
class Matches:
    """The pieces of a notebook, and the released id of each that has one, by place.

    notes: what was mended or guessed.
    """

    pieces: list[Piece]
    ids: dict[int, str]
    notes: list[Text]


def match(
    cells: Sequence[NotebookCell],
    released: Sequence[Cell],
    exercises: Sequence[Exercise],
    *,
    guess: bool = True,
) -> Matches:
    """Match the code cells of a notebook with those of the release. guess: by rule 7, too."""
    known = {cell.id: cell for cell in released if cell.role != "prose"}
    found = Matches([], {}, [])
    for index, cell in enumerate(cells):
        is_code = cell.kind == "code" and index < TAKEN_APART
        parts = list(_parts(cell, list(known.values()))) if is_code else [cell]
        found.pieces += [Piece(index, part) for part in parts]
        if len(parts) > 1:
            found.notes.append(
                say(
                    "cell {cell} holds several cells of the assignment, and was taken apart",
                    cell=index + 1,
                )
            )
    _by_clues(found, known)
    if guess:
        _by_likeness(found, list(known.values()))
        _by_names(found, known, exercises)
    return found


def needed(exercise: Exercise, released: Cell) -> frozenset[str]:
    """Return the names that the checks read and that the exercise's own cell is to bind."""
    return exercise.reads & (code.bound_from(released.solution, 1) or frozenset())


def given_lines(released: Cell) -> list[str]:
    """Return the lines of code that a released cell and its solution share, without indentation."""
    solved = set(_lines(released.solution))
    return [line for line in _lines(released.source) if line in solved]


def _parts(cell: NotebookCell, known: Sequence[Cell]) -> Iterator[NotebookCell]:
    """Yield the parts of a code cell, by rule 1; the first one keeps its id and metadata."""
    lines = cell.source.split("\n")
    cuts = _cuts(cell.source, lines, known) - {0, len(lines)}
    parts = ["\n".join(lines[a:b]) for a, b in pairwise([0, *sorted(cuts), len(lines)])]
    parts = [part for part in parts if part.strip()]
    whole = code.parse(cell.source) if len(parts) > 1 else None
    if len(parts) < 2 or (whole and any(code.parse(part) is None for part in parts)):
        yield cell
        return
    yield replace(cell, source=parts[0])
    for part in parts[1:]:
        yield NotebookCell(kind="code", source=part)


def _cuts(source: str, lines: Sequence[str], known: Sequence[Cell]) -> set[int]:
    """Return the lines before which a part begins."""
    cuts = set[int]()
    for target in known:
        text = target.source.strip("\n")
        if target.role == "given" and len(text) >= SHORT and text in source:
            height = text.count("\n") + 1
            before = source[: source.index(text)]
            top = before.count("\n")
            if "\n".join(lines[top : top + height]) == text:
                cuts |= {top, top + height}
    by_exercise = {cell.exercise: cell for cell in known if cell.role == "exercise"}
    places = [(n, name) for n, line in enumerate(lines) if (name := code.header(line))]
    places = [(n, name) for n, name in places if name in by_exercise and lines[n][0] == "#"]
    cuts |= {n for n, _ in places[1:]}
    if places and (tree := code.parse(above := "\n".join(lines[: places[0][0]]))) and tree.body:
        others = (cell for cell in known if cell.exercise != places[0][1])
        if any(likeness_of(above, other) > ALIKE for other in others):
            cuts.add(places[0][0])
    return cuts


def _by_clues(found: Matches, known: Mapping[str, Cell]) -> None:
    """Match by id, metadata, header and text, and where they disagree by rule 6."""
    by_exercise = {cell.exercise: id for id, cell in known.items() if cell.role == "exercise"}
    by_text = {cell.source.strip(): id for id, cell in known.items()}
    unsure: dict[int, list[str]] = {}
    for place, piece in enumerate(found.pieces):
        cell = piece.cell
        if cell.kind != "code" or not cell.source.strip():
            continue
        named = cell.about.get("cell")
        clues = (
            cell.id,
            named if isinstance(named, str) else None,
            by_exercise.get(code.header(cell.source)),
            by_text.get(cell.source.strip()),
        )
        meant = list(dict.fromkeys(id for id in clues if id is not None and id in known))
        if len(meant) == 1:
            found.ids[place] = meant[0]
        elif meant:
            unsure[place] = meant
    for place, meant in unsure.items():
        free = [clue for clue in meant if clue not in found.ids.values()] or meant
        alike = {clue: likeness_of(found.pieces[place].cell.source, known[clue]) for clue in free}
        found.ids[place] = max(free, key=alike.__getitem__)
        header = code.header(found.pieces[place].cell.source)
        if header and header != known[found.ids[place]].exercise:
            found.notes.append(
                say(
                    "the header of cell {cell} names {name}, but it was taken for {exercise}",
                    cell=found.pieces[place].index + 1,
                    name=header,
                    exercise=known[found.ids[place]].exercise or say("given code"),
                )
            )


def _by_likeness(found: Matches, known: Sequence[Cell]) -> None:
    """Match what is left over with what it is most like, in order."""
    start, ids, pieces = 0, found.ids, found.pieces
    guessed: list[str] = []
    for position, target in enumerate(known):
        places = [place for place, id in ids.items() if id == target.id]
        if places:
            start = max(start, min(places) + 1)
            continue
        after = {cell.id for cell in known[position + 1 :]}
        end = min((i for i, id in ids.items() if id in after and i >= start), default=len(pieces))
        best, score = None, ALIKE
        left = (i for i in range(start, end) if i not in ids and pieces[i].cell.kind == "code")
        for place in islice(left, LOOKED_AT):
            alike = likeness_of(pieces[place].cell.source, target)
            if alike > score or (alike == score and best is None):
                best, score = place, alike
        if best is not None:
            ids[best] = target.id
            start = best + 1
            if target.role == "exercise" and target.exercise is not None:
                guessed.append(target.exercise)
    if guessed:
        found.notes.append(
            say(
                "without a header, recognised by its text: the cell of exercise {names}",
                names=listed(guessed),
            )
        )


def _by_names(found: Matches, known: Mapping[str, Cell], exercises: Sequence[Exercise]) -> None:
    """Match what is left over with the exercises that have no cell, by what it binds."""
    by_name = {exercise.name: exercise for exercise in exercises}
    for id, target in known.items():
        exercise = by_name.get(target.exercise or "")
        if target.role != "exercise" or exercise is None or id in found.ids.values():
            continue
        names = needed(exercise, target)
        best, most = None, 0
        free = (p for p, piece in enumerate(found.pieces) if p not in found.ids)
        for place in free:
            cell = found.pieces[place].cell
            bound = code.bound_from(cell.source, 1) if cell.kind == "code" else None
            if bound and len(bound & names) >= max(most, 1):
                best, most = place, len(bound & names)
        if best is not None:
            found.ids[best] = id
            found.notes.append(
                say(
                    "exercise {exercise} has no cell; cell {cell} was taken for it, which makes"
                    " {names}",
                    exercise=exercise.name,
                    cell=found.pieces[best].index + 1,
                    names=listed(f"`{name}`" for name in sorted(names)),
                )
            )


def likeness_of(source: str, released: Cell) -> float:
    """Return the likeness of two cells: of their text, or the share of given lines kept."""
    if source.strip() == released.source.strip():
        return 1.0
    given = given_lines(released)
    kept = set(_lines(source))
    part = sum(line in kept for line in given) / len(given) if len(given) > 1 else 0.0
    matcher = SequenceMatcher(None, source[:2_000], released.source[:2_000], autojunk=False)
    if matcher.quick_ratio() < ALIKE:
        return part
    return max(part, matcher.ratio())


def _lines(source: str) -> list[str]:
    lines = (line.strip() for line in source.split("\n"))
    return [line for line in lines if line and not line.startswith("#")]


def share(notebook: Notebook, released: Sequence[Cell], *, guess: bool = True) -> float:
    """Return the share, from 0 to 1, of the release's code that the notebook has cells for.

    It is 0 without a cell for any exercise: given code alone is no answer.
    """
    roles = {cell.id: cell.role for cell in released if cell.role in ("given", "exercise")}
    found = set(match(notebook.cells, released, (), guess=guess).ids.values()) & set(roles)
    if not any(roles[id] == "exercise" for id in found):
        return 0.0
    return len(found) / len(roles)
