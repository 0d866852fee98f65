"""A class is the same for the same seed, and has what it should."""

from collections import Counter

import pytest

from benchmarks.mixed_class import hand_ins, main, write
from grader.formats import notebook
from tests.conftest import TOP


@pytest.fixture(scope="module")
def every():
    return list(hand_ins())


def test_the_same_seed_gives_the_same_notebooks(every):
    again = list(hand_ins())
    assert again == every
    assert [one.text for one in hand_ins(8, seed=2)] != [one.text for one in hand_ins(8, seed=3)]


def test_kinds_have_their_shares(every):
    assert Counter(one.kind for one in every) == {
        "right": 20,
        "mistaken": 28,
        "blank": 6,
        "wrong": 6,
    }
    assert Counter(one.kind for one in hand_ins(7)) == {
        "right": 2,
        "mistaken": 3,
        "blank": 1,
        "wrong": 1,
    }


def test_all_assignments_and_languages_are_in_it(every):
    both = Counter((one.assignment, one.language) for one in every)
    names = [path.stem for path in (TOP / "reference").glob("*.py")]
    assert set(both) == {(name, language) for name in names for language in ("en", "ru")}
    assert max(both.values()) - min(both.values()) <= 1
    kinds = Counter((one.assignment, one.kind) for one in every)
    assert all(kinds[name, kind] for name in names for kind in ("right", "mistaken", "blank"))


def test_whoever_is_mistaken_has_one_to_four_known_mistakes(every):
    for one in every:
        about = [text for text in one.about if not text.startswith("own cell")]
        if one.kind == "mistaken":
            errors = [text for text in about if text.endswith(("misspelt", "unfinished"))]
            assert 1 <= len(about) - len(errors) <= 4
        if one.kind == "right":
            assert about == []


def test_some_raise_errors_and_some_take_long(every):
    about = Counter(text.split(": ")[1] for one in every for text in one.about)
    assert about["slow"] == 2
    assert about["misspelt"] + about["unfinished"] >= 5
    assert about["raises"] >= 2


def test_they_are_notebooks_of_their_assignment(every):
    for one in every:
        read = notebook.read(one.text.encode())
        assert read.about["assignment"] == one.assignment
        assert read.about["language"] == one.language


def test_a_folder_gets_a_notebook_for_each_student(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["mixed_class", "--write", str(tmp_path), "--submissions", "4"])
    main()
    written = {path.stem: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    assert written == {one.student: one.text for one in hand_ins(4)}
    told = [line.split("\t")[0] for line in capsys.readouterr().out.splitlines()]
    assert told == sorted(written)
    other = write(tmp_path / "other", 4, 1)
    assert [one.text for one in other] != list(written.values())
