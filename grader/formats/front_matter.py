"""What the head of a text notebook says of it: YAML between two lines of dashes."""

import re
from typing import Any

import yaml

_MAX = 16_000  # characters; what is longer is no head, and YAML is slow to read
_HEAD = re.compile(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_COMMENTED = re.compile(
    r"(?:#!.*\n)?(?:#.*coding[:=].*\n)?(# ?---[ \t]*\n(?:#.*\n)*?# ?---[ \t]*(?:\n|\Z))"
)
_KEPT = ("kernelspec", "language_info", "tensorgrader")


def split(text: str) -> tuple[dict[str, Any], str]:
    """Return the metadata of a notebook, of which texts alone are kept, and the text below.

    The head of a script is in comments. What is no YAML is no head: lines of dashes rule off, too.
    """
    top = text[:_MAX]
    if found := _COMMENTED.match(top):
        said = _metadata(re.sub(r"^# ?", "", found[1], flags=re.MULTILINE))
    elif found := _HEAD.match(top):
        said = _metadata(found[0])
    else:
        return {}, text
    return ({}, text) if said is None else (said, text[found.end() :].lstrip("\n"))


def _metadata(head: str) -> dict[str, Any] | None:
    inner = _HEAD.match(head)
    try:
        # Everything is a text: nothing is made of what a tag asks for.
        said = yaml.load(inner[1] if inner else "", yaml.BaseLoader)  # noqa: S506 - it makes texts
    except (yaml.YAMLError, RecursionError):
        return None
    if not isinstance(said, dict):
        return None
    jupyter = said.get("jupyter")
    said = jupyter if isinstance(jupyter, dict) else said
    return {key: _texts(said[key]) for key in _KEPT if isinstance(said.get(key), dict)}


def _texts(section: dict[Any, Any]) -> dict[str, str]:
    """Return what is flat: an alias in an alias stands for more than any memory holds."""
    pairs = section.items()
    return {key: one for key, one in pairs if isinstance(key, str) and isinstance(one, str)}
