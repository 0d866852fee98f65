"""What of this machine's files a card's driver needs, and whether PyTorch could use one."""

import importlib.util
import os
import platform
import re
import subprocess
from contextlib import suppress
from functools import cache
from pathlib import Path

# The one that all go through, and the one for addresses that card and host share. Not -uvm-tools
# and -modeset: what watches other processes, and screens, no notebook needs.
_SHARED = ("/dev/nvidiactl", "/dev/nvidia-uvm")
# The driver, what asks it, and what it loads itself to compile for a card.
_LIBRARIES = re.compile(
    r"lib(?:cuda|nvidia-ml|nvidia-ptxjitcompiler|nvidia-gpucomp|nvidia-nvvm\d*)\.so[.\d]*"
)
_SHOWN = ("/usr/", "/lib", "/bin/")  # whose libraries every kernel sees


def devices(minor: int) -> list[str]:
    """Return the device files for a card, by the number of its own."""
    return [*_SHARED, f"/dev/nvidia{minor}"] if platform.system() == "Linux" else []


@cache
def libraries() -> list[str]:
    """Return the paths of the driver's libraries that are not where the system's are.

    A link comes with what it leads to.
    """
    found: dict[str, None] = {}
    for path in _listed():
        if _LIBRARIES.fullmatch(path.name) and path.exists():
            found.update(dict.fromkeys((str(path), str(path.resolve()))))
    return [path for path in found if not path.startswith(_SHOWN)]


def torch_has_cuda() -> bool:
    """Whether the PyTorch that is installed is one for CUDA; it is not loaded for that."""
    spec = importlib.util.find_spec("torch")
    if spec is None or spec.origin is None:
        return False
    with suppress(OSError):
        text = (Path(spec.origin).parent / "version.py").read_text(encoding="utf-8")
        return re.search(r"^cuda\b.*= *['\"]\d", text, re.MULTILINE) is not None
    return False


def _listed() -> list[Path]:
    """Return what the loader of libraries would look through: its cache, and LD_LIBRARY_PATH."""
    if platform.system() != "Linux":
        return []
    told = ""
    for program in ("/sbin/ldconfig", "/usr/sbin/ldconfig"):
        if Path(program).exists():
            done = subprocess.run(  # noqa: S603 - the system's own
                [program, "-p"], capture_output=True, text=True, check=False
            )
            told = done.stdout
            break
    listed = [Path(line.rpartition("=> ")[2]) for line in told.splitlines() if "=> " in line]
    for folder in os.environ.get("LD_LIBRARY_PATH", "").split(":"):
        if folder and Path(folder).is_dir():
            listed += sorted(Path(folder).glob("lib*.so*"))
    return listed
