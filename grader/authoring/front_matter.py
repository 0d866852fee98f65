"""What stands above the cells of a source in Jupytext's percent format."""

import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml

_FRONT = re.compile(r"# ---\n(.*?)^# ---$", re.DOTALL | re.MULTILINE)


def front_matter(text: str) -> Any:
    """Return the front matter of a source as YAML has it; None where there is none.

    Raises yaml.YAMLError.
    """
    found = _FRONT.match(text)
    return None if found is None else yaml.safe_load(re.sub(r"(?m)^# ?", "", found[1]))


def without_files(sources: Iterable[Path]) -> list[Path]:
    """Return sources without the modules that come with others of them, as their `files` say."""
    found = list(sources)
    modules: set[Path] = set()
    for path in found:
        with suppress(OSError, UnicodeDecodeError):
            text = path.read_text(encoding="utf-8")
            if path.suffix == ".py" and "files:" in text.partition("\n# %%")[0]:
                modules |= {path.parent / name for name in _named(text)}
    return [path for path in found if path not in modules]


def _named(text: str) -> list[str]:
    # Whatever is wrong with it, reading the source will say so.
    with suppress(ValueError, KeyError, TypeError, yaml.YAMLError):
        named = front_matter(text)["jupyter"]["tensorgrader"]["files"]
        return [name for name in named if isinstance(name, str)]
    return []
