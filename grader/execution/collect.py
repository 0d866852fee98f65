"""Put what a warm kernel printed and displayed in order, as the outputs of one cell.

What was printed is in two files; events (a figure, an error, a change from one stream to the
other) say how long the files were when they happened. Nothing here trusts its input.
"""

import json
import os
from typing import Any

from grader.execution.outputs import CUT, MAX_OUTPUT
from grader.inside.text import whole

MAX_SAME = 20  # displays of one name that are updated together
_STREAMS = ("stdout", "stderr")


class Collector:
    """Collects the outputs of one cell. displays: by id, what a later cell may still update."""

    def __init__(self, files: tuple[int, int], displays: dict[str, list[dict[str, Any]]]) -> None:
        self.started = self.failed = False
        self.bytes = 0  # of events
        self._files, self._displays = files, displays
        self._outputs: list[dict[str, Any]] = []
        self._at = [0, 0]
        self._kept = 0
        self._clear_next = False

    @property
    def printed(self) -> int:
        """The bytes of all that came so far, kept or not."""
        return self.bytes + sum(os.fstat(file).st_size for file in self._files)

    def take(self, header: bytes) -> None:
        """Take an event in; what is none is left out."""
        self.bytes += len(header)
        try:
            event = json.loads(header.decode("utf-8", "replace"))
            if b"\\ud" in header:
                event = whole(event)
            kind, (out, err) = event["event"], event["at"]
            sizes = [max(0, int(out)), max(0, int(err))]
            self._print_up_to(sizes)
            self._happen(kind, event, len(header))
        except (ValueError, TypeError, KeyError, RecursionError, AttributeError, OverflowError):
            return

    def outputs(self, count: int | None) -> list[dict[str, Any]]:
        """Return all outputs, with what was printed since the last event."""
        self._print_up_to([os.fstat(file).st_size for file in self._files])
        for output in self._outputs:
            if output["output_type"] == "execute_result":
                output["execution_count"] = count
        return self._outputs

    def _happen(self, kind: str, event: dict[str, Any], size: int) -> None:
        if kind == "start":
            self.started = True
        elif kind == "clear":
            if event.get("wait") is True:
                self._clear_next = True
            else:
                self._outputs.clear()
        elif kind == "error":
            self.failed = True
            trace = [str(line)[:MAX_OUTPUT] for line in event["traceback"]]
            error = {"ename": str(event["ename"]), "evalue": str(event["evalue"])}
            if self._room(size):
                self._add({"output_type": "error", **error, "traceback": trace})
            else:
                short = {"ename": error["ename"][:100], "evalue": ""}
                self._outputs.append({"output_type": "error", **short, "traceback": []})
        elif kind in ("display", "result", "update"):
            data, metadata = dict(event["data"]), dict(event.get("metadata") or {})
            display = event.get("id")
            same = self._displays.get(display, []) if isinstance(display, str) else []
            if not self._room(size * max(1, len(same))):  # it is written out for each of them
                return
            if kind == "update":
                for output in same:
                    output["data"], output["metadata"] = data, metadata
                return
            named = "execute_result" if kind == "result" else "display_data"
            output = {"output_type": named, "data": data, "metadata": metadata}
            if isinstance(display, str):
                for earlier in same:  # one name, one content
                    earlier["data"], earlier["metadata"] = data, metadata
                if len(same) < MAX_SAME:
                    self._displays[display] = [*same, output]
            self._add(output)

    def _print_up_to(self, sizes: list[int]) -> None:
        for place, (file, name) in enumerate(zip(self._files, _STREAMS, strict=True)):
            new = sizes[place] - self._at[place]
            if new <= 0:
                self._at[place] = sizes[place]
                continue
            room = min(new, max(0, MAX_OUTPUT - self._kept))
            text = os.pread(file, room, self._at[place]).decode("utf-8", "replace")
            self._at[place] = sizes[place]
            if self._room(new):
                self._stream(name, text)
            elif text:
                self._stream(name, text + CUT)

    def _stream(self, name: str, text: str) -> None:
        last = self._outputs[-1] if self._outputs and not self._clear_next else {}
        if last.get("name") == name:
            last["text"] += text
        else:
            self._add({"output_type": "stream", "name": name, "text": text})

    def _add(self, output: dict[str, Any]) -> None:
        if self._clear_next:
            self._outputs.clear()
            self._clear_next = False
        self._outputs.append(output)

    def _room(self, size: int) -> bool:
        self._kept += size
        return self._kept <= MAX_OUTPUT
