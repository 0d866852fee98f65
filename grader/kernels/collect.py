"""Put what a warm kernel printed and displayed in order, as the outputs of one cell.

What was printed is in two files; events (a figure, an error, a change from one stream to the
other) say how long the files were when they happened. Nothing here trusts its input.
"""

import json
import os
import re
from typing import Any

from grader.formats.extent import exceeds
from grader.kernels.output_budget import (
    CUT,
    MAX_OUTPUT,
    MAX_PARTS,
    OutputBudget,
    footprint,
    short_error,
)
from grader.student_side.text import whole

MAX_SAME = 20  # displays of one name that are updated together
MAX_ID = 200  # characters of such a name
MAX_NODES = 200_000  # values in the JSON of an event
# How an event begins that is too much to be read.
_BEGINNING = re.compile(rb'\{"event": "(\w+)", "at": \[\d+, \d+\](?:, "ename": "(\w{1,100}))?')
_STREAMS = ("stdout", "stderr")


class Collector:
    """Collects the outputs of one cell.

    displays: by id, what a later cell may still update; budget: of all outputs of the
    notebook.
    """

    def __init__(
        self,
        files: tuple[int, int],
        displays: dict[str, list[dict[str, Any]]],
        budget: OutputBudget | None = None,
    ) -> None:
        self.started = self.failed = False
        self.bytes = 0  # of events
        self._files, self._displays = files, displays
        self._budget = budget or OutputBudget()
        self._outputs: list[dict[str, Any]] = []
        self._named: dict[str, list[dict[str, Any]]] = {}  # as displays, of this cell alone
        self._at = [0, 0]
        self._kept = 0
        self._clear_next = self._is_cut = False

    @property
    def printed(self) -> int:
        """The bytes of all that came so far, kept or not."""
        return self.bytes + sum(os.fstat(file).st_size for file in self._files)

    def take(self, header: bytes) -> None:
        """Take an event in; what is none is left out."""
        self.bytes += len(header)
        if exceeds(header, MAX_NODES):
            self._pass_over(header)
            return
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
        """Return all outputs that there is room for, with what was printed since the last event."""
        self._print_up_to([os.fstat(file).st_size for file in self._files])
        for output in self._outputs:
            if output["output_type"] == "execute_result":
                output["execution_count"] = count
        kept = self._budget.keep(self._outputs)
        held = set(map(id, kept))
        for name, made in self._named.items():
            if shown := [output for output in made if id(output) in held]:
                self._displays[name] = [*self._displays.get(name, ()), *shown]
        self._named.clear()
        return kept

    def _pass_over(self, header: bytes) -> None:
        """Take in no more of an event than its kind."""
        self._cut()
        if (begins := _BEGINNING.match(header)) and begins[1] == b"error":
            self.failed = True
            self._outputs.append(short_error((begins[2] or b"").decode()))

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
            name = str(event["ename"])
            error = {"output_type": "error", "ename": name, "evalue": str(event["evalue"])}
            fits = self._has_room(size)
            self._outputs.append({**error, "traceback": trace} if fits else short_error(name))
        elif kind in ("display", "result", "update"):
            self._display(kind, event, size)

    def _display(self, kind: str, event: dict[str, Any], size: int) -> None:
        shown = {"data": dict(event["data"]), "metadata": dict(event.get("metadata") or {})}
        name = event.get("id")
        if not isinstance(name, str) or len(name) > MAX_ID:
            name = None
        earlier = self._displays.get(name, ()) if name is not None else ()
        same = [*earlier, *(self._named.get(name, ()) if name is not None else ())]
        if not self._has_room(size * max(1, len(same))):  # it is written out for each of them
            self._cut()
            return
        cost = footprint(shown) * len(earlier)  # which have been counted as they were
        if cost <= self._budget.left:
            self._budget.left -= cost
            for output in same:  # one name, one content
                output.update(shown)
        if kind == "update":
            return
        output = {
            "output_type": "execute_result" if kind == "result" else "display_data",
            **shown,
        }
        if name is not None and len(same) < MAX_SAME:
            self._named.setdefault(name, []).append(output)
        self._add(output)

    def _print_up_to(self, sizes: list[int]) -> None:
        for place, (file, name) in enumerate(zip(self._files, _STREAMS, strict=True)):
            new = sizes[place] - self._at[place]
            if new <= 0:
                self._at[place] = sizes[place]
                continue
            size = min(new, max(0, MAX_OUTPUT - self._kept))
            text = os.pread(file, size, self._at[place]).decode("utf-8", "replace")
            self._at[place] = sizes[place]
            if self._has_room(new):
                self._stream(name, text)
            elif text:
                self._is_cut = True
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
        if len(self._outputs) < MAX_PARTS:
            self._outputs.append(output)
        else:
            self._cut()

    def _cut(self) -> None:
        """Say, once, that something is not there."""
        if not self._is_cut:
            self._is_cut = True
            self._outputs.append({"output_type": "stream", "name": "stderr", "text": CUT})

    def _has_room(self, size: int) -> bool:
        self._kept += size
        return self._kept <= MAX_OUTPUT
