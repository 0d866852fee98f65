"""What makes the kernels of a run: warm ones or cold ones."""

import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from grader.errors import KernelFailed, UsageError
from grader.kernels import cards
from grader.kernels.cards import Place, Slot
from grader.kernels.kernel import KernelFactory

if TYPE_CHECKING:
    from grader.kernels.template_process import TemplateProcess

_Offer = tuple[Slot | None, Callable[[], KernelFactory]]
_offered: list[_Offer] = []
_begun: "list[TemplateProcess]" = []  # at most one, of those that are offered


def offer(ready: Callable[[], KernelFactory]) -> None:
    """Have the next who asks for warm kernels for the CPU, with the usual memory, get these."""
    _offered.append((None, ready))


def begin(name: str | None, place: Place | None = None) -> None:
    """Have warm kernels loaded in the background for who asks for them next, where they are usual.

    Whoever knows early that it will ask waits less then. place: on a card; None for the CPU.
    """
    if sys.platform != "linux" or name == "cold":
        return
    with suppress(OSError, UsageError):  # who asks tries again, and says so
        slot = _slot("cpu" if place is None else "cuda", place)
        if any(where == slot for where, _ in _offered):
            return
        from grader.kernels import template_process, warm

        _begun[:] = [template_process.begin(slot)]
        _offered.append((slot, partial(warm.warm, begun=_begun[0])))


def has_begun() -> bool:
    """Whether kernels that `begin` has begun are loading, and nobody has asked for them yet."""
    return bool(_begun)


def load_early(names: Sequence[str]) -> None:
    """Have what `begin` has begun, and nobody has asked for yet, load these modules too."""
    for process in _begun:
        process.load(names)


def open_factory(
    name: str | None,
    device: str,
    *,
    full: bool = False,
    memory: int | None = None,
    place: Place | None = None,
) -> KernelFactory:
    """Return what makes kernels, ready; without a name, warm ones where that is possible.

    device: "cpu" or "cuda"; full: whether less than full isolation is refused; memory: bytes that a
    submission may hold, which only warm kernels are told; place: on which card they run, and with
    how much of it; without one, on the first.
    Raises UsageError where what is asked for cannot be had, and KernelFailed.
    """
    possible = sys.platform == "linux"
    if name == "warm" and not possible:
        raise UsageError(
            "warm kernels cannot be used here: they need Linux; leave out --kernel warm"
        )
    slot = _slot(device, place)
    if name == "cold" or not possible:
        from grader.kernels.cold import cold

        factory = cold(slot)
    elif memory is None and (ready := _taken(slot)) is not None:
        _begun.clear()
        factory = ready()
    else:
        from grader.kernels.sandbox import Bounds
        from grader.kernels.warm import warm

        try:
            bounds = None if memory is None else Bounds.within(memory)
            factory = warm(bounds, slot=slot)
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


def _slot(device: str, place: Place | None) -> Slot | None:
    """Return the slot that kernels run in; None for the CPU. Raises UsageError."""
    if device == "cpu":
        return None
    here = cards.here()
    return cards.first_slot(here) if place is None else cards.slot_at(place, here)


def _taken(slot: Slot | None) -> Callable[[], KernelFactory] | None:
    """Return what was offered for a slot, which nobody gets again; None where nothing was."""
    for offer in reversed(_offered):
        if offer[0] == slot:
            _offered.remove(offer)
            return offer[1]
    return None
