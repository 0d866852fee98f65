"""What the grader says, in every language that it has a catalogue for."""

import ast
import re
import string
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from grader import wording
from grader.model.text import counted, listed, say, told
from grader.wording.catalogue import translated

HERE = Path(wording.__file__).parent
CATALOGUES = sorted(HERE.glob("locale/*/LC_MESSAGES/grader.po"))
CALLS = ("say", "counted")
# Sentences without a word, or with words that are the same in every language.
UNSPOKEN = re.compile(r"[\W\d]*(requires_grad|None|True or False)?[\W\d]*")


def messages():
    """Return every sentence of the code and the pages, as its forms, with where it stands."""
    for path in sorted(HERE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in CALLS:
                forms = node.args[: 2 if node.func.id == "counted" else 1]
                where = f"{path.relative_to(HERE)}:{node.lineno}"
                assert all(isinstance(form, ast.Constant) for form in forms), where
                yield tuple(form.value for form in forms), where
    for path in sorted(HERE.rglob("*.html.j2")):
        for line, message, _, _ in extract_from_file("jinja2", path):
            forms = message if isinstance(message, tuple) else (message,)
            yield forms, f"{path.relative_to(HERE)}:{line}"


def fields(template):
    named = {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}
    return named, sorted(re.findall(r"%\((\w+)\)s", template))


@pytest.fixture(scope="module", params=CATALOGUES, ids=lambda path: path.parts[-3])
def catalogue(request):
    with request.param.open("rb") as file:
        return read_po(file, locale=request.param.parts[-3])


def test_every_sentence_is_translated_and_none_is_left_over(catalogue):
    wanted = {forms[0]: where for forms, where in messages()}
    there = {m.id[0] if m.pluralizable else m.id: m for m in catalogue if m.id}
    assert {one: wanted[one] for one in wanted.keys() - there.keys()} == {}, "run `make messages`"
    assert there.keys() - wanted.keys() == set(), "run `make messages`"
    for one, message in there.items():
        said = message.string if message.pluralizable else (message.string,)
        assert all(said), one
        assert not message.fuzzy, one
        if message.pluralizable:
            assert len(said) == catalogue.num_plurals, one


def test_a_translation_has_the_places_of_its_sentence(catalogue):
    for message in catalogue:
        if message.id:
            if message.pluralizable:
                (some, old), (few, _) = fields(message.id[1]), fields(message.id[0])
                for said in message.string:
                    named, old_style = fields(said)
                    assert few <= named <= some, message.id
                    assert old_style == old, message.id
            else:
                assert fields(message.string) == fields(message.id), message.id


def test_a_translation_says_something_else_than_its_sentence(catalogue):
    for message in catalogue:
        one = message.id[0] if message.pluralizable else message.id
        if one and not UNSPOKEN.fullmatch(re.sub(r"\{\w+\}|%\(\w+\)s", "", one)):
            assert message.string != one


def test_plurals_are_right_in_russian():
    def items(number):
        return translated(counted("{number} item", "{number} items", number), "ru")

    assert [items(n) for n in (1, 2, 5, 11, 21, 22, 111)] == [
        "1 элемент",
        "2 элемента",
        "5 элементов",
        "11 элементов",
        "21 элемент",
        "22 элемента",
        "111 элементов",
    ]


def test_what_stands_inside_a_sentence_is_said_in_its_language_too():
    inner = counted("{number} item", "{number} items", 3)
    whole = listed([say("not filled in"), say("{type} of {length}", type="list", length=inner)])
    assert whole == "not filled in, list of 3 items"
    assert translated(whole, "ru") == "не заполнено, list, 3 элемента"
    assert translated(listed(["a", "b"], say(" and ")), "ru") == "a и b"


def test_a_value_is_never_read_as_a_template():
    hostile = "{0} {separator.__class__} %(name)s"
    assert (
        translated(say("{name} is not defined", name=hostile), "ru")
        == f"имя {hostile} не определено"
    )


def test_an_unknown_language_is_english():
    assert translated(say("not filled in"), "tlh") == "not filled in"
    for name in ("../ru", "", "ru/..", ".", "r" * 10_000, None):
        assert wording.known(name) == "en"


def test_records_are_told_whole():
    from grader.model.result import CheckResult, Mismatch

    mismatch = Mismatch(
        path="w",
        aspect="shape",
        actual="(2,)",
        expected="(3,)",
        extent=say("larger than it may be"),
    )
    check = CheckResult(
        check="w", hidden=False, outcome="failed", score=0, max_score=1, mismatches=(mismatch,)
    )
    assert told(check, "ru").mismatches[0].extent == "больше допустимого"
    assert type(told(check, "ru").mismatches[0].extent) is str
