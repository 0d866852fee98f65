"""Cards that are not there, behind the calls that real ones are asked by.

What runs on one runs on the CPU, and opens nothing; what a card says of its memory, a test says.
"""

from dataclasses import dataclass

from grader.kernels.card import Card
from grader.kernels.cards import Slot

GIB = 2**30
WITHOUT = "nvidia-ml-py is not installed"


def card(index, *, memory=24 * GIB, name="NVIDIA Test", uuid=None):
    uuid = f"GPU-{index}{index}" if uuid is None else uuid
    return Card(index=index, minor=index, uuid=uuid, name=name, memory=memory)


class FakeCards:
    """free_bytes: of each card; held_by: the bytes that processes hold, by number; or "all"."""

    def __init__(self, number=1, *, memory=24 * GIB, free=None, problem=""):
        self.cards = [card(index, memory=memory) for index in range(number)]
        self.free_bytes = memory if free is None else free
        self.problem = problem
        self.held_by = Everyone(100 * 2**20)
        self.asked = 0

    def found(self):
        return tuple(self.cards)

    def free(self, card):
        return 0 if self.problem else self.free_bytes

    def held(self, card):
        self.asked += 1
        return {} if self.problem else self.held_by


class Everyone(dict):
    """Says of every process that it holds so much."""

    def __init__(self, number):
        self.number = number

    def get(self, pid, default=None):
        return self.number

    def __contains__(self, pid):
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeSlot(Slot):
    """A slot whose kernels are as those on a card, but open none."""

    def told(self):
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSlot(Slot):
    """A slot whose kernels see the files of a card as real ones do, but open none.

    In place of its device they see one that no other kernel does.
    """

    library: str = ""

    def told(self):
        return {"devices": ["/dev/zero"], "libraries": [self.library], "share": None}


def slot(cards=None, share=0.1):
    cards = cards or FakeCards()
    return FakeSlot(card=cards.cards[0], share=share, cards=cards)
