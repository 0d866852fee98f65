"""The page of a notebook as it ran: all that a student made of it, and nothing that acts."""

import base64
import io
import json
import re
from dataclasses import replace

import pytest
from PIL import Image

from grader.formats import notebook
from grader.model.standing import standing_of
from grader.model.submission import NotebookCell
from grader.reporting import executed, html, outputs
from tests.reporting.hostile import HIT, HOSTILE_HTML, SCRIPT
from tests.reporting.test_html import HOSTILE, REPORT, Tags, hostile_report


def picture():
    file = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(file, "png")
    return base64.b64encode(file.getvalue()).decode()


PNG = picture()


def code(source, *given, count=1):
    return NotebookCell(kind="code", source=source), list(given), count


def prose(source):
    return NotebookCell(kind="markdown", source=source), [], None


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def display(**data):
    known = {"html": "text/html", "png": "image/png", "svg": "image/svg+xml", "text": "text/plain"}
    named = {known.get(kind, kind): content for kind, content in data.items()}
    return {"output_type": "display_data", "data": named, "metadata": {}}


def error(name="ValueError", message="no", *frames):
    return {"output_type": "error", "ename": name, "evalue": message, "traceback": list(frames)}


def page(*cells, report=REPORT):
    return html.executed(notebook.write(cells), standing_of(report))


def everything(hit=HIT):
    """Return a page with all that one can hold, as hostile as a student can make it.

    hit: the address that it tries to reach.
    """
    hostile = [one.replace(HIT, hit) for one in HOSTILE_HTML]
    script = SCRIPT.replace(HIT, hit)
    exercise = REPORT.exercises[0].exercise
    wide = "<table><tr>" + "".join(f"<td>{n}.123456789</td>" for n in range(60)) + "</tr></table>"
    trace = ("Traceback\nCell In[3], line 2\n----> 2 raise", "File /usr/lib/python3/x.py:3\nraise")
    return page(
        prose("# A title\nSome *prose*, with `code`.\n\n| a | b |\n|---|---|\n| 1 | 2 |"),
        code(f"#| exercise: {exercise}\nx = 1", stream("\x1b[31mred\x1b[0m " + "W" * 3000)),
        code("plot()", display(png=PNG, text="<Figure>"), display(html=wide)),
        code("raise", error("ValueError", HOSTILE, *trace)),
        code("later()", count=None),
        *(prose(f"before\n\n{one}\n\nafter") for one in hostile),
        prose(f"![x]({hit}) [x](javascript:{script}) <{hit}> [r]\n\n[r]: {hit}"),
        code("show()", *(display(html=one, text="plain") for one in hostile)),
        code("show()", display(svg=f'<svg onload="{script}"><image href="{hit}"/></svg>')),
        code(HOSTILE, stream(HOSTILE), stream("W" * 3000, "stderr"), display(text=HOSTILE)),
        code("js()", display(**{"application/javascript": script, "text": "<Javascript>"})),
        code("x = 1 " + HOSTILE * 2000, stream("y" * 50_000)),
        report=replace(hostile_report(), exercises=REPORT.exercises, language=REPORT.language),
    )


def test_what_a_cell_gave_stands_below_it():
    found = page(
        prose("# Heading\nText"),
        code("print(1)", stream("1\n"), count=4),
        code("plot()", display(png=PNG, text="<Figure size 640x480>"), count=5),
        code("later()", count=None),
    )
    assert "<h2>Heading</h2>" in found
    assert ">[4]<" in found
    assert re.search(r"<pre[^>]*>1</pre>", found)
    assert f'src="data:image/png;base64,{PNG}"' in found
    assert "Figure size" not in found
    assert "not run" in found


def test_the_cell_of_an_exercise_leads_to_the_report_and_back():
    one = REPORT.exercises[0]
    source = f"#| exercise: {one.exercise}\nx = 1"
    found = page(code(source), code(source))  # a copy of it is not what was asked for
    assert found.count(f'href="report.html#{one.exercise}"') == 1
    assert found.count(f'id="{one.exercise}"') == 1
    assert 'href="executed.html"' in html.report(REPORT, executed="executed.html")
    assert "executed.html" not in html.report(REPORT)


def test_exercises_are_linked_at_its_top():
    one, other = REPORT.exercises[:2]
    found = page(code(f"#| exercise: {other.exercise}\nx = 1"))
    assert f'href="#{other.exercise}"' in found
    assert f'href="#{one.exercise}"' not in found


def test_a_self_check_is_folded():
    cell = NotebookCell(kind="code", source="self_check(1)", id="check-one")
    found = page((cell, [], None), code("x", count=None))
    assert re.search(r"<details><summary>Self-check</summary>\s*<div class=\"code\">", found)
    assert found.count(">not run<") == 1


def test_a_cell_that_ended_its_kernel_is_not_said_to_have_not_run():
    about = {"tensorgrader": {"ending": "crashed"}}
    cell = NotebookCell(kind="code", source="os._exit(1)", metadata=about)
    found = page((cell, [], None))
    assert "did not come to its end" in found
    assert ">not run<" not in found


def test_colours_by_number_become_those_of_the_page():
    found = page(code("f()", stream("\x1b[38;5;28mgreen\x1b[0m \x1b[1;38;5;241mgrey\x1b[0m")))
    assert '<span class="ansi-green-fg">green</span> <span class="ansi-bold">grey</span>' in found
    assert "rgb(" not in found.split("<main>")[1]


def test_nothing_in_it_acts_or_loads():
    found = Tags(everything())
    assert not {"script", "iframe", "object", "embed", "link", "form", "svg", "base"} & found.tags
    assert not {name for name in found.attributes if name.startswith("on")}
    assert not found.attributes & {"srcset", "background", "action", "srcdoc", "autofocus"}
    to = {one for one in found.addresses if not one.startswith(("data:image/", "report.html", "#"))}
    assert all(one.startswith(HIT) for one in to)  # links, which somebody has to follow
    assert "default-src 'none'" in everything()


def test_only_the_frames_of_a_students_own_code_are_shown():
    own, other = "Cell In[1], line 1\n----> 1 f()", "File /usr/lib/python3/site-packages/x.py:3"
    found = page(code("f()", error("KeyError", "'a'", own, "", other)))
    assert "Cell In[1]" in found
    assert "KeyError" in found
    assert "site-packages" not in found


def test_a_bar_is_shown_as_a_terminal_leaves_it():
    found = page(code("loop()", stream("\r 10%\r 55%\r100%\nend\r\n", "stderr")))
    assert "100%\nend" in found
    assert "55%" not in found


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (display(html="<script>1</script>", text="plain"), "plain"),
        (display(png="no picture", text="<Figure>"), "&lt;Figure&gt;"),
        (display(**{"text/latex": "$x^2$", "text": "<Latex>"}), "$x^2$"),
        (display(**{"application/json": {"a": 1}}), "left out"),
        (stream("y" * 20_005), "5 more characters are left out"),
    ],
)
def test_what_cannot_be_shown_as_it_is_has_a_form_that_can(given, told):
    assert told in page(code("show()", given))


def test_a_page_is_bounded():
    large = [stream(f"{n} " + "y" * 19_000) for n in range(200)]
    found = page(*(code("x = 1", *large) for _ in range(10)))
    assert len(found) < executed.MOST * 1.1
    assert "cells have no room here" in found
    assert "An output that cannot be shown here is left out." in found


def test_much_code_and_prose_is_shown_as_it_is():
    found = page(prose("# *a*\n" * 5_000), code("x = 1\n" * 5_000))
    assert "<h2>" not in found
    assert "# *a*" in found
    assert found.count('class="line"') == 5_001


@pytest.mark.parametrize("value", [None, 3, {"a": 1}, ["a", 3, None], "a"])
def test_odd_contents_break_nothing(value):
    text = json.dumps(
        {
            "cells": [
                {
                    "cell_type": "code",
                    "source": "x",
                    "execution_count": 1,
                    "outputs": [
                        {"output_type": "stream", "text": value},
                        {"output_type": "error", "ename": value, "traceback": [value]},
                        {"output_type": "display_data", "data": value},
                        {"output_type": "display_data", "data": {"text/html": value}},
                        {"output_type": "display_data", "data": {"image/png": value}},
                        {"output_type": "other"},
                        value,
                    ],
                }
            ]
        }
    )
    assert "</html>" in html.executed(text, standing_of(REPORT))


def test_texts_may_stand_line_by_line():
    assert outputs.text_of(["a\n", "b"]) == "a\nb"


def test_of_an_attachment_its_text_is_shown():
    made = page(prose("See ![it](attachment:image.png)"))
    assert "<p>See it</p>" in made


def test_formulas_are_shown_as_such():
    made = page(prose("The slope $\\frac{a_1 * b * c}{n}$:\n\n$$x^2$$\n\nfor $5."))
    assert "<mfrac><mrow><msub><mi>a</mi><mn>1</mn></msub>" in made
    assert '<math display="block"><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math>' in made
    assert "for $5." in made


@pytest.mark.parametrize("tex", ["\\frac{", "\\sideset )", "x" * 3_000, "{" * 900 + "}" * 900])
def test_what_is_no_formula_that_can_be_read_stays_as_it_is(tex):
    made = page(prose(f"before ${tex}$ after"))
    assert f"before ${tex}$ after" in made


@pytest.mark.parametrize(
    "tex",
    [
        "\\text{<script>alert(1)</script>}",
        "\\href{javascript:alert(1)}{x}",
        "\\style{position:fixed}{\\class{card}{x}}",
        "<img src=x onerror=alert(1)>",
    ],
)
def test_a_formula_does_nothing(tex):
    made = page(prose(f"before ${tex}$ after")).split("<main>")[1]
    for word in ("<script", "javascript:", "fixed", 'class="card', "<img"):
        assert word not in made
