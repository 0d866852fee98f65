"""What the names in code stand for, as far as something forbidden may stand behind them.

A meaning is a dotted name that is forbidden, is inside something forbidden or has something
forbidden inside it; or a quote and a literal text; or, mostly, nothing. What holds such things,
what returns one, what was imported from a file beside the notebook and what may be a method that is
forbidden has a mark in front.
"""

import builtins
from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType

LONGEST = 100  # characters of a name that is followed
LONGEST_TEXT = 1_000  # of a literal
INSIDE = ".__dict__"
GETTER = ".__getattribute__"
HOLDS, RETURNS, FILE, METHOD, BOUND = "[", "(", "@", ".", "&"  # in front of a meaning
NAMES, MODULES = "globals", "sys.modules"
IMPORTERS = ("__import__", "importlib.import_module", "import_module")
RUNNERS = ("exec", "eval", "compile")
OF_METHODS = ("operator.methodcaller", "operator.attrgetter")
_OF_BUILTINS = ("__import__", "getattr", "setattr", "vars", "chr", NAMES, "locals", *RUNNERS)
_LOOKUPS = (
    *(*IMPORTERS, *_OF_BUILTINS, MODULES, *OF_METHODS),
    *(f"builtins.{name}" for name in _OF_BUILTINS),
)
_OUT = ("get", "pop", "__getitem__")  # methods that give what something holds
_NO_FILES: Mapping[str, Collection[str]] = MappingProxyType({})
NO_HOMES: Mapping[str, str] = MappingProxyType({})
_BETWEEN = "\0"  # texts that something holds


class Meanings:
    """The meanings of names at one place of the code; names of inner scopes end with these.

    homes: other names of what is forbidden, each with the name that forbids it.
    """

    def __init__(
        self,
        forbidden: Collection[str],
        files: Mapping[str, Collection[str]] = _NO_FILES,
        homes: Mapping[str, str] = NO_HOMES,
    ) -> None:
        self._files = files
        self._homes = homes
        self._forbidden = sorted(forbidden, key=len, reverse=True)
        # What has something of interest inside it, and what looks names up.
        self._above = {
            name[:place]
            for name in (f"{one}." for one in (*forbidden, *homes, *_LOOKUPS))
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

    def binds(self, name: str) -> bool:
        """Whether code binds a name anywhere."""
        return name in self._bound

    def share(self, names: Iterable[str]) -> None:
        """Let names be those of the outermost scope, wherever they are bound."""
        self._shared.update(names)

    def star(self, module: str) -> None:
        """Let names that nothing binds come with a module, or from a file: `@` and its name."""
        if self.kept(module):
            self._stars.setdefault(self.banned(module) or module, module)

    def recall(self) -> None:
        """Let each name stand for what it stood for at any time, in the outermost scope."""
        self._known, self._scopes = self._ever, [[]]

    def bind(self, name: str, meaning: str = "", *, known: bool = False) -> None:
        """Let a name stand for something. known: also where that is nothing of interest."""
        if self._scopes and name not in self._shared:
            self._scopes[-1].append((name, self._known.get(name)))
        elif meaning and meaning[0] != BOUND:
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
        for star in self._stars.values():
            is_there = star[0] != FILE or name in self._files.get(star[1:], ())
            if is_there and (found := self.kept(f"{star}.{name}")):
                return found
        return ""

    def at(self, base: str, attribute: str) -> str:
        """Return what the attribute of something stands for."""
        if not base or base.endswith(INSIDE) or base[0] in (RETURNS, METHOD, BOUND):
            return ""
        if is_text(base):
            return f"{METHOD}{attribute}{base}"
        if base[0] == HOLDS:
            return RETURNS + base[1:] if attribute in _OUT else ""
        if attribute in ("__dict__", "__getattribute__"):
            return f"{base}.{attribute}"
        return self.kept(f"{base}.{attribute}") if len(base) < LONGEST else base

    def kept(self, name: str) -> str:
        """Return a dotted name, where it is of interest, by the name that forbids it."""
        name = self.at_home(name)
        is_kept = name in self._above or name[:1] == FILE or self.banned(name)
        return name if is_kept else ""

    def at_home(self, name: str) -> str:
        """Return the name that forbids something by which it is called here."""
        home = next((one for one in self._homes if _is_inside(name, one)), None)
        if home is None or self.banned(name):
            return name
        return self._homes[home] + name.removeprefix(home)

    def method(self, name: str) -> str:
        """Return the meaning of what may be a forbidden method, as something has it here."""
        return f"{BOUND}{len(self._scopes)} {name}"

    def bound(self, meaning: str) -> str:
        """Return the forbidden method that a meaning is one of; empty for none.

        What was bound outside of this scope may stand for something else when this one runs.
        """
        depth, _, name = meaning[1:].partition(" ")
        return name if meaning[:1] == BOUND and depth == f"{len(self._scopes)}" else ""

    def banned(self, name: str) -> str | None:
        """Return what forbids a name: the longest, where one is inside another."""
        for one in self._forbidden:
            if _is_inside(name, one):
                return one
        return None


def _is_inside(name: str, outer: str) -> bool:
    return name.startswith(outer) and name[len(outer) : len(outer) + 1] in ("", ".")


def is_text(meaning: str) -> bool:
    """Whether a meaning is that of a literal text, which begins at its second character."""
    return meaning[:1] == "'"


def joined(meanings: Sequence[str]) -> str:
    """Return the meaning of texts that stand one after the other."""
    text = "".join(meaning[1:] for meaning in meanings)
    return f"'{text}" if all(map(is_text, meanings)) and len(text) < LONGEST_TEXT else ""


def holding(meanings: Sequence[str]) -> str:
    """Return the meaning of what holds things: that of its texts, or of the first that has one."""
    if meanings and all(map(is_text, meanings)):
        found = "'" + _BETWEEN.join(meaning[1:] for meaning in meanings)
    else:
        found = next((one for one in meanings if one and one[0] not in ("'", METHOD)), "")
    return HOLDS + found if found and len(found) < LONGEST_TEXT else ""


def held(meaning: str) -> list[str]:
    """Return the meanings of what something holds: of texts all, in their order."""
    if meaning[:1] != HOLDS:
        return []
    if is_text(meaning[1:]):
        return ["'" + text for text in meaning[2:].split(_BETWEEN)]
    return [meaning[1:]]


def _weight(meaning: str) -> tuple[bool, int]:
    return not is_text(meaning), len(meaning)
