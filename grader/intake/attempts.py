"""Which of a student's files are graded: for each assignment the latest that answers it."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from grader.errors import CannotGrade
from grader.formats import notebook
from grader.intake import times, tree
from grader.intake.align import states
from grader.intake.bundle import Bundle, Item
from grader.intake.candidates import candidates, is_stand_in
from grader.intake.identify_assignment import identify_assignment
from grader.model.assignment import Assignment
from grader.model.submission import Handin, Notebook
from grader.model.text import Text, concerning, counted, few, listed, say

MAX_FILES = 50  # of one student that answer nothing, after which no more are looked at
NAMED = 5  # files that a reason names
_UNOPENED = (".rar", ".7z")


@dataclass(frozen=True, slots=True)
class _Attempt:
    item: Item
    read: Notebook


def handins(
    bundle: Bundle,
    assignments: Sequence[Assignment],
    *,
    chosen: bool = False,
    all_of: Collection[str] = (),
) -> list[Handin]:
    """Return what is to be graded of all that a student handed in: at least one row.

    Of several notebooks for one assignment the latest that holds an answer counts: by the time and
    the number of the attempt as the platform tells them, then numbers of folders, the folder (outer
    before inner), the time to the minute, the number of a copy in the name, and the name. What does
    not count is named in the notes.
    all_of: the assignments of which every attempt is graded, since one of them may be better.
    """
    if bundle.problem is not None:
        return [_nothing(bundle)]
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
    found = [
        handin
        for name, tries in sorted(answers.items())
        for handin in (
            _all(bundle, name, tries)
            if name in all_of and bundle.is_unique
            else [_latest(bundle, by_name[name], tries)]
        )
    ]
    return [_with_notes(one, _left_out(refused)) for one in found]


def _all(bundle: Bundle, assignment: str, attempts: Sequence[_Attempt]) -> list[Handin]:
    """Return every attempt, in order, each file once."""
    once = {_bytes(one.item): one.item for one in reversed(attempts)}
    handins = [_handin(bundle, item) for item in reversed(once.values())]
    if len(handins) == 1:
        return handins
    same = f"{bundle.shown}: {assignment}"
    return [
        replace(handin, attempt=number, bundle=same)
        for number, handin in enumerate(handins, start=1)
    ]


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
    doubt = None
    if not bundle.is_unique and len({_bytes(one.item) for one in attempts}) > 1:
        doubt = say(
            "{number} notebooks are called {student}'s, and may be of several students: {names}",
            number=len(attempts),
            student=bundle.student,
            names=few([one.item.name for one in attempts], NAMED),
        )
        doubt = concerning(doubt, "claims")
    return _with_notes(replace(handin, others=tuple(others), doubt=doubt), [note])


def _is_filled(read: Notebook, assignment: Assignment) -> bool:
    return "filled" in states(read, assignment.cells, assignment.exercises).values()


def _nothing(bundle: Bundle) -> Handin:
    """Return the row of a student without a notebook."""
    problems = [
        listed([item.name, item.node.problem], ": ") for item in bundle.items if item.node.problem
    ]
    if bundle.problem is not None:
        reason = bundle.problem
    elif problems:
        reason = listed(problems[:NAMED], "; ")
    elif bundle.items:
        names = [item.name for item in bundle.items]
        reason = say(
            "there is no notebook in what was handed in ({names})", names=few(names, NAMED)
        )
    elif bundle.notes:
        reason = say("no file was handed in: {why}", why=listed(bundle.notes, "; "))
    elif bundle.platform:
        reason = say("no file was handed in")
    else:
        reason = say("nothing was handed in: the folder is empty")
    return Handin(
        student=bundle.student,
        id=bundle.id,
        path=None,
        shown=bundle.shown,
        problem=reason,
        notes=tuple(bundle.notes),
        platform=bundle.platform,
        by=bundle.by,
        **_when(bundle, max(bundle.items, key=_age, default=None)),
    )


def _handin(bundle: Bundle, item: Item) -> Handin:
    folder = item.parts[:-1]
    attachments: dict[str, Path] = {}
    notes = list(bundle.notes)
    for other in bundle.items:
        path, inside = other.node.path, other.parts[: len(folder)] == folder
        if path is None or not inside or other is item:
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
        attachments=tuple(sorted(attachments.items(), key=lambda one: one[0].count("/"))),
        platform=bundle.platform,
        by=bundle.by,
        **_when(bundle, item),
    )


def _when(bundle: Bundle, item: Item | None) -> dict[str, Any]:
    """Return what the platform tells of the time of an attempt."""
    time = (item.handed_in if item else None) or bundle.handed_in
    late = item.late if item is not None and item.late is not None else bundle.late
    return {"handed_in": time.isoformat(timespec="seconds") if time else None, "late": late}


def _with_notes(handin: Handin, notes: Sequence[Text]) -> Handin:
    return replace(handin, notes=(*handin.notes, *notes))


def _left_out(refused: Sequence[tuple[Item, Text]]) -> list[Text]:
    return [
        say("{name} was not graded: {why}", name=item.name, why=why)
        for item, why in refused[:NAMED]
    ]


def _age(item: Item) -> tuple[Any, ...]:
    """Return what later attempts have more of: what the platform tells, before all else."""
    told = (item.handed_in,) if item.handed_in else item.dated
    saved = not item.parts[-1].endswith("-checkpoint.ipynb")  # not Jupyter's own copy
    first = not is_stand_in(item)  # a script of the same may lie beside a notebook
    when = tuple(map(times.in_order, told))
    return when, item.attempt, saved, first, item.order, item.parts


def _bytes(item: Item) -> bytes:
    node = item.node
    return tree.read(node.path, at_most=notebook.MAX_BYTES, problem=node.problem)
