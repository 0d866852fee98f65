"""The process of a template, from its start until it says what isolation holds in it."""

import json
import socket
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from itertools import accumulate, takewhile
from typing import Any

from grader.kernels import users
from grader.kernels.cards import Slot, visible_in
from grader.kernels.environment import command, environment
from grader.kernels.sandbox import Bounds, settings
from grader.kernels.users import Users
from grader.student_side import mounts
from grader.student_side.confine import MEASURES

# Seconds on the clock until it answers, at its start and when it forks: a machine may be very busy.
START = 600.0
MAX_LOADED = 100_000  # characters of the names of modules
LOADED = b"loaded"  # what it answers where it can still be forked


def request_of(names: Sequence[str]) -> bytes:
    """Return the request to import modules: as many as there is room for."""
    kept = list(takewhile(MAX_LOADED.__gt__, accumulate(len(name) + 4 for name in names)))
    return json.dumps({"load": names[: len(kept)]}).encode()


class TemplateProcess:
    """A template that is loading, and has not said yet what holds.

    measures: those that it tries; slot: of the card that its kernels use, which it does not open
    itself: what has opened one must not be forked. Raises OSError.
    """

    def __init__(
        self,
        bounds: Bounds,
        measures: tuple[str, ...],
        granted: Users | None,
        slot: Slot | None = None,
    ) -> None:
        users.raise_open_files()
        self.measures, self.slot = measures, slot
        self._asked: list[str] = []  # modules to import before it says anything
        self.control, theirs = socket.socketpair(type=socket.SOCK_SEQPACKET)
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - until it has told
        with theirs:
            self.popen = subprocess.Popen(  # noqa: S603 - the grader itself
                command("grader.student_side.template", str(theirs.fileno())),
                pass_fds=[theirs.fileno()],
                env=environment(mounts.HOME, mounts.TEMPORARY, visible_in(slot)),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=self._said,
                stderr=self._said,
                start_new_session=True,  # an interrupt from the terminal is the grader's to handle
            )
        self.control.settimeout(START)
        with suppress(OSError):  # it has ended
            card = slot.told() if slot is not None else None
            told = settings(bounds, measures, users=granted, card=card)
            self.control.send(json.dumps(told).encode())

    def load(self, names: Sequence[str]) -> None:
        """Have it import modules as soon as it can, at most once."""
        if names and not self._asked:
            with suppress(OSError):  # it has ended
                self.control.send(request_of(names))
                self._asked = list(names)

    def told(self) -> dict[str, Any]:
        """Wait for what it says: "measures", and what it has "loaded" where it was asked to.

        "said" is what it printed where it ends, or takes too long.
        """
        with self._said:
            with suppress(OSError):
                if answer := self.control.recv(2**16):
                    told = dict(json.loads(answer))
                    if not self._asked or "measures" not in told:
                        return told
                    if (answer := self.control.recv(2**10)) == LOADED:
                        return {**told, "loaded": self._asked}
                    return {"said": answer.decode("utf-8", "replace")}
            self._said.seek(0)
            return {"said": self._said.read()[-2000:].decode("utf-8", "replace").strip()}


def begin(slot: Slot | None = None) -> TemplateProcess:
    """Start a template with the usual bounds, and do not wait for it. Raises OSError."""
    return TemplateProcess(Bounds(), MEASURES, users.available(), slot)
