"""The whole of a run: measure, compare, show."""

import os
import platform
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from benchmarks import record, table
from benchmarks.arguments import parse
from benchmarks.ratios import ratios
from benchmarks.rounds import Measured, measure


def main() -> None:
    """Run the benchmarks that the command line asks for, and print what they gave."""
    settings = parse()
    measured = Measured()
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        try:
            measure(settings, Path(folder), measured)
        except KeyboardInterrupt:
            print("stopped; this is what was measured until then", file=sys.stderr)
    compared = list(ratios(measured, settings))
    machine = _machine()
    if settings.json is not None:
        record.write(settings.json, measured, compared, settings, machine)
    table.show(measured, compared, settings, machine)


def _machine() -> dict[str, str]:
    return {
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "torch": version("torch"),
    }
