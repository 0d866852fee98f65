"""nbclient's runner, made safe against what a hostile or careless kernel sends."""

import asyncio
from typing import Any

from nbclient import NotebookClient
from nbformat import NotebookNode, ValidationError
from nbformat.v4 import new_output

from grader.execution.outputs import CUT, MAX_OUTPUT, STOP_OUTPUT


class CappedClient(NotebookClient):
    """A NotebookClient that caps the outputs of a cell as they come in.

    output_bytes: of the cell that runs; overflow: set once there are too many of them.
    """

    output_bytes = 0
    overflow: asyncio.Event

    def process_message(
        self, msg: dict[str, Any], cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        """Take a message in; what is none of the protocol is nobody's output."""
        try:
            return super().process_message(msg, cell, cell_index)
        except (LookupError, TypeError, ValueError, AttributeError, ValidationError):
            return None

    def output(
        self, outs: list[Any], msg: dict[str, Any], display_id: str | None, cell_index: int
    ) -> Any:
        """Keep an output, or leave it out where there are too many."""
        room = MAX_OUTPUT - self.output_bytes
        self.output_bytes += len(str(msg.get("content")))
        stream = msg.get("msg_type") == "stream"
        fits = self.output_bytes <= MAX_OUTPUT
        if stream and room >= 0:
            text = msg["content"]["text"]
            text = text if fits else text[:room] + CUT
            if outs and not self.clear_before_next_output:
                last = outs[-1]
                if last.get("name") == msg["content"]["name"]:  # it comes in pieces
                    last["text"] += text
                    return None
            msg = {**msg, "content": {**msg["content"], "text": text}}
        if fits or (stream and room >= 0):
            return super().output(outs, msg, display_id, cell_index)
        if self.output_bytes > STOP_OUTPUT:
            self.overflow.set()
        if room >= 0:
            outs.append(new_output("stream", name="stderr", text=CUT))
        if msg.get("msg_type") == "error":
            name = str(msg["content"].get("ename"))[:100]
            outs.append(new_output("error", ename=name, evalue="", traceback=[name]))
        return None
