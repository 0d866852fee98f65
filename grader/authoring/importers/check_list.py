"""The checks of an exercise as its tests give them: weighed, told apart, and named."""

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from grader.authoring.importers.draft import written
from grader.authoring.importers.made import Made

READABLE = 40  # characters of an expression; `grader verify` asks for a title of a longer one


@dataclass(slots=True)
class CheckList:
    """Checks with what each is worth, None where nothing says it."""

    _found: list[tuple[Made, float | None]] = field(default_factory=list)
    lost: float = 0.0  # what the tests were worth of which nothing is left

    def add(self, check: Made, worth: float | None) -> None:
        """Add a check, unless it is there."""
        for place, (known, before) in enumerate(self._found):
            if _same(known.keys, check.keys):
                more = None if before is None and worth is None else (before or 0) + (worth or 0)
                shown = known if known.shown or "hidden" not in known.keys else check
                self._found[place] = shown, more
                return
        self._found.append((check, worth))

    def __len__(self) -> int:
        return len(self._found)

    @property
    def points(self) -> float | None:
        """What all is worth; None where nothing says it."""
        known = [worth for _, worth in self._found if worth is not None]
        return sum(known) + self.lost if known or self.lost else None

    def finished(self, title: str) -> tuple[list[Any], list[str], list[tuple[str, str]]]:
        """Return the checks and properties as a header has them, and what to say of them.

        title: of what has none, with a number.
        """
        counted = [one for one in self._found if one[1] != 0] or self._found
        properties = dict.fromkeys(made.shown for made, _ in self._found if made.shown)
        checks = [dict(made.keys) for made, _ in counted]
        _tell_apart(checks)
        for (made, _), check in zip(counted, checks, strict=True):
            if made.raises:
                _give_valid(check, checks)
        if len({worth for _, worth in counted}) > 1:
            for check, (_, worth) in zip(checks, counted, strict=True):
                check["points"] = written(round(worth or 1.0, 4))
        _name(checks, title)
        left_out = [made for made, _ in self._found if made not in [one for one, _ in counted]]
        remarks = [_left_out(made) for made in left_out if not made.shown]
        return [_short(_ordered(check)) for check in checks], [*properties], remarks


def _left_out(made: Made) -> tuple[str, str]:
    what = made.keys.get("expr") or made.keys.get("title") or "a test"
    return f"`{what}`", "it is worth 0 points, and was left out"


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    names = ("expr", "given", "run", "compare", "raises", "rtol", "atol")
    return all(one.get(name) == other.get(name) for name in names)


def _tell_apart(checks: Sequence[dict[str, Any]]) -> None:
    """Rename what is given where two checks have the same expression."""
    seen: set[str] = set()
    for check in checks:
        text = check.get("expr")
        if text is None:
            continue
        number = 2
        while text in seen and check.get("given"):
            names = _bound(check["given"])
            renaming = {name: f"{name}_{number}" for name in names}
            text = _renamed(check["expr"], renaming)
            given = _renamed(check["given"], renaming)
            if text not in seen:
                check["expr"], check["given"] = text, given
            number += 1
            if not names or number > 99:
                break
        if text in seen:
            check["expr"] = text = f"({text})"
            while text in seen:
                check["expr"] = text = f"({text})"
        seen.add(text)


def _bound(code: str) -> set[str]:
    nodes = ast.walk(ast.parse(code))
    return {one.id for one in nodes if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}


def _renamed(code: str, names: dict[str, str]) -> str:
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in names:
            node.id = names[node.id]
    return ast.unparse(tree)


def _give_valid(check: dict[str, Any], checks: Sequence[dict[str, Any]]) -> None:
    """Give a check of an error a call beside it that gives a value, or make it code."""
    called = re.match(r"[\w.]+(?=\()", check["expr"])
    for other in sorted(checks, key=lambda one: one.get("hidden", False)):
        text = other.get("expr")
        if text is None or "raises" in other or "given" in other:
            continue
        if called and re.search(rf"\b{re.escape(called[0])}\(", text):
            check["valid"] = text
            return
    given = f"{check.pop('given')}\n" if "given" in check else ""
    code = f"{given}try:\n    {check['expr']}\n    error = None\nexcept Exception as raised:\n"
    check["run"] = f"{code}    error = type(raised).__name__"
    check["compare"] = ["error"]
    check.setdefault("title", f"{check.pop('raises')} of {check.pop('expr')}")
    check.pop("raises", None)
    check.pop("expr", None)


def _name(checks: Sequence[dict[str, Any]], title: str) -> None:
    """Leave a title where it is needed, and make them differ."""
    needing = [one for one in checks if "run" in one or len(one["expr"]) > READABLE]
    for check in checks:
        if check not in needing:
            check.pop("title", None)
    base = [one.get("title") or title for one in needing]
    counts: dict[str, int] = {}
    for check, text in zip(needing, base, strict=True):
        counts[text] = counts.get(text, 0) + 1
        many = base.count(text) > 1
        check["title"] = f"{text} ({counts[text]})" if many else text


_ORDER = (
    *("title", "expr", "run", "compare", "raises", "valid", "given", "hidden", "constant"),
    *("rtol", "atol", "points"),
)


def _ordered(check: dict[str, Any]) -> dict[str, Any]:
    made = {name: check[name] for name in _ORDER if name in check}
    if len(made.get("compare", ())) == 1:
        made["compare"] = made["compare"][0]
    return {name: written(v) if isinstance(v, float) else v for name, v in made.items()}


def _short(check: dict[str, Any]) -> dict[str, Any] | str:
    return check["expr"] if check.keys() == {"expr"} else check
