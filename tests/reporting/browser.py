"""A page as Chromium shows it, for tests; skips them, with the reason, where there is none."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import unquote

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless=new",
    "--disable-gpu",
    "--no-first-run",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--hide-scrollbars",
)
SECONDS = 120
_INNER = """<script>
addEventListener("load", () => Promise.resolve().then(() => {%s}).then(
  found => parent.postMessage(found, "*"), error => parent.postMessage(`${error}`, "*")));
</script></body>"""
_OUTER = """<!doctype html><title></title><script>
addEventListener("message", one => document.title = encodeURIComponent(JSON.stringify(one.data)));
</script>
<iframe src="inner.html" style="border: 0; height: 800px; color-scheme: %s; width: %dpx"></iframe>
"""


def chromium() -> str:
    """Return the path of Chromium."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip(f"there is no browser here (looked for {', '.join(NAMES)})")
    return found


def axe() -> str:
    """Return the source of axe-core."""
    spec = importlib.util.find_spec("axe_core_python")
    if spec is None or spec.origin is None:
        pytest.skip("axe-core is not installed (the package axe-core-python)")
    return (Path(spec.origin).parent / "axe.min.js").read_text(encoding="utf-8")


def run(folder, page, script, *, width=1280, scheme="light"):
    """Return what a script gives in a page: a promise of what JSON can say.

    The page's own policy forbids scripts, so that it is taken out of the copy. The copy stands in a
    frame, since a window is never narrower than 500 pixels.
    """
    program = chromium()
    bare = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    assert bare != page
    inner, outer = folder / "inner.html", folder / "outer.html"
    code = script.replace("</script", "<\\/script")
    inner.write_text(bare.replace("</body>", _INNER % code), encoding="utf-8", errors="replace")
    outer.write_text(_OUTER % (scheme, width), encoding="utf-8")
    shown = _dom(program, folder, outer, width + 500, "--virtual-time-budget=60000")
    found = re.search(r"<title>(.+?)</title>", shown)
    assert found, shown[-2000:]
    return json.loads(unquote(found[1]))


def dumped(folder, page):
    """Return a page, under its own policy, as it is once it is loaded."""
    path = folder / "page.html"
    path.write_text(page, encoding="utf-8", errors="replace")
    return _dom(chromium(), folder, path, 1280)


def _dom(program, folder, path, width, *flags):
    command = [
        program,
        *FLAGS,
        *(["--no-sandbox"] if os.geteuid() == 0 else []),
        f"--user-data-dir={folder / 'profile'}",
        f"--window-size={width},900",
        *flags,
        "--dump-dom",
        path.as_uri(),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    return done.stdout or done.stderr
