"""Pictures that a student's code drew, as addresses that hold the whole picture."""

import base64
import binascii
import re
import struct
from collections.abc import Iterator

MOST_BYTES = 2 * 2**20
MOST_PIXELS = 25_000_000  # a few bytes can stand for so many that they fill the memory
_PNG = b"\x89PNG\r\n\x1a\n"
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # markers of JPEG that tell a size
_ENTITY = re.compile(r"<!ENTITY|<\?xml-stylesheet", re.IGNORECASE)


def address(kind: str, content: str) -> str | None:
    """Return the data URL of a picture; None where it is none, or too large.

    kind: its MIME type; content: in Base64, or the text of an SVG. As a picture, an SVG runs no
    script, and loads nothing.
    """
    if kind == "image/svg+xml":
        data = content.encode("utf-8", "replace")
        is_one = "<svg" in content[:2_000] and not _ENTITY.search(content)
    else:
        try:
            data = base64.b64decode("".join(content.split()), validate=True)
        except (binascii.Error, ValueError):
            return None
        width, height = {"image/png": _png, "image/jpeg": _jpeg}[kind](data) or (0, 0)
        is_one = 0 < width * height <= MOST_PIXELS
    if not is_one or len(data) > MOST_BYTES:
        return None
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def _png(data: bytes) -> tuple[int, int] | None:
    if not data.startswith(_PNG) or data[12:16] != b"IHDR" or len(data) < 24:
        return None
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def _jpeg(data: bytes) -> tuple[int, int] | None:
    """Return the largest size that any frame of a JPEG tells."""
    sizes = list(_frames(data)) if data.startswith(b"\xff\xd8") else []
    return max(sizes, key=lambda size: size[0] * size[1], default=None)


def _frames(data: bytes) -> Iterator[tuple[int, int]]:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker, (length,) = data[at + 1], struct.unpack(">H", data[at + 2 : at + 4])
        if marker == 0xDA:  # what follows is the picture itself
            return
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            yield width, height
        at += 2 + length
