import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from grader.model.facts import (
    Extent,
    Forbidden,
    ForbiddenUse,
    Mismatch,
    NotReached,
    Raised,
    SomePassed,
    Symptom,
)
from grader.model.features import Count, Number, Shape, Withheld
from grader.model.result import (
    CheckResult,
    Curve,
    Diagnosis,
    ExerciseResult,
    Fault,
    Override,
    Report,
)
from grader.reporting import html, record
from grader.wording.mismatches import sentence

GOLDEN = Path(__file__).parent.parent / "golden"
HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)">\x1b[31m]]>'

WRONG = ExerciseResult(
    exercise="descent",
    title="The *loop* of `descend`",
    score=0.5,
    max_score=2.0,
    outcome="partly right",
    diagnoses=(
        Diagnosis(kind="mistake", text=f"Look at `w.grad` {HOSTILE}", mistake="no-zero-grad"),
        Diagnosis(kind="scaled", text="`b` is *twice* what it should be.", check="b"),
    ),
    override=Override(score=0.5, comment=f"half of it, {HOSTILE}", computed=0.0),
    ruling=SomePassed(passed=1, total=4, moment="own"),
    rule="1 of 4 checks passed",
    error=Fault(
        name="ValueError",
        message="no",
        line=2,
        source="raise ValueError",
        traceback="\x1b[31mE\x1b[0m",
    ),
    checks=(
        CheckResult(
            check="w",
            hidden=False,
            outcome="failed",
            score=0.0,
            max_score=0.5,
            aspects={"type": "passed", "shape": "failed", "values": "skipped"},
            sentences=("Shape: (1, 2), expected (2,).",),
            seen="tensor of float32, shape (1, 2): [1, 2]",
        ),
        CheckResult(
            check="losses",
            hidden=False,
            outcome="failed",
            score=0.0,
            max_score=0.5,
            aspects={"values": "failed"},
            mismatches=(
                Mismatch(
                    path="losses[3]",
                    aspect="values",
                    actual=Number(text="12.25"),
                    expected=Number(text="7.125"),
                    extent=Extent(wrong=3, total=9),
                ),
            ),
            sentences=("Value at `[3]`: 12.25 is not the expected one (3 of 9 values differ).",),
            seen="list of 9 items",
            curve=Curve(actual=((1, 100.0), (2, 12.25)), expected=((1, 100.0), (2, 1.0))),
        ),
        CheckResult(
            check="f(secret)",
            hidden=True,
            outcome="failed",
            score=0.0,
            max_score=0.5,
            aspects={"values": "failed"},
            mismatches=(
                Mismatch(path="f(secret)", aspect="values", actual=Withheld(), expected=Withheld()),
            ),
            sentences=("Value: not the expected one.",),
        ),
        CheckResult(check="g", hidden=False, outcome="passed", score=0.5, max_score=0.5),
    ),
    code="#| exercise: descent\nraise ValueError",
    output="step 1\n",
)
REPORT = Report(
    assignment="gradient_descent",
    title="Gradient descent",
    student="Анна",
    source="in/anna.ipynb",
    outcome="graded",
    language="en",
    reason=None,
    score=2.5,
    max_score=5.0,
    notes=("given code was changed (cell 1); it was run as released",),
    seed=0,
    device="cpu",
    kernel="cold",
    isolation="none",
    versions={"python": "3.11", "torch": "2.13.0"},
    hashes={"submission": "abcdef0123456789", "assignment": "1", "reference": "2"},
    duration_s=1.5,
    exercises=(
        WRONG,
        replace(
            WRONG,
            exercise="one",
            outcome="right",
            score=2.0,
            error=None,
            checks=WRONG.checks[3:],
            not_found="Nothing was found of `torch.optim`.",
        ),
        replace(
            WRONG, exercise="two", outcome="blank", score=0.0, error=None, checks=(), output=""
        ),
    ),
)


def test_the_report_is_as_it_was():
    """Look at the difference; if it is meant, write the new page over the old one."""
    page = html.report(REPORT)
    golden = GOLDEN / "report.html"
    if not golden.exists():
        golden.write_text(page, encoding="utf-8")
        pytest.fail(f"{golden} is new: look at it, and run again")
    assert page == golden.read_text(encoding="utf-8")


class Tags(HTMLParser):
    """Collects what a browser would act on."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.ids, self.addresses = set(), set(), set(), set()
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.ids |= {value for name, value in attrs if name == "id"}
        self.addresses |= {value for name, value in attrs if name in ("src", "href")}


def hostile_report():
    fault = Fault(name=HOSTILE, message=HOSTILE, line=1, source=HOSTILE, traceback=HOSTILE)
    code = f"`{HOSTILE}` and {HOSTILE}"
    check = replace(
        WRONG.checks[0], sentences=(HOSTILE, code), seen=HOSTILE, error=code, check=HOSTILE
    )
    exercise = replace(
        WRONG, error=fault, checks=(check,), code=HOSTILE, output=HOSTILE, rule=HOSTILE
    )
    return replace(
        REPORT,
        student=HOSTILE,
        source=HOSTILE,
        notes=(HOSTILE,),
        exercises=(exercise,),
        versions={HOSTILE: HOSTILE},
        hashes={"submission": HOSTILE},
    )


@pytest.mark.parametrize("title", ["Title", HOSTILE])
def test_nothing_from_a_student_is_more_than_text(title):
    report = replace(hostile_report(), title=title)
    pages = [html.report(report), html.report(replace(report, score=None, reason=HOSTILE))]
    for page in pages:
        found = Tags(page)
        assert not {"script", "iframe", "object", "embed", "link", "img"} & found.tags
        assert not {name for name in found.attributes if name.startswith("on")}
        assert "\x1b" not in page


def test_a_report_loads_nothing(tmp_path):
    page = html.report(REPORT)
    assert "default-src 'none'" in page
    assert not re.search(r'(src|href)="(?!#)', page)
    assert "@import" not in page
    assert "url(" not in page


def test_expected_numbers_are_not_shown_and_hidden_ones_not_at_all():
    page = html.report(REPORT)
    assert "12.25" in page
    for secret in ("7.125", "41.5", "42.5"):
        assert secret not in page
    assert "(2,)" in page


def test_words_for_people():
    page = html.report(REPORT)
    for text in ("partly right", "not filled in", "Shape: (1, 2), expected (2,)", "hidden data"):
        assert text in page
    use = ForbiddenUse(name="torch.optim.SGD", line=3)
    rule = "uses torch.optim.SGD (line 3)"
    banned = replace(WRONG, rule=rule, ruling=Forbidden(uses=(use,)))
    assert "Uses torch.optim.SGD (line 3)" in html.report(replace(REPORT, exercises=(banned,)))
    assert "The <em>loop</em> of <code>descend</code>" in page
    loss = Mismatch(
        path="loss",
        aspect="values",
        actual=Number(text="3"),
        expected=Withheld(),
        extent=Extent(wrong=1, total=1, over=True),
    )
    said = "Computed from your `w`, `b`: 3 (larger than it may be)."
    assert str(sentence(loss, "loss", ("w", "b"))) == said
    check = replace(WRONG.checks[0], of=("w", "b"), sentences=(said,))
    page = html.report(replace(REPORT, exercises=(replace(WRONG, checks=(check,)),)))
    assert "Computed from your <code>w</code>, <code>b</code>: 3" in page
    timed_out = replace(WRONG, outcome="timed out")
    page = html.report(replace(REPORT, exercises=(timed_out,)))
    assert "stopped while it was here" in page
    asked = replace(WRONG, error=Fault(name="StdinNotImplementedError", message="raw_input was"))
    assert "asks for input" in html.report(replace(REPORT, exercises=(asked,)))


def test_a_submission_without_a_score_is_not_a_zero():
    report = replace(
        REPORT, outcome="not graded", reason="the file is empty", score=None, max_score=None,
        exercises=(), title="", assignment=None,
    )  # fmt: skip
    page = html.report(report)
    assert "The file is empty" in page
    assert "not the same as a score of 0" in page


def test_time_and_lateness_are_told_where_the_platform_does():
    late = replace(REPORT, handed_in="2026-01-09T21:09:00+03:00", late=True)
    assert "2026-01-09 21:09+03:00" in html.report(late)
    assert ">late<" in html.report(late)
    assert "handed in" not in html.report(REPORT)
    assert ">late<" not in html.report(replace(late, late=False))


def test_a_result_is_read_back_as_it_was_written():
    assert record.load(record.dump(REPORT)) == REPORT


def test_the_schema_misses_nothing_that_was_promised():
    schema = record.published_schema()
    promised = {
        "Report": "assignment student source outcome reason score max_score notes seed device"
        " kernel isolation versions hashes duration_s exercises",
        "ExerciseResult": "exercise score max_score outcome rule error checks",
        "CheckResult": "check hidden outcome score max_score aspects mismatches",
        "Mismatch": "path aspect actual expected",
    }
    for name, keys in promised.items():
        part = schema["$defs"].get(name, schema)
        assert set(keys.split()) <= set(part["required"])
        assert part["additionalProperties"] is False


def test_the_published_schema_is_the_codes():
    """If this fails: `make build` writes the new file."""
    assert record.published_schema() == json.loads(json.dumps(record.schema()))


def test_right_exercises_are_folded_and_the_others_lead_to_the_next():
    page = html.report(REPORT)
    assert '<details class="card folded" id="one">' in page
    assert '<section class="card" id="descent"' in page
    assert "1 of 3 exercises right." in page
    assert '<a href="#two">Next to fix: ' in page
    assert page.index("Start here:</strong> The <em>loop</em>") < page.index("<main>")
    page = html.report(replace(REPORT, exercises=REPORT.exercises[1:2]))
    assert "Everything is right: 1 of 1 exercises." in page
    assert "Start here" not in page
    assert "Next to fix" not in page


def test_of_checks_that_passed_there_is_but_a_count_and_of_the_others_what_failed():
    page = html.report(replace(REPORT, exercises=(WRONG,)))
    assert "<summary>1 of 4 checks passed</summary>" in page
    assert '<span class="badge failed">shape</span>' in page
    assert '<span class="badge passed">' not in page
    assert page.count('class="check') == 3


def test_a_check_is_called_by_its_title_with_its_code_beside_it():
    checks = [
        replace(WRONG.checks[2], title=f"Other data {HOSTILE}"),
        replace(WRONG.checks[3], title="The loss of a perfect model"),
    ]
    page = html.report(replace(REPORT, exercises=(replace(WRONG, checks=tuple(checks)),)))
    failed = re.search(r"<h3>(Other data .*?)</h3>", page)
    passed = re.search(r"<li>(The loss of a perfect model .*?) ?</li>", page)
    assert failed is not None
    assert failed[1].endswith(' <code class="of-title">f(secret)</code>')
    assert "<script>" not in failed[1]
    assert passed is not None
    assert passed[1].endswith(' <code class="of-title">g</code>')


def test_what_was_not_reached_is_said_once():
    unreached = [
        CheckResult(
            check=name,
            hidden=False,
            outcome="error",
            score=0,
            max_score=1,
            not_compared=NotReached(),
            error="it was not reached: the cell had stopped before",
        )
        for name in "abc"
    ]
    page = html.report(replace(REPORT, exercises=(replace(WRONG, checks=tuple(unreached)),)))
    told = "Not reached, as the cell had stopped before: <code>a</code>, <code>b</code>, "
    assert told in re.sub(r"\s+", " ", page)
    assert "it was not reached" not in page.casefold()


def test_the_line_that_failed_is_marked_with_its_message_under_it():
    page = html.report(replace(REPORT, exercises=(WRONG,)))
    fault, under = page.split('<div class="line fault">')[1].split("</div>", 1)
    assert 'data-line="2"' in fault
    assert "raise" in fault
    assert re.match(r'\s*<p class="problem">.*ValueError: no</strong></p>', under)
    elsewhere = replace(WRONG, error=Fault(name="ValueError", message="no", line=2, source="f()"))
    page = html.report(replace(REPORT, exercises=(elsewhere,)))
    assert '<div class="line fault">' not in page
    assert "<code>line 2: f()</code>" in page


def test_what_was_given_parts_checks_of_which_the_same_is_said():
    blank = WRONG.checks[0]
    several = [
        replace(
            blank, check=f"f({n})", title="", error="it raised ValueError", sentences=(),
            mismatches=(), aspects={}, value=None, seen="", curve=None, given=given,
        )
        for n, given in enumerate(["What it was given: 1", "What it was given: 2", "", ""])
    ]  # fmt: skip
    told = replace(WRONG, checks=tuple(several), error=None, diagnoses=())
    page = html.report(replace(REPORT, exercises=(told,)))
    assert page.count("<li>It raised ValueError.</li>") == 3


def test_the_line_in_which_checks_raised_is_marked_with_what_they_met():
    def raised(check, number, message="", **facts):
        why = Raised(type="ValueError", message=message, number=number, line="c")
        blank = replace(WRONG.checks[0], check=check, mismatches=(), sentences=(), seen="")
        return replace(blank, outcome="error", not_compared=why, error="it raised", **facts)

    checks = (
        raised("f(1)", 2, "no <b>"),
        raised("f(x)", 2, hidden=True, title="Others"),
        raised("f(y)", 2, hidden=True),
        raised("g()", None),
    )
    told = replace(WRONG, checks=checks, code="a\nb\nc", error=None, diagnoses=())
    page = html.report(replace(REPORT, exercises=(told,)))
    assert page.count('class="line fault"') == 1
    under = page[page.index('class="line fault"') :]
    assert re.search(r"<code>f\(1\)</code>: <strong>ValueError: no &lt;b&gt;</strong>", under)
    # What a hidden one met there may be something else.
    assert re.search(
        r"Others <code[^>]*>f\(x\)</code>, <code>f\(y\)</code>: <strong>ValueError</strong>", under
    )
    stopped = replace(told, error=Fault(name="ValueError", message="no", line=2, source="b"))
    page = html.report(replace(REPORT, exercises=(stopped,)))
    assert "<strong>ValueError: no &lt;b&gt;</strong>" not in page  # the cell's own is said there


def test_hints_stand_at_the_check_or_the_line_that_they_are_about():
    symptom = Symptom(kind="xor", check="losses", about={"line": Count(number=1)})
    of_line = Diagnosis(kind="xor", text="Line 1 uses it.", check="losses", symptom=symptom)
    of_check = Diagnosis(kind="scaled", text="It is twice that.", check="losses")
    of_passed = Diagnosis(kind="scaled", text="It passed.", check="g")
    told = replace(WRONG, diagnoses=(of_line, of_check, of_passed), error=None)
    page = html.report(replace(REPORT, exercises=(told,)))
    line = page.split('<div class="line told">')[1]
    assert re.match(r'[^\n]*data-line="1"[^\n]*\n\s*<p class="hint">Line 1 uses it', line)
    assert "It is twice that" in page.split("<code>losses</code>")[1].split("<svg")[0]
    assert page.index("It passed") < page.index("<code>w</code>")
    for text in ("Line 1 uses it", "It is twice that", "It passed"):
        assert page.count(text) == 1


def test_shapes_are_side_by_side_in_place_of_a_sentence():
    one = Mismatch(
        path="w", aspect="shape", actual=Shape(sizes=(4, 90)), expected=Shape(sizes=(4, 9))
    )
    check = replace(
        WRONG.checks[0], mismatches=(one,), sentences=(str(sentence(one, "w")), "Another.")
    )
    page = html.report(replace(REPORT, exercises=(replace(WRONG, checks=(check,)),)))
    assert "(4, <mark>90</mark>)" in page
    assert "(4, <mark>9</mark>)" in page
    assert "axis 1 differs" in page
    assert "Another." in page
    assert str(sentence(one, "w")) not in page


def test_exercises_have_the_numbers_of_their_titles_where_all_have_one():
    titles = ("2. Lists", "2. More *lists*", "10) Last")
    numbered = [replace(one, title=t) for one, t in zip(REPORT.exercises, titles, strict=True)]
    page = html.report(replace(REPORT, exercises=tuple(numbered)))
    assert re.findall(r"<li><a [^>]*><span>(\w+)</span>", page) == ["2", "2", "10"]
    assert "<ol><li>" not in re.sub(r"\s", "", page.split("<main>")[1])
    assert ">2. More <em>lists</em></h2>" in page
    assert ">10) Last</h2>" in page
    page = html.report(REPORT)
    assert re.findall(r"<li><a [^>]*><span>(\w+)</span>", page) == ["1", "2", "3"]


def test_an_exercise_that_is_not_there_is_a_line():
    page = html.report(REPORT)
    assert '<details class="card folded" id="two"' not in page  # a person has said something
    untold = replace(REPORT.exercises[2], override=None, diagnoses=())
    page = html.report(replace(REPORT, exercises=(untold,)))
    assert '<details class="card folded" id="two"' in page


def test_of_what_is_right_in_part_the_places_are_drawn():
    one = Mismatch(
        path="w[1, 0]",
        aspect="values",
        actual=Number(text="1"),
        expected=Withheld(),
        extent=Extent(wrong=1, total=4, places=("..", "x.")),
    )
    check = replace(WRONG.checks[0], mismatches=(one,))
    page = html.report(replace(REPORT, exercises=(replace(WRONG, checks=(check,)),)))
    assert "<title>which numbers of w differ</title>" in page
    assert page.count('<rect class="differs"') == 1
    assert page.count('<rect class="same"') == 3


def test_of_checks_that_failed_in_the_same_way_it_is_said_once():
    undefined = [
        replace(
            WRONG.checks[2],
            check=f"f({n})",
            outcome="error",
            aspects={},
            mismatches=(),
            sentences=(),
            error=f"`{name}` is not defined",
        )
        for n, name in enumerate("ffgf")
    ]
    checks = (*undefined, WRONG.checks[3])
    page = html.report(replace(REPORT, exercises=(replace(WRONG, checks=checks),)))
    assert "<summary>1 of 5 checks passed</summary>" in page
    assert page.count("<code>f</code> is not defined") == 1
    assert page.count("<code>g</code> is not defined") == 1
    for n in range(4):
        assert f"<h3><code>f({n})</code></h3>" in page
    own = replace(WRONG.checks[0], sentences=("Same.",))
    page = html.report(replace(REPORT, exercises=(replace(WRONG, checks=(own, own)),)))
    assert page.count("Same.") == 2  # each has a value of its own


def test_an_error_is_no_longer_than_anybody_reads():
    fault = replace(WRONG.error, message="A" * 5_000)
    page = html.report(replace(REPORT, exercises=(replace(WRONG, error=fault),)))
    assert "A" * (html.LONGEST + 1) not in page
    assert "A …" in page


def test_the_number_at_the_top_is_the_one_that_counts():
    page = html.report(replace(REPORT, score=2.4285, final=2.5))
    assert re.search(r'<div class="score">2\.5 <small>of 5</small>', page)
    assert "without them it would be 2.43" in page
    page = html.report(replace(REPORT, score=2.4285))
    assert re.search(r'<div class="score">2\.43 <small>of 5</small>', page)
    assert "rules of the course" not in page


def test_a_report_without_a_digest_is_shown():
    assert "Your file:" not in html.report(replace(REPORT, hashes={}))
