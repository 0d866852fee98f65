"""What marks and values follow from beside sources: the grader's own code, and what it runs on."""

import hashlib
import platform
import sys
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path

# They put what was found into words, files and databases, and decide on no mark.
_TELLING = (
    *("commands", "course", "exchange", "locale", "reporting", "service", "wording"),
    *("entry.py", "serving.py"),
)
_TOP = Path(__file__).parent
_PROCESSOR = ("model name", "flags", "CPU part", "Features")  # of /proc/cpuinfo


@cache
def judging() -> str:
    """Return the digest of all modules that marks follow from."""
    return _digest(path for path in _TOP.rglob("*.py") if _part(path) not in _TELLING)


def everything() -> str:
    """Return the digest of all files of the grader, as they are now."""
    found = (path for path in _TOP.rglob("*") if path.is_file() and path.suffix != ".mo")
    return _digest(path for path in found if "__pycache__" not in path.parts)


def _part(path: Path) -> str:
    return path.relative_to(_TOP).parts[0]


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        content = path.read_bytes()
        name = path.relative_to(_TOP).as_posix()
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


@cache
def surroundings() -> str:
    """Return the digest of that, of Python and of all packages there are."""
    folders = (Path(folder or ".") for folder in sys.path)
    packages = {found.name for folder in folders for found in folder.glob("*.dist-info")}
    parts = [judging(), sys.version, *sorted(packages)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@cache
def processor() -> tuple[str, ...]:
    """Return what the processor is, and can do: its vector units round as they do."""
    with suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
        found = {line for line in lines if line.partition("\t")[0].strip() in _PROCESSOR}
        if found:
            return tuple(sorted(found))
    return platform.machine(), platform.processor()
