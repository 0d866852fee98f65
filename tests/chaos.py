"""Batches that are killed, cut off, starved of disk: `python -m tests.chaos --rounds 20 --seed 1`.

60 hand-ins are graded undisturbed. In each round the same batch meets a misfortune at a random
moment; then there is room again, the same command goes on, and has to end with what the undisturbed
one gave: the table, results, reports, and the rows of the gradebook, with nothing graded twice, no
file of a half, and no process left behind. Exits with 1 where it does not. Linux; what needs a file
system of its own needs root.
"""

import argparse
import csv
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import psutil

from tests.conftest import SMALL, answers_to_small, write_source
from tests.timeless import timeless

TOP = Path(__file__).parent.parent
HANDINS = 60
MOST = 600.0  # seconds for one run
ENDS = 30.0  # seconds in which everything ends, once the first process has
FULL, INTERRUPTED = 4, 130  # exit codes
MAY_END = {  # by misfortune, the exit codes that a run may end with where it has not been done
    "kill main": {-signal.SIGKILL},
    "kill any": {-signal.SIGKILL},
    "hangup": {INTERRUPTED},
    "terminate": {INTERRUPTED},
    "interrupt": {INTERRUPTED},
    "interrupt twice": {INTERRUPTED},
    "full": {FULL},
    "full gradebook": {FULL},
    "lost volume": {FULL},
    "removed": {FULL},
}
_STUDENTS = {  # what an exercise of SMALL is answered with in place of the solution
    "right": {},
    "wrong total": {"total": "#| exercise: total\ntotal = 0"},
    "no function": {"means": "#| exercise: means\nmeans = 1"},
    "raises": {"fit": "#| exercise: fit\n1 / 0"},
    "sum": {
        "means": "#| exercise: means\ndef column_means(table):\n    return table.sum(0)\n\n\n"
        "means = column_means(data)"
    },
    "typed in": {"total": "#| exercise: total\ntotal = torch.tensor(2.0)"},
}
_DAMAGED = ("tests/cases/05a-zero-bytes", "tests/cases/05f-truncated", "tests/cases/15-r-notebook")
_COURSES = (  # of two more assignments, which take longer
    *("tests/cases/01-utf8-bom", "tests/cases/39-raw-attachments"),
    *(f"examples/submissions/{name}" for name in ("perfect", "float64", "syntax_error")),
)


@dataclass(kw_only=True)
class Ended:
    """A run that has ended. faults: what should not have been."""

    code: int
    said: list[str]
    faults: list[str] = field(default_factory=list)


def make_course(folder: Path, *, whole: bool) -> None:
    """Write sources, `course.toml`, a secret and 60 hand-ins, of three assignments or of one."""
    (folder / "sources").mkdir()
    write_source(folder / "sources", SMALL)
    if whole:
        shutil.copy(TOP / "tests/cases/mini.py", folder / "sources")
        shutil.copy(TOP / "reference/gradient_descent.py", folder / "sources")
    (folder / "course.toml").write_text('sources = "sources"\n', encoding="utf-8")
    (folder / "secret.txt").write_text("5e" * 32 + "\n", encoding="utf-8")
    inside = folder / "in"
    inside.mkdir()
    others = [*_DAMAGED, *(_COURSES if whole else ())]
    for name in others:
        shutil.copy(TOP / f"{name}.ipynb", inside)
    for number in range(HANDINS - len(others)):
        kind = [*_STUDENTS][number % len(_STUDENTS)]
        nodes = [nbformat.v4.new_code_cell(cell) for cell in answers_to_small(**_STUDENTS[kind])]
        for place, node in enumerate(nodes):
            node["id"] = f"cell-{place}"
        made = nbformat.v4.new_notebook(cells=nodes)
        name = f"{number:02} {kind}.ipynb"
        (inside / name).write_text(nbformat.writes(made) + "\n" * number, encoding="utf-8")


class Run:
    """One `grader grade` in a folder, watched as it goes. out, book: where it writes to."""

    def __init__(self, folder: Path, out: Path, book: Path) -> None:
        self.lines = 0
        self.said: list[str] = []
        self.ended = False
        command = [Path(sys.executable).with_name("grader"), "grade", "in", "-o", out]
        options = ["--gradebook", f"sqlite:///{book}", "--secret", "secret.txt", "-j", "2"]
        self.popen = subprocess.Popen(
            [*map(str, command), *options],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._known: dict[int, psutil.Process] = {}
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def tree(self) -> list[psutil.Process]:
        """Return the processes of it that live; they are also remembered."""
        with suppress(psutil.Error):
            main = psutil.Process(self.popen.pid)
            found = [main, *main.children(recursive=True)]
            self._known |= {one.pid: one for one in found}
            return found
        return []

    def wait_for(self, lines: int, seconds: float) -> None:
        """Wait until it has said so many lines, and then some seconds, or until it has ended."""
        deadline = time.monotonic() + MOST
        while self.lines < lines and self.popen.poll() is None and time.monotonic() < deadline:
            time.sleep(0.005)
        with suppress(subprocess.TimeoutExpired):
            self.popen.wait(seconds)

    def end(self) -> Ended:
        """Wait until it has ended, and everything of it."""
        deadline = time.monotonic() + MOST
        while self.popen.poll() is None and time.monotonic() < deadline:
            self.tree()
            time.sleep(0.2)
        faults = []
        if self.popen.poll() is None:
            faults.append(f"it does not end in {MOST:g} s")
            self.popen.kill()
        deadline = time.monotonic() + ENDS
        while (left := self._left()) and time.monotonic() < deadline:
            time.sleep(0.1)
        for one in left:
            with suppress(psutil.Error):
                faults.append(f"a process is left: {' '.join(one.cmdline())[:100]}")
                one.kill()
        self._reader.join(5)
        if any("Traceback" in line for line in self.said):
            faults.append("a traceback: " + " | ".join(self.said[-6:]))
        return Ended(code=self.popen.wait(), said=self.said, faults=faults)

    def _left(self) -> list[psutil.Process]:
        return [
            one
            for one in self._known.values()
            if one.is_running() and one.status() != psutil.STATUS_ZOMBIE
        ]

    def _read(self) -> None:
        assert self.popen.stdout is not None
        for line in self.popen.stdout:
            self.said.append(line.rstrip())
            self.lines += 1


class Place:
    """Where a round writes to, with the misfortunes that can happen to it."""

    def __init__(self, top: Path, misfortune: str) -> None:
        self.top, self._misfortune = top, misfortune
        self.out, self.books = top / "out", top / "books"
        self.book = self.books / "gradebook.db"
        for path in (self.out, self.books):
            path.mkdir(parents=True)
        self._mounted: list[Path] = []
        if misfortune == "full":
            self.book = self.out / "gradebook.db"
            self._mount("-t", "tmpfs", "-o", "size=64m", "tmpfs", self.out)
        elif misfortune == "full gradebook":
            self._mount("-t", "tmpfs", "-o", "size=64m", "tmpfs", self.books)
        elif misfortune == "lost volume":
            self.book = self.out / "gradebook.db"
            (top / "volume").mkdir()
            self._mount("--bind", top / "volume", self.out)

    def strike(self, run: Run, rng: random.Random) -> str:
        """Let it happen; returns what did."""
        match self._misfortune:
            case "kill main":
                return _sent(run, signal.SIGKILL)
            case "kill any":
                found = run.tree()
                if not found:
                    return "too late"
                one = rng.choice(found)
                with suppress(psutil.Error):
                    what = "main" if one.pid == run.popen.pid else " ".join(one.cmdline()[2:5])
                    one.kill()
                    return f"killed {what}"
                return "it was gone"
            case "hangup":
                return _sent(run, signal.SIGHUP)
            case "terminate":
                return _sent(run, signal.SIGTERM)
            case "interrupt":
                return _sent(run, signal.SIGINT)
            case "interrupt twice":
                _sent(run, signal.SIGINT)
                run.wait_for(0, rng.random())
                return _sent(run, signal.SIGINT)
            case "full":
                return _filled(self.out, rng.choice([0, 0, 3_000, 20_000]))
            case "full gradebook":
                return _filled(self.books, rng.choice([0, 0, 5_000, 50_000]))
            case "lost volume":
                self._unmount()
                return "unmounted"
            case _:
                shutil.rmtree(self.out, ignore_errors=True)
                shutil.rmtree(self.books, ignore_errors=True)
                return "removed"

    def mend(self) -> None:
        """Make it possible to go on."""
        for path in (self.out, self.books):
            (path / "ballast").unlink(missing_ok=True)
            path.mkdir(exist_ok=True)
        if self._misfortune == "lost volume" and not self._mounted:
            shutil.rmtree(self.out)
            self.out.mkdir()
            self._mount("--bind", self.top / "volume", self.out)

    def close(self) -> None:
        """Unmount what is mounted, and remove all."""
        self._unmount()
        shutil.rmtree(self.top)

    def _mount(self, *arguments: Any) -> None:
        subprocess.run(["mount", *map(str, arguments)], check=True)
        self._mounted.append(arguments[-1])

    def _unmount(self) -> None:
        while self._mounted:
            subprocess.run(["umount", "-l", self._mounted.pop()], check=True)


def _sent(run: Run, number: signal.Signals) -> str:
    if run.popen.poll() is not None:
        return "too late"
    run.popen.send_signal(number)
    return number.name


def _filled(folder: Path, left: int) -> str:
    """Fill a file system but for some bytes."""
    with (folder / "ballast").open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"\0" * 2**20):
            pass
        while file.write(b"\0" * 512):
            pass
    size = (folder / "ballast").stat().st_size
    os.truncate(folder / "ballast", max(0, size - left))
    return f"full but for {left} bytes"


def contents(place: Place) -> dict[str, Any]:
    """Return what a course has come to, without times."""
    found: dict[str, Any] = {}
    for path in sorted(place.out.rglob("*")):
        name = path.relative_to(place.out).as_posix()
        if path.is_dir() or name.startswith("gradebook.db") or name == "gradebook.lock":
            continue
        if path.name in (".written.json", "executed.ipynb", "executed.html"):
            found[name] = "there"  # of numbers and times of gradings
        else:
            found[name] = timeless(path.name, path.read_bytes())
    found["books"] = [path.name for path in place.books.iterdir() if path.name != place.book.name]
    return {**found, **dict(_rows(place.book))}


def _rows(book: Path) -> Iterator[tuple[str, Any]]:
    """Yield what the gradebook holds, without numbers and times."""
    queries = {
        "entries": "SELECT key, place, student, student_id, assignment FROM entry",
        "hand-ins": "SELECT entry.key, digest, given != '', shown, handed_in, late, is_absent,"
        " gone_run FROM handin JOIN entry ON entry.id = entry_id",
        "gradings": "SELECT handin.digest, outcome, reason, title, language, score, max_score,"
        " notes, concerns, submission_digest, assignment_digest, reference_digest, sources_digest,"
        " settings_digest, judging, seed, other_data, device, kernel, isolation, versions"
        " FROM grading JOIN handin ON handin.id = handin_id WHERE grading.id IN"
        " (SELECT max(id) FROM grading GROUP BY handin_id)",
        "exercises": "SELECT handin.digest, number, exercise, exercise.digest, exercise.title,"
        " exercise.outcome, exercise.score, exercise.max_score, is_unconfirmed FROM exercise"
        " JOIN grading ON grading.id = grading_id JOIN handin ON handin.id = handin_id"
        " WHERE grading.id IN (SELECT max(id) FROM grading GROUP BY handin_id)",
        "checks": "SELECT handin.digest, exercise, check_result.number, expression, hidden,"
        " check_result.outcome, check_result.score, check_result.max_score FROM check_result"
        " JOIN exercise ON exercise.id = exercise_id JOIN grading ON grading.id = grading_id"
        " JOIN handin ON handin.id = handin_id"
        " WHERE grading.id IN (SELECT max(id) FROM grading GROUP BY handin_id)",
        "symptoms": "SELECT handin.digest, exercise, symptom.number, kind, mistake, expression"
        " FROM symptom JOIN exercise ON exercise.id = exercise_id"
        " JOIN grading ON grading.id = grading_id JOIN handin ON handin.id = handin_id"
        " WHERE grading.id IN (SELECT max(id) FROM grading GROUP BY handin_id)",
    }
    with closing(sqlite3.connect(book)) as database:
        yield "integrity", database.execute("PRAGMA integrity_check").fetchall()
        for name, query in queries.items():
            yield name, sorted(map(repr, database.execute(query)))
        documents = database.execute(
            "SELECT handin.digest, report, told FROM document"
            " JOIN grading ON grading.id = grading_id JOIN handin ON handin.id = handin_id"
            " WHERE grading.id IN (SELECT max(id) FROM grading GROUP BY handin_id)"
        )
        texts = [(digest, *map(zlib.decompress, two)) for digest, *two in documents]
        yield (
            "documents",
            sorted(
                (one, timeless("result.json", a), timeless("result.json", b)) for one, a, b in texts
            ),
        )


def graded_in(book: Path) -> Counter[str]:
    """Return how often each hand-in was graded, but for what needed review."""
    if not book.is_file():
        return Counter()
    with closing(sqlite3.connect(book)) as database, suppress(sqlite3.OperationalError):
        rows = database.execute(
            "SELECT shown FROM grading JOIN handin ON handin.id = handin_id"
            " WHERE outcome != 'needs review'"
        )
        return Counter(shown for (shown,) in rows)
    return Counter()


def differences(actual: dict[str, Any], expected: dict[str, Any]) -> Iterator[str]:
    """Yield what is not the same, a line each."""
    for name in sorted({*actual, *expected}):
        if name not in actual or name not in expected:
            yield f"{name} is {'missing' if name in expected else 'too much'}"
        elif actual[name] != expected[name]:
            one, other = actual[name], expected[name]
            if isinstance(one, dict):
                one = {key: value for key, value in one.items() if value != other.get(key)}
                other = {key: other.get(key) for key in one}
            elif isinstance(one, list):
                one, other = ([x for x in a if x not in b] for a, b in ((one, other), (other, one)))
            yield f"{name} differs: {str(one)[:600]} in place of {str(other)[:600]}"


def _after_misfortune(place: Place, misfortune: str, ended: Ended, did: str) -> Iterator[str]:
    """Yield what is wrong once a run was disturbed, and before another goes on."""
    yield from ended.faults
    if not ended.said and ended.code < 0:
        return  # it had not begun
    is_done = ended.code == 1  # some hand-ins are no notebooks
    if not is_done and ended.code not in MAY_END[misfortune]:
        yield f"it ended with {ended.code} after {did}: {' | '.join(ended.said[-4:])}"
    lines = [line for line in ended.said if "are kept" in line]
    if ended.code in (FULL, INTERRUPTED) and lines and misfortune not in ("lost volume", "removed"):
        said = re.search(r"(\d+) of (\d+) are kept", lines[-1])
        kept = graded_in(place.book).total()
        if said is None or int(said[1]) != kept:
            yield f"it says `{lines[-1]}`, and {kept} are kept"
    if ended.code == FULL and misfortune.startswith("full"):
        if not any("no space left" in line.casefold() for line in ended.said):
            yield f"it does not say that there is no room: {' | '.join(ended.said[-4:])}"
        for path in place.top.rglob(".*.*"):
            if path.name != ".written.json":
                yield f"left behind: {path.relative_to(place.top)}"
    table = place.out / "grades.csv"
    if table.exists():
        with table.open(encoding="utf-8-sig", newline="") as file:
            widths = Counter(len(row) for row in csv.reader(file))
        if len(widths) != 1:
            yield f"the table is damaged: {table.read_bytes()[:200]!r}"


def one_round(
    folder: Path, misfortune: str, rng: random.Random, expected: dict[str, Any]
) -> tuple[str, list[str]]:
    """Do a round; returns what happened, and what is wrong."""
    place = Place(folder / "round", misfortune)
    try:
        run = Run(folder, place.out, place.book)
        lines = rng.choice([0, rng.randrange(1, HANDINS), rng.randrange(HANDINS, HANDINS + 2)])
        run.wait_for(lines, rng.random() * (0.5 if lines else 8))
        run.tree()
        did = f"{place.strike(run, rng)} after {run.lines} lines"
        ended = run.end()
        did += f", ended with {ended.code}"
        faults = [] if ended.code == 1 else [*_after_misfortune(place, misfortune, ended, did)]
        place.mend()
        before = graded_in(place.book)
        again = Run(folder, place.out, place.book).end()
        did += f", {before.total()} kept, then {again.code}"
        faults += again.faults
        if again.code != 1:
            faults.append(f"it does not go on: {again.code}: {' | '.join(again.said[-4:])}")
        twice = [shown for shown, times in graded_in(place.book).items() if times > 1]
        faults += [f"graded twice: {', '.join(twice)}"] if twice else []
        return did, [*faults, *differences(contents(place), expected)]
    finally:
        place.close()


def undisturbed(folder: Path) -> dict[str, Any]:
    """Return what a batch gives that nothing happens to."""
    place = Place(folder / "round", "nothing")
    try:
        ended = Run(folder, place.out, place.book).end()
        if ended.code != 1 or ended.faults:
            raise SystemExit(f"undisturbed: {ended}")
        return contents(place)
    finally:
        place.close()


def main() -> None:
    """Do rounds, and say how each ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--whole", action="store_true", help="of three assignments, not of one")
    parser.add_argument("--only", choices=[*MAY_END], action="append", help="may be repeated")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="chaos-") as top:
        folder = Path(top)
        make_course(folder, whole=asked.whole)
        began = time.monotonic()
        expected, bad = undisturbed(folder), 0
        print(f"undisturbed: {time.monotonic() - began:.0f} s", flush=True)
        for number in range(asked.rounds):
            kinds = asked.only or [*MAY_END]
            misfortune = kinds[number % len(kinds)]
            rng = random.Random(f"{asked.seed} {number}")
            did, faults = one_round(folder, misfortune, rng, expected)
            bad += bool(faults)
            print(f"{number}: {misfortune}: {did}: {'as undisturbed' if not faults else 'NOT'}")
            for fault in faults[:10]:
                print(f"    {fault}")
            sys.stdout.flush()
    print(f"{asked.rounds - bad} of {asked.rounds} rounds as undisturbed")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
