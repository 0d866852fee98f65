"""A page as a PDF, which a browser makes of it where one is installed."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from grader.errors import UsageError

SECONDS = 60.0
VARIABLE = "GRADER_BROWSER"
NAMES = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    *("microsoft-edge", "msedge"),
)
_APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
# Nothing in a page of ours loads anything; the browser finds no host all the same.
_FLAGS = (
    "--headless=new",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-extensions",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-pdf-header-footer",
)


def write(page: str, to: Path) -> None:
    """Write a page as a PDF. Raises UsageError where no browser does that, which says why."""
    browser = _browser()
    with tempfile.TemporaryDirectory(prefix="grader-") as folder:
        source, made = Path(folder, "page.html"), Path(folder, "page.pdf")
        source.write_text(page, encoding="utf-8", errors="replace")
        command = [
            browser,
            *_FLAGS,
            *_as_root(),
            f"--user-data-dir={Path(folder, 'profile')}",
            f"--print-to-pdf={made}",
            source.as_uri(),
        ]
        why = _run(command)
        if not made.is_file() or not made.stat().st_size:
            raise UsageError(f"{browser} made no PDF: {why or 'it says nothing'}")
        try:
            shutil.copyfile(made, to)
        except OSError as error:
            raise UsageError(f"{to} cannot be written: {error.strerror}") from error


def _run(command: list[str]) -> str:
    """Run a browser to its end; returns what it says where it fails."""
    try:
        done = subprocess.run(  # noqa: S603 - a browser of this machine, and no shell
            command, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return f"it took longer than {SECONDS:g} s"
    except OSError as error:
        return str(error.strerror)
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:300] if done.returncode and lines else ""


def _browser() -> str:
    """Return the path of a browser. Raises UsageError."""
    if named := os.environ.get(VARIABLE):
        if found := shutil.which(named):
            return found
        raise UsageError(f"{VARIABLE} is `{named}`, which is no program here")
    if found := next(_installed(), None):
        return found
    raise UsageError(
        "a PDF is made by a browser, and neither Chromium nor Chrome nor Edge is installed here"
        f" (set {VARIABLE} to the path of one); or open the report and print it"
    )


def _installed() -> Iterator[str]:
    yield from filter(None, map(shutil.which, NAMES))
    yield from (path for path in _APPLICATIONS if Path(path).is_file())


def _as_root() -> list[str]:
    """Return what a browser needs to start as root, who has no sandbox in it."""
    is_root = sys.platform != "win32" and os.geteuid() == 0
    return ["--no-sandbox"] if is_root else []
