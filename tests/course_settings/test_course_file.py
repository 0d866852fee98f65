"""What a person may write in `course.toml`, and what is told of what they may not."""

import re
from datetime import timedelta
from fractions import Fraction

import pytest
from pydantic import BaseModel

from grader.course.course_file import CourseFile, here, load
from grader.course.moments import shown
from grader.course.settings import Settings
from grader.errors import UsageError
from tests.conftest import TOP
from tests.course_settings.rows import row

EXAMPLE = TOP / "docs" / "course.example.toml"


@pytest.fixture
def read(tmp_path):
    """Return what reads a text as a file."""

    def _read(text):
        path = tmp_path / "course.toml"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return load(path)

    return _read


def told(read, text):
    """Return what is told of a text, without the folder that its file is in."""
    with pytest.raises(UsageError) as raised:
        read(text)
    lines = str(raised.value).split("\n")
    return [re.sub(r"^\S*(?=course\.toml)", "", line) for line in lines]


def tables(model, above=()):
    """Yield the keys of a file, each with the tables that it stands in."""
    for name, field in model.model_fields.items():
        yield (*above, name)
        for inner in re.findall(r"\w+\._(\w+)", str(field.annotation)):
            found = next(
                one for one in BaseModel.__subclasses__() + _all(BaseModel)
                if one.__name__ == f"_{inner}"
            )  # fmt: skip
            yield from tables(found, (*above, name))


def _all(model):
    return [one for each in model.__subclasses__() for one in (each, *_all(each))]


def test_the_example_has_every_key_and_the_page_documents_it():
    text, page = EXAMPLE.read_text("utf-8"), (TOP / "docs/settings.md").read_text("utf-8")
    keys = {".".join(key) for key in tables(CourseFile)}
    assert {"late.grace", "assignments.late.grace", "review.near", "drop_lowest"} <= keys
    for name in {key.rpartition(".")[2] for key in keys}:
        assert re.search(rf"(?m)^(\[.*)?\b{name}\b", text), f"{name} is not in the example"
        assert re.search(rf"`\[?{name}(\.NAME)?\]?`", page), f"{name} is not documented"


def test_the_example():
    found = load(EXAMPLE)
    docs = EXAMPLE.parent
    assert found.roster == docs / "students.csv"
    assert found.gradebook == f"sqlite:///{docs}/grades/gradebook.db"
    assert [*found.policies] == ["tensors", "autograd", "layers"]
    tensors, autograd, layers = found.policies.values()
    assert shown(tensors.due) == "2026-10-01 23:59:59 Europe/Moscow"
    assert shown(tensors.due_for("Bob", "S-17")) == "2026-10-03 23:59:59 Europe/Moscow"
    assert shown(tensors.due_for("ann lee", None)) == "2026-10-05 12:00 Europe/Moscow"
    assert (tensors.late.deduct, tensors.late.grace) == (Fraction(1, 10), timedelta(minutes=15))
    assert (tensors.attempt, autograd.attempt) == ("latest", "best")
    assert autograd.late.deduct == 0
    assert shown(layers.due) == "2026-11-01 23:59 UTC+01:00"
    assert (layers.weight, layers.droppable, layers.rounding.step) == (50, False, Fraction(1, 100))
    assert found.policy("another") == found.policy(None) == found.default
    assert found.default.rounding.name == "half"


def test_nothing_is_needed(read, tmp_path):
    assert here(tmp_path) == Settings()
    found = read("")
    assert (found.policies, found.default) == ({}, Settings().default)
    assert here(tmp_path) == found


def test_the_five_lines_of_the_page(read):
    page = (TOP / "docs/settings.md").read_text("utf-8")
    found = read(re.search(r"```toml\n(.*?)```", page, re.DOTALL)[1])
    assert [shown(one.due) for one in found.policies.values()] == [
        "2026-10-01 18:00 Europe/Berlin",
        "2026-10-15 18:00 Europe/Berlin",
    ]
    assert found.policies["tensors"].late.refuse_after == timedelta(days=7)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("weigth = 3", "course.toml, line 1: `weigth`: no such key; there are: assignments, att"),
        ("timezon = 3", "`timezon`: no such key; did you mean `timezone`? There are: assi"),
        (
            "[review]\n\nnear = 0.1\ndrop_lowest = 1",
            "line 4: `review.drop_lowest`: no such key here; move it to the top of the file",
        ),
        ("[late]\nrefuse = '1 day'", "line 2: `late.refuse`: no such key; did you mean `refuse_a"),
        ("timezone = 'Europe/Berln'", "`Europe/Berln` is no time zone; did you mean `Europe/Ber"),
        ("timezone = 'Mars'", "`Mars` is no time zone; they are named as"),
        ("timezone = '/etc/passwd'", "is no time zone"),
        ("timezone = 3", "write the name of a time zone"),
        ("attempt = 'lates'", 'write "latest" or "best" or "latest in time"; did you mean `late'),
        ("rounding = 'haf'", "or a number of decimals from 0 to 6; did you mean `half`?"),
        ("rounding = 7", "or a number of decimals from 0 to 6"),
        ("rounding = true", "or a number of decimals from 0 to 6"),
        ("drop_lowest = -1", "write a whole number that is not negative"),
        ("drop_lowest = true", "write a whole number that is not negative"),
        ("late = 3", "`late`: this is a table"),
        ("assignments = 'here'", "`assignments`: this is a table"),
        ("late.deduct = 10", "a share is from 0 to 1, or from 0% to 100%"),
        ("late.deduct = 'x%'", "`x%` is no share"),
        ("late.deduct = nan", 'write a share, as 0.1 or "10%"'),
        ("late.deduct = 1e-999999", 'write a share, as 0.1 or "10%"'),
        ("late.grace = 5", 'in quotes, as "2 days"'),
        ("late.per = 'week'", 'write "day" or "hour"'),
        ("sources = 3", "write a path"),
        ("language = 'xx'", "write a language that reports are in"),
        ("gradebook = 'a://b:c/d'", "write a file, or a URL"),
        ("[assignments.a]\ndue = '2026-10-01'", "line 2: `assignments.a.due`: write a date and"),
        ("[assignments.a]\ndue = 2026-10-01", "line 2: `assignments.a.due`: 2026-10-01 has no"),
        ("[assignments.a]\nweight = -1", "write a number that is not negative"),
        ("[assignments.a]\ndroppable = 'no'", "write true or false"),
        ("[assignments.'a b']\nx = 1", '`assignments."a b".x`: no such key'),
        ("[assignments.a.extensions]\nb = '2 days'", "there is no due date to extend"),
        ("[review]\ngrade_borders = [\n0.5,\n'x']", "line 2: `review.grade_borders.2`: write a sh"),
        ("[review]\ngrade_borders = [0.9, 0.5]", "write each border once, the lowest first"),
        ("x = ", "course.toml, at its end: this is no TOML: Invalid value"),
        ("\nx = [1,", "this is no TOML"),
        ("rounding = 1\nrounding = 2\n", "course.toml, line 2: this is no TOML"),
        (b"# caf\n\xe9 = 1", "course.toml, line 2: this is not UTF-8"),
        ("x = 1e9999999999999999999999", "a number in it is too large"),
        ("x = " + "9" * 5000, "a number in it is too large"),
        ("x = " + "[" * 5000, "nested too deeply"),
    ],
)  # fmt: skip
def test_what_is_told_of_a_fault(read, text, expected):
    (line,) = told(read, text)
    assert expected in line


def test_all_faults_are_told_in_the_order_of_the_file(read):
    zone = 'timezone = "Europe/Berlin"\n'
    lines = told(
        read,
        zone + "[assignments.a]\ndue = 2026-03-29T02:30:00\n[assignments.b]\ndue = 2026-10-01\n"
        "[assignments.b.extensions]\nBob = 2026-10-02\nbob = '+1 day'\nAnn = 2026-09-01\n",
    )
    assert [line.partition(":")[0] for line in lines] == [
        f"course.toml, line {number}" for number in (3, 8, 9)
    ]
    assert "is 2026-03-29 03:30:00 meant?" in lines[0]
    assert "`Bob` is the same student" in lines[1]
    assert "this is before the due date, 2026-10-01 23:59:59 Europe/Berlin" in lines[2]
    assert len(told(read, "a = 1\nb = 2\nlate.c = 3")) == 3


def test_lines_are_right_whatever_stands_above(read):
    text = (
        '# a = 1\nlanguage = "en"\nrelease = """\nb = 1\n"""\nlate = { c = 1 }\n\n[review]\nd = 1'
    )
    assert [re.search(r"line (\d+)", line)[1] for line in told(read, text)] == ["3", "6", "9"]


def test_how_notepad_saves_it(read):
    assert read('\ufefflanguage = "ru"\r\nrounding = 1\r\n').language == "ru"


def test_numbers_are_exact(read):
    found = read("late.deduct = 0.1\n[assignments.a]\nweight = 33.3").policies["a"]
    assert (found.late.deduct, found.weight) == (Fraction(1, 10), Fraction(333, 10))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("marks.db", "sqlite:///{}/marks.db"),
        ("sqlite:///marks.db", "sqlite:///{}/marks.db"),
        ("sqlite:////abs/marks.db", "sqlite:////abs/marks.db"),
        ("postgresql+psycopg://me:word@host/db", "postgresql+psycopg://me:word@host/db"),
    ],
)
def test_where_the_gradebook_is(read, tmp_path, written, expected):
    assert read(f'gradebook = "{written}"').gradebook == expected.format(tmp_path)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        load(tmp_path / "course.toml")


@pytest.mark.parametrize(
    ("final", "border"), [(4.8, Fraction(1, 2)), (5.2, Fraction(1, 2)), (5.3, None), (None, None)]
)
def test_near_a_border(read, final, border):
    borders = read("[review]\ngrade_borders = ['50%', 0.75]").borders
    assert borders.close_to(row(score=final)) == border
    assert borders.close_to(row(score=final, max_score=None)) is None
