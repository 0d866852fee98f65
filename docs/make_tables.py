"""The tables in the documents that are made of the grader's own, which `make build` writes.

Started as `python docs/make_tables.py [--check]`.
"""

import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from grader.exchange.export import Export
from grader.exchange.registry import EXPORTS
from grader.intake.platforms.platform import Platform
from grader.intake.platforms.registry import PLATFORMS
from grader.model.kinds import KINDS, Kind

FOLDER = Path(__file__).parent


def table(platforms: Sequence[Platform]) -> str:
    """Return the table of the platforms whose downloads are known."""
    rows = [f"| {one.title} | {one.layout} | {one.tells} |" for one in platforms]
    anything = (
        "| anything | a folder, an archive or a file for each student, in groups too | its name |"
    )
    head = ["| from | looks like | tells: student, id, … |", "|---|---|---|"]
    return "\n".join([*head, *rows, anything]) + "\n"


def formats(exports: Sequence[Export]) -> str:
    """Return the table of the formats that marks are exported in."""
    rows = [f"| `{one.name}` | {one.title} | {one.needs} |" for one in exports]
    return "\n".join(["| format | what it is | fills in |", "|---|---|---|", *rows]) + "\n"


def kinds(known: Iterable[Kind]) -> str:
    """Return the table of the kinds of values that cross as records."""
    rows = [f"| {one.title} | {one.compared} |" for one in known if one.title]
    return "\n".join(["| value | what is compared |", "|---|---|", *rows]) + "\n"


TABLES = {
    "authoring.md": ("kinds", kinds(KINDS.values())),
    "submissions.md": ("platforms", table(PLATFORMS)),
    "exports.md": ("formats", formats(EXPORTS)),
}


def main() -> None:
    """Write the tables, or with --check say whether they are stale, and exit with 1 if so."""
    stale = False
    for name, (mark, made) in TABLES.items():
        path = FOLDER / name
        text = path.read_text(encoding="utf-8")
        place = re.compile(rf"(?<=<!-- {mark} -->\n).*?(?=<!-- end -->)", re.DOTALL)
        new = place.sub(lambda _, made=made: made, text)
        if new == text and place.search(text):
            sys.stdout.write(f"{name}: current\n")
        elif "--check" in sys.argv[1:] or not place.search(text):
            sys.stdout.write(f"{name}: stale; run `make build`\n")
            stale = True
        else:
            path.write_text(new, encoding="utf-8")
            sys.stdout.write(f"{name}: written\n")
    if stale:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
