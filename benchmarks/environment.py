"""Environments of their own for other graders, made once and kept in a cache folder."""

import shutil
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from benchmarks.process import Skipped, run


@dataclass(frozen=True, slots=True)
class Environment:
    """A virtual environment with a grader and its kernel; packages: what pip is asked for."""

    name: str
    packages: tuple[str, ...]
    cache: Path

    @property
    def folder(self) -> Path:
        """Where it is."""
        return self.cache / self.name

    def program(self, name: str) -> str:
        """Return the path of one of its commands."""
        return str(self.folder / "bin" / name)

    def install(self) -> None:
        """Make it, if it is not there as asked for. Raises Skipped where that fails."""
        # The same torch as the grader's own, and never just any: that may be gigabytes of CUDA.
        torch = f"torch=={version('torch').partition('+')[0]}"
        wanted = [torch, f"numpy=={version('numpy')}", "ipykernel", *self.packages]
        stamp = self.folder / "installed.txt"
        if stamp.exists() and stamp.read_text(encoding="utf-8").split() == wanted:
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        self.cache.mkdir(parents=True, exist_ok=True)
        print(f"installing {' '.join(wanted)} into {self.folder}", file=sys.stderr)
        try:
            run([sys.executable, "-m", "venv", str(self.folder)], self.cache)
            run([self.program("python"), "-m", "pip", "install", "--quiet", *wanted], self.cache)
        except Skipped as error:
            raise Skipped(f"{self.name} cannot be installed: {error}") from error
        stamp.write_text("\n".join(wanted), encoding="utf-8")
