"""Notebooks that Databricks exported as scripts."""

import re
from typing import Any

_FIRST = re.compile(r"# Databricks notebook source[ \t]*(?:\n|\Z)")
_BETWEEN = re.compile(r"^# COMMAND -{5,}[ \t]*$", re.MULTILINE)
_TITLE = re.compile(r"# DBTITLE .*(?:\n|\Z)")
_MAGIC = re.compile(r"# MAGIC ?(.*)")


def is_one(text: str) -> bool:
    """Whether a script says that Databricks made it."""
    return _FIRST.match(text) is not None


def cells(text: str) -> list[dict[str, Any]]:
    """Return the cells of a script: prose, and code; other languages are left as they are."""
    parts = _BETWEEN.split(_FIRST.sub("", text, count=1))
    return [_cell(part.strip("\n")) for part in parts if part.strip()]


def _cell(source: str) -> dict[str, Any]:
    source = _TITLE.sub("", source, count=1) if _TITLE.match(source) else source
    lines = [_MAGIC.match(line) for line in source.split("\n") if line.strip()]
    if not lines or not all(lines):
        return {"cell_type": "code", "source": source}
    magic, _, first = (lines[0][1] if lines[0] else "").partition(" ")
    rest = "\n".join([*filter(None, [first]), *(line[1] for line in lines[1:] if line)])
    kinds = {"%md": "markdown", "%md-sandbox": "markdown", "%python": "code"}
    return {"cell_type": kinds.get(magic, "raw"), "source": rest}
