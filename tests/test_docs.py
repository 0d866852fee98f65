"""What the documents name is there."""

import re

import pytest

from tests.conftest import TOP

PAGES = [*TOP.glob("*.md"), *(TOP / "docs").rglob("*.md"), *(TOP / "benchmarks").glob("*.md")]
# Such as `grader/grade.py` and `tests/attacks/`; what a run makes is in none of these folders.
PATH = re.compile(r"`((?:grader|tests|docs|reference|examples|benchmarks)/[\w./-]*)`")
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(TOP).as_posix())
def test_paths_and_links_of_a_page(page):
    text = page.read_text(encoding="utf-8")
    paths = [TOP / name for name in PATH.findall(text)]
    links = [page.parent / name for name in LINK.findall(text)]
    made = {TOP / "benchmarks" / ".cache", TOP / "reference" / "softmax.py"}
    assert [path for path in (*paths, *links) if path not in made and not path.exists()] == []
