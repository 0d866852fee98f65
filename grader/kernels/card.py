"""A card with CUDA, and what is asked of those of a machine.

All of that goes through `Cards`, so that nothing that decides needs one. A card is known by its
place among those that this process may use, as `CUDA_VISIBLE_DEVICES` says it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card.

    index: its place; minor: the number of its device file; uuid: empty where nobody tells;
    memory: bytes in all, 0 where nobody tells.
    """

    index: int
    minor: int
    uuid: str
    name: str
    memory: int

    @property
    def visible(self) -> str:
        """What `CUDA_VISIBLE_DEVICES` is for a process that is to use it and no other."""
        return self.uuid or str(self.index)

    def __str__(self) -> str:
        return f"cuda:{self.index} ({self.name})"


class Cards(Protocol):
    """The cards of a machine, and what is asked of them."""

    @property
    def problem(self) -> str:
        """Why nobody tells how much of a card's memory is free, and who has it; empty if told."""
        ...

    def found(self) -> Sequence[Card]:
        """Return those that this process may use, in order."""
        ...

    def free(self, card: Card) -> int:
        """Return the bytes of a card's memory that nobody has; 0 where nobody tells."""
        ...

    def held(self, card: Card) -> Mapping[int, int]:
        """Return the bytes of a card's memory that processes have, by their numbers."""
        ...


def visible_of(found: Sequence[Card], said: str | None) -> tuple[Card, ...]:
    """Return the cards that `CUDA_VISIBLE_DEVICES` leaves, numbered anew, as CUDA reads it."""
    if said is None:
        return tuple(found)
    left: list[Card] = []
    for word in (part.strip() for part in said.split(",")):
        if word.isdecimal():
            fit = [card for card in found if card.index == int(word)]
        else:
            fit = [card for card in found if word and card.uuid.startswith(word)]
        if len(fit) != 1:
            break  # what follows something unknown counts for nothing
        left.append(fit[0])
    return tuple(replace(one, index=place) for place, one in enumerate(left))
