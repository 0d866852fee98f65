"""Which of a student's files may be what is graded: notebooks, and what stands in for one."""

from collections.abc import Callable, Sequence

from grader.formats import bundle_file, link, texts
from grader.intake.bundle import Item, is_notebook

_HEAD = 2**16  # bytes, in which a notebook under another name shows
_TEXTS = (".py", ".md", ".markdown", ".myst", ".mystnb", ".rmd", ".qmd", ".txt")
_LINKS = (".url", ".webloc", ".desktop", ".gdoc", ".gsheet", ".html", ".htm", ".txt", ".md")
_MOST = 200  # texts and links that are looked into
_MAX_TEXT = 2**20  # bytes of a text in which a header is looked for


def candidates(items: Sequence[Item]) -> list[Item]:
    """Return the files that may be graded; a lone file is one, whatever it is.

    Notebooks are, by name or by content, and texts with the header of an exercise, which a module
    beside a notebook has not. Where there is none of these: texts with cells, else links, else
    scripts, which are not graded but named for what they are.
    """
    if len(items) == 1:
        return list(items)
    files = [item for item in items if not item.node.is_folder]
    notebooks = [item for item in files if is_notebook(item.parts[-1]) or _looks_like_one(item)]
    taken = set(map(id, notebooks))
    rest = [item for item in files if id(item) not in taken]
    readable = _named(rest, _TEXTS)
    found = notebooks + [item for item in readable if _holds(item, texts.has_header)]
    if found:
        return found
    return (
        [item for item in readable if _holds(item, texts.is_one)]
        or [item for item in _named(rest, _LINKS) if _holds(item, _is_link)]
        or _named(rest, (".py",))
    )


def is_stand_in(item: Item) -> bool:
    """Whether a file is a text that stands in for a notebook, which goes before it."""
    return not is_notebook(item.parts[-1]) and item.parts[-1].lower().endswith(_TEXTS)


def _named(items: Sequence[Item], endings: tuple[str, ...]) -> list[Item]:
    """Return the first of the files with such names, those nearest to the top."""
    found = [item for item in items if item.parts[-1].lower().endswith(endings)]
    return sorted(found, key=lambda item: (len(item.parts), item.parts))[:_MOST]


def _holds(item: Item, test: Callable[[bytes], bool]) -> bool:
    return test(_beginning(item, _MAX_TEXT))


def _is_link(data: bytes) -> bool:
    return link.reason(data) is not None


def _looks_like_one(item: Item) -> bool:
    head = _beginning(item, _HEAD).replace(b"\0", b"")
    if bundle_file.is_one(head):  # students have it beside their notebook
        return False
    begins = head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"{")
    return begins and (b'"cell' in head or b'"worksheets"' in head)


def _beginning(item: Item, size: int) -> bytes:
    """Return the first bytes of a file; none of one that cannot be read."""
    if item.node.path is None or item.node.problem:
        return b""
    try:
        with item.node.path.open("rb") as file:
            return file.read(size)
    except OSError:
        return b""
