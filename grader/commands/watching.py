"""Verifying sources again at each save, with warm kernels: what changed, and what hangs on it."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

import typer

from grader import cache_folder
from grader.commands.app import errors, tell
from grader.commands.soundness import show, show_faulty, show_values_of, verified
from grader.errors import GraderError, SourceError
from grader.saved_files import SavedFiles
from grader.verifying.changes import WHOLE, changed, concerned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.kernels.cards import Place
    from grader.kernels.kernel import KernelFactory
    from grader.model.assignment import Assignment
    from grader.verdict_cache import Asked

PAUSE = 0.2  # seconds between looks


@dataclass(slots=True, kw_only=True)
class _Watched:
    """A source.

    last: as it was when it was last verified; files: the digest of what it came with; due: what was
    then at fault.
    """

    asked: Asked
    saved: SavedFiles
    last: Assignment | None = None
    files: str = ""
    due: frozenset[str] | None = frozenset()


def watch(every: Sequence[Asked], confusion: bool, values: bool, place: Place | None) -> None:
    """Verify sources, and again whenever one is saved, until Ctrl-C. place: None for the CPU."""
    from grader.kernels.choose import begin, open_factory

    watched = [_Watched(asked=asked, saved=SavedFiles(asked.source)) for asked in every]
    try:
        begin(None, place)  # it loads torch, as this process does
        import grader.verify  # noqa: F401

        with closing(open_factory(None, every[0].device, place=place)) as kind:
            for one in watched:
                _verify(one, kind, confusion, values)
            _say_waiting(watched)
            while True:
                time.sleep(PAUSE)
                for one in watched:
                    if one.saved.look():
                        _verify(one, kind, confusion, values)
                        _say_waiting(watched)
                    elif one.saved.is_gone:
                        tell(f"{one.asked.source} is gone; waiting for it")
    except KeyboardInterrupt:
        typer.echo("\nstopped")


def _verify(one: _Watched, kind: KernelFactory, confusion: bool, values: bool) -> None:
    """Verify what changed in a source, and say so; whatever fails, the next save may mend it."""
    from grader.authoring.files import digest_of
    from grader.source_cache import load
    from grader.verdict_cache import known

    name, cache = one.asked.source.stem, cache_folder.usual()
    try:
        now = load(one.asked.source, cache)
        one.saved.come_with(path for _, path in now.files)
        files = digest_of(b"", now.files)
        chosen = _chosen(one, now, files)
        if chosen is not WHOLE and not chosen:
            _head(name, "nothing that is verified has changed")
            return
        asked = one.asked if chosen is WHOLE else replace(one.asked, exercises=sorted(chosen))
        _head(name, f"{', '.join(asked.exercises)} alone" if asked.exercises else "the whole")
        verdict = before = known(asked, cache)
        if verdict is None:
            with errors.status(f"{name}: …") as status:
                verdict = verified(asked, kind, lambda step: status.update(f"{name}: {step} …"))
        show(verdict, confusion, is_known=before is not None)
        one.last, one.files, one.due = now, files, concerned(now, verdict.findings)
        if values:
            show_values_of(asked, kind)
    except SourceError as error:
        _head(name, "faulty")
        show_faulty(name, error)
    except (GraderError, OSError) as error:
        tell(f"{name}: {error}")


def _chosen(one: _Watched, now: Assignment, files: str) -> frozenset[str] | None:
    """Return the exercises to look at: what changed, and what was at fault."""
    asked = frozenset(one.asked.exercises) or WHOLE
    new = WHOLE if one.last is None or files != one.files else changed(one.last, now)
    if new is WHOLE or one.due is WHOLE:
        return asked
    new |= one.due
    return new if asked is WHOLE else new & asked


def _head(name: str, what: str) -> None:
    typer.echo(f"── {datetime.now():%H:%M:%S} {name}: {what} ──\n")


def _say_waiting(watched: Sequence[_Watched]) -> None:
    names = ", ".join(str(one.asked.source) for one in watched)
    typer.echo(f"watching {names}; Ctrl-C ends")
