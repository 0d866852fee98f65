"""What stands above the cells of a source in Jupytext's percent format."""

import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import Field, ValidationError
from pydantic_core import ErrorDetails

from grader.authoring.fields import Revealed, Strict, Texts

_EXAMPLES = {
    "name": "`name: two_layers`: letters, digits, - and _",
    "languages": "`languages: [en, ru]`",
    "files": "`files: [data/table.csv, helpers.py]`",
}
_FRONT = re.compile(r"# ---\n(.*?)^# ---$", re.DOTALL | re.MULTILINE)


def front_matter(text: str) -> Any:
    """Return the front matter of a source as YAML has it; None where there is none.

    Raises yaml.YAMLError.
    """
    found = _FRONT.match(text)
    return None if found is None else yaml.safe_load(re.sub(r"(?m)^# ?", "", found[1]))


def line_of_key(text: str, key: str) -> int | None:
    """Return the line of a source at which its front matter says something of a key."""
    front = _FRONT.match(text)
    found = front and re.search(rf"(?m)^#\s+{re.escape(key)}:", front[0])
    return front[0].count("\n", 0, found.start()) + 1 if front and found else None


_Language = Annotated[str, Field(pattern=r"^[\w-]{1,20}$")]


class About(Strict):
    """What the front matter may say of an assignment, under `tensorgrader`.

    name, title: without them, the name of the file; files: paths from the source's folder.
    """

    name: Annotated[str, Field(pattern=r"^[\w-]{1,100}$")] | None = None
    title: Texts | None = None
    languages: Annotated[list[_Language], Field(min_length=1)] | None = None
    reveal: Revealed | None = None
    files: list[Annotated[str, Field(min_length=1)]] = Field(default_factory=list)


def about(said: Any) -> About:
    """Return what a front matter says.

    Raises ValueError, whose arguments are what is wrong, each with its key.
    """
    if not isinstance(said, dict):
        raise ValueError("`tensorgrader` in the front matter should be a mapping")
    try:
        return About.model_validate(said)
    except ValidationError as error:
        by_key = {one["loc"][0]: one for one in reversed(error.errors())}
        raise ValueError(*map(_told, reversed(by_key.values()))) from error


def _told(first: ErrorDetails) -> str:
    key = first["loc"][0]
    what = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        what = f"no such key; there are: {', '.join(About.model_fields)}"
    if key in _EXAMPLES:
        what = f"{what}; write it as {_EXAMPLES[key]}"
    return f"`{key}` in the front matter: {what}"


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
