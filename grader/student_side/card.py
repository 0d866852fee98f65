"""The card of a kernel: its context, and what makes it give the same numbers each time.

A context does not survive a fork, so each kernel opens its own, once it is confined and before any
of the student's code runs. What a cell starts on a card goes on after the cell unless it is waited
for, and what goes wrong there shows later still: so it is waited for.
"""

import warnings

import torch

# References of our own: a cell may rebind any of these.
_C, _synchronize = torch._C, torch.cuda.synchronize
_RuntimeError = RuntimeError


def _told(read):
    """Return what reads a switch; None where old and new names of it have been mixed."""

    def tolerant():
        try:
            return read()
        except _RuntimeError:
            return None

    return tolerant


# Of CUDA alone: each is read before a look, set to what it was at the start, and put back.
SWITCHES = (
    (torch.get_deterministic_debug_mode, torch.set_deterministic_debug_mode),
    (_told(_C._get_cublas_allow_tf32), _C._set_cublas_allow_tf32),
    (_told(_C._get_cudnn_allow_tf32), _C._set_cudnn_allow_tf32),
    (_C._get_cudnn_benchmark, _C._set_cudnn_benchmark),
    (_C._get_cudnn_deterministic, _C._set_cudnn_deterministic),
)


def open_context(share):
    """Open the one card in sight, and take no more than a share of its memory.

    Raises RuntimeError where the driver does not let it.
    """
    try:
        torch.cuda.init()
        torch.cuda.set_per_process_memory_fraction(min(1.0, share), 0)
        torch.zeros(1, device="cuda")
        finish()
    except Exception as error:  # its first line says what, the others how to look for faults
        said = [*str(error).splitlines(), type(error).__name__]
        raise _RuntimeError(f"the card cannot be opened: {said[0]}") from None


def settle():
    """Choose what gives the same numbers each time, in full precision, over what is fast."""
    _C._set_cublas_allow_tf32(False)
    _C._set_cudnn_allow_tf32(False)
    _C._set_cudnn_benchmark(False)
    _C._set_cudnn_deterministic(True)
    torch.use_deterministic_algorithms(True, warn_only=True)
    # `torch.empty` is to take no longer than on the CPU, and hold nothing else.
    torch.utils.deterministic.fill_uninitialized_memory = False
    # Where there is only one way, it is taken, and no cell has to say so.
    message = ".*does not have a deterministic implementation"
    warnings.filterwarnings("ignore", message=message)


def finish():
    """Wait for what runs on the card. Raises what went wrong there."""
    _synchronize()
