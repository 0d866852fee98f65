"""Reports, and pages for the staff, as self-contained HTML.

What goes back to the student is made of what `grader.disclosure` has left, and of nothing else.
Everything from a student is escaped: by Jinja2's autoescape, or by what colours a terminal's text.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from grader.model.check_name import as_written
from grader.model.difference import Difference, ExerciseChange, Judged
from grader.model.in_course import ALONE, InCourse
from grader.model.result import CheckResult, ExerciseResult, Report, is_waiting, so_far
from grader.model.standing import Standing
from grader.model.text import Text
from grader.reporting import executed as cells
from grader.reporting import figures, filters, maps, plots, sanitise
from grader.reporting.cards import FailedCheck, Map, card
from grader.reporting.controls import strip_controls
from grader.reporting.overview import Overview, overview
from grader.wording import drawings
from grader.wording.catalogue import ENGLISH, catalogue, known, languages, translated
from grader.wording.mismatches import aspect
from grader.wording.outcomes import fault, hidden, letter, outcome, why_hidden
from grader.wording.overview import tally, why_first

LONGEST = 500  # characters of an error, a sentence or a value
_WORDS = re.compile(r"[^\W\d_](?:[^\W_]|[ ,])*")  # no Markdown in them


def report(report: Report, *, executed: str = "", in_course: InCourse = ALONE) -> str:
    """Return the page that goes back to the student.

    executed: where, from there, the page of `executed` lies; empty where there is none; in_course:
    what a course adds.
    """
    points = figures.by_exercise(report.exercises, in_course)
    return _rendered(
        "report.html.j2",
        report.language,
        report=report,
        executed=executed,
        in_course=in_course,
        points=points,
        is_rounded_apart=_is_rounded_apart(report, in_course),
        titles={one.exercise: one.title for one in report.exercises},
        overview=overview(report.exercises),
        open_points=_open_points(report),
        cards=[card(one, report.language) for one in report.exercises],
        numbers=figures.numbers([one.title for one in report.exercises]),
    )


def executed(text: str, standing: Standing) -> str:
    """Return the page with the notebook as it ran, which lies beside the report.

    text: of the notebook's file, as the grader wrote it; standing: of the same.
    """
    exercises = {one.exercise: one for one in standing.exercises}
    notebook = cells.read(text, exercises)
    there = {cell.exercise for cell in notebook.cells}
    numbers = figures.numbers([one.title for one in standing.exercises])
    links = [
        (one, number)
        for one, number in zip(standing.exercises, numbers, strict=True)
        if one.exercise in there
    ]
    return _rendered(
        "executed.html.j2",
        standing.language,
        notebook=notebook,
        standing=standing,
        exercises=exercises,
        links=links,
    )


def summary(report: Report) -> str:
    """Return what stands above the exercises, as HTML for a page of somebody else's."""
    return _part("summary", report.language, report)


def exercise(result: ExerciseResult, language: str) -> str:
    """Return what is said of an exercise as a whole, likewise."""
    return _part("exercise", language, result)


def check(result: ExerciseResult, found: CheckResult, language: str) -> str:
    """Return what is said of a check of an exercise, likewise."""
    return _part("check", language, result, found)


def paragraph(text: str) -> str:
    """Return a plain text as a paragraph of such a page; everything in it is escaped."""
    return strip_controls(Markup("<p>{}</p>").format(text))


def plain_title(text: str) -> str:
    """Return an author's line of Markdown as it reads without its marks."""
    return _title(text).striptags()


def part_by_part(template: str, language: str, **names: Any) -> Iterator[bytes]:
    """Yield a page as it is made, which is long where a class is large."""
    for part in _environment(known(language)).get_template(template).generate(names):
        yield strip_controls(part).encode("utf-8", "replace")


def source(template: str) -> Markup:
    """Return a template in which nothing is filled in, as a script or a style."""
    return Markup(_environment(ENGLISH).get_template(template).render())


def differences(found: Sequence[Difference], summary: str) -> str:
    """Return a page for the staff with what changed, old and new side by side."""
    return _rendered("differences.html.j2", ENGLISH, found=found, summary=summary)


def similar(language: str, **names: Any) -> str:
    """Return the page for the staff with what is written alike, of `grader.reporting.similar`."""
    return _rendered("similar.html.j2", language, **names)


def previews(language: str, **names: Any) -> str:
    """Return the index of what students will read, of `grader.reporting.previews`."""
    return _rendered("previews.html.j2", language, **names)


def prepare() -> None:
    """Compile all templates, and load what fills them, for forks of this process to have them."""
    _title("*")
    _ansi("")
    for language in languages():
        made = _environment(language)
        for name in made.list_templates(extensions=["j2"]):
            made.get_template(name)


def _part(name: str, language: str, *told: Report | ExerciseResult | CheckResult) -> str:
    parts = _environment(known(language)).get_template("parts.html.j2").module
    return strip_controls(str(getattr(parts, name)(*told))).strip()


def _rendered(template: str, language: str, **names: Any) -> str:
    made = _environment(known(language))
    return strip_controls(made.get_template(template).render(names))


@cache
def _environment(language: str) -> Environment:
    made = Environment(
        extensions=["jinja2.ext.i18n"],
        loader=PackageLoader("grader.reporting"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_translations(catalogue(language), newstyle=True)  # type: ignore[attr-defined]
    made.filters.update(
        marked=_marked,
        prose=lambda text: cells.prose(text, len(text) <= cells.MOST_AT_ONCE),
        ansi=_ansi,
        title=_title,
        plain=plain_title,
        points=figures.points,
        judged=_judged,
        url=lambda place: quote(place, errors="surrogateescape"),
        time=figures.time,
        day=figures.day,
        arrow=lambda one: "↑" if _gained(one) > 0 else "↓" if _gained(one) < 0 else "·",
        moment=lambda when: when.astimezone().strftime("%Y-%m-%d %H:%M"),
        two=lambda number: "–" if number is None else f"{number:.2f}",
        signed=lambda number: "–" if number is None else f"{number:+.2f}".replace("-", "−"),
        curve=lambda found: _curve(found, language),
        map_of=lambda found: _map(found, language),
        written=as_written,
        short=_shortened,
        error=lambda result: _shortened(translated(fault(result), language)),
        percent=figures.percent,
        upper_first=lambda text: text[:1].upper() + text[1:],
    )
    made.globals.update(
        language=language,
        outcome=lambda name: translated(outcome(name), language),
        aspect=lambda name: translated(aspect(name), language).strip("`"),
        letter=lambda name: translated(letter(name), language),
        slug=lambda text: text.replace(" ", "-"),
        sign=lambda outcome: figures.SIGNS.get(outcome, figures.OTHER),
        hidden=lambda check: translated(hidden(check.hides), language),
        why_hidden=lambda check: translated(why_hidden(check.hides), language),
        told=lambda text: translated(text, language),
        tally=lambda found: tally(found.right, found.nearly, found.total, is_all=found.is_all),
        reason=_why_first,
    )
    return made


def _ansi(text: str) -> Markup:
    return Markup(filters.ansi2html(text))


@lru_cache(maxsize=1_000)
def _title(text: str) -> Markup:
    """Render an author's line of Markdown; no tag but a few inline ones is kept."""
    if _WORDS.fullmatch(text):
        return escape(text)
    line = figures.NUMBER.sub(r"\1\\\2", text, count=1)  # no list of one item
    return Markup(sanitise.inline(filters.markdown2html(line, has_tags=False)))


def _marked(text: str) -> Markup:
    """Return a sentence with what stands in backticks as code; everything in it is escaped."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if place % 2 else escape(part)
        for place, part in enumerate(parts)
    )


def _judged(one: Judged | None) -> str:
    """Return how something was judged before or after a run, for the staff."""
    if one is None:
        return "–"
    if one.score is None:
        return one.outcome
    return f"{figures.points(one.score)} / {figures.points(one.max_score)} ({one.outcome})"


def _gained(change: ExerciseChange) -> float:
    """Return how many points an exercise has more than in the attempt before."""
    before, after = ((one.score or 0) if one else 0 for one in (change.before, change.after))
    return after - before


def _curve(found: FailedCheck, language: str) -> Markup:
    assert found.check.curve is not None
    written = as_written(found.check.check)
    names = plots.Names(
        title=translated(drawings.curve(written), language).replace("`", ""),
        x=translated(drawings.step(), language),
        y=written,
        parts=translated(drawings.parts(found.parts_at or 0), language),
    )
    return plots.curve(found.check.curve, names, found.parts_at)


def _map(found: Map, language: str) -> Markup:
    what = drawings.places(as_written(found.path))
    return maps.places(found.rows, translated(what, language).replace("`", ""))


def _shortened(text: str) -> str:
    """Return an error as far as anybody reads it."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()} …"


def _why_first(found: Overview, in_course: InCourse) -> Text:
    """Return why the exercise to start with comes first."""
    assert found.start is not None
    return why_first(found.built_on, figures.missing(found.start, in_course))


def _open_points(report: Report) -> tuple[float, float]:
    """Return the points so far, and the most there are without what waits for a person."""
    known = [one for one in report.exercises if not is_waiting(one)]
    return so_far(known), sum(one.max_score for one in known)


def _is_rounded_apart(report: Report, in_course: InCourse) -> bool:
    """Whether points that are rounded one by one do not add up to what counts."""
    if not in_course.points or report.score is None or report.override is not None:
        return False
    shown = (in_course.points.get(one.exercise, one.score) for one in report.exercises)
    counts = report.score if report.final is None else report.final
    return figures.points(sum(shown)) != figures.points(counts)
