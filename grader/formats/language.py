"""In which language a notebook is: as its metadata say, unless its cells are Python all the same.

PySpark, Sage, Polyglot and others run Python under a name of their own, and a front end may write
the name of a kernel that nobody has used.
"""

import ast
import re
from collections.abc import Mapping, Sequence
from typing import Any

from grader.errors import OtherLanguage
from grader.model.text import Text, say
from grader.syntax import parsing

_PYTHON = re.compile(r"(i|micro)?python", re.IGNORECASE)
# Names of kernels that do not say their language. Others may be anything: conda makes names of
# environments, and Colab, Kaggle and VS Code have their own.
_KERNELS = {
    "ir": "R",
    "julia": "Julia",
    "javascript": "JavaScript",
    "ijavascript": "JavaScript",
    "bash": "Bash",
    "octave": "Octave",
    "matlab": "MATLAB",
    "scala": "Scala",
    "xcpp": "C++",
    "ihaskell": "Haskell",
    "java": "Java",
    "rust": "Rust",
}
# What is no Python under any kernel. Polyglot's says C# where its cells may be Python.
_OTHERS = {name.lower() for name in _KERNELS.values()} | {"perl", "ruby", "typescript"}
# Statements that no other language writes in this way.
_ITS_OWN = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.ImportFrom),
    *(ast.For, ast.While, ast.If, ast.With, ast.Try),
)


def check(metadata: Mapping[str, Any], sources: Sequence[str]) -> list[Text]:
    """Return notes on a notebook that is graded as Python. sources: of its code cells.

    Raises OtherLanguage where it is in another language.
    """
    language = _named(metadata)
    if not language:
        return []
    if language.lower() in _OTHERS or not _is_python(sources):
        raise OtherLanguage(
            say("the notebook is in {language}, not in Python", language=language[:40])
        )
    return [
        say(
            "the notebook says that it is in {language}, but its cells are Python, and were run"
            " as Python",
            language=language[:40],
        )
    ]


def _named(metadata: Mapping[str, Any]) -> str:
    """Return the language that a notebook says it is in; nothing for Python, or without a word."""
    for part, key in (("language_info", "name"), ("kernelspec", "language")):
        if language := _text_at(metadata, part, key):
            return "" if _PYTHON.match(language) else language
    name = re.match(r"[a-z]*", _text_at(metadata, "kernelspec", "name").lower())
    return _KERNELS.get(name[0], "") if name else ""


def _text_at(metadata: Mapping[str, Any], part: str, key: str) -> str:
    section = metadata.get(part)
    value = section.get(key) if isinstance(section, dict) else None
    return value.strip() if isinstance(value, str) else ""


def _is_python(sources: Sequence[str]) -> bool:
    """Whether most cells can be read as Python, and some as nothing else.

    Those under a cell magic say nothing: they may be in any language.
    """
    opaque = parsing.opaque(sources)
    known = [one for place, one in enumerate(sources) if place not in opaque and one.strip()]
    plain = [one for one in known if not one.lstrip().startswith("%%")]
    trees = [tree for one in plain if (tree := parsing.parse(one)) is not None]
    if 2 * len(trees) <= len(plain):
        return False
    return any(isinstance(node, _ITS_OWN) for tree in trees for node in ast.walk(tree))
