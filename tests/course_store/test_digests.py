"""What marks follow from: what changes a digest, and what does not."""

import os
from dataclasses import replace

import pytest

from grader.authoring.source import load
from grader.course import digests
from grader.model.submission import Handin
from tests.conftest import write_source
from tests.course_store.course import STEPS

ALL = {"first", "second", "alone"}


@pytest.fixture
def touched(tmp_path):
    """Return the exercises whose digests a change of the source changes."""

    def of(old, new):
        assert old in STEPS
        before, after = (
            digests.of_exercises(load(write_source(tmp_path, text)))
            for text in (STEPS, STEPS.replace(old, new))
        )
        return {name for name in {*before, *after} if before.get(name) != after.get(name)}

    return of


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ("# # Steps", "# # Other prose\n\n# %% [markdown]\n# And more of it.", set()),
        ("#|   - y\n", "#|   - expr: y\n#|     rtol: 0.5\n", {"second"}),
        ("#|   - y\n", "#|   - expr: y\n#|     hidden: true\n", {"second"}),
        ("y = x * factor  #", "y = factor * x  #", {"second"}),
        ("x = 3.0", "x = 1.0", {"first"}),
        ("factor = 3.0", "factor = 4.0", {"second", "alone"}),
        ("# %%\n#| exercise: first", "# %%\nstart = 1\n\n# %%\n#| exercise: first", ALL),
        ("#| exercise: alone", "#| exercise: single", {"alone", "single"}),
    ],
)
def test_a_change_touches_what_follows_from_it(touched, old, new, names):
    assert touched(old, new) == names


@pytest.fixture
def handin(tmp_path):
    for name in ("a.ipynb", "data.csv"):
        (tmp_path / name).write_text(name)
    beside = ("data.csv", tmp_path / "data.csv")
    return Handin(student="ann", path=tmp_path / "a.ipynb", shown="a.ipynb", attachments=(beside,))


def test_where_a_hand_in_lies_is_not_in_its_digest(handin, tmp_path):
    moved = tmp_path / "elsewhere.ipynb"
    moved.write_text("a.ipynb")
    assert digests.of_handin(replace(handin, path=moved, shown="b")) == digests.of_handin(handin)


def test_what_was_handed_in_and_what_is_known_of_it_are(handin):
    before = digests.of_handin(handin)
    others = [
        replace(handin, student="bob"),
        replace(handin, id="1"),
        replace(handin, late=True),
        replace(handin, attachments=()),
        replace(handin, attachments=(("other.csv", handin.attachments[0][1]),)),
    ]
    found = [digests.of_handin(one) for one in others]
    handin.attachments[0][1].write_text("other data")
    found.append(digests.of_handin(handin))
    handin.path.write_text("another answer")
    found.append(digests.of_handin(handin))
    assert len({before, *found}) == 1 + len(found)


@pytest.mark.skipif(os.name != "posix", reason="there are no such files")
def test_what_cannot_be_read_has_a_digest_and_nothing_waits_for_it(handin, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path / "missing", tmp_path):
        assert digests.of_handin(replace(handin, path=path))
    assert digests.of_handin(replace(handin, student="\ud800\0"))
