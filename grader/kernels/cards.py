"""Which cards a person wants, and how kernels share them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from grader.errors import UsageError
from grader.kernels import card_files
from grader.kernels.card import Card, Cards
from grader.kernels.nvml import Nvml

DEVICES = "cpu, cuda, cuda:N, cuda:0,1 or auto"  # what may be asked for
KERNELS = 3  # of a slot at once: at work, running earlier cells again, and the reference's
CONTEXT = 2**30  # bytes of a card that a context and the driver's own may take
USUAL = 2 * 2**30  # bytes of a card that a kernel gets where nobody says how many there are
LEAST = 256 * 2**20  # bytes of a card, with less of which no kernel is begun
_MOST_SLOTS = 64  # that follow from the memory of one card
_ASKED = re.compile(r"cuda(?::(\d{1,4}(?:,\d{1,4})*))?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a worker's kernels run. card: its index; share: of its memory, for each kernel."""

    card: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A place, with its card and who is asked about it."""

    card: Card
    share: float
    cards: Cards = field(compare=False)

    @property
    def most(self) -> int:
        """Bytes of the card that a kernel may have with all that it starts; 0 for no limit."""
        return int(self.share * self.card.memory) + CONTEXT if self.card.memory else 0

    def told(self) -> dict[str, Any] | None:
        """Return what a kernel is told of its card; None for a kernel that opens none."""
        return {
            "devices": card_files.devices(self.card.minor),
            "libraries": card_files.libraries(),
            "share": self.share,
        }


def visible_in(slot: Slot | None) -> str | None:
    """Return what `CUDA_VISIBLE_DEVICES` is in the kernels of a slot; None for the CPU."""
    return None if slot is None else slot.card.visible


def here() -> Cards:
    """Return the cards of this machine."""
    return Nvml()


def check(asked: str) -> str:
    """Return what was asked for, if it is a device at all. Raises UsageError."""
    if asked in ("cpu", "auto") or _ASKED.fullmatch(asked):
        return asked
    raise UsageError(f"--device {asked} is no device; it is {DEVICES}")


def chosen(asked: str, cards: Cards, *, torch_has_cuda: bool) -> tuple[Card, ...]:
    """Return the cards that were asked for, each once; none for the CPU. Raises UsageError."""
    if check(asked) == "cpu":
        return ()
    found = tuple(cards.found())
    if not (found and torch_has_cuda):
        if asked == "auto":
            return ()
        why = " that PyTorch could use: it is built without CUDA" if found else ""
        raise UsageError(
            f"there is no CUDA device here{why}; leave --device out, or use --device auto"
        )
    match = _ASKED.fullmatch(asked)
    if match is None or match[1] is None:
        return found
    wanted = dict.fromkeys(map(int, match[1].split(",")))
    for index in wanted:
        if index >= len(found):
            there = "there is one card here, cuda:0"
            if len(found) > 1:
                there = f"there are {len(found)} cards here, cuda:0 to cuda:{len(found) - 1}"
            raise UsageError(f"--device {asked}: there is no cuda:{index}; {there}")
    return tuple(found[index] for index in wanted)


def places(wanted: Sequence[Card], cards: Cards, slots: int | None = None) -> tuple[Place, ...]:
    """Return the places of workers, card after card, as many as there is room for.

    slots: on each card; None for as many as its free memory allows. Each kernel gets as much as is
    free divided by all that may run at once, so that none can take what another was promised.
    Raises UsageError where a card has too little.
    """
    each = [_places_on(card, cards.free(card), slots) for card in wanted]
    return tuple(place for row in zip_longest(*each) for place in row if place is not None)


def slot_at(place: Place, cards: Cards) -> Slot:
    """Return the slot at a place. Raises UsageError where its card is gone."""
    for card in cards.found():
        if card.index == place.card:
            return Slot(card=card, share=place.share, cards=cards)
    raise UsageError(f"cuda:{place.card} is not there any more; `nvidia-smi` shows what is")


def first_slot(cards: Cards) -> Slot:
    """Return a slot on the first card, for who runs one kernel after another. Raises UsageError."""
    found = tuple(cards.found())
    if not found:
        raise UsageError("there is no CUDA device here")
    return slot_at(places(found[:1], cards, 1)[0], cards)


def _places_on(card: Card, free: int, slots: int | None) -> list[Place]:
    if not free or not card.memory:
        number = slots or 1
        return [Place(card=card.index, share=1 / (number * KERNELS))] * number
    number = slots or min(_MOST_SLOTS, max(1, free // (KERNELS * (USUAL + CONTEXT))))
    # A context is smaller than what is set aside for it, so a small card is not refused for it.
    own = free // (number * KERNELS)
    most = max(own - CONTEXT, own // 2)
    if most < LEAST:
        room = free // (2 * KERNELS * LEAST)
        fewer = f"use --gpu-slots {room}, or another card" if room else "use another card"
        raise UsageError(
            f"{card} has {free / 2**30:.1f} GiB free: too little for --gpu-slots {number}; {fewer}"
        )
    return [Place(card=card.index, share=most / card.memory)] * number
