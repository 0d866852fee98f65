"""What the Containerfiles promise, as far as it can be told without building them."""

import fnmatch
import re

import pytest

from tests.conftest import TOP
from tests.image import debian_root

FILES = [TOP / "Containerfile", TOP / "examples" / "container" / "Containerfile"]


def instructions(path) -> list[tuple[str, str]]:
    """Return the instructions of a file, each in one line."""
    text = re.sub(r"^#.*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", " ", text).splitlines()
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in lines if line)]


def is_sent(name: str) -> bool:
    """Whether who builds gets to see a file of the folder."""
    sent = True
    for line in (TOP / ".containerignore").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#") and fnmatch.fnmatch(name, line.lstrip("!")):
            sent = line.startswith("!")
    return sent


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_it_ends_as_an_ordinary_user_told_by_number(path):
    users = [rest for name, rest in instructions(path) if name == "USER"]
    assert users[-1] == f"{debian_root.USER}:{debian_root.USER}"


def test_a_broken_image_is_not_built():
    own, course = map(instructions, FILES)
    assert ("RUN", "grader doctor --isolation any") in own[own.index(("USER", "1000:1000")) :]
    assert course[-1] == ("RUN", "grader verify")


def test_what_is_copied_exists_and_nothing_else_is_sent():
    copied = [
        name
        for kind, rest in instructions(FILES[0])
        if kind == "COPY" and "--from" not in rest
        for name in rest.split()[:-1]
    ]
    assert copied
    assert all((TOP / name).exists() and is_sent(name) for name in copied)
    others = {path.name for path in TOP.iterdir()} - set(copied)
    assert [name for name in others if is_sent(name)] == []
    assert (TOP / ".dockerignore").read_text() == (TOP / ".containerignore").read_text()


def test_the_root_file_system_of_the_tests_is_laid_out_as_the_image():
    text = FILES[0].read_text(encoding="utf-8")
    (laid_out,) = re.findall(r"echo (grader:\d+:\d+)", text)
    assert laid_out == debian_root.GRANTED
    assert f"COPY --from=environment {debian_root.INSTALLED} {debian_root.INSTALLED}" in text
    assert f"debian:{debian_root.SUITE}-slim" in text
    assert all(name in text for name in debian_root.INCLUDED)
