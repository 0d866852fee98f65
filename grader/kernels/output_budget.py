"""How much of the outputs of one notebook the trusted side keeps."""

import json
import sys
from collections.abc import Sequence
from typing import Any

MAX_ALL = 20 * 10**6  # bytes of memory
_SHORT = 100  # characters of text that take less than they are counted for
_LINE = 12  # bytes that a file needs to have a line apart from the next
MAX_OUTPUT = 1_000_000  # bytes of one cell that are kept
MAX_PARTS = 2_000  # outputs of one cell that are kept
STOP_OUTPUT = 10_000_000  # bytes of one cell after which it should be interrupted
CUT = "\n… output cut off here\n"


class OutputBudget:
    """What is left for outputs. left: bytes of memory."""

    def __init__(self, left: int = MAX_ALL) -> None:
        self.left = left

    def keep(self, outputs: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the first outputs of a cell, as many as fit, and its last error anyhow."""
        kept: list[dict[str, Any]] = []
        for place, output in enumerate(outputs):
            size = footprint(output)
            if size > self.left:
                text = output["text"][: self.left] if output["output_type"] == "stream" else ""
                self.left = 0
                name = output["name"] if text else "stderr"
                kept.append({"output_type": "stream", "name": name, "text": text + CUT})
                errors = [one for one in outputs[place:] if one["output_type"] == "error"]
                return kept + [short_error(str(one["ename"])) for one in errors[-1:]]
            self.left -= size
            kept.append(output)
        return kept


def short_error(name: str) -> dict[str, Any]:
    """Return the output of an error for which there is no room."""
    return {"output_type": "error", "ename": name[:100], "evalue": "", "traceback": []}


def footprint(value: Any) -> int:
    """Return how many bytes something that was read from JSON takes, in memory or written out."""
    size, rest = 0, [value]
    while rest:
        item = rest.pop()
        size += sys.getsizeof(item)
        if isinstance(item, str) and len(item) > _SHORT:
            written = len(json.dumps(item, ensure_ascii=False)) + _LINE * item.count("\n")
            size += max(0, written - len(item))
        if isinstance(item, dict):
            rest += [*item, *item.values()]
        elif isinstance(item, list):
            rest += item
    return size
