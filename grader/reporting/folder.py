"""The folder that a run writes to: what lies where, under names that every system takes.

`feedback/` goes back to students, `results/` is for the staff, and the overviews are of all.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from grader.model.result import Report
from grader.reporting import html, record, tables


def write_overviews(out: Path, done: Sequence[tuple[Report, Path]]) -> None:
    """Write the table of grades and the index page. done: reports, and where their files are."""
    tables.write(out / "grades.csv", [report for report, _ in done])
    html.write_index(out / "index.html", done)


def write(
    report: Report,
    feedback: Report,
    out: Path,
    place: Path,
    *,
    executed: str | None = None,
    error: str | None = None,
) -> None:
    """Write what goes back to the student, which is `feedback`, and what is for the staff."""
    results = out / "results" / place
    files = {
        out / "feedback" / place / "report.html": html.report(feedback),
        results / "result.json": record.dump(report),
        results / "executed.ipynb": executed,
        results / "error.txt": error,
    }
    for path, text in files.items():
        if text is None:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        # Half a character, which Python can hold and no file can, comes from students too.
        path.write_text(text, encoding="utf-8", errors="replace")


def safe(name: str) -> str:
    """Return a name that is one folder on every system, of at most 100 bytes."""
    cleaned = re.sub(r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|]', "_", name)
    cut = cleaned.encode("utf-8", "replace")[:100].decode("utf-8", "ignore")
    return cut.strip(" .") or "_"
