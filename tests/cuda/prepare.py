"""What `make test-cuda` needs, without a network: `python -m tests.cuda.prepare WHEELS TARGET`.

Installs what the grader needs, and what the tests do, from a folder of wheels, into an environment
that sees the PyTorch of the Python that runs this. `--download` fills such a folder, where there is
a network. It runs before anything is installed, so it imports the standard library alone.
"""

import argparse
import subprocess
import sys
import tomllib
from pathlib import Path

TOP = Path(__file__).parent.parent.parent
BUILD = ["setuptools>=77", "wheel"]
TESTS = ["pytest>=8.2", "hypothesis>=6.100"]
PLATFORMS = ["manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64"]


def wanted() -> list[str]:
    """Return what has to be there, PyTorch aside."""
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = [one for one in project["dependencies"] if not one.startswith("torch")]
    return [*needed, *project["optional-dependencies"]["cuda"], *TESTS, *BUILD]


def download(wheels: Path, python: str) -> None:
    """Fill a folder with the wheels, for a Python of that version on Linux."""
    target = ["--python-version", python, "--only-binary", ":all:", "--dest", str(wheels)]
    platforms = [f"--platform={name}" for name in PLATFORMS]
    pip(sys.executable, "download", *target, *platforms, *wanted())


def prepare(wheels: Path, target: Path) -> None:
    """Make an environment, or take the one that this Python is in, and install into it."""
    python = Path(sys.executable)
    if sys.prefix == sys.base_prefix:  # of a virtual environment, another would not see the PyTorch
        made = [sys.executable, "-m", "venv", "--system-site-packages", "--without-pip"]
        subprocess.run([*made, str(target)], check=True)
        python = target / "bin" / "python"
    done = subprocess.run([str(python), "-s", "-c", "import torch"], check=False)
    if done.returncode:
        raise SystemExit(
            f"{sys.executable} has no PyTorch; name a Python that has: make test-cuda PYTHON=..."
        )
    offline = ["--no-index", f"--find-links={wheels}", "--quiet"]
    pip(python, "install", *offline, *wanted())
    own = ["--no-build-isolation", "--no-deps", "--editable", str(TOP)]
    pip(python, "install", *offline, *own)
    (TOP / ".cuda-python").write_text(str(python), encoding="utf-8")


def pip(python: Path | str, *arguments: str) -> None:
    """Run pip for another Python; ends this one where it fails."""
    command = [sys.executable, "-m", "pip", "--python", str(python), *arguments]
    if subprocess.run(command, check=False).returncode:
        raise SystemExit(f"pip could not do it: {' '.join(command)}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wheels", type=Path)
    parser.add_argument("target", type=Path, nargs="?", default=TOP / ".venv-cuda")
    parser.add_argument("--download", metavar="PYTHON", help="of which version, as in 3.12")
    asked = parser.parse_args()
    if asked.download:
        download(asked.wheels, asked.download)
    else:
        prepare(asked.wheels.resolve(), asked.target.resolve())
