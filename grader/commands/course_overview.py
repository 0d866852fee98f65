"""What was understood of `course.toml`, as a person checks it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from grader.reporting import terminal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from grader.course.lateness import Lateness
    from grader.course.policy import Policy
    from grader.course.settings import Settings


def about(settings: Settings) -> Iterator[str]:
    """Yield what holds for the whole course, a line each."""
    lines = {
        "time zone": str(settings.timezone or "none"),
        "sources": str(settings.sources or "reference, where you are"),
        "released": str(settings.released or "assignments, where you are"),
        "roster": str(settings.roster or "none"),
        "gradebook": _gradebook(settings.gradebook),
        "language": settings.language or "that of each notebook",
        "total": _total(settings),
        "borders": _borders(settings),
    }
    for name, told in lines.items():
        yield f"{name:<11}{told}"


def table(settings: Settings, *, width: int) -> str:
    """Return what holds for each assignment. width: of the terminal, in characters."""
    made = Table(box=box.SIMPLE_HEAD)
    for head in ("assignment", "due", "counts", "late", "shown", "told", "weight", "extensions"):
        made.add_column(head, overflow="fold")
    for name, policy in settings.policies.items():
        made.add_row(*(terminal.cell(cell) for cell in (name, *_cells(policy))))
    made.add_row(*(terminal.cell(cell) for cell in ("any other", *_cells(settings.default))))
    return terminal.drawn(made, width=width)


def lateness(rule: Lateness) -> str:
    """Return a rule for late work in a few words."""
    parts = []
    if rule.grace:
        parts.append(f"grace {_length(rule.grace)}")
    if rule.deduct:
        of = "of the score" if rule.of == "score" else "of the points"
        parts.append(f"{_percent(rule.deduct)} {of} each {rule.per}")
        if rule.floor:
            parts.append(f"not below {_percent(rule.floor)}")
    if rule.refuse_after is not None:
        told = f"after {_length(rule.refuse_after)}" if rule.refuse_after else "when late"
        parts.append(f"refused {told}")
    return ", ".join(parts) or "costs nothing"


def _cells(policy: Policy) -> tuple[str, ...]:
    from grader.course.moments import shown

    weight = "its points" if policy.weight is None else f"{float(policy.weight):g}"
    extensions = [f"{one.who}: {shown(one.due)}" for one in policy.extensions.values()]
    return (
        shown(policy.due) if policy.due is not None else "",
        policy.attempt,
        lateness(policy.late),
        policy.rounding.name if not policy.rounding.name.isdigit() else _decimals(policy),
        told(policy),
        weight + ("" if policy.droppable else ", never dropped"),
        "\n".join(extensions),
    )


def told(policy: Policy) -> str:
    """Return when students are told what was expected, in a few words."""
    from grader.course.moments import shown

    rule = policy.reveal
    opens = rule.opens(policy.zone)
    what = {"never": "never", "shown": "all but hidden checks", "always": "all"}[rule.what]
    return what if opens is None else f"{what}, from {shown(opens.astimezone(policy.zone))} on"


def _decimals(policy: Policy) -> str:
    return f"{policy.rounding.name} decimal{'s' * (policy.rounding.name != '1')}"


def _total(settings: Settings) -> str:
    dropped = settings.drop_lowest
    return f"the lowest {dropped} dropped" if dropped else "nothing dropped"


def _borders(settings: Settings) -> str:
    borders = ", ".join(_percent(share) for share in settings.borders.shares)
    return f"{borders}; looked at within {_percent(settings.borders.near)}" if borders else "none"


def _gradebook(url: str | None) -> str:
    if url is None:
        return "beside the results"
    from grader.course.store.database import without_passwords

    return without_passwords(url)


def _percent(share: Fraction) -> str:
    return f"{float(share * 100):g}%"


def _length(length: timedelta) -> str:
    from grader.course.moments import Span

    days = timedelta(days=length.days)
    return str(Span(length.days, length - days))
