"""What makes the kernels of a run: warm ones or cold ones."""

import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from grader.errors import KernelFailed, UsageError
from grader.kernels.kernel import KernelFactory

if TYPE_CHECKING:
    from grader.kernels.template_process import TemplateProcess

_offered: list[Callable[[], KernelFactory]] = []
_begun: "list[TemplateProcess]" = []  # at most one, of those that are offered


def offer(ready: Callable[[], KernelFactory]) -> None:
    """Have the next who asks for warm kernels, with the usual memory, get these in their place."""
    _offered.append(ready)


def begin(name: str | None, device: str) -> None:
    """Have warm kernels loaded in the background for who asks for them next, where they are usual.

    Whoever knows early that it will ask waits less then.
    """
    if sys.platform == "linux" and device == "cpu" and name != "cold" and not _offered:
        from grader.kernels import template_process, warm

        with suppress(OSError):  # who asks tries again, and says so
            _begun[:] = [template_process.begin()]
            offer(partial(warm.warm, begun=_begun[0]))


def has_begun() -> bool:
    """Whether kernels that `begin` has begun are loading, and nobody has asked for them yet."""
    return bool(_begun)


def load_early(names: Sequence[str]) -> None:
    """Have what `begin` has begun, and nobody has asked for yet, load these modules too."""
    for process in _begun:
        process.load(names)


def open_factory(
    name: str | None, device: str, *, full: bool = False, memory: int | None = None
) -> KernelFactory:
    """Return what makes kernels, ready; without a name, warm ones where that is possible.

    full: whether less than full isolation is refused; memory: bytes that a submission may hold,
    which only warm kernels are told.
    Raises UsageError where what is asked for cannot be had, and KernelFailed.
    """
    possible = sys.platform == "linux" and device == "cpu"
    if name == "warm" and not possible:
        why = "a process that forks must not use CUDA" if device != "cpu" else "they need Linux"
        raise UsageError(f"warm kernels cannot be used here: {why}; leave out --kernel warm")
    if name == "cold" or not possible:
        from grader.kernels.cold import cold

        factory = cold(device)
    elif _offered and memory is None:
        _begun.clear()
        factory = _offered.pop()()
    else:
        from grader.kernels.sandbox import Bounds
        from grader.kernels.warm import warm

        try:
            factory = warm(None if memory is None else Bounds.within(memory))
        except KernelFailed as error:
            if name == "warm":
                raise
            raise KernelFailed(f"{error}; --kernel cold does without") from error
    if full and factory.isolation.level != "full":
        factory.close()
        raise UsageError(
            f"isolation is {factory.isolation}, and --isolation full was asked for; "
            "`grader doctor` says what is missing and why"
        )
    return factory
