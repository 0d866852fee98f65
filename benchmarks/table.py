"""What a run gave, for a reader at a terminal."""

import statistics
from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.arguments import Settings
from benchmarks.catalogue import KINDS
from benchmarks.ratios import Ratio
from benchmarks.rounds import Key, Measured


def show(measured: Measured, settings: Settings, console: Console) -> None:
    """Print the tables, what was skipped and why."""
    for workload in settings.workloads:
        console.print(_seconds(measured, settings, workload))
    for kind in KINDS:
        if kind.name in settings.only:
            console.print(f"{kind.name}: {kind.about}")
    few, many = settings.submissions[0], settings.submissions[-1]
    console.print(
        "each: from one submission's end to the next, start-up aside, with its range; its ratios"
        " are between the largest runs."
    )
    console.print("all / n: the whole time, start-up and all, divided; ratios for as many.")
    if few != many:
        console.print(f"More than {few}: the cheap routes alone, on the last workload.")
    for (workload, route), reason in measured.skipped.items():
        console.print(f"SKIPPED {route} ({workload}): {reason}")


def _seconds(measured: Measured, settings: Settings, workload: str) -> Table:
    table = new_table(f"Seconds, {workload} workload")
    table.add_column("route")
    for name in ("workers", "n", "all", "start-up", "each", "from", "to", "all / n"):
        table.add_column(name, justify="right")
    for workers in settings.workers:
        for number in settings.submissions:
            for kind in KINDS:
                key = Key(workload, workers, number, kind.name)
                if key in measured.timings:
                    table.add_row(*_row(measured, key))
                elif (workload, kind.name) in measured.skipped and kind.large >= (
                    number != settings.submissions[0]
                ):
                    table.add_row(kind.name, str(workers), str(number), "skipped")
        table.add_section()
    return table


def _row(measured: Measured, key: Key) -> list[str]:
    timings = measured.timings[key]
    wall, start, each, share = (
        statistics.median(getattr(one, name) for one in timings)
        for name in ("wall", "start", "each", "share")
    )
    all_each = [one.each for one in timings]
    numbers = (each, min(all_each), max(all_each), share)
    return [
        *(key.route, str(key.workers), str(key.number), f"{wall:.1f}", f"{start:.1f}"),
        *(f"{number:.3f}" for number in numbers),
    ]


def ratio_table(compared: Sequence[Ratio]) -> Table:
    """Return every comparison, and whether it is what was aimed at."""
    table = new_table("Ratios of seconds, and memory")
    for name in ("workload", "workers", "what"):
        table.add_column(name)
    for name in ("each", "all / n", "target"):
        table.add_column(name, justify="right")
    table.add_column("")
    for one in compared:
        sign = ("≥" if one.target.least else "≤") if one.target else ""
        bound = f"{sign} {one.target.bound:g}" if one.target else ""
        table.add_row(
            *(one.workload, str(one.workers), one.what),
            *(_number(one.each), _number(one.whole), bound, one.verdict),
        )
    return table


def new_table(title: str) -> Table:
    """Return a table that has no rows yet."""
    return Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}" if value < 10 else f"{value:.1f}"
