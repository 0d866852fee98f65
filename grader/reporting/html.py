"""Reports and the index as self-contained HTML.

What goes back to the student shows what was seen and which aspects differ, and for what is not
hidden also the student's own numbers. Expected types, shapes, dtypes and devices are shown;
expected numbers are not, but for the curve of a list of losses that is not hidden. Everything from
a student is escaped: by Jinja2's autoescape, or by nbconvert's filters, which escape what they
colour.
"""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from nbconvert.filters import ansi2html, clean_html, markdown2html
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import TextLexer

from grader.model.assignment import Aspect
from grader.model.result import CheckResult, ExerciseResult, Mismatch, Report
from grader.reporting import plots
from grader.reporting.controls import strip_controls
from grader.reporting.lexer import CellLexer
from grader.wording import EMPTY, ENGLISH, Text, catalogue, counted, known, listed, say, tell

_OUTCOMES = {
    "right": say("right"),
    "right by follow-through": say("right, but for an earlier answer"),
    "partly right": say("partly right"),
    "wrong": say("not right yet"),
    "blank": say("not filled in"),
    "missing": say("cell not found"),
    "timed out": say("took too long"),
    "crashed": say("ended the kernel"),
    "not graded here": say("not graded here"),
    "graded": say("graded"),
    "not graded": say("could not be graded"),
    "needs review": say("needs review"),
}
_ASPECTS: dict[Aspect, Text] = {
    "type": say("type"),
    "shape": say("shape"),
    "dtype": say("dtype"),
    "device": say("device"),
    "requires_grad": say("requires_grad"),
    "values": say("values"),
    "grad": say("gradient"),
}
_SHAPE = re.compile(r"\([\d, ]*\)")
_HARMLESS = r"torch\.(bool|(bfloat|float|complex|u?int)(8|16|32|64|128))|cpu|cuda|None"
# Made once: nbconvert's filter makes both anew for each piece of code.
_LEXER, _FORMATTER = CellLexer(), HtmlFormatter(cssclass=" highlight hl-ipython3")
# IPython's lexer goes through such a run anew from each of its characters.
_LONG_RUN, _PLAIN = re.compile(r"\s{100}|[\w.]{1000}"), TextLexer()
_SHOWABLE = (
    *(say("a {type}", type=name) for name in ("list", "tuple", "dict")),
    *(say("a tensor"), say("a number"), say("a NumPy array"), say("True or False"), say("text")),
    say("... (not filled in)"),
)


def report(report: Report) -> str:
    """Return the page that goes back to the student."""
    return _rendered("report.html.j2", report.language, report=report)


def write_index(path: Path, reports: Sequence[tuple[Report, Path]]) -> None:
    """Write the staff's overview, with a link to the files of each report, given its place."""
    rows = [
        (report, quote(place.as_posix(), errors="surrogateescape")) for report, place in reports
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    languages = {report.language for report, _ in reports}
    language = languages.pop() if len(languages) == 1 else ENGLISH
    page = _rendered("index.html.j2", language, rows=rows)
    path.write_text(page, encoding="utf-8", errors="replace")


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
        code=_code,
        ansi=lambda text: Markup(ansi2html(text)),
        title=_title,
        points=_points,
        sentences=lambda check: _sentences(check, language),
        curve=plots.curve,
        error=lambda result: tell(_error(result), language),
        upper_first=lambda text: text[:1].upper() + text[1:],
    )
    made.globals.update(
        language=language,
        outcomes={outcome: tell(text, language) for outcome, text in _OUTCOMES.items()},
        aspects={aspect: tell(text, language) for aspect, text in _ASPECTS.items()},
        code_style=Markup(HtmlFormatter().get_style_defs(".highlight")),
        slug=lambda text: text.replace(" ", "-"),
    )
    return made


def _code(source: str) -> Markup:
    lexer = _PLAIN if _LONG_RUN.search(source) else _LEXER
    return Markup(highlight(source, lexer, _FORMATTER))


@lru_cache(maxsize=1_000)
def _title(text: str) -> Markup:
    """Render an author's line of Markdown; no tag but a few inline ones is kept."""
    return Markup(clean_html(re.sub(r"</?p>", "", markdown2html(text))).strip())


def _points(number: float | None) -> str:
    return "–" if number is None else f"{number:.2f}".rstrip("0").rstrip(".")


def _sentences(check: CheckResult, language: str) -> list[str]:
    """Put what differs, which is told in a language, into words for the student.

    Of what is hidden, how much differs in which aspects: no places, and no order of them.
    """
    if check.hidden and check.differing:
        found = [
            say(
                "{aspect}: not as expected ({extent}).",
                aspect=_ASPECTS[aspect],
                extent=counted("{number} part differs", "{number} parts differ", number),
            )
            for aspect, number in check.differing.items()
        ]
    else:
        found = [_sentence(one, check, language) for one in check.mismatches]
    return list(dict.fromkeys(tell(one, language) for one in found))


def _sentence(mismatch: Mismatch, check: CheckResult, language: str) -> Text:
    inside = "" if check.hidden else mismatch.path.removeprefix(check.check)
    told = not check.hidden or _is_harmless(mismatch, language)
    if check.hidden and mismatch.aspect == "shape" and not _is_size(mismatch.expected, language):
        return say("{aspect}: not as expected.", aspect=_ASPECTS["shape"])
    values = {
        "where": say(" at {place}", place=inside) if inside else EMPTY,
        "actual": mismatch.actual if told else say("something else"),
        "expected": mismatch.expected,
    }
    match mismatch.aspect:
        case "requires_grad":
            return say(
                "requires_grad is {actual}{where}, expected {expected}.",
                **{**values, "actual": mismatch.actual},
            )
        case "type":
            return say("Type{where}: {actual}, expected {expected}.", **values)
        case "shape":
            return say("Shape{where}: {actual}, expected {expected}.", **values)
        case "dtype":
            return say("Dtype{where}: {actual}, expected {expected}.", **values)
        case "device":
            return say("Device{where}: {actual}, expected {expected}.", **values)
    values["extent"] = say(" ({extent})", extent=mismatch.extent) if mismatch.extent else EMPTY
    if check.of and not check.hidden and mismatch.aspect == "values":
        return say(
            "Computed from your {names}: {actual}{extent}.", names=listed(check.of), **values
        )
    if check.hidden and mismatch.aspect == "grad":
        return say("Gradient{where}: not the expected one{extent}.", **values)
    if check.hidden:
        return say("Value{where}: not the expected one{extent}.", **values)
    if mismatch.aspect == "grad":
        return say("Gradient{where}: {actual} is not the expected one{extent}.", **values)
    return say("Value{where}: {actual} is not the expected one{extent}.", **values)


def _is_harmless(mismatch: Mismatch, language: str) -> bool:
    """Whether what was seen can carry no hidden input out: no name and no number of its own."""
    if _is_size(mismatch.actual, language):
        sizes = re.findall(r"\d+", mismatch.actual)
        return len(sizes) <= 4 and {*sizes} <= {"0", "1", *re.findall(r"\d+", mismatch.expected)}
    return _harmless(language).fullmatch(mismatch.actual) is not None


def _is_size(told: str, language: str) -> bool:
    """Whether something is a shape or a length."""
    return bool(_SHAPE.fullmatch(told) or _lengths(language).fullmatch(told))


@cache
def _harmless(language: str) -> re.Pattern[str]:
    """Return a pattern of what is always harmless, as it is told in a language."""
    told = (re.escape(tell(text, language)) for text in _SHOWABLE)
    return re.compile("|".join((_HARMLESS, *told)))


@cache
def _lengths(language: str) -> re.Pattern[str]:
    """Return a pattern of lengths as they are told in a language, in all its forms of a number."""
    told = {tell(counted("{number} item", "{number} items", n), language) for n in range(30)}
    return re.compile("|".join({re.sub(r"\d+", r"\\d+", text) for text in told}))


def _error(result: ExerciseResult) -> str:
    assert result.error is not None
    if result.outcome == "timed out":
        return say("The cell was stopped while it was here:")
    if result.error.name == "StdinNotImplementedError":
        return say("The cell asks for input, which nobody can give here.")
    return ": ".join(filter(None, (result.error.name, result.error.message)))
