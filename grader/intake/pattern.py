"""Students by a regular expression that the staff gave: `--student-pattern`."""

import re
from collections.abc import Iterator, Mapping, Sequence

from grader.intake import times
from grader.intake.bundle import Bundle, tidy
from grader.intake.layouts import of_file
from grader.intake.tree import Node
from grader.model.text import say

_DIGITS = 18  # of an attempt's number that count


def find(roots: Sequence[Node], pattern: re.Pattern[str]) -> list[Bundle]:
    """Return what each student handed in, by the groups of a pattern.

    student and id say whose a file is, time and attempt which of several is later; where there is
    no time, one that stands in the path says so. What is packed in an archive is whose the archive
    is: the names in it count only where no name around them fits. Two archives that name one
    student so are two hand-ins.
    """
    found: dict[object, Bundle] = {}
    rest: list[Bundle] = []
    for root in roots:
        files = [(path, parts, node, "") for path, parts, node in _files(root, root.shown)]
        if not any(pattern.search(path) for path, *_ in files):
            files = [
                (
                    inner.shown.removeprefix(f"{root.shown}/"),
                    (*parts[:-1], *below),
                    inner,
                    node.shown if node.is_folder else "",
                )
                for _, parts, node, _ in files
                for below, inner in (node.files() if node.is_folder else [((node.name,), node)])
                if not inner.is_folder
            ]
        for path, parts, node, archive in files:
            match = pattern.search(path)
            groups = match.groupdict() if match else {}
            if student := tidy(groups.get("student") or ""):
                id = groups.get("id") or None
                new = Bundle(student=student, id=id, shown=node.shown, by="--student-pattern")
                _add(found.setdefault((student, id, archive), new), node, parts, path, groups)
            else:
                rest.append(of_file(node))
                rest[-1].notes.append(say("its path does not fit --student-pattern"))
    return [*found.values(), *rest]


def _files(
    node: Node, top: str, above: tuple[str, ...] = ()
) -> Iterator[tuple[str, tuple[str, ...], Node]]:
    """Yield the paths of files and outermost archives from the root, with their parts."""
    for child in node.children:
        parts = (*above, child.name)
        if child.path is not None:
            yield child.shown.removeprefix(f"{top}/"), parts, child
        else:
            yield from _files(child, top, parts)


def _add(
    bundle: Bundle,
    node: Node,
    parts: tuple[str, ...],
    path: str,
    groups: Mapping[str, str | None],
) -> None:
    told = times.find(groups.get("time") or "")
    if "time" in groups and not told:
        note = say("the time of hand-in, {time}, cannot be read", time=groups["time"] or "")
        bundle.notes.append(note)
    digits = re.sub(r"\D", "", groups.get("attempt") or "")[:_DIGITS]
    before = len(bundle.items)
    bundle.add(
        node,
        node.name,
        above=parts[:-1],
        attempt=(int(digits),) if digits else (),
        handed_in=told[0] if told else None,
    )
    if not groups.keys() & {"time", "attempt"}:
        dated = tuple(times.find(path))
        for item in bundle.items[before:]:
            item.dated = dated
