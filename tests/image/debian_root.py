"""A root file system of Debian's packages with the grader in it, as the Containerfile lays it out.

Python comes from Debian, the grader from a wheel of this very code, and what it needs from the
environment that runs the tests: built for the same Python, and seen through an overlay, so that
torch is not copied.
"""

import compileall
import hashlib
import io
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from grader.exchange.wheel import wheel
from tests.image.profiles import PODMANS

SUITE, PYTHON = "bookworm", (3, 11)  # Debian's, and the Python in it
USER = 1000
GRANTED = "grader:10000:50000"  # of /etc/subuid, below 65,536, which containers map
INSTALLED = "/opt/grader"
PACKAGES = f"{INSTALLED}/lib/python{PYTHON[0]}.{PYTHON[1]}/site-packages"
_TOOLS = ("mmdebstrap", "crun", "unshare", "setcap")
INCLUDED = ("python3", "uidmap")
_COMMAND = f"""#!{INSTALLED}/bin/python
import sys
from grader.entry import main
sys.exit(main())
"""


class PackagesUnreachable(Exception):
    """Debian's packages could not be had, or put together; says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DebianRoot:
    """Folders: the system's, and the grader's, over that of what it needs."""

    system: Path
    grader: Path

    @property
    def packages(self) -> str:
        """What is to be seen as the environment's packages, as `lowerdir` of an overlay."""
        return f"{self.grader}:{_own_packages()}"


def lacking() -> str:
    """Return why no such root can be made here, empty where it can."""
    if os.geteuid() != 0:
        return "only root can make a root file system and enter it"
    if missing := [tool for tool in _TOOLS if not shutil.which(tool)]:
        return f"{', '.join(missing)}: not installed"
    if not PODMANS.is_file():
        return f"{PODMANS}: golang-github-containers-common is not installed"
    if sys.version_info[:2] != PYTHON:
        return f"Debian's {SUITE} has Python {PYTHON[0]}.{PYTHON[1]}, and another runs the tests"
    return ""


def made(folder: Path) -> DebianRoot:
    """Make both in a folder, or take them from there if they are what would be made now.

    Raises PackagesUnreachable.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "lock"):
        return DebianRoot(system=_system(folder), grader=_grader(folder))


def _system(folder: Path) -> Path:
    recipe = repr((SUITE, INCLUDED, _COMMAND, Path(__file__).read_text(encoding="utf-8")))

    def make(new: Path) -> None:
        # The machine's own sources: a mirror, a proxy or keys of its own are where apt has them.
        done = subprocess.run(_mmdebstrap(new), capture_output=True, text=True)
        if done.returncode:
            told = done.stderr.strip().splitlines() or ["mmdebstrap failed"]
            raise PackagesUnreachable(told[-1])
        _lay_out(new)

    return _made(folder, "system", recipe.encode(), make)


def _grader(folder: Path) -> Path:
    _, data = wheel()

    def make(new: Path) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            archive.extractall(new)
        compileall.compile_dir(new, quiet=1)

    return _made(folder, "grader", data, make)


def _made(folder: Path, kind: str, of: bytes, make: Callable[[Path], None]) -> Path:
    """Return what was made of these bytes, once; whatever was made of others goes."""
    target = folder / f"{kind}-{hashlib.sha256(of).hexdigest()[:12]}"
    if target.is_dir():
        return target
    new = folder / f"new-{kind}"
    for stale in (new, *folder.glob(f"{kind}-*")):
        shutil.rmtree(stale, ignore_errors=True)
    make(new)
    new.rename(target)
    return target


def _mmdebstrap(target: Path) -> Sequence[str]:
    found = [Path("/etc/apt/sources.list"), *Path("/etc/apt/sources.list.d").glob("*.sources")]
    sources = [str(path) for path in found if path.is_file() and SUITE in path.read_text()]
    included = f"--include={','.join(INCLUDED)}"
    quiet = ("--quiet", "--mode=root", "--variant=minbase", "--format=directory")
    small = [
        f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in ("doc", "man", "locale", "info")
    ]
    return ["mmdebstrap", *quiet, *small, included, SUITE, str(target), *sources]


def _lay_out(root: Path) -> None:
    """Do what the Containerfile does after it has installed Debian's packages."""
    base = root / INSTALLED.lstrip("/")
    (base / "bin").mkdir(parents=True)
    (root / PACKAGES.lstrip("/")).mkdir(parents=True)
    (base / "bin" / "python").symlink_to("/usr/bin/python3")
    (base / "pyvenv.cfg").write_text("home = /usr/bin\ninclude-system-site-packages = false\n")
    (base / "bin" / "grader").write_text(_COMMAND)
    (base / "bin" / "grader").chmod(0o755)
    for name, line in (
        ("passwd", f"grader:x:{USER}:{USER}::/home/grader:/bin/sh\n"),
        ("group", f"grader:x:{USER}:\n"),
        ("subuid", f"{GRANTED}\n"),
        ("subgid", f"{GRANTED}\n"),
    ):
        with (root / "etc" / name).open("a", encoding="utf-8") as file:
            file.write(line)
    for name in ("home/grader", "course", "out"):
        (root / name).mkdir()
    os.chown(root / "home" / "grader", USER, USER)


def _own_packages() -> str:
    import torch

    return str(Path(torch.__file__).parent.parent)
