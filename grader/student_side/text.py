"""Text that a file can hold: Python's strings can contain halves of characters, UTF-8 cannot."""

from typing import Any


def whole(value: Any) -> Any:
    """Return what JSON can hold with such halves written out as escapes."""
    match value:
        case str():
            return value.encode("utf-8", "backslashreplace").decode()
        case dict():
            return {whole(key): whole(held) for key, held in value.items()}
        case list() | tuple():
            return [whole(held) for held in value]
    return value
