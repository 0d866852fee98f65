"""nbclient's runner, made safe against what a hostile or careless kernel sends."""

import asyncio
from typing import Any

from nbclient import NotebookClient
from nbformat import NotebookNode, ValidationError
from nbformat.v4 import new_output

from grader.formats.extent import exceeds
from grader.formats.limits import MAX_NODES
from grader.kernels.collect import MAX_ID, MAX_SAME
from grader.kernels.output_budget import (
    CUT,
    MAX_OUTPUT,
    MAX_PARTS,
    STOP_OUTPUT,
    OutputBudget,
    footprint,
    short_error,
)


class CappedClient(NotebookClient):
    """A NotebookClient that caps the outputs of a cell as they come in.

    output_bytes: of the cell that runs; overflow: set once there are too many of them; budget:
    what is left for the outputs of the notebook.
    """

    output_bytes = 0
    overflow: asyncio.Event
    budget: OutputBudget

    def guard(self) -> None:
        """Have messages looked at before they are read."""
        assert self.kc is not None
        unpack = self.kc.session.unpack

        def bounded(text: Any) -> Any:
            if exceeds(bytes(text), MAX_NODES):
                self._count(len(text))
                return {}  # nothing that the protocol knows
            return unpack(text)

        self.kc.session.unpack = bounded

    def begin(self, budget: OutputBudget) -> None:
        """Get ready for a cell."""
        self.budget, self.output_bytes = budget, 0
        self.overflow.clear()
        displays = self._display_id_map
        self.reset_execution_trackers()
        self._display_id_map = displays  # a later cell may update what an earlier one shows

    def end(self, cell: NotebookNode, cell_index: int) -> None:
        """Keep what there is room for."""
        cell.outputs[:] = self.budget.keep(cell.outputs)
        for name, places in list(self._display_id_map.items()):
            here = [place for place in places.pop(cell_index, ()) if place < len(cell.outputs)]
            if here:
                places[cell_index] = here[:MAX_SAME]
            if not places:
                del self._display_id_map[name]

    def process_message(
        self, msg: dict[str, Any], cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        """Take a message in; what is none of the protocol is nobody's output."""
        try:
            return super().process_message(msg, cell, cell_index)
        except (LookupError, TypeError, ValueError, AttributeError, ValidationError):
            return None

    def handle_comm_msg(self, outs: list[Any], msg: dict[str, Any], cell_index: int) -> None:
        """Leave widgets out: nothing that is written shows them."""

    def output(
        self, outs: list[Any], msg: dict[str, Any], display_id: str | None, cell_index: int
    ) -> Any:
        """Keep an output, or leave it out where there are too many."""
        left = MAX_OUTPUT - self.output_bytes
        self._count(len(str(msg.get("content"))))
        stream = msg.get("msg_type") == "stream"
        fits = self.output_bytes <= MAX_OUTPUT
        if stream and left >= 0:
            text = msg["content"]["text"]
            text = text if fits else text[:left] + CUT
            if outs and not self.clear_before_next_output:
                last = outs[-1]
                if last.get("name") == msg["content"]["name"]:  # it comes in pieces
                    last["text"] += text
                    return None
            msg = {**msg, "content": {**msg["content"], "text": text}}
        if (fits or (stream and left >= 0)) and len(outs) < MAX_PARTS:
            named = display_id if display_id and len(display_id) <= MAX_ID else None
            return super().output(outs, msg, named, cell_index)
        if outs and outs[-1].get("text") != CUT:
            outs.append(new_output("stream", name="stderr", text=CUT))
        if msg.get("msg_type") == "error":
            outs.append(new_output(**short_error(str(msg["content"].get("ename")))))
        return None

    def _update_display_id(self, display_id: str, msg: dict[str, Any]) -> None:
        """Update what is shown under a name, as far as there is room for it."""
        earlier = self._display_id_map.get(display_id, {})
        size, now = footprint(msg["content"]), len(self.nb.cells) - 1
        # What the cell that runs shows is counted at its end.
        cost = size * sum(len(places) for place, places in earlier.items() if place != now)
        self.output_bytes += size * max(0, sum(map(len, earlier.values())) - 1)
        if cost <= self.budget.left and self.output_bytes <= MAX_OUTPUT:
            self.budget.left -= cost
            super()._update_display_id(display_id, msg)

    def _count(self, size: int) -> None:
        self.output_bytes += size
        if self.output_bytes > STOP_OUTPUT:
            self.overflow.set()
