"""The whole of a run: measure, compare, show."""

import os
import platform
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from rich.console import Console

from benchmarks import class_measure, class_ratios, class_table, ratios, record, rounds, table
from benchmarks.arguments import parse

WIDTH = 92  # characters that the widest table needs


def main() -> None:
    """Run the benchmarks that the command line asks for, and print what they gave."""
    settings = parse()
    of_class, measured = class_measure.OfClass(), rounds.Measured()
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        try:
            if settings.has_class:
                class_measure.measure(settings, Path(folder), of_class)
            if settings.workloads:
                rounds.measure(settings, Path(folder), measured)
        except KeyboardInterrupt:
            print("stopped; this is what was measured until then", file=sys.stderr)
    compared = [*class_ratios.ratios(of_class, settings), *ratios.ratios(measured, settings)]
    machine = _machine()
    if settings.json is not None:
        record.write(settings.json, measured, of_class, compared, settings, machine)
    console = Console(highlight=False, markup=False, soft_wrap=True)
    console.width = max(console.width, WIDTH)
    if settings.has_class:
        class_table.show(of_class, settings, console)
    if settings.workloads:
        table.show(measured, settings, console)
    console.print(table.ratio_table(compared))
    loads = [*of_class.loads, *measured.loads]
    about = {**machine, "load average": f"{min(loads):.2f} to {max(loads):.2f}"}
    console.print("Targets are for `each`.")
    console.print("; ".join(f"{name}: {value}" for name, value in about.items()))


def _machine() -> dict[str, str]:
    return {
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "torch": version("torch"),
    }
