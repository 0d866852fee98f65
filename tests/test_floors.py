"""Rules of the house that no linter keeps."""

import ast
import re

import pytest

from tests.conftest import TOP

MODULES = sorted((TOP / "grader").rglob("*.py"))
FORBIDDEN = {"pickle", "dill", "cloudpickle", "marshal", "shelve", "joblib"}


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 400, "one noun a module"
    assert path.stem not in {"utils", "helpers", "common", "misc", "base"}
    tree = ast.parse(text)
    assert not FORBIDDEN & {name.split(".")[0] for name in imported(tree)}
    assert not re.search(r"\btorch\.(load|save)\(", text)
    if path.stem == "__init__":
        assert len(tree.body) == 1, "a package's __init__ holds its docstring alone"


def test_nothing_in_the_project_says_where_it_was_made():
    for path in [*MODULES, TOP / "README.md", TOP / "CHANGELOG.md", TOP / "Makefile"]:
        assert str(TOP) not in path.read_text(encoding="utf-8")
