"""Rules 1 to 7 of `grader.intake.align`: which submitted cell is which released one."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from grader.intake.origin import stems_from
from grader.intake.similarity import ALIKE, Similarity
from grader.model.assignment import Cell, Exercise
from grader.model.submission import Notebook, NotebookCell
from grader.model.text import Text, concerning, few, listed, say
from grader.syntax import answer_mark, code, parsing
from grader.syntax.names import bound_from

LOOKED_AT = 60  # cells for each released one: a long notebook must not take minutes
TAKEN_APART = 200  # cells, the first of a notebook
SHORT = 20  # characters; given code of fewer may stand in an answer by chance


@dataclass(frozen=True, slots=True)
class Piece:
    """A cell of the notebook, or a part of one that was taken apart.

    index: of the cell; opaque: whether it is over the budget, and not looked through.
    """

    index: int
    cell: NotebookCell
    opaque: bool = False


@dataclass(slots=True)
class Matches:
    """The pieces of a notebook, and the released id of each that has one, by place.

    sure: the ids that are known without a guess; notes: what was mended or guessed.
    """

    pieces: list[Piece]
    ids: dict[int, str]
    notes: list[Text]
    sure: frozenset[str] = frozenset()


def match(
    notebook: Notebook,
    released: Sequence[Cell],
    exercises: Sequence[Exercise],
) -> Matches:
    """Match the code cells of a notebook with those of the release."""
    known = {cell.id: cell for cell in released if cell.is_code}
    found, similarity, cells = Matches([], {}, []), Similarity(), notebook.cells
    opaque = parsing.opaque([cell.source if cell.kind == "code" else "" for cell in cells])
    for index, cell in enumerate(cells):
        apart = cell.kind == "code" and index < TAKEN_APART and index not in opaque
        parts = list(_parts(cell, list(known.values()), similarity)) if apart else [cell]
        found.pieces += [Piece(index, part, index in opaque) for part in parts]
        if len(parts) > 1:
            found.notes.append(
                say(
                    "cell {cell} holds several cells of the assignment, and was taken apart",
                    cell=index + 1,
                )
            )
    _by_clues(found, known, similarity)
    found.sure = frozenset(found.ids.values())
    _by_similarity(found, list(known.values()), similarity)
    if stems_from(notebook, released, matched=found.ids.values()):
        _by_names(found, known, exercises)
    _note_limits(found, similarity)
    return found


def _note_limits(found: Matches, similarity: Similarity) -> None:
    if opaque := sorted({piece.index + 1 for piece in found.pieces if piece.opaque}):
        found.notes.append(
            say(
                "there is more code than is looked through; cells that were left out: {cells}",
                cells=few([str(number) for number in opaque], 10),
            )
        )
    if similarity.stopped:
        found.notes.append(
            say("there are more cells without a header than are compared with the assignment's")
        )


def needed(exercise: Exercise, released: Cell) -> frozenset[str]:
    """Return the names that the checks read and that the exercise's own cell is to bind."""
    return exercise.reads & (bound_from(released.solution, 1) or frozenset())


def _parts(
    cell: NotebookCell, known: Sequence[Cell], similarity: Similarity
) -> Iterator[NotebookCell]:
    """Yield the parts of a code cell, by rule 1; the first one keeps its id and metadata."""
    lines = cell.source.split("\n")
    cuts = _cuts(cell.source, lines, known, similarity) - {0, len(lines)}
    parts = ["\n".join(lines[a:b]) for a, b in pairwise([0, *sorted(cuts), len(lines)])]
    parts = [part for part in parts if part.strip()]
    whole = parsing.parse(cell.source) if len(parts) > 1 else None
    if len(parts) < 2 or (whole and any(parsing.parse(part) is None for part in parts)):
        yield cell
        return
    yield replace(cell, source=parts[0])
    for part in parts[1:]:
        yield NotebookCell(kind="code", source=part)


def _cuts(
    source: str, lines: Sequence[str], known: Sequence[Cell], similarity: Similarity
) -> set[int]:
    """Return the lines before which a part begins."""
    cuts = set[int]()
    for target in known:
        text = target.source.strip("\n")
        if target.role == "given" and len(text) >= SHORT and text in source:
            height = text.count("\n") + 1
            before = source[: source.index(text)]
            top = before.count("\n")
            if "\n".join(lines[top : top + height]) == text:
                cuts |= {top if code.without_mark(before).strip() else 0, top + height}
    by_exercise = {cell.exercise: cell for cell in known if cell.role == "exercise"}
    headers = ((n, code.header(line)) for n, line in enumerate(lines) if line[:1] == "#")
    places = [(n, name) for n, name in headers if name in by_exercise]
    cuts |= {n for n, _ in places[1:]}
    if places and (tree := parsing.parse(above := "\n".join(lines[: places[0][0]]))) and tree.body:
        others = (cell for cell in known if cell.exercise != places[0][1])
        if any(similarity.of(above, other) > ALIKE for other in others):
            cuts.add(places[0][0])
    return cuts


def _by_clues(found: Matches, known: Mapping[str, Cell], similarity: Similarity) -> None:
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
            by_text.get(code.without_mark(cell.source).strip()),
        )
        meant = list(dict.fromkeys(id for id in clues if id is not None and id in known))
        if len(meant) == 1:
            found.ids[place] = meant[0]
        elif meant:
            unsure[place] = meant
    claimed = set(found.ids.values())
    for place, meant in unsure.items():
        free = [clue for clue in meant if clue not in claimed] or meant
        alike = {clue: similarity.of(found.pieces[place].cell.source, known[clue]) for clue in free}
        found.ids[place] = max(free, key=alike.__getitem__)
        claimed.add(found.ids[place])
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


def _by_similarity(found: Matches, known: Sequence[Cell], similarity: Similarity) -> None:
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
            alike = similarity.of(pieces[place].cell.source, target)
            if alike > score or (alike == score and best is None):
                best, score = place, alike
        if best is not None:
            ids[best] = target.id
            start = best + 1
            if target.role == "exercise" and target.exercise is not None:
                guessed.append(target.exercise)
    if guessed:
        found.notes.append(
            concerning(
                say(
                    "without a header, recognised by its text: the cell of exercise {names}",
                    names=listed(guessed),
                ),
                "guessed cell",
            )
        )


def _by_names(found: Matches, known: Mapping[str, Cell], exercises: Sequence[Exercise]) -> None:
    """Match what is left over with the exercises that have no cell, by what it binds."""
    by_name = {exercise.name: exercise for exercise in exercises}
    bound = {
        place: names
        for place, piece in enumerate(found.pieces)
        if place not in found.ids and piece.cell.kind == "code" and not piece.opaque
        if (names := bound_from(piece.cell.source, 1))
    }
    for id, target in known.items():
        exercise = by_name.get(target.exercise or "")
        if target.role != "exercise" or exercise is None or id in found.ids.values():
            continue
        names = needed(exercise, target)
        best, most = None, 0
        for place in bound:
            if len(bound[place] & names) >= max(most, 1):
                best, most = place, len(bound[place] & names)
        if best is not None:
            made = bound.pop(best) & names
            found.ids[best] = id
            found.notes.append(
                concerning(
                    say(
                        "exercise {exercise} has no cell; cell {cell} was taken for it, which makes"
                        " {names}",
                        exercise=exercise.name,
                        cell=found.pieces[best].index + 1,
                        names=listed(f"`{name}`" for name in sorted(made)),
                    ),
                    "guessed cell",
                )
            )


def shares(notebook: Notebook, released: Sequence[Cell]) -> tuple[float, float]:
    """Return the shares, from 0 to 1, of the release's cells, but for prose, that the notebook has.

    The first counts what is known without a guess. Both are 0 without a cell for any exercise:
    given code alone is no answer.
    """
    roles = {cell.id: cell.role for cell in released if cell.role in ("given", "exercise", "text")}
    matches = match(notebook, released, ())
    marks = {name for cell in notebook.cells for name in answer_mark.names(cell.source)}
    texts = {cell.id for cell in released if cell.role == "text" and cell.exercise in marks}

    def share(found: Collection[str]) -> float:
        known = [roles[id] for id in {*found, *texts} if id in roles]
        return len(known) / len(roles) if {"exercise", "text"} & {*known} else 0.0

    return share(matches.sure), share(set(matches.ids.values()))
