"""What the documents name is there."""

import re

import pytest

from tests.conftest import TOP

MODULES = sorted((TOP / "grader").rglob("*.py"))
PAGES = [*TOP.glob("*.md"), *(TOP / "docs").rglob("*.md"), *(TOP / "benchmarks").glob("*.md")]
# Such as `grader/grade.py` and `tests/attacks/`; what a run makes is in none of these folders.
PATH = re.compile(r"`((?:grader|tests|docs|reference|examples|benchmarks)/[\w./-]*)`")
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(TOP).as_posix())
def test_paths_and_links_of_a_page(page):
    text = page.read_text(encoding="utf-8")
    paths = [TOP / name for name in PATH.findall(text)]
    links = [page.parent / name for name in LINK.findall(text)]
    # Made by whoever follows the page; LANGUAGE stands for one.
    made = {TOP / "benchmarks" / ".cache", TOP / "reference" / "softmax.py"}
    named = [path for path in (*paths, *links) if path not in made and "LANGUAGE" not in str(path)]
    assert [path for path in named if not path.exists()] == []


def test_tables_that_are_to_be_added_to():
    text = (TOP / "CONTRIBUTING.md").read_text(encoding="utf-8")
    code = "".join(
        path.read_text(encoding="utf-8") for path in [*MODULES, TOP / "tests/conftest.py"]
    )
    names = set(re.findall(r"`([A-Z][A-Z_]{4,})`", text))
    assert len(names) >= 5
    assert {
        name for name in names if not re.search(rf"^{name}\b.*= ?", code, re.MULTILINE)
    } == set()
