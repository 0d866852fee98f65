"""What a card shows: `python -m tests.cuda.table` from the top, which prints one table last.

The examples are graded on both devices and compared, the start of kernels is measured, and ten
neighbours share one card, of which one exhausts its memory, one trips an assert and one hangs.
Exits with 1 where anything is not as it should be. `--device cpu` goes through all of it without a
card, with the CPU in its place.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import torch

from grader.kernels import cards
from grader.kernels.choose import open_factory
from tests.conftest import SMALL, answers_to_small, notebook_of, write_source

TOP = Path(__file__).parent.parent.parent
MOST = 200.0  # seconds; what is not begun by then is left out, and said to be
STARTS = 6
EXAMPLES = (("submissions", "gradient_descent"), ("course", None))
NEIGHBOURS = 10
_USE = "x = torch.ones(64, device=device)\ntotal = data.to(device).sum().cpu()"
_TOTAL = {
    "memory": "x = [torch.empty(2**30, device=device) for _ in range(400)]\ntotal = data.sum()",
    "assert": "x = torch.zeros(3, device=device)[torch.tensor([9], device=device)]\n"
    "total = data.sum()",
    "hang": "if device == 'cuda':\n    torch.cuda._sleep(10**13)\n    torch.cuda.synchronize()\n"
    "while True:\n    pass",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table. as_wanted: whether it is as it should be; None for a mere figure."""

    what: str
    found: str
    as_wanted: bool | None = None

    def __str__(self) -> str:
        mark = {True: "yes", False: "NO", None: ""}[self.as_wanted]
        return f"| {self.what} | {self.found} | {mark} |"


def grade(paths: list[str | Path], out: Path, *options: str | Path) -> float:
    """Grade on the command line; returns the seconds that it took."""
    command = [sys.executable, "-P", "-m", "grader", "grade", *paths, "-o", out, *options]
    began = time.monotonic()
    done = subprocess.run(
        [str(one) for one in command], cwd=TOP, capture_output=True, text=True, check=False
    )
    if done.returncode not in (0, 1):
        print(done.stderr[-3000:])
    return time.monotonic() - began


def results(out: Path) -> dict[str, dict]:
    """Return the results below a folder, by the student."""
    found = {}
    for path in sorted(out.glob("results/*/*/result.json")):
        found[path.parent.parent.name] = json.loads(path.read_text(encoding="utf-8"))
    return found


def marks(result: dict) -> dict[str, tuple[str, float | None]]:
    """Return the outcome and the score of each exercise that both devices can grade."""
    return {
        one["exercise"]: (one["outcome"], one["score"])
        for one in result["exercises"]
        if one["outcome"] != "not graded here"
    }


def compared(device: str, folder: Path) -> Iterator[Row]:
    """Grade the examples on both devices."""
    for name, assignment in EXAMPLES:
        chosen = ["-a", assignment] if assignment else []
        # On a fixed other data: both see the same numbers.
        told = [*chosen, "--other-data", "7"]
        source, found, took = TOP / "examples" / name, [], []
        for number, where in enumerate(("cpu", device)):
            out = folder / f"{name}-{number}"
            took.append(grade([source], out, "--device", where, *told))
            found.append(results(out))
        on_cpu, on_card = found
        differ = [
            f"{student}/{exercise}"
            for student, result in on_cpu.items()
            for exercise, mark in marks(result).items()
            if mark != marks(on_card.get(student, {"exercises": []})).get(exercise)
        ]
        number = sum(len(marks(result)) for result in on_cpu.values())
        said = f"{number - len(differ)} of {number} exercises of {len(on_cpu)} notebooks"
        if differ:
            said += f"; not {', '.join(differ[:5])}"
        yield Row(
            what=f"the same marks on cpu and {device}, examples/{name}",
            found=said,
            as_wanted=bool(number) and not differ,
        )
        yield Row(what="", found=f"{took[0]:.0f} s on cpu, {took[1]:.0f} s on {device}")
        told_of = {result["isolation"] for result in on_card.values()}
        yield Row(what="isolation in its results", found="; ".join(sorted(told_of)))


def started(device: str, name: str) -> Iterator[Row]:
    """Measure how long kernels take to start, and to have used their device."""
    cell = f"import torch\nprint((torch.ones(9, device='{device}') + 1).sum().item())"
    seconds = []
    with closing(open_factory(name, device)) as kind:
        for _ in range(STARTS if name == "warm" else 3):
            began = time.monotonic()
            with closing(kind.start(device)) as kernel:
                run = kernel.run_cell(cell, limit=60)
                seconds.append(time.monotonic() - began)
                assert run.ending == "done", run
    usual = statistics.median(seconds)
    yield Row(
        what=f"a {name} kernel starts, one right after another, and has used {device}",
        found=f"{usual:.2f} s ({min(seconds):.2f} to {max(seconds):.2f})",
        as_wanted=usual < 0.5 if name == "warm" else None,
    )


def neighbours(device: str, folder: Path) -> Iterator[Row]:
    """Grade ten notebooks at once on one card."""
    source = write_source(folder, SMALL)
    handed_in = folder / "in"
    handed_in.mkdir()
    kinds = ["memory", "assert", "hang"] + ["right"] * (NEIGHBOURS - 3)
    for number, kind in enumerate(kinds):
        body = _TOTAL.get(kind, _USE)
        total = f"#| exercise: total\ndevice = '{device}'\n{body}"
        cells = answers_to_small(total=total)
        (handed_in / f"{kind}{number}.ipynb").write_bytes(notebook_of(cells))
    one_card = ["--device", "cuda:0", "--gpu-slots", str(NEIGHBOURS)] if device == "cuda" else []
    jobs = ["--jobs", str(NEIGHBOURS if device == "cuda" else 2), "--other-data", "off"]
    out = folder / "neighbours"
    took = grade([handed_in], out, "-a", source, *one_card, *jobs)
    found = results(out)
    for kind in ("right", "memory", "assert", "hang"):
        mine = {name: one for name, one in found.items() if name.startswith(kind)}
        outcomes = {
            ", ".join(f"{ex['exercise']} {ex['outcome']}" for ex in one["exercises"])
            for one in mine.values()
        }
        scores = {one["score"] for one in mine.values()}
        wanted = {6.0} if kind == "right" else {5.0}
        yield Row(
            what=f"of {NEIGHBOURS} neighbours: {kind} ({len(mine)})",
            found=f"{sorted(map(str, scores))}: {'; '.join(sorted(outcomes))}",
            as_wanted=len(mine) == kinds.count(kind) and scores == wanted,
        )
    yield Row(what="all of them", found=f"{took:.0f} s")


def machine() -> Iterator[Row]:
    """Say what it runs on."""
    here = cards.here()
    for card in here.found():
        size = f"{card.memory / 2**30:.0f} GiB, {here.free(card) / 2**30:.0f} free"
        yield Row(what=f"cuda:{card.index}", found=f"{card.name}, {size} {here.problem}".strip())
    yield Row(what="torch", found=f"{torch.__version__}, CUDA {torch.version.cuda}")
    yield Row(what="python", found=sys.version.split()[0])


def main() -> None:
    """Do it all, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda")
    device = parser.parse_args().device
    if device == "cuda" and not cards.here().found():
        raise SystemExit("there is no CUDA device here, so there is nothing to show")
    began, rows = time.monotonic(), [*machine()]
    with tempfile.TemporaryDirectory(prefix="grader-") as made:
        folder = Path(made)
        parts = {
            "warm": lambda: started(device, "warm"),
            "cold": lambda: started(device, "cold"),
            "neighbours": lambda: neighbours(device, folder),
            "marks": lambda: compared(device, folder),
        }
        for name, part in parts.items():
            if time.monotonic() - began > MOST:
                rows.append(Row(what=name, found="left out: there was no time", as_wanted=False))
                continue
            try:
                for row in part():
                    print(row, flush=True)
                    rows.append(row)
            except Exception as error:
                rows.append(
                    Row(what=name, found=f"{type(error).__name__}: {error}", as_wanted=False)
                )
    rows.append(Row(what="in all", found=f"{time.monotonic() - began:.0f} s"))
    print("\n| what | found | as it should be |\n|---|---|---|")
    print(*rows, sep="\n")
    raise SystemExit(any(row.as_wanted is False for row in rows))


if __name__ == "__main__":
    main()
