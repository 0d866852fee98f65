"""Nothing acts or loads in what is left of HTML, and what can be read stays."""

import time

import pytest

from grader.reporting import sanitise
from tests.reporting.hostile import HOSTILE_HTML
from tests.reporting.test_html import Tags

FRAME = """<div><style scoped>.dataframe tbody tr th {vertical-align: top;}</style>
<table border="1" class="dataframe"><thead><tr style="text-align: right;"><th></th><th>a</th></tr>
</thead><tbody><tr><th>0</th><td colspan="2">1.5</td></tr></tbody></table></div>"""
DOT = "data:image/png;base64,iVBORw0KGgo="


def test_a_table_stays_one():
    found = sanitise.cleaned(FRAME)
    assert Tags(found).tags == {"div", "table", "thead", "tbody", "tr", "th", "td"}
    assert Tags(found).attributes == {"colspan"}
    assert "<th>a</th>" in found
    assert "<th></th>" not in found
    assert "vertical-align" not in found


@pytest.mark.parametrize("payload", HOSTILE_HTML)
def test_what_acts_or_loads_is_gone(payload):
    found = sanitise.cleaned(f"<p>before</p>{payload}<p>after</p>") or ""
    tags = Tags(found)
    allowed = {"a", "b", "br", "div", "h2", "img", "p", "span", "table", "tbody", "td", "tr"}
    allowed |= {"math", "mtext"}
    assert tags.tags <= allowed
    assert tags.attributes <= {"alt", "href", "rel", "src", "title"}
    assert "javascript:" not in found
    assert not tags.addresses - {DOT}


def test_half_a_character_is_none():
    assert sanitise.cleaned("<p>a\ud800b</p>") == "<p>a?b</p>"
    assert sanitise.inline("a\udfffb") == "a?b"


def test_links_are_followed_only_when_asked_for():
    found = sanitise.cleaned('<a href="https://pytorch.org/docs" target="_top">docs</a>')
    assert found == '<a href="https://pytorch.org/docs" rel="noopener noreferrer nofollow">docs</a>'


def test_a_picture_has_a_name_and_lies_in_the_page():
    assert sanitise.cleaned(f'<img src="{DOT}">') == f'<img alt="" src="{DOT}">'
    assert sanitise.cleaned('a<img alt="x" src="https://example.invalid/x.png">') == "ax"
    assert sanitise.cleaned('a<img alt="x" src="data:image/svg+xml;base64,AAAA">') == "ax"


def test_no_attribute_holds_what_looks_like_a_tag():
    text = '<img alt="><script>alert(1)</script>" src=x><a title="><img src=x>" href=http://a>b</a>'
    found = sanitise.cleaned(text)
    assert Tags(found).tags == {"a"}
    assert found.startswith("scriptalert(1)/script<a ")
    assert 'title="img src=x"' in found


def test_headings_stand_below_that_of_the_page():
    assert sanitise.cleaned("<h1>a</h1><h6>b</h6>") == "<h2>a</h2><h6>b</h6>"


@pytest.mark.parametrize(
    "html",
    [
        "x" * (sanitise.MOST + 1),
        "<div>" * 101 + "x",
        "<script>let x = 1</script>",
        "<div><span></span></div>",
        "",
    ],
)
def test_what_is_too_much_or_shows_nothing_is_not_taken(html):
    assert sanitise.cleaned(html) is None


@pytest.mark.parametrize(
    "piece", ["<b><p>", "<a>", "</b>", "<table><tr>", "<!--", "<b a='", "&lt;", "<p></b></p>"]
)
def test_nothing_takes_long(piece):
    started = time.process_time()
    sanitise.cleaned(piece * (sanitise.MOST // len(piece)))
    assert time.process_time() - started < 5
