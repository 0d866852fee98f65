"""How many words a text has, in any language."""

import re

# A word is letters and digits, also with a hyphen or an apostrophe in it; where words have no
# blanks between them, each sign counts.
PATTERN = r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_]+(?:['’.-][^\W_]+)*"
_WORD = re.compile(PATTERN)


def words(text: str) -> int:
    """Return how many words a text has."""
    return sum(1 for _ in _WORD.finditer(text))
