"""Texts as HTML: what a terminal shows in colours, and Markdown.

HTML of Markdown is not to be trusted before it is cleaned (`grader.reporting.sanitise`).
"""

import colorsys
import importlib.util
import re
from functools import cache
from pathlib import Path
from typing import Any, Literal

import mistune

_PLUGINS = ("table", "strikethrough", "url", "task_lists", "def_list", "math")  # as Jupyter shows
_LONGEST = 2_000  # characters of a formula that is read
# What nbconvert makes of colours by number; `style="` cannot stand in what it has escaped.
_COLOURED = re.compile(r'<span(?: class="(?P<classes>[^"]*)")? style="(?P<styles>[^"]*)">')
_COLOUR = re.compile(r"color: rgb\((\d+),(\d+),(\d+)\)")
_HUES = ("red", "yellow", "green", "cyan", "blue", "magenta")
_GREY = 0.2


def ansi2html(text: str) -> str:
    """Return a text with its ANSI colours as HTML, everything in it escaped.

    A colour by its number becomes that of the page which is nearest: it was chosen for another
    background. What has one of its own loses it.
    """
    return _COLOURED.sub(_named, str(_ansi().ansi2html(text)))


def _named(found: re.Match[str]) -> str:
    """Return the start of a span with classes in place of styles."""
    classes = (found["classes"] or "").split()
    if colour := _COLOUR.match(found["styles"]):
        red, green, blue = (int(part) for part in colour.groups())
        classes += _nearest(red / 255, green / 255, blue / 255)
    return f'<span class="{" ".join(classes)}">' if classes else "<span>"


def _nearest(red: float, green: float, blue: float) -> list[str]:
    """Return the class of a colour, none where it is as good as grey."""
    hue, _, saturation = colorsys.rgb_to_hls(red, green, blue)
    if saturation < _GREY:
        return []
    return [f"ansi-{_HUES[round(hue * len(_HUES)) % len(_HUES)]}-fg"]


def markdown2html(text: str, *, has_tags: bool = True) -> str:
    """Return Markdown as HTML, formulas as MathML; what cannot be read of them stays TeX.

    has_tags: whether HTML in it is kept, to be cleaned; else it is text, and escaped.
    """
    return str(_markdown(has_tags)(text))


@cache
def _ansi() -> Any:
    """Return nbconvert's filters of colours, which need nothing else of it.

    To import them by their name loads all that nbconvert can do, in a quarter of a second.
    """
    package = importlib.util.find_spec("nbconvert")
    assert package is not None
    assert package.origin is not None
    path = Path(package.origin).with_name("filters") / "ansi.py"
    found = importlib.util.spec_from_file_location("_nbconvert_ansi", path)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@cache
def _markdown(has_tags: bool) -> mistune.Markdown:
    return mistune.create_markdown(escape=not has_tags, plugins=[*_PLUGINS, _with_formulas])


def _with_formulas(md: mistune.Markdown) -> None:
    """Have formulas shown as such, where the plugin leaves them to a script."""
    assert isinstance(md.renderer, mistune.HTMLRenderer)
    md.renderer.register("block_math", lambda _, text: _formula(text, "block"))
    md.renderer.register("inline_math", lambda _, text: _formula(text, "inline"))


def _formula(text: str, display: Literal["block", "inline"]) -> str:
    found = _mathml(text, display) if len(text) <= _LONGEST else None
    dollars = "$" if display == "inline" else "$$"
    return found or f"{dollars}{mistune.escape(text)}{dollars}"


def _mathml(text: str, display: Literal["block", "inline"]) -> str | None:
    """Return a formula as MathML, None where it is none that can be read."""
    from latex2mathml.converter import convert  # what writes no such page need not load it

    try:
        return convert(text, display=display)
    except Exception:  # noqa: BLE001  # of a dozen kinds that have nothing in common, StopIteration too
        return None
