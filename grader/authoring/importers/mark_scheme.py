"""nbgrader's scheme for marking by hand, and what of it can be ticked."""

import re

from grader.authoring.importers.pieces import RubricItem

_SCHEME = re.compile(
    r"^=+\s*BEGIN MARK SCHEME\s*=+[ \t]*\n(?P<text>.*?)^=+\s*END MARK SCHEME\s*=+[ \t]*$\n?",
    re.DOTALL | re.MULTILINE | re.IGNORECASE,
)
_ITEM = re.compile(
    r"\s*(?:[-*+]|\d+[.)])\s+\(?(?P<points>\d+(?:[.,]\d+)?)\s*"
    r"(?:points?|pts?\.?|marks?|балл\w*)\)?\s*(?:for\b|за\b|[:–—-])?\s*(?P<text>.+)",
    re.IGNORECASE,
)


def without_scheme(source: str, points: float) -> tuple[str, str, tuple[RubricItem, ...]]:
    """Return a text without its scheme, the scheme, and its items where they add up to points.

    What can be ticked is not returned as a scheme, too.
    """
    schemes = [found["text"].strip("\n") for found in _SCHEME.finditer(source)]
    text = _SCHEME.sub("", source).strip("\n")
    scheme = "\n\n".join(filter(None, schemes))
    lines = [line for line in scheme.split("\n") if line.strip()]
    items = [found for line in lines if (found := _ITEM.fullmatch(line))]
    rubric = tuple(
        RubricItem(points=float(one["points"].replace(",", ".")), text=one["text"].strip())
        for one in items
    )
    is_whole = items and len(items) == len(lines)
    if is_whole and abs(sum(one.points for one in rubric) - points) < 1e-9:
        return text, "", rubric
    return text, scheme, ()
