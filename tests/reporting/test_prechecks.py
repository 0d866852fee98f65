"""The page of a notebook that is to be handed in."""

import pytest

from grader.model.facts import ForbiddenUse
from grader.model.precheck import CheckedExercise, Import, Precheck, SelfCheck, Stop
from grader.model.result import Fault
from grader.model.text import say
from grader.model.values import Exceeded
from grader.reporting.prechecks import Page
from grader.wording.prechecks import SHORT, of_exercise
from tests.bundles import bundle


def one(standing="runs", **told):
    usual = {"name": "one", "standing": standing, "state": "filled", "cell": 3, "limit": 30.0}
    return CheckedExercise(**{**usual, **told})


def stop(**told):
    usual = {"cell": 3, "exercise": "one", "role": "exercise", "ending": "error"}
    fault = Fault(name="ValueError", message="no\nmore", line=2, source="raise it")
    return Stop(**{**usual, "fault": fault, **told})


def page(*exercises, language="en", extra=(), is_own=False, lacks_bundle=False, width=100, **told):
    found = Precheck(
        bundle=bundle(is_own=is_own),
        exercises=exercises,
        **{"stops": (), "limit": 300.0, **told},
    )
    made = Page(
        "a.ipynb", found, language, ending=".check.json", extra=extra, lacks_bundle=lacks_bundle
    )
    return made.text(width)


def first(text, head="Do this first"):
    return text.split(f"{head}\n")[1].split("\n\n")[0]


def test_a_clean_page_promises_nothing():
    text = page(one(self_check=SelfCheck(lines=("✓ one",))))
    assert text.startswith("a.ipynb: Small\n1 exercise: 1 runs to the end\n")
    assert "There is nothing left to do that can be told before it is graded." in text
    assert text.endswith("whether values are right is seen when it is graded.")
    for word in ("correct", "passed", "✓"):
        assert word not in text


def test_what_stops_is_told_with_its_line():
    found = stop()
    text = page(one("stops", stop=found), stops=(found,))
    assert first(text) == (
        "    One\n    cell 3, line 2 stops: ValueError: no\n        2 | raise it"
    )
    assert "Other cells that stop" not in text


def test_what_stops_elsewhere_is_told_below():
    before = stop(cell=2, exercise=None, role="own")
    given = stop(cell=None, exercise=None, role="given", below_blank="one")
    text = page(one("blank", state="blank"), stops=(before, given))
    assert first(text).startswith("    cell 2, line 2 stops")
    below = text.split("Other cells that stop\n")[1]
    assert "given code stops: ValueError: no" in below
    assert "It may come from what is not filled in above it: One." in below


@pytest.mark.parametrize(
    ("ending", "told"),
    [
        ("timed out", "cell 3: its cell took more than 30 s of CPU time and was stopped"),
        ("too much output", "cell 3: its cell printed without end"),
        ("too much memory", "cell 3: its cell took more memory"),
        ("crashed", "cell 3: its cell ended the kernel"),
    ],
)
def test_what_was_stopped_says_why(ending, told):
    exceeded = Exceeded(seconds=30) if ending == "timed out" else None
    found = stop(ending=ending, exceeded=exceeded, fault=None)
    assert told in page(one("stops", stop=found), stops=(found,))


def test_a_self_check_that_is_stopped_is_called_so():
    found = stop(ending="timed out", cell=None, role="self_check", fault=None)
    text = page(one("stops", stop=found), stops=(found,))
    assert "its self-check: its cell took too long and was stopped" in text
    assert "A self-check calls what you wrote" in text


def test_what_a_self_check_finds_is_shown_as_it_printed_it():
    check = SelfCheck(lines=("✓ x", "✗ y: [bold] \x1b[31mno"), unfit=("✗ y: [bold] \x1b[31mno",))
    text = page(one("does not fit", self_check=check))
    assert "✗ y: [bold] [31mno" in text
    assert "✓ x" not in text


@pytest.mark.parametrize("standing", sorted(SHORT))
def test_each_standing_has_its_words(standing):
    told = {"blanks": (5, 7)} if standing == "blank" else {}
    if standing == "forbidden":
        told["uses"] = (ForbiddenUse(name="torch.sum", line=2),)
    found = one(standing, stop=stop() if standing == "stops" else None, **told)
    text = page(found)
    assert f"    {SHORT[standing]}" in text
    if standing not in ("does not fit",):
        assert str(of_exercise(found, str)) in " ".join(text.split())


def test_packages_files_notes_and_time_have_their_places():
    text = page(
        one(seconds=25.0),
        lacking=(Import(name="seaborn", cells=(3, 4)),),
        unusual=(Import(name="yaml", cells=(5,)),),
        files=("data.csv",),
        notes=(say("given code was changed"),),
        seconds=26.0,
        memory=300 * 2**20,
        memory_limit=2**31,
    )
    assert first(text).startswith("    `seaborn` is not installed here (cells 3, 4)")
    assert "`yaml` (cell 5): the assignment itself does not import it" in text
    assert "hand in beside the notebook: data.csv" in text
    assert "What would be mended when it is handed in\n    given code was changed" in text
    assert "26.0 s of CPU time in all; 300 s are allowed" in text
    assert "One: 25.0 s; 30 s are allowed" in text
    assert "300 MiB of memory at most, torch among them; 2048 MiB are allowed" in text


def test_without_a_bundle_the_page_says_what_it_cannot_tell():
    text = page(one(), is_own=True, lacks_bundle=True, extra=(say("x.check.json: it is cut off"),))
    head = " ".join(text.split("\n\n")[1].split())
    assert head.startswith("Looked at without the file NAME.check.json")
    assert head.endswith("x.check.json: it is cut off")
    assert first(text) == "    x.check.json: it is cut off"
    assert "nothing left to do" in page(one(), extra=(say("another file cannot be read"),))


def test_lines_are_as_wide_as_the_terminal_and_never_wider_than_a_page():
    found = stop(fault=Fault(name="E", message="word " * 100))
    for width, most in ((40, 40), (80, 80), (400, 100)):
        text = page(one("stops", stop=found), stops=(found,), width=width)
        assert max(map(len, text.split("\n"))) <= most


def test_it_speaks_russian():
    found = stop(below_blank="one")
    text = page(one("blank", state="blank"), stops=(found,), language="ru")
    assert first(text, "Начните с этого").endswith("Заполните его.")
    assert "1 задание: 1 не заполнено" in text
    assert "о баллах здесь ничего не говорится" in text
    for word in ("exercise", "stops", "cell"):
        assert word not in text
