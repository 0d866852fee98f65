"""What `grader grade` does for one of several machines: --shard I/N."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from grader.commands import grading_options as options
from grader.course.shard import Shard, shard_of
from grader.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from grader.commands.grading_options import Drawn
    from grader.model.assignment import Assignment

ShardOption = Annotated[
    str | None,
    typer.Option(
        "--shard",
        metavar="I/N",
        help="Grade the I-th of N parts of the class, on one of N machines that all see the same"
        " hand-ins: all that a student handed in is in one part. It needs the --secret that all"
        " share; `grader merge` brings the folders together.",
    ),
]


def read(text: str | None) -> Shard | None:
    """Return the shard that was asked for. Raises UsageError."""
    if text is None:
        return None
    if (found := shard_of(text)) is None:
        raise UsageError(
            f"--shard {text}: write I/N, which part of how many, as 1/3, 2/3 and 3/3 for three"
            " machines"
        )
    return found


def drawn_of(
    shard: Shard | None,
    other_data: str,
    answered: Sequence[Assignment],
    secret: Path | None,
    out: Path,
) -> Drawn:
    """Return all that follows from a secret, which is the same in all shards.

    Raises UsageError where each would draw one of its own.
    """
    if shard is not None and (secret is None or not secret.exists()):
        _check_that_none_is_drawn(shard, other_data, answered, secret)
    return options.drawn_of(other_data, answered, secret, out)


def _check_that_none_is_drawn(
    shard: Shard, other_data: str, answered: Sequence[Assignment], secret: Path | None
) -> None:
    varied = [one.name for one in answered if one.varied is not None]
    if other_data != "on" and not varied:
        return
    why = "other data" if other_data == "on" else f"whose numbers are which in {varied[0]}"
    if secret is not None:
        problem = f"{secret} is not there, and no shard draws a secret of its own"
    else:
        problem = "name the course's secret with --secret FILE"
    without = "" if varied else "; or leave other data out with --other-data off"
    raise UsageError(
        f"--shard {shard}: {problem}, since {why} must be the same in all shards: copy the"
        " secret.txt of an earlier run to each machine, or make one for all, as with"
        f" `openssl rand -hex 32 > secret.txt`{without}"
    )
