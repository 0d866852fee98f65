"""Who has handed in, and how that is known: before grading in short, as a table on request."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from grader.reporting import terminal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.intake.preview import Preview
    from grader.model.submission import Handin

NAMED = 10  # students whom a line names
_YES = {True: "yes", False: "no", None: ""}


def summary(handins: Sequence[Handin]) -> Iterator[str]:
    """Yield in a few lines who has handed in, as far as that is known before anything is read."""
    present = [one for one in handins if one.on_roster != "absent"]
    students = {one.student for one in present}
    known = Counter(one.known_by for one in present)
    ways = ", ".join(f"{way} {number}" for way, number in known.most_common())
    line = f"{_counted(len(present), 'hand-in')} of {_counted(len(students), 'student')}"
    line += f" ({ways})" if ways else ""
    several = sum(bool(one.others) for one in present)
    late = sum(one.late is True for one in present)
    extra = [f"{late} late"] if late else []
    extra += [f"{several} with several attempts"] if several else []
    yield "; ".join([line, *extra])
    yield from _named("not on the roster", [one for one in present if one.on_roster == "unknown"])
    yield from _named("handed in nothing", [one for one in handins if one.on_roster == "absent"])


def _named(what: str, handins: Sequence[Handin]) -> Iterator[str]:
    if handins:
        names = [one.student for one in handins[:NAMED]]
        more = [f"and {len(handins) - NAMED} more"] if len(handins) > NAMED else []
        yield f"{what}: {len(handins)} ({', '.join([*names, *more])})"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def table(previews: Sequence[Preview], *, width: int) -> str:
    """Return the table of who was recognised. width: of the terminal, in characters."""
    made = Table(box=box.SIMPLE_HEAD, title_justify="left")
    for head in ("", "student", "id", "known by", "assignment"):
        made.add_column(head, overflow="fold")
    for head in ("filled in", "handed in", "late", "attempts"):
        made.add_column(head, justify="right", overflow="fold")
    for one in previews:
        handin = one.handin
        row = (
            "!" if looks_wrong(one) else "",
            handin.student,
            handin.id or "",
            handin.known_by,
            one.assignment,
            f"{one.filled} of {one.exercises}" if one.assignment else "",
            (handin.handed_in or "").replace("T", " "),
            _YES[handin.late],
            str(1 + len(handin.others)) if handin.path else "0",
        )
        made.add_row(*(terminal.cell(cell) for cell in row))
    return terminal.drawn(made, width=width)


def looks_wrong(preview: Preview) -> bool:
    """Whether a person should look at a hand-in before it is graded."""
    return preview.problem is not None or preview.handin.on_roster in ("unknown", "absent")


def remarks(previews: Sequence[Preview]) -> Iterator[str]:
    """Yield, for each hand-in of which there is something to tell, where it is and what."""
    for one in previews:
        told = [str(note) for note in one.handin.notes]
        if one.problem is not None:
            told.insert(0, str(one.problem))
        for line in told:
            mark = "!" if line == str(one.problem) else " "
            yield f"{mark} {one.handin.student} [{one.handin.shown}]: {line}"
