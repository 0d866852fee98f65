"""What the names in code stand for, as far as something forbidden may stand behind them.

A meaning is a dotted name that is forbidden, is inside something forbidden or has something
forbidden inside it; or a quote and a literal text; or, mostly, nothing.
"""

import builtins
from collections.abc import Collection, Iterable, Sequence

LONGEST = 100  # characters of a name or a literal that is followed
INSIDE = ".__dict__"
IMPORTERS = ("__import__", "importlib.import_module", "import_module")
_LOOKUPS = (*IMPORTERS, "getattr", "vars", "builtins.__import__", "builtins.getattr")


class Meanings:
    """The meanings of names at one place of the code; names of inner scopes end with these."""

    def __init__(self, forbidden: Collection[str]) -> None:
        self._forbidden = sorted(forbidden, key=len, reverse=True)
        # What has something of interest inside it, and what looks names up.
        self._above = {
            name[:place]
            for name in (*(f"{one}." for one in forbidden), *(f"{one}." for one in _LOOKUPS))
            for place, character in enumerate(name)
            if character == "."
        }
        self._known: dict[str, str] = {}
        self._ever: dict[str, str] = {}
        self._bound: set[str] = set()
        self._stars: dict[str, str] = {}
        self._scopes: list[list[tuple[str, str | None]]] = []  # what to undo at the end of each
        self._shared: set[str] = set()

    def has(self, names: Iterable[str]) -> None:
        """Say which names code binds anywhere: they come with no star import."""
        self._bound.update(names)

    def share(self, names: Iterable[str]) -> None:
        """Let names be those of the outermost scope, wherever they are bound."""
        self._shared.update(names)

    def star(self, module: str) -> None:
        """Let names that nothing binds come with a module."""
        if self.kept(module):
            self._stars.setdefault(self.banned(module) or module, module)

    def recall(self) -> None:
        """Let each name stand for what it stood for at any time, in the outermost scope."""
        self._known, self._scopes = self._ever, [[]]

    def bind(self, name: str, meaning: str = "", *, known: bool = False) -> None:
        """Let a name stand for something. known: also where that is nothing of interest."""
        if self._scopes and name not in self._shared:
            self._scopes[-1].append((name, self._known.get(name)))
        elif meaning:
            self._ever[name] = max(self._ever.get(name, ""), meaning, key=_weight)
        if meaning or known:
            self._known[name] = meaning
        else:
            self._known.pop(name, None)

    def enter(self) -> None:
        """Begin an inner scope."""
        self._scopes.append([])

    def leave(self) -> None:
        """End an inner scope: all names mean what they meant before it."""
        for name, before in reversed(self._scopes.pop()):
            if before is None:
                self._known.pop(name, None)
            else:
                self._known[name] = before

    def of(self, name: str) -> str:
        """Return what a name stands for; one that nothing binds may be of any star import."""
        meaning = self._known.get(name)
        if meaning is not None or (meaning := self.kept(name)):
            return meaning
        if not self._stars or name in self._bound or hasattr(builtins, name):
            return ""
        found = (self.kept(f"{star}.{name}") for star in self._stars.values())
        return next(filter(None, found), "")

    def at(self, base: str, attribute: str) -> str:
        """Return what the attribute of something stands for."""
        if not base or is_text(base) or base.endswith(INSIDE):
            return ""
        if attribute == "__dict__":
            return base + INSIDE
        return self.kept(f"{base}.{attribute}") if len(base) < LONGEST else base

    def kept(self, name: str) -> str:
        """Return a dotted name, where it is of interest."""
        return name if name in self._above or self.banned(name) else ""

    def banned(self, name: str) -> str | None:
        """Return what forbids a name: the longest, where one is inside another."""
        for one in self._forbidden:
            if name.startswith(one) and name[len(one) : len(one) + 1] in ("", "."):
                return one
        return None


def is_text(meaning: str) -> bool:
    """Whether a meaning is that of a literal text, which begins at its second character."""
    return meaning[:1] == "'"


def joined(meanings: Sequence[str]) -> str:
    """Return the meaning of texts that stand one after the other."""
    text = "".join(meaning[1:] for meaning in meanings)
    return f"'{text}" if all(map(is_text, meanings)) and len(text) < LONGEST else ""


def _weight(meaning: str) -> tuple[bool, int]:
    return not is_text(meaning), len(meaning)
