"""What a class gave, for a reader at a terminal."""

import statistics
from collections import defaultdict
from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from benchmarks.arguments import Settings
from benchmarks.class_measure import OfClass, Where
from benchmarks.class_routes import CLASS_ROUTES, Taken
from benchmarks.table import new_table

LEAST = 0.005  # the share of the whole that a part of a phase must have for a line of its own


def show(found: OfClass, settings: Settings, console: Console) -> None:
    """Print the tables, what was skipped and why."""
    console.print(_routes(found, settings))
    for route in CLASS_ROUTES:
        if route.name in found.taken:
            console.print(f"{route.name}: {route.about}")
    for how in dict.fromkeys(one.cost.how for every in found.taken.values() for one in every):
        console.print(f"core-seconds: of all processes, those that were killed too, by {how}")
    console.print(
        "worker: what the largest worker held at last; growth: MiB for a hand-in, in the second"
        " half.\n"
    )
    if found.where is not None:
        console.print(_where(found.where))
        console.print(_kinds(found, found.where))
    for name, waits in found.firsts.items():
        seconds, cpu = (statistics.median(part) for part in zip(*waits, strict=True))
        console.print(f"first report, {name}: {seconds:.2f} s, {cpu:.2f} core-seconds in all")
    for name, cost in found.verified.items():
        console.print(f"verify {name}: {cost.wall:.1f} s, {cost.cpu:.1f} core-seconds")
    for name, reason in found.skipped.items():
        console.print(f"SKIPPED {name} (class): {reason}")


def _routes(found: OfClass, settings: Settings) -> Table:
    workers = max(settings.workers)
    table = new_table(
        f"A class of {len(found.hand_ins)} hand-ins, seed {settings.seed}, {workers} at once;"
        " seconds for a hand-in, MiB of PSS"
    )
    table.add_column("route")
    for name in ("cores", "wall", "all", "first", "processes", "PSS", "worker", "growth"):
        table.add_column(name, justify="right")
    for route in CLASS_ROUTES:
        if rounds := found.taken.get(route.name):
            table.add_row(route.name, *_row(rounds))
    return table


def _row(rounds: list[Taken]) -> Iterator[str]:
    for name, form in (
        ("cpu_each", ".2f"),
        ("wall_each", ".2f"),
        ("wall", ".0f"),
        ("first", ".1f"),
        ("processes", ".0f"),
        ("pss", ".0f"),
        ("worker", ".0f"),
        ("growth", "+.2f"),
    ):
        values = [one.cost.wall if name == "wall" else getattr(one, name) for one in rounds]
        yield "" if None in values else format(statistics.median(values), form)


def _where(where: Where) -> Table:
    number, whole = len(where.each), sum(where.spent.values())
    table = new_table("Where the time goes, in one process")
    table.add_column("phase")
    table.add_column("part")
    for name in ("seconds", "for a hand-in", "share"):
        table.add_column(name, justify="right")
    phases: dict[str, dict[str, float]] = defaultdict(dict)
    for (phase, part), seconds in where.spent.items():
        phases[phase][part] = seconds
    for phase, parts in sorted(phases.items(), key=lambda one: -sum(one[1].values())):
        table.add_row(phase, "", *_seconds(sum(parts.values()), number, whole))
        for part, seconds in sorted(parts.items(), key=lambda one: -one[1]):
            if part and seconds >= LEAST * whole:
                table.add_row("", part, *_seconds(seconds, number, whole))
    table.add_row("all", "", *_seconds(whole, number, whole))
    return table


def _seconds(seconds: float, number: int, whole: float) -> tuple[str, str, str]:
    return f"{seconds:.1f}", f"{seconds / number:.3f}", f"{seconds / whole:.1%}"


def _kinds(found: OfClass, where: Where) -> Table:
    table = new_table("Seconds for a hand-in by what it is, in one process, references aside")
    table.add_column("kind")
    for name in ("hand-ins", "median", "mean", "most"):
        table.add_column(name, justify="right")
    by_kind: dict[str, list[float]] = defaultdict(list)
    for one in found.hand_ins:
        if one.student in where.each:
            by_kind[one.kind].append(where.each[one.student])
    for kind, seconds in by_kind.items():
        numbers = (statistics.median(seconds), statistics.mean(seconds), max(seconds))
        table.add_row(kind, str(len(seconds)), *(f"{number:.2f}" for number in numbers))
    return table
