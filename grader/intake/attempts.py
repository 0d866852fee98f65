"""Which of a student's files are graded: for each assignment the latest that answers it."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from grader.errors import CannotGrade, Unreadable
from grader.formats import notebook
from grader.intake import tree
from grader.intake.align import states
from grader.intake.bundle import Bundle, Item, is_notebook
from grader.intake.candidates import candidates, is_stand_in
from grader.intake.identify_assignment import identify_assignment
from grader.model.assignment import Assignment
from grader.model.submission import Handin, Notebook
from grader.model.text import Text, counted, few, listed, say

MAX_FILES = 50  # of one student that answer nothing, after which no more are looked at
NAMED = 5  # files that a reason names
_UNOPENED = (".rar", ".7z")
_COPY = re.compile(r"\((\d{1,6})\)|(?:copy|копия)[ _]*(\d{1,6})?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Attempt:
    item: Item
    read: Notebook


def handins(
    bundle: Bundle, assignments: Sequence[Assignment], *, chosen: bool = False
) -> list[Handin]:
    """Return what is to be graded of all that a student handed in: at least one row.

    Of several notebooks for one assignment the latest that holds an answer counts: by the number
    of the attempt, then the folder (outer before inner), the time to the minute, the number of a
    copy in the name, and the name. What does not count is named in the notes.
    """
    notebooks = sorted(candidates(bundle.items), key=_age)
    if not notebooks:
        return [_nothing(bundle)]
    if len(notebooks) == 1:
        return [_handin(bundle, notebooks[0])]
    answers: dict[str, list[_Attempt]] = defaultdict(list)
    refused: list[tuple[Item, Text]] = []
    for item in reversed(notebooks):
        if len(refused) >= MAX_FILES:
            refused.append((item, say("there are too many")))
            continue
        try:
            read = notebook.read(_bytes(item))
            name = identify_assignment(read, assignments, chosen=chosen).name
        except CannotGrade as error:
            refused.append((item, error.reason))
        except Exception:  # noqa: BLE001 - a fault of the grader's own is shown in the row
            return [_handin(bundle, item)]
        else:
            answers[name].insert(0, _Attempt(item, read))
    if not answers:
        last = _handin(bundle, notebooks[-1])
        return [_with_notes(last, _left_out(refused[1:]))]
    by_name = {one.name: one for one in assignments}
    found = [_latest(bundle, by_name[name], tries) for name, tries in sorted(answers.items())]
    return [_with_notes(one, _left_out(refused)) for one in found]


def _latest(bundle: Bundle, assignment: Assignment, attempts: Sequence[_Attempt]) -> Handin:
    """Return the attempt that counts, the attempts being in order."""
    filled = [one for one in attempts if len(attempts) > 1 and _is_filled(one.read, assignment)]
    last = (filled or attempts)[-1]
    handin = _handin(bundle, last.item)
    others = [one.item.name for one in attempts if one is not last]
    if not others:
        return handin
    counts = say("the latest")
    if last is not attempts[-1]:
        counts = say("the latest that holds an answer")
    note = counted(
        "{number} notebook was handed in for this assignment; {counts}, {name}, counts,"
        " and not {others}",
        "{number} notebooks were handed in for this assignment; {counts}, {name}, counts,"
        " and not {others}",
        len(attempts),
        counts=counts,
        name=last.item.name,
        others=few(others, NAMED),
    )
    return _with_notes(replace(handin, others=tuple(others)), [note])


def _is_filled(read: Notebook, assignment: Assignment) -> bool:
    return "filled" in states(read, assignment.cells, assignment.exercises).values()


def _nothing(bundle: Bundle) -> Handin:
    """Return the row of a student without a notebook."""
    problems = [
        listed([item.name, item.node.problem], ": ") for item in bundle.items if item.node.problem
    ]
    if problems:
        reason = listed(problems[:NAMED], "; ")
    elif bundle.items:
        names = [item.name for item in bundle.items]
        reason = say(
            "there is no notebook in what was handed in ({names})", names=few(names, NAMED)
        )
    elif bundle.notes:
        reason = say("no file was handed in: {why}", why=listed(bundle.notes, "; "))
    else:
        reason = say("nothing was handed in: the folder is empty")
    return Handin(
        student=bundle.student,
        id=bundle.id,
        path=None,
        shown=bundle.shown,
        problem=reason,
        notes=tuple(bundle.notes),
    )


def _handin(bundle: Bundle, item: Item) -> Handin:
    folder = item.parts[:-1]
    attachments: dict[str, Path] = {}
    notes = list(bundle.notes)
    for other in bundle.items:
        path, inside = other.node.path, other.parts[: len(folder)] == folder
        if path is None or not inside or other is item or is_notebook(other.parts[-1]):
            continue
        if other.parts[-1].lower().endswith(_UNOPENED):
            notes.append(say("{name} was not opened; pack notebooks as .zip", name=other.name))
        if other.node.problem:
            notes.append(say("{name} was left out: {why}", name=other.name, why=other.node.problem))
        else:
            attachments.setdefault("/".join(other.parts[len(folder) :]), path)
    return Handin(
        student=bundle.student,
        id=bundle.id,
        path=item.node.path,
        shown=item.node.shown,
        problem=item.node.problem,
        notes=tuple(notes),
        attachments=tuple(attachments.items()),
    )


def _with_notes(handin: Handin, notes: Sequence[Text]) -> Handin:
    return replace(handin, notes=(*handin.notes, *notes))


def _left_out(refused: Sequence[tuple[Item, Text]]) -> list[Text]:
    return [
        say("{name} was not graded: {why}", name=item.name, why=why)
        for item, why in refused[:NAMED]
    ]


def _age(item: Item) -> tuple[Any, ...]:
    """Return what later attempts have more of."""
    copies = [int(a or b or 1) for a, b in _COPY.findall(item.parts[-1])]
    minute = item.node.modified // 60
    saved = not item.parts[-1].endswith("-checkpoint.ipynb")  # not Jupyter's own copy
    first = not is_stand_in(item)  # a script of the same may lie beside a notebook
    copy = max(copies, default=0)
    return saved, item.attempt, -len(item.parts), first, minute, copy, item.parts


def _bytes(item: Item) -> bytes:
    if item.node.problem or item.node.path is None:
        raise Unreadable(item.node.problem or tree.NOTHING)
    return tree.read(item.node.path, at_most=notebook.MAX_BYTES)
