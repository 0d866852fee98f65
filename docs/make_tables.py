"""The tables in the documents that are made of the grader's own, which `make build` writes.

Started as `python docs/make_tables.py [--check]`.
"""

import re
import sys
from collections.abc import Sequence
from pathlib import Path

from grader.intake.platforms.platform import Platform
from grader.intake.platforms.registry import PLATFORMS

PAGE = Path(__file__).parent / "submissions.md"
_TABLE = re.compile(r"(?<=<!-- platforms -->\n).*?(?=<!-- end -->)", re.DOTALL)


def table(platforms: Sequence[Platform]) -> str:
    """Return the table of the platforms whose downloads are known."""
    rows = [f"| {one.title} | {one.layout} | {one.tells} |" for one in platforms]
    anything = (
        "| anything | a folder, an archive or a file for each student, in groups too | its name |"
    )
    head = ["| from | looks like | tells: student, id, … |", "|---|---|---|"]
    return "\n".join([*head, *rows, anything]) + "\n"


def main() -> None:
    """Write the tables, or with --check say whether they are stale, and exit with 1 if so."""
    page = PAGE.read_text(encoding="utf-8")
    made = _TABLE.sub(lambda _: table(PLATFORMS), page)
    if made == page and _TABLE.search(page):
        sys.stdout.write(f"{PAGE.name}: current\n")
    elif "--check" in sys.argv[1:] or not _TABLE.search(page):
        sys.stdout.write(f"{PAGE.name}: stale; run `make build`\n")
        raise SystemExit(1)
    else:
        PAGE.write_text(made, encoding="utf-8")
        sys.stdout.write(f"{PAGE.name}: written\n")


if __name__ == "__main__":
    main()
