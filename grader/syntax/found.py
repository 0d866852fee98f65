"""What is found in code of what is forbidden: the records, and names in what is no Python."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class Body:
    """What is used in the functions or classes of one name: by what forbids it, and helpers."""

    uses: dict[str, str] = field(default_factory=dict)
    reads: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Found:
    """What is used in a cell: names by line and by what forbids them, and helpers with a line.

    bodies: what the cell's own functions and classes use, by their names.
    """

    uses: dict[tuple[int, str], str] = field(default_factory=dict)
    reads: dict[str, int] = field(default_factory=dict)
    bodies: dict[str, Body] = field(default_factory=dict)

    def add(self, line: int, banned: str, name: str) -> None:
        """Keep a use; the longest name on a line says most: SGD, not the module it came from."""
        self.uses[line, banned] = max(self.uses.get((line, banned), ""), name, key=len)


def mentioned(text: str, forbidden: Collection[str]) -> Iterator[tuple[int, str]]:
    """Yield the forbidden names that a text holds, and their lines, comments left out."""
    pattern = re.compile(rf"\b(?:{either(forbidden)})\b")
    for number, line in enumerate(text.split("\n"), start=1):
        for found in pattern.finditer(line.split("#")[0]):
            yield number, found[0]


def either(forbidden: Collection[str]) -> str:
    """Return a pattern of these names."""
    return "|".join(map(re.escape, sorted(forbidden, key=len, reverse=True)))
