"""A text as a row of tokens in which case, punctuation and layout make no difference."""

import re
import textwrap

from grader.resemblance.tokens import MOST, Tokens, code_of

# Of a word, as texts have far more ways than code: five words in a row are as telling as a line and
# a half of code.
_TOKENS = 2
_WIDE = 88  # characters of a line
_WORD = re.compile(r"\w+")


def lined(text: str) -> str:
    """Return a text in lines that can be read, and marked one by one."""
    lines = (textwrap.wrap(line, _WIDE, break_on_hyphens=False) for line in text.splitlines())
    return "\n".join("\n".join(one) for one in lines)


def words(text: str) -> Tokens:
    """Return the tokens of a text, the first `MOST`."""
    codes: list[int] = []
    lines: list[int] = []
    for number, line in enumerate(text.split("\n"), start=1):
        for word in _WORD.findall(line.casefold()):
            codes += [code_of(f"word {n} {word}") for n in range(_TOKENS)]
            lines += [number] * _TOKENS
    return Tokens(codes[:MOST], lines[:MOST])
