"""HTML that a student's code or prose made, with nothing left in it that acts, loads or misplaces.

No script, style, class, id or event; no address but a data URL of an image, and links to the web
that are followed only when somebody asks for it.
"""

import re
from collections import Counter
from functools import cache
from typing import Any

MOST = 100_000  # characters; what is longer is not read
DEEPEST = 100  # elements in one another; what is deeper would take a long time to read
_MATH = """
math mfrac mi mn mo mover mroot mrow mspace msqrt msub msubsup msup mtable mtd mtext mtr munder
munderover
"""
_INLINE = f"abbr b code em i kbd s samp strong sub sup var {_MATH}"
_TAGS = f"""
a abbr b blockquote br caption code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr i img ins kbd li ol p
pre q s samp small span strong sub sup table tbody td tfoot th thead tr u ul var
{_MATH}
"""
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"alt", "src"},
    "math": {"display"},
    "mo": {"stretchy"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
# With all that is in them; of other elements the text stays.
_DROPPED = """
applet audio canvas embed form head iframe noembed noframes noscript object script select style
svg template textarea title video xmp
"""
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_VOID = frozenset(["area", "base", "br", "col", "hr", "img", "input", "link", "meta", "wbr"])
_IMAGE = re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]+", re.ASCII)
_WEB = re.compile(r"(https?://|mailto:)", re.IGNORECASE)
_LARGEST_SPAN = 100
_HEADING = re.compile(r"<(/?)h([1-6])>")
_EMPTY = re.compile(r'<img(?![^>]*\bsrc=)(?: alt="([^">]*)")?[^>]*>')  # its address was none
_UNNAMED = re.compile(r"<img(?![^>]*\balt=)")
_SEEN = re.compile(r"<img|[^\s<>](?![^<]*>)")


def cleaned(html: str) -> str | None:
    """Return HTML that is harmless; None where it is too long, too deep, or shows nothing.

    Headings are one level lower than they were, below that of the page.
    """
    if len(html) > MOST or _depth(html) > DEEPEST:
        return None
    found = _clean(html)
    found = _HEADING.sub(lambda one: f"<{one[1]}h{min(6, int(one[2]) + 1)}>", found)
    found = found.replace("<th></th>", "<td></td>")  # a corner of a table is the head of nothing
    found = _EMPTY.sub(lambda one: one[1] or "", found)
    found = _UNNAMED.sub('<img alt=""', found)
    return found if _SEEN.search(found) else None


def inline(html: str) -> str:
    """Return a line of HTML with no element left but those that may stand within a line."""
    return _clean(html, _INLINE).strip()


def _clean(html: str, tags: str = _TAGS) -> str:
    whole = html.encode("utf-8", "replace").decode()  # without halves of characters
    return str(_cleaner(tags).clean(whole))


@cache
def _cleaner(tags: str) -> Any:
    import nh3  # what writes no such page need not load it

    return nh3.Cleaner(
        tags=set(tags.split()),
        clean_content_tags=set(_DROPPED.split()),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto", "data"},
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    """Return the value of an attribute as it may stand, None for none.

    Without angle brackets, so that where a tag ends is plain.
    """
    value = value.replace("<", "").replace(">", "")
    if name in ("colspan", "rowspan", "start"):
        return value if value.isdecimal() and int(value[:9]) <= _LARGEST_SPAN else None
    if name == "src":
        return value if _IMAGE.fullmatch(value) else None
    if name == "href":
        return value if _WEB.match(value) else None
    return value


def _depth(html: str) -> int:
    """Return how many elements are open at once, at most, as far as can be told without reading."""
    open_now, now, most = Counter[str](), 0, 0
    for found in _TAG.finditer(html):
        closes, name = found[1], found[2].lower()
        if name in _VOID:
            continue
        if not closes:
            open_now[name] += 1
            now += 1
            most = max(most, now)
        elif open_now[name]:
            open_now[name] -= 1
            now -= 1
    return most
