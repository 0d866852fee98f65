"""Checks by their titles, in sentences that name them by their code."""

from collections.abc import Mapping
from dataclasses import replace

from grader.model.text import Part, Text, say
from grader.wording.values import code


def titled(text: Text, titles: Mapping[str, str]) -> Text:
    """Return a sentence in which checks, and parts of their values, go by the checks' titles.

    titles: by the expression of a check, on one line.
    """
    if text.one != code("").one or set(text.values) != {"text"}:
        values = {name: _titled(part, titles) for name, part in text.values.items()}
        return replace(text, values=values)
    shown = str(text.values["text"])
    for expression in sorted(titles, key=len, reverse=True):
        title = titles[expression]
        rest = shown.removesuffix("`").removeprefix(f"`{expression}")
        if shown == f"`{expression}`":
            return say("“{title}”", title=title)
        if shown.startswith(f"`{expression}") and rest.startswith(("[", ".")):
            return say("{part} of “{title}”", part=code(rest), title=title)
    return text


def _titled(part: Part, titles: Mapping[str, str]) -> Part:
    return titled(part, titles) if isinstance(part, Text) else part
