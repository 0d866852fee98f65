"""The index as a file: complete without its script, and nothing in it but text."""

import base64
import hashlib
import json
import re
from dataclasses import replace

import pytest

from grader.model.statistics import MistakeStatistics
from grader.reporting import index
from tests.reporting.class_overview import exercise, overview, row
from tests.reporting.test_html import HOSTILE, Tags

PEOPLE = [
    row("Анна #1", exercise(1), exercise(2, "wrong", 0.0), late=True, attempts=2),
    row("Bob", exercise(1), student_id="4711"),
    row("eve", outcome="needs review"),
]


def page(found):
    return b"".join(index.page(found)).decode()


def data(text):
    (found,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', text)
    return json.loads(found)


def unscripted(text):
    """Return what is there for whoever runs no script."""
    return text[text.index("<noscript>") : text.index("</noscript>")]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_nothing_that_is_not_the_graders_own_is_more_than_text(language):
    odd = f"{HOSTILE}</noscript></style>\u202e\u2028<!--<script>{{{{ 7 * 7 }}}}"
    one = row(odd, exercise(1, "wrong", 0.0), student_id=odd, source=odd, reason=odd, place="p/q")
    one = replace(one, notes=(odd,), comment=odd, title=odd, handed_in=odd, outcome="needs review")
    text = page(overview([one], language=language, hostile=odd, totals={odd: 1.0}))
    found = Tags(text)
    assert text.count("<script") == text.count("</script") == 2
    assert not {"iframe", "object", "embed", "link", "img", "base", "form"} & found.tags
    assert not {name for name in found.attributes if name.startswith("on")}
    assert text.count("</noscript") == text.count("</style") == 1
    assert not re.search("[\x1b\u202e]", text)
    assert data(text)["rows"][0]["student"] == re.sub("[\x1b\u202e]", "", odd)


def test_it_loads_nothing_and_runs_its_own_script_alone():
    text = page(overview(PEOPLE, has_similar=True))
    assert not re.search(r'(src|href)="(https?:|//|data:)', text)
    assert "@import" not in text
    assert "url(" not in text
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"


def test_all_rows_and_their_files_are_there_without_a_script():
    text = unscripted(page(overview(PEOPLE, totals={"4711": 2.5})))
    place = "%D0%90%D0%BD%D0%BD%D0%B0%20%231/small"
    assert f'href="feedback/{place}/report.html">Анна #1</a>' in text
    assert f'href="results/{place}/result.json"' in text
    assert f'href="results/{place}/executed.ipynb"' in text
    assert "1 / 2" in text
    assert "RW" in text
    assert ">late<" in text
    assert "2.5" in text
    assert "needs review" in text


def test_what_nobody_has_is_left_out():
    text = page(overview([row("ann", exercise(1))], change=False, to_review=()))
    for name in ('data-column="time"', "similar.html", "changes.html", 'id="review"'):
        assert name not in text
    assert 'data-column="assignment"' not in text  # there is but one
    text = page(overview([row("ann", exercise(1)), row("bob", assignment="b")], has_similar=True))
    assert 'data-column="assignment"' in text
    assert 'href="similar.html"' in text
    assert 'href="changes.html"' in text


def test_an_empty_course_is_a_page():
    text = page(overview([], change=False))
    assert data(text)["rows"] == []
    assert "0 graded" in text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Commonest mistakes", "point-biserial", "shown: {shown} of {all}")),
        ("ru", ("Самые частые ошибки", "точечно-бисериальная", "показано: {shown} из {all}")),
    ],
)
def test_it_speaks_the_language_of_the_staff(language, words):
    text = page(overview(PEOPLE, language=language))
    assert f'<html lang="{language}">' in text
    for one in words:
        assert one in text
    assert data(text)["exerciseOutcomes"][0]["letter"] == {"en": "R", "ru": "В"}[language]


def test_each_outcome_has_a_letter_of_its_own():
    for language in ("en", "ru"):
        found = data(page(overview(PEOPLE, language=language)))["exerciseOutcomes"]
        assert len({one["letter"] for one in found}) == len(found) == 12


def test_who_made_a_mistake_is_linked_and_the_rest_counted():
    rows = [row(f"s{n:02}", exercise(1, "wrong", 0.0)) for n in range(12)]
    text = page(overview(rows))
    (mistakes,) = re.findall(r"Commonest mistakes</h3>(.*?)</ol>", text, re.DOTALL)
    first = mistakes[: mistakes.index("</li>")]
    assert re.findall(r'href="(feedback[^"]*)"', first) == [
        f"feedback/s0{n}/small/report.html#e1" for n in range(5)
    ]
    assert "and 7 more" in first
    assert ">12<" in first
    (group,) = re.findall(r'data-group="(\d+)"', first)
    assert data(text)["groups"][int(group)] == [*range(12)]


def test_what_one_hand_in_shows_is_folded_where_there_is_much():
    def of(*numbers):
        made = overview([row(f"s{n}", exercise(1, "wrong", 0.0)) for n in range(3)])
        (one,) = made.statistics
        (part,) = one.exercises
        found = [
            MistakeStatistics(
                kind="mistake", mistake=f"m{n}", places=[f"s{k}/small" for k in range(number)]
            )
            for n, number in enumerate(numbers)
        ]
        part = replace(part, mistakes=found)
        return page(replace(made, statistics=[replace(one, exercises=[part])]))

    few = of(3, 1, 1)
    assert 'class="rare"' not in few
    many = of(3, 2, 1, 1, 1)
    (shown, folded) = re.findall(
        r'Commonest mistakes</h3>(.*?)<details class="rare">(.*?)</details>', many, re.DOTALL
    )[0]
    assert re.findall(r"<code>(m\d)</code>", shown) == ["m0", "m1"]
    assert re.findall(r"<code>(m\d)</code>", folded) == ["m2", "m3", "m4"]
    assert "3 more, each in one hand-in" in folded
    assert "<summary>5, each in one hand-in</summary>" in of(1, 1, 1, 1, 1)


def test_what_is_in_another_language_says_so():
    rows = [row("Анна", exercise(1, "wrong", 0.0), language="ru", title="Малое", reason="файл")]
    made = overview([*rows, row("bob", exercise(1, "wrong", 0.0))])
    (one,) = made.statistics
    (part,) = one.exercises
    known, found = part.mistakes
    part = replace(part, language="ru", mistakes=[replace(known, language="ru"), found])
    text = page(replace(made, statistics=[replace(one, language="ru", exercises=[part])]))
    assert '<h2 lang="ru">small </h2>' in text
    assert re.search(r'<a href="#exercise-1-1" lang="ru">', text)
    assert re.search(r'<span class="soft" lang="ru">Is it\?', text)
    assert '<td lang="ru">Малое</td>' not in text  # there is but one assignment
    assert '<span class="soft" lang="ru">файл</span>' in unscripted(text)
    assert data(text)["rows"][0]["language"] == "ru"
    assert "language" not in data(text)["rows"][1]
    assert (data(text)["assignments"][0]["language"]) == "ru"
    assert 'lang="ru"' not in page(overview([row("bob", exercise(1))]))


def test_links_lead_to_what_is_there():
    rows = [row("ann", exercise(1, "wrong", 0.0)), row("bob", exercise(2), assignment="b")]
    text = page(overview(rows))
    targets = {*re.findall(r'href="#([^"]+)"', text)}
    assert targets
    assert {one for one in targets if f'id="{one}"' not in text} == set()
    found = data(text)
    used = {int(one) for one in re.findall(r'data-group="(\d+)"', text)}
    assert max(used) < len(found["groups"])
