"""What the command line asks for."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.catalogue import NAMES
from benchmarks.mixed_class import NUMBER, SEED
from benchmarks.workload import CLASS, WORKLOADS

CACHE = Path(__file__).parent / ".cache"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The whole of what a run measures.

    submissions: how many, ascending; other graders get the first alone.
    workloads: that are copies of one submission; has_class: whether a class is taken, too.
    only: routes by name; rounds: how often each is timed.
    hand_ins, seed: of a class, which is taken class_rounds times.
    """

    submissions: tuple[int, ...]
    workers: tuple[int, ...]
    workloads: tuple[str, ...]
    has_class: bool
    only: tuple[str, ...]
    rounds: int
    hand_ins: int
    seed: int
    class_rounds: int
    cache: Path
    json: Path | None


def parse(arguments: Sequence[str] | None = None) -> Settings:
    """Return the settings; wrong usage ends the program with exit code 2."""
    parser = _parser()
    given = parser.parse_args(arguments)
    quick = given.quick
    workloads = dict.fromkeys(given.workload or ([CLASS, "eleven"] if quick else WORKLOADS))
    settings = Settings(
        submissions=tuple(sorted(set(given.submissions or ([4, 20] if quick else [10, 100, 300])))),
        workers=tuple(sorted(set(given.workers))),
        workloads=tuple(name for name in workloads if name != CLASS),
        has_class=CLASS in workloads,
        only=tuple(given.only),
        rounds=given.rounds or (1 if quick else 3),
        hand_ins=max(given.submissions or [12 if quick else NUMBER]),
        seed=given.seed,
        class_rounds=given.rounds or 1,
        cache=given.cache.resolve(),
        json=given.json,
    )
    if min(settings.submissions) < 2 * max(settings.workers):
        parser.error("each worker needs at least two submissions, to tell its start from its work")
    return settings


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Time this grader, other graders and the least that is possible side by side,"
        " on a class and on copies of one perfect submission, and print what each takes.",
        epilog="Other graders are installed once, each in an environment of its own below the cache"
        " folder; what cannot be installed or fails is skipped, with the reason in the table.",
    )
    parser.add_argument(
        "--submissions",
        type=_positive,
        nargs="+",
        metavar="N",
        help="how many; beyond the first number only the cheap routes (grader, observe, floor) are"
        " timed, and only on the last workload (default: 10 100 300; quick: 4 20); a class has the"
        " most of them (default: 60; quick: 12)",
    )
    parser.add_argument(
        "--workers",
        type=_positive,
        nargs="+",
        metavar="N",
        default=[1, 2],
        help="how many at once (default: 1 2)",
    )
    parser.add_argument(
        "--workload",
        nargs="+",
        choices=WORKLOADS,
        help="class: hand-ins to all assignments, right and wrong, with the most workers;"
        " released: the assignment as students get it; short: a fiftieth of its training;"
        " eleven: a small notebook (default: all; quick: class eleven)",
    )
    parser.add_argument(
        "--only",
        nargs="+",
        choices=NAMES,
        default=list(NAMES),
        metavar="ROUTE",
        help=f"of {', '.join(NAMES)} (default: all); the last four are of a class: once more with"
        " what the grader keeps of assignments, where the time goes, the first report of one"
        " notebook, `grader verify`",
    )
    parser.add_argument(
        "--rounds",
        type=_positive,
        metavar="N",
        help="how often each is timed, in turns; the median counts (default: 3, a class 1; quick:"
        " 1)",
    )
    parser.add_argument(
        "--seed", type=int, metavar="N", default=SEED, help=f"of the class (default: {SEED})"
    )
    parser.add_argument(
        "--quick", action="store_true", help="a small run of two to three minutes, once installed"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every timing there, too")
    parser.add_argument(
        "--cache",
        type=Path,
        metavar="FOLDER",
        default=CACHE,
        help="where other graders are installed (default: benchmarks/.cache)",
    )
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("should be at least 1")
    return number
