"""Characters that nobody sees and Python cannot read, as web pages and full disks leave them."""

from collections.abc import Sequence

from grader.formats.lines import statements
from grader.syntax import parsing

_SPACES = "\u00a0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_NOTHING = "\0\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202c\u2060\ufeff"
_SEEN = str.maketrans({**dict.fromkeys(_SPACES, " "), **dict.fromkeys(_NOTHING, "")})
_UNSEEN = frozenset(_SPACES + _NOTHING)


def mended(sources: Sequence[str]) -> dict[int, str]:
    """Return, by place, code cells without what keeps them from being read, where that helps."""
    opaque = parsing.opaque(sources)
    found: dict[int, str] = {}
    for place, source in enumerate(sources):
        if place in opaque or (source.isascii() and "\0" not in source):
            continue
        if _UNSEEN.isdisjoint(source) or statements(source) >= 0:
            continue
        better = source.translate(_SEEN)
        if statements(better) > 0:
            found[place] = better
    return found
