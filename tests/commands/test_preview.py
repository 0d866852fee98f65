"""`grader verify --preview` writes what students will read, and what links to it."""

import re

import pytest

from tests.command_line import grader
from tests.conftest import write_source
from tests.verifying.sound import SOUND


@pytest.mark.kernel
def test_a_report_of_each_mistake_is_written_and_linked(tmp_path):
    path = write_source(tmp_path, SOUND)
    done = grader("verify", path, "--only", "centre", "--preview", "-o", tmp_path / "out")
    assert done.returncode == 0, done.stdout + done.stderr
    index = tmp_path / "out" / "small" / "index.html"
    assert f"preview: {index}" in done.stdout
    page = index.read_text()
    links = re.findall(r'href="([^"]+)"', page)
    assert len(links) == len(set(links)) == page.count("<td><a ")
    for language in ("en", "ru"):
        assert f"{language}/right.html" in links
        assert f"{language}/centre/one-mean.html" in links
    for link in links:
        assert "<h1" in (index.parent / link).read_text()
    helped = (index.parent / "en" / "centre" / "one-mean.html").read_text()
    asked = re.search(r"name: one-mean\n#\| help:\n#\|   en: \"?([^\"\n]+)", SOUND)[1]
    assert asked in helped
    assert asked in page
    assert asked not in (index.parent / "en" / "right.html").read_text()


def test_pages_are_not_written_while_watching(tmp_path):
    done = grader("verify", write_source(tmp_path, SOUND), "--watch", "--preview")
    assert done.returncode == 2
    assert "--preview goes without --watch" in done.stderr
