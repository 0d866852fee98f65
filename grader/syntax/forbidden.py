"""What a student's code uses, by name, so that an exercise can forbid it.

A static look: a name that is put together while the code runs is not found. It is linear: each cell
is walked once with what its names stand for there, and each helper once more at the end, with all
that they ever stood for.
"""

import ast
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from grader.syntax import parsing
from grader.syntax.call_graph import CallGraph
from grader.syntax.found import mentioned
from grader.syntax.meanings import NO_HOMES
from grader.syntax.scopes import Definition, Files
from grader.syntax.uses import found_in

_NO_FILES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A forbidden name and the line, from 1, where it is used.

    within: the place of another cell, which names it and is not looked through; what that cell
    leaves behind may be used anywhere.
    """

    name: str
    line: int
    within: int | None = None


def uses(source: str, forbidden: Sequence[str]) -> list[Use]:
    """Return where a cell that stands alone uses a forbidden dotted name, as `uses_in` does."""
    return among(uses_in([source], forbidden)[0], forbidden)


def among(found: Sequence[Use], forbidden: Collection[str]) -> list[Use]:
    """Return those uses that are of something forbidden, the longest name of each line."""
    kept = [
        use
        for use in found
        if any(use.name == banned or use.name.startswith(f"{banned}.") for banned in forbidden)
    ]
    longest = {(use.line, use.within): use for use in sorted(kept, key=lambda use: len(use.name))}
    return sorted(longest.values(), key=lambda use: (use.line, use.name))


def uses_in(
    cells: Sequence[str],
    forbidden: Collection[str],
    *,
    helpers: Collection[int] = (),
    opaque: Collection[int] = (),
    files: Mapping[str, str] = _NO_FILES,
    homes: Mapping[str, str] = NO_HOMES,
) -> list[list[Use]]:
    """Return, for each cell, where it uses a forbidden dotted name, or anything inside it.

    cells: in the order in which they run; what earlier ones import and bind is known.
    helpers: places of the student's cells: what a function or class in one uses, its caller in
    another uses. opaque: of those that are not looked through. files: the text of what lies beside
    the notebook and can be imported, by the module's name; who calls its functions uses what these
    use. homes: other names of what is forbidden, each with the name that forbids it.
    Followed are aliases, `from` and star imports, lookups by a text that can be told (`getattr`,
    `vars`, `__dict__`, `eval`), what lists, attributes and functions hold or return, names in
    strings, and what stands behind a magic or a line for the shell. In a cell that is no Python,
    the name itself is searched for; in one that is opaque, its last part, and every cell uses what
    is found there.
    """
    if not forbidden:
        return [[] for _ in cells]
    unseen = {p for p, text in enumerate(cells) if p in opaque or parsing.is_opaque(text)}
    trees = [parsing.parse(text) if p not in unseen else None for p, text in enumerate(cells)]
    found = found_in(trees, forbidden, helpers, _of_files(files, forbidden, homes), homes)
    called = CallGraph({place: found[place].bodies for place in helpers})
    everywhere = {
        use.name: use
        for place in sorted(unseen, reverse=True)
        for use in _in_opaque(cells[place], place, forbidden)
    }
    result = []
    for place, one in enumerate(found):
        for name, line in one.reads.items():
            for banned, used in called.used_by(name, place).items():
                one.add(line, banned, used)
        if trees[place] is None and place not in unseen:
            for line, name in mentioned(cells[place], forbidden):
                one.add(line, name, name)
        result.append([Use(name=name, line=line) for (line, _), name in one.uses.items()])
        result[-1] += everywhere.values()
    return result


def _of_files(
    files: Mapping[str, str], forbidden: Collection[str], homes: Mapping[str, str]
) -> Files:
    """Return what the functions and classes of files use, and under "" what importing them uses."""
    result = {}
    installed = {name.partition(".")[0] for name in forbidden}  # which such a file does not replace
    for module, source in files.items():
        if module in installed:
            continue
        tree = None if parsing.is_opaque(source) else parsing.parse(source)
        if tree is None:
            uses = _in_opaque(source, 0, forbidden)
            result[module] = {"": {use.name: use.name for use in uses}}
            continue
        called = CallGraph({0: found_in([tree], forbidden, [0], homes=homes)[0].bodies})
        names = [node.name for node in tree.body if isinstance(node, Definition)]
        rest = [node for node in tree.body if not isinstance(node, Definition)]
        alone = ast.Module(body=rest, type_ignores=[])
        loaded = found_in([alone], forbidden, [], homes=homes)[0].uses
        result[module] = {
            **{name: dict(called.used_by(name, 1)) for name in names},
            "": {banned: used for (_, banned), used in loaded.items()},
        }
    return result


def _in_opaque(source: str, place: int, forbidden: Collection[str]) -> Iterator[Use]:
    """Yield what a cell that is not looked through may use: it need not name the whole."""
    text = source if parsing.is_piled(source) else unicodedata.normalize("NFKC", source)
    for banned in sorted(forbidden):
        if found := re.search(rf"\b{re.escape(banned.rpartition('.')[2])}\b", text):
            yield Use(name=banned, line=text.count("\n", 0, found.start()) + 1, within=place)
