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

from grader.model.result import CheckResult, ExerciseResult, Mismatch, Report
from grader.reporting import plots
from grader.reporting.controls import strip_controls
from grader.reporting.lexer import CellLexer

_OUTCOMES = {
    "right": "right",
    "right by follow-through": "right, given your earlier answer",
    "partly right": "partly right",
    "wrong": "not right yet",
    "blank": "not filled in",
    "missing": "cell not found",
    "timed out": "took too long",
    "crashed": "ended the kernel",
    "not graded here": "not graded here",
    "graded": "graded",
    "not graded": "could not be graded",
    "needs review": "needs review",
}
_SHAPE = re.compile(r"\([\d, ]*\)|\d+ items?")
_HARMLESS = re.compile(
    r"torch\.(bool|(bfloat|float|complex|u?int)(8|16|32|64|128))|cpu|cuda|None"
    r"|a (tensor|number|list|tuple|dict)|a NumPy array|True or False|text|\.\.\. \(not filled in\)"
)
# Made once: nbconvert's filter makes both anew for each piece of code.
_LEXER, _FORMATTER = CellLexer(), HtmlFormatter(cssclass=" highlight hl-ipython3")
_NAMES = {"type": "Type", "shape": "Shape", "dtype": "Dtype", "device": "Device"}


def report(report: Report) -> str:
    """Return the page that goes back to the student."""
    return _rendered("report.html.j2", report=report)


def write_index(path: Path, reports: Sequence[tuple[Report, Path]]) -> None:
    """Write the staff's overview, with a link to the files of each report, given its place."""
    rows = [
        (report, quote(place.as_posix(), errors="surrogateescape")) for report, place in reports
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    page = _rendered("index.html.j2", rows=rows)
    path.write_text(page, encoding="utf-8", errors="replace")


def _rendered(template: str, **names: Any) -> str:
    return strip_controls(_environment().get_template(template).render(names))


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("grader.reporting"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        code=_code,
        ansi=lambda text: Markup(ansi2html(text)),
        title=_title,
        points=_points,
        sentence=_sentence,
        curve=plots.curve,
        error=_error,
        upper_first=lambda text: text[:1].upper() + text[1:],
    )
    made.globals.update(
        outcomes=_OUTCOMES,
        code_style=Markup(HtmlFormatter().get_style_defs(".highlight")),
        slug=lambda text: text.replace(" ", "-"),
    )
    return made


def _code(source: str) -> Markup:
    return Markup(highlight(source, _LEXER, _FORMATTER))


@lru_cache(maxsize=1_000)
def _title(text: str) -> Markup:
    """Render an author's line of Markdown; no tag but a few inline ones is kept."""
    return Markup(clean_html(re.sub(r"</?p>", "", markdown2html(text))).strip())


def _points(number: float | None) -> str:
    return "–" if number is None else f"{number:.2f}".rstrip("0").rstrip(".")


def _sentence(mismatch: Mismatch, check: CheckResult) -> str:
    """Put a mismatch into words for the student."""
    inside = mismatch.path.removeprefix(check.check)
    where = f" at {inside}" if inside else ""
    if mismatch.aspect == "requires_grad":
        return f"requires_grad is {mismatch.actual}{where}, expected {mismatch.expected}."
    if mismatch.aspect in _NAMES:
        told = not check.hidden or _is_harmless(mismatch)
        actual = mismatch.actual if told else "something else"
        return f"{_NAMES[mismatch.aspect]}{where}: {actual}, expected {mismatch.expected}."
    what = "Gradient" if mismatch.aspect == "grad" else "Value"
    extent = f" ({mismatch.extent})" if mismatch.extent else ""
    if check.hidden:
        return f"{what}{where}: not the expected one{extent}."
    if check.of and mismatch.aspect == "values":
        return f"Computed from your {', '.join(check.of)}: {mismatch.actual}{extent}."
    return f"{what}{where}: {mismatch.actual} is not the expected one{extent}."


def _is_harmless(mismatch: Mismatch) -> bool:
    """Whether what was seen can carry no hidden input out: no name and no number of its own."""
    if _SHAPE.fullmatch(mismatch.actual):
        sizes = re.findall(r"\d+", mismatch.actual)
        return len(sizes) <= 4 and {*sizes} <= {"0", "1", *re.findall(r"\d+", mismatch.expected)}
    return _HARMLESS.fullmatch(mismatch.actual) is not None


def _error(result: ExerciseResult) -> str:
    assert result.error is not None
    if result.outcome == "timed out":
        return "The cell was stopped while it was here:"
    if result.error.name == "StdinNotImplementedError":
        return "The cell asks for input, which nobody can give here."
    return ": ".join(filter(None, (result.error.name, result.error.message)))
