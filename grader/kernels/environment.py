"""How a kernel's interpreter is started, with nothing in its environment but what Python needs."""

import os
import sys
from pathlib import Path

_PASSED_ON = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "LD_LIBRARY_PATH", "CUDA_HOME")
_ON_A_CARD = {
    "CUDA_DEVICE_ORDER": "PCI_BUS_ID",
    "CUDA_MODULE_LOADING": "LAZY",  # a context without what no cell needs
    "CUBLAS_WORKSPACE_CONFIG": ":4096:8",  # else its sums are not the same each time
    "NVIDIA_TF32_OVERRIDE": "0",  # full precision, whatever a switch of PyTorch says
    "PYTORCH_NVML_BASED_CUDA_CHECK": "1",  # whether there is a card is asked without opening it
}


def command(module: str, *arguments: str) -> list[str]:
    """Return what starts a module in the interpreter that runs the grader."""
    return [
        sys.executable,
        "-P",  # the working folder is not on the import path
        "-s",  # nor is what a user has installed for themselves
        "-B",  # a module that a cell writes anew is never taken from its old bytecode
        *("-m", module, *arguments),
    ]


def environment(home: str, temporary: str, card: str | None = None) -> dict[str, str]:
    """Return the variables for a kernel, with its two folders. card: as CUDA knows it."""
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    kept["CUDA_VISIBLE_DEVICES"] = card or ""
    if card is not None:
        kept |= _ON_A_CARD
    # One thread: sums come out the same on every machine, and kernels do not fight for cores.
    threads = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    # Where code asks for more, those that wait take no CPU: several kernels share the cores.
    threads["OMP_WAIT_POLICY"] = "passive"
    own = dict.fromkeys(("TMPDIR", "IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "MPLCONFIGDIR"), temporary)
    # Most kernels have no network, and pip would try five times.
    pip = {"PIP_RETRIES": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    if os.name == "posix":  # programs of the environment and of the system, no one's own
        kept["PATH"] = f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"
    # A fixed hash seed: the order of a set of strings is the same in every run.
    return {**kept, **threads, **own, **pip, "HOME": home, "PYTHONHASHSEED": "0"}
