"""What a cell gave, as a page shows it: text, pictures and tables, each harmless and bounded."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from markupsafe import Markup

from grader.reporting import filters, pictures, sanitise
from grader.reporting.tracebacks import own_frames

MOST_TEXT = 20_000  # characters of one output
_TEXTS = ("text/markdown", "text/latex", "text/plain")  # the first two as they are written
_PICTURES = ("image/png", "image/jpeg", "image/svg+xml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """A piece of what a cell gave.

    content: HTML, or the address of a picture, or nothing where it is left out; cut: characters of
    a text that are not shown.
    """

    kind: Literal["text", "error", "picture", "table", "left out"]
    content: Markup | str = ""
    cut: int = 0


class Room:
    """How much of a page is left. left: characters, 0 once something had no room."""

    def __init__(self, left: int) -> None:
        self.left = left

    def takes(self, content: str) -> bool:
        """Whether there is room for a content, which is taken."""
        if len(content) > self.left:
            self.left = 0
            return False
        self.left -= len(content)
        return True


def shown(outputs: Sequence[Any], room: Room) -> Iterator[Output]:
    """Yield the outputs of a cell of a notebook file."""
    for output in outputs:
        if room.left == 0:
            return
        if isinstance(output, Mapping) and (found := _shown(output)) is not None:
            yield found if room.takes(found.content) else Output(kind="left out")


def text_of(value: Any) -> str:
    """Return a text of a notebook file, which may stand there line by line."""
    if isinstance(value, list):
        return "".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""


def _shown(output: Mapping[str, Any]) -> Output | None:
    if output.get("output_type") == "stream":
        return _text(_settled(text_of(output.get("text"))))
    if output.get("output_type") == "error":
        trace = "\n".join(map(text_of, output.get("traceback") or ()))
        frames = own_frames(trace[:MOST_TEXT])
        last = f"{text_of(output.get('ename'))}: {text_of(output.get('evalue'))}"
        return _text("\n\n".join([*frames, last]), kind="error")
    data = output.get("data")
    return _data(data) if isinstance(data, Mapping) else None


def _data(data: Mapping[str, Any]) -> Output | None:
    """Return the richest form of a value that can be shown."""
    for kind in _PICTURES:
        if kind in data and (address := pictures.address(kind, text_of(data[kind]))):
            return Output(kind="picture", content=Markup(address))
    if "text/html" in data and (found := sanitise.cleaned(text_of(data["text/html"]))):
        return Output(kind="table", content=Markup(found))
    texts = (text_of(data.get(kind)) for kind in _TEXTS)
    if text := next(filter(None, texts), ""):
        return _text(text)
    return Output(kind="left out")


def _text(text: str, kind: Literal["text", "error"] = "text") -> Output | None:
    """Return a text with its colours, which are escaped by what makes them."""
    kept = text[:MOST_TEXT].rstrip("\n")
    cut = max(0, len(text) - MOST_TEXT)
    return Output(kind=kind, content=Markup(filters.ansi2html(kept)), cut=cut) if kept else None


def _settled(text: str) -> str:
    """Return what a terminal shows in the end where lines were written over, as bars are."""
    if "\r" not in text:
        return text
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join(line.rstrip("\r").rsplit("\r", 1)[-1] for line in lines)
