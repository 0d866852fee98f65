"""The index in a real browser: it finds, sorts and shows, however many rows."""

import pytest

from grader.reporting import index
from tests.reporting import browser
from tests.reporting.class_overview import exercise, overview, row
from tests.reporting.test_browser import CUT_OFF, FINDINGS, OPEN
from tests.reporting.test_html import HOSTILE

pytestmark = pytest.mark.kernel

LONG = "W" * 3_000
NAMES = """[...document.querySelectorAll("#body .of-student a")].map(one => one.textContent)"""
LINES = """document.querySelectorAll("#body > tr").length"""
SHOWN = """document.getElementById("shown").textContent"""
TYPE = """const type = (id, text) => {
  const control = document.getElementById(id);
  control.value = text; control.dispatchEvent(new Event("input"));
};
const click = selector => document.querySelector(selector).click();
"""


def page(found):
    return b"".join(index.page(found)).decode()


def everything():
    """Return a class with everything in it that an index can show."""
    outcomes = ("partly right", "wrong", "blank", "missing", "timed out", "crashed")
    others = ("right by follow-through", "not graded here", "could not be run here")
    exercises = [exercise(n, name, 0.5) for n, name in enumerate((*outcomes, *others))]
    rows = [
        row("anna", *exercises, handed_in="2026-01-09T21:09:00+03:00", late=True, attempts=3),
        row("Boris", exercise(0), exercise(1), student_id="4711"),
        row(LONG, exercise(0), source=LONG, notes=(LONG,), comment=LONG),
        row(HOSTILE, *exercises, reason=HOSTILE, notes=(HOSTILE,), comment=HOSTILE),
        row("", assignment=None),
        row("eve", outcome="needs review", reason=LONG, assignment="other"),
    ]
    totals = {"anna": 4.0, "4711": None}
    return overview(rows, hostile=f"{HOSTILE} {'w' * 200}", totals=totals, has_similar=True)


def large(number=3_000):
    return overview(
        [row(f"s{n:04}", exercise(1, score=n % 7 / 7), exercise(2)) for n in range(number)]
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_the_index_can_be_read_by_everybody(tmp_path, width, scheme):
    is_dark = "matchMedia('(prefers-color-scheme: dark)').matches"
    opened = 'document.querySelectorAll(".opener")[3].click();'
    script = browser.axe() + OPEN + opened + FINDINGS % is_dark
    found = browser.run(tmp_path, page(everything()), script, width=width, scheme=scheme)
    assert found == [scheme == "dark"]


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_nothing_is_cut_off_and_long_names_push_nothing(tmp_path, width):
    script = OPEN + CUT_OFF.replace(".matches('.spoken')", ".matches('.spoken, .names a')")
    scrolls, wide, *found = browser.run(tmp_path, page(everything()), script, width=width)
    assert found == []
    assert (scrolls, wide) == (False, width)


def test_all_lines_of_a_wide_table_are_of_one_height_whatever_is_in_them(tmp_path):
    script = """return [...document.querySelectorAll("#body > tr")].map(one => one.offsetHeight);"""
    heights = browser.run(tmp_path, page(everything()), script, width=1280)
    assert len(heights) == 6
    assert len({*heights}) == 1


EMPTY = """
const empty = [...document.querySelectorAll("#body > tr")].map(line => {
  const bottom = one => one.getBoundingClientRect().bottom;
  return bottom(line) - Math.max(...[...line.querySelectorAll(".cell")].map(bottom));
});
return [[...document.querySelectorAll("#body > tr")].map(one => one.offsetHeight), empty];
"""


@pytest.mark.parametrize("width", [320, 768])
def test_no_line_of_a_narrow_table_is_half_empty(tmp_path, width):
    rows = [row(f"s{n:02}", exercise(1), exercise(2, "wrong", 0.0)) for n in range(10)]
    found = overview([*rows, row("broken")])
    heights, empty = browser.run(
        tmp_path,
        page(found),
        EMPTY,
        width=width,
    )
    assert max(empty) < 12
    assert max(heights[:-1]) < 80
    assert heights[-1] < 130  # it says why


@pytest.mark.parametrize("width", [320, 768])
def test_lines_of_any_height_stay_where_they_are(tmp_path, width):
    """Nothing jumps, wherever one goes, and the last one is there at the end."""
    rows = [
        row(f"s{n:04}", *(exercise(1), exercise(2))[: n % 3], reason="w " * (n % 7) * 12)
        for n in range(1_500)
    ]
    script = f"""
    const to = y => {{ scrollTo(0, y); dispatchEvent(new Event("scroll")); }};
    const found = [];
    for (let n = 0; n < 40; n++) {{
      to(4000 + 300 * n);
      const lines = [...document.querySelectorAll("#body > tr")];
      const seen = lines.filter(one => {{
        const at = one.getBoundingClientRect();
        return at.bottom > 0 && at.top < innerHeight;
      }});
      const line = seen[1], name = line.querySelector("a").textContent;
      const before = line.getBoundingClientRect().top;
      dispatchEvent(new Event("scroll"));
      const after = [...document.querySelectorAll("#body > tr")]
        .find(one => one.querySelector("a").textContent === name);
      const end = lines.at(-1).getBoundingClientRect().bottom;
      found.push(Math.abs(after.getBoundingClientRect().top - before) < 2,
        lines[0].getBoundingClientRect().top <= 0, end >= innerHeight);
    }}
    to(1e9); to(1e9);
    return [found.every(Boolean), {NAMES}.at(-1), {LINES} < 80];
    """
    found = browser.run(tmp_path, page(overview(rows)), script, width=width)
    assert found == [True, "s1499", True]


def test_only_what_is_seen_of_many_rows_is_there(tmp_path):
    """Nothing of the others is: at the top, further down, at the end, and when it is narrower."""
    script = f"""
    const seen = () => [{LINES}, {NAMES}[0], {NAMES}.at(-1)];
    const to = y => {{ scrollTo(0, y); dispatchEvent(new Event("scroll")); return seen(); }};
    const top = document.getElementById("rows").getBoundingClientRect().top + scrollY;
    const height = document.querySelector("#body > tr").offsetHeight;
    const tall = document.documentElement.scrollHeight;
    const found = [seen(), to(top + 1500 * height), to(1e9)];
    return [...found, Math.abs(document.documentElement.scrollHeight - tall) < 2, {SHOWN}];
    """
    first, middle, last, is_as_tall, shown = browser.run(tmp_path, page(large()), script)
    assert first[1] == "s0000"
    assert "s1480" < middle[1] < "s1500" < middle[2] < "s1540"
    assert last[2] == "s2999"
    assert max(found[0] for found in (first, middle, last)) < 60
    assert is_as_tall
    assert shown == "shown: 3000 of 3000"


def test_rows_are_sorted_by_what_is_in_their_column_and_then_as_they_were(tmp_path):
    rows = [
        row("Bob", exercise(1, score=0.5), exercise(2)),
        row("ann", exercise(1, score=0.5), exercise(2)),
        row("Ärmel 10", exercise(1), exercise(2)),
        row("ärmel 9", exercise(1, "wrong", 0.0), exercise(2)),
        row("zoe"),
    ]
    script = f"""{TYPE}
    const by = (name, times) => {{
      for (let n = 0; n < times; n++) click(`#rows .of-${{name}} button`);
      const head = document.querySelector(`#rows th.of-${{name}}`);
      return [{NAMES}, head.getAttribute("aria-sort")];
    }};
    return [by("student", 1), by("student", 1), by("student", 1), by("score", 1), by("score", 1),
      by("outcome", 1)];
    """
    up, down, as_it_was, best, worst, look = browser.run(tmp_path, page(overview(rows)), script)
    assert up == [["ann", "ärmel 9", "Ärmel 10", "Bob", "zoe"], "ascending"]
    assert down == [up[0][::-1], "descending"]
    assert as_it_was == [["Bob", "ann", "Ärmel 10", "ärmel 9", "zoe"], None]
    assert best == [["Ärmel 10", "Bob", "ann", "ärmel 9", "zoe"], "descending"]
    assert worst == [["ärmel 9", "Bob", "ann", "Ärmel 10", "zoe"], "ascending"]
    assert look[0][0] == "zoe"  # has no score


def test_rows_are_searched_and_filtered(tmp_path):
    rows = [
        row("Анна Петрова", exercise(1), student_id="4711", late=True),
        row("Bob", exercise(1, "wrong", 0.0), assignment="other"),
        row("éve"),
        row("zoe", outcome="needs review", reason="the kernel died", attempts=2, attempt=2),
    ]
    script = f"""{TYPE}
    const all = () => {NAMES};
    const only = (id, value) => {{
      type(id, value);
      const found = all();
      type(id, "");
      return found;
    }};
    const search = text => only("search", text);
    return [search("петр АННА"), search("4711"), search("in/bob"), search("<"), search("EVE"),
      only("which", "=1"),
      only("which", "review"), only("which", "late"), only("which", "attempts"),
      only("which", "change"), only("assignment", "1"), all().length];
    """
    found = browser.run(tmp_path, page(overview(rows)), script)
    anna = ["Анна Петрова"]
    assert found[:4] == [anna, anna, ["Bob"], []]
    assert found[4] == ["éve"]
    assert found[5:10] == [["éve"], [*anna, "éve", "zoe"], anna, ["zoe"], anna]
    assert found[10:] == [["Bob"], 4]


def test_letters_that_are_not_on_every_keyboard_are_found_by_those_that_are(tmp_path):
    names = ["Søren", "Wisława", "Đorđe", "Ægir", "Strauß", "Işık", "Þóra", "Ħal", "Œdipe", "Пётр"]
    typed = ["soren", "wislawa", "dorde", "aegir", "strauss", "isik", "thora", "hal", "oedipe"]
    script = f"""{TYPE}
    const found = text => {{ type("search", text); return {NAMES}; }};
    return {[*typed, "петр", "sØren", "ß"]!r}.map(found);
    """
    found = browser.run(
        tmp_path, page(overview([row(name, exercise(1)) for name in names])), script
    )
    assert found == [*([name] for name in names), ["Søren"], ["Strauß"]]


def test_what_has_no_score_is_shown_from_where_it_is_counted(tmp_path):
    rows = [row("ann", exercise(1)), row("bob"), row("cid"), row("dan", attempt=0, attempts=0)]
    script = f"""
    const badge = document.querySelector("header button[data-group]");
    badge.click();
    const seen = [...document.querySelectorAll("header .badge")].filter(one => one.offsetWidth);
    return [badge.textContent, {NAMES}, seen.map(one => one.textContent)];
    """
    found = browser.run(tmp_path, page(overview(rows)), script)
    assert found[:2] == ["2 without a score", ["bob", "cid"]]
    assert found[2] == ["1 graded", "2 without a score", "1 handed in nothing"]


def test_numbers_and_shares_stand_in_the_middle_of_their_bars(tmp_path):
    rows = [row(f"s{n}", exercise(1, score=n / 4)) for n in range(5)]
    script = """
    const middle = one => {
      const range = document.createRange();
      range.selectNodeContents(one);
      const at = range.getBoundingClientRect();
      return (at.left + at.right) / 2;
    };
    return [...document.querySelectorAll(".bars li")].filter(one => one.querySelector(".bar"))
      .flatMap(one => [...one.querySelectorAll(".count button, .share > [aria-hidden]")]
        .map(text => Math.abs(middle(text) - middle(one.querySelector(".bar").parentNode))));
    """
    for width in (320, 1280):
        found = browser.run(tmp_path, page(overview(rows)), script, width=width)
        assert len(found) == 10
        assert max(found) < 1.5


def test_a_mistake_shows_who_made_it_and_all_come_back(tmp_path):
    rows = [row(f"s{n}", exercise(1, "wrong" if n % 2 else "right")) for n in range(30)]
    script = f"""{TYPE}
    type("search", "s1");
    click(".mistakes button[data-group]");
    const name = document.getElementById("group-name").textContent;
    const found = [{SHOWN}, {NAMES}[0], document.getElementById("group").hidden, name];
    click("#ungroup");
    return [...found, {SHOWN}, document.getElementById("group").hidden, document.activeElement.id];
    """
    found = browser.run(tmp_path, page(overview(rows)), script)
    assert found[:3] == ["shown: 15 of 30", "s1", False]
    assert "other-axis" in found[3]
    assert found[4:] == ["shown: 30 of 30", True, "search"]


def test_a_row_opens_and_tells_all_and_the_rest_stays_where_it_is(tmp_path):
    script = """
    const before = document.documentElement.scrollHeight;
    const opener = document.querySelectorAll(".opener")[2];
    opener.click();
    const extra = document.querySelector(".details");
    const found = [opener.getAttribute("aria-expanded"), extra.textContent, extra.offsetHeight];
    const taller = document.documentElement.scrollHeight - before;
    const links = [...extra.querySelectorAll("a")].map(one => one.getAttribute("href"));
    scrollTo(0, 60 * document.querySelector("#body > tr").offsetHeight + 3000);
    dispatchEvent(new Event("scroll"));
    const below = document.documentElement.scrollHeight - before;
    const gone = document.querySelector(".details");
    scrollTo(0, 0); dispatchEvent(new Event("scroll"));
    document.querySelectorAll(".opener")[2].click();
    return [...found, taller, links, gone, below, document.documentElement.scrollHeight - before];
    """
    rows = [row(f"s{n:03}", exercise(1), notes=("it was mended",)) for n in range(300)]
    expanded, text, height, taller, links, gone, below, after = browser.run(
        tmp_path, page(overview(rows)), script
    )
    assert expanded == "true"
    assert "it was mended" in text
    assert "in/s002.ipynb" in text
    assert links == [
        "feedback/s002/small/report.html#e1",
        "feedback/s002/small/report.html",
        "results/s002/small/result.json",
        "results/s002/small/executed.ipynb",
    ]
    assert abs(taller - height) < 2
    assert (gone, after) == (None, 0)
    assert abs(below - height) < 2


def test_what_a_student_writes_is_text(tmp_path):
    script = f"""
    document.querySelectorAll(".opener")[3].click();
    const tags = "script, img, iframe, object, embed, link, base";
    return [document.querySelectorAll(tags).length, {NAMES}[3],
      document.querySelector(".details").textContent.includes("<script>alert(1)")];
    """
    number, name, is_told = browser.run(tmp_path, page(everything()), script)
    assert number == 3  # the page's own, with that of this test
    assert name == HOSTILE.replace("\x1b", "")
    assert is_told


def test_the_policy_of_the_page_lets_its_own_script_alone_run(tmp_path):
    text = page(everything())
    assert 'id="body"></tbody>' in text
    shown = browser.dom(
        tmp_path, text.replace("</body>", "<script>document.title = 1</script></body>")
    )
    assert 'aria-rowindex="2"' in shown
    assert "<title>Grades</title>" in shown


def test_more_exercises_than_fit_are_counted(tmp_path):
    exercises = [exercise(n, "wrong" if n < 5 else "right") for n in range(30)]
    script = """return [...document.querySelectorAll("#body .of-exercises .cells > :not(.spoken)")]
      .map(one => one.textContent);"""
    found = browser.run(tmp_path, page(overview([row("ann", *exercises)])), script)
    assert found == ["R", "25", "W", "5"]


def test_all_rows_are_printed(tmp_path):
    script = f"""dispatchEvent(new Event("beforeprint")); const all = {LINES};
    dispatchEvent(new Event("afterprint")); return [all, {LINES} < 100];"""
    assert browser.run(tmp_path, page(large(500)), script) == [500, True]
