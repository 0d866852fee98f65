"""How long the staff's index takes for a large class: to be written, and in a browser.

`python -m benchmarks.index_page` keeps a made-up class in a gradebook, as a run does, has
`grader tables` write the index in a process of its own, and opens it in Chromium: until its rows
are shown, and for a search, a sort and a jump to the last row, where there is a browser.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import unquote

from benchmarks.gradebook import run_measured
from benchmarks.kept import keep_reports
from benchmarks.made_up_class import reports

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = ("--headless=new", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage")
_MEASURED = """<script>
const shown = performance.now();
const lines = () => document.querySelectorAll("#body > tr").length;
const until = work => {
  const start = performance.now();
  work(); document.body.offsetHeight;
  return performance.now() - start;
};
const search = document.getElementById("search");
const found = {shown, rows: lines(), elements: document.querySelectorAll("*").length};
found.search = until(() => {search.value = "anna"; search.dispatchEvent(new Event("input"));});
search.value = ""; search.dispatchEvent(new Event("input"));
found.sort = until(() => document.querySelector("#rows .of-score button").click());
found.last = until(() => {scrollTo(0, 1e9); dispatchEvent(new Event("scroll"));});
document.title = encodeURIComponent(JSON.stringify(found));
</script></body>"""


def main() -> None:
    """Measure, and print a line for each size."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.index_page", description=__doc__)
    parser.add_argument("--students", type=int, nargs="+", default=[750, 3000])
    parser.add_argument("--exercises", type=int, default=16)
    parser.add_argument("--keep", type=Path, help="a folder that stays, to look at")
    asked = parser.parse_args()
    for students in asked.students:
        with tempfile.TemporaryDirectory(prefix="benchmarks-") as name:
            folder = (asked.keep or Path(name)) / str(students)
            folder.mkdir(parents=True)
            _measure(folder, students, asked.exercises)


def _measure(folder: Path, students: int, exercises: int) -> None:
    keep_reports(folder, reports(students, exercises))
    first = run_measured(["tables", "-o", str(folder)])
    again = run_measured(["tables", "-o", str(folder)])
    page = folder / "index.html"
    mib = page.stat().st_size / 2**20
    print(
        f"{students} rows, {exercises} exercises: written in {again.cpu:.1f} s CPU (with all"
        f" reports {first.cpu:.1f}), {again.mib:.0f} MiB held; the page has {mib:.1f} MiB"
    )
    program = next(filter(None, map(shutil.which, _BROWSERS)), None)
    print(_opened(program, page) if program else "  no browser")


def _opened(program: str, page: Path) -> str:
    """Return what opening a page costs. The copy has a script more, which its policy forbids."""
    text = page.read_text(encoding="utf-8")
    bare = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
    copy = page.with_name("measured.html")
    copy.write_text(bare.replace("</body>", _MEASURED), encoding="utf-8")
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as profile:
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        own = [f"--user-data-dir={profile}", "--window-size=1280,900", "--dump-dom", copy.as_uri()]
        done = subprocess.run(  # noqa: S603 - a browser that was found
            [program, *_FLAGS, *sandbox, *own], capture_output=True, text=True, check=True
        )
    copy.unlink()
    (title,) = re.findall("<title>(.+?)</title>", done.stdout)[:1]
    found = json.loads(unquote(title))
    return (
        f"  in the browser: shown after {found['shown']:.0f} ms ({found['rows']} rows of the table,"
        f" {found['elements']} elements), search {found['search']:.0f} ms, sort {found['sort']:.0f}"
        f" ms, jump to the last row {found['last']:.0f} ms"
    )


if __name__ == "__main__":
    main()
