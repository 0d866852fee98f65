"""The lexer for the code of cells: IPython's, with a short cut for what is most of any code.

IPython's lexer tries some seventy patterns for each token, which was most of what a report cost.
Plain names, brackets and spaces mean the same to it wherever they come first, and are tried before.
"""

import builtins
import keyword
import re
from typing import Any, ClassVar

from pygments.lexer import inherit
from pygments.lexers import find_lexer_class_by_name
from pygments.token import Name, Operator, Punctuation, Text

_SPECIAL = {*keyword.kwlist, *keyword.softkwlist, *dir(builtins), "self", "cls", "WindowsError"}
_NAME = (
    rf"(?!(?:{'|'.join(sorted(map(re.escape, _SPECIAL)))})\b)(?!__)[A-Za-z_]\w*+(?!['\"]|[\w.]*\?)"
)


_IPythonLexer: Any = find_lexer_class_by_name("ipython3")


class CellLexer(_IPythonLexer):  # type: ignore[misc]
    """Gives the tokens that IPython's lexer gives."""

    name = "Cell"
    aliases: ClassVar[list[str]] = []
    tokens: ClassVar[dict[str, list[Any]]] = {
        "root": [
            (_NAME, Name),
            (r"(?<=\S)[ \t]+(?=[\w(\[{=.])(?![\w.]*\?)", Text),
            (r"[\](){},\[]", Punctuation),
            (r"\.(?=[A-Za-z_])", Operator),
            (r"=(?=[ \w(\[{])", Operator),
            inherit,
        ]
    }
