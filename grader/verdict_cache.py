"""Verdicts on sources that earlier processes have verified: what was shown need not be shown again.

Sound ones alone: what is at fault may have been the machine, and is looked at anew. A verdict
follows from what the key has: the source, what is asked of it, the grader's own code, Python, all
packages, and the processor.
"""

import hashlib
import sys
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from grader import own_code
from grader.cache_folder import CacheFolder, key_of
from grader.kernels.kernel import KernelFactory, Limits
from grader.kernels.sandbox import is_shown
from grader.model.verdict import Verdict


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid", ser_json_inf_nan="constants")
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be verified: a source, for this device and these limits.

    exercises: those alone, where any are named.
    """

    source: Path
    device: str
    limits: Limits
    exercises: Collection[str]


def known(asked: Asked, cache: Path | None) -> Verdict | None:
    """Return the verdict that was kept; None where there is none. cache: its folder.

    That on the whole source holds for each of its exercises.
    """
    if cache is None:
        return None
    if (found := _kept(asked, CacheFolder(cache))) is not None or not asked.exercises:
        return found
    whole = _kept(replace(asked, exercises=()), CacheFolder(cache))
    rows = [] if whole is None else [row for row in whole.rows if row.exercise in asked.exercises]
    if whole is None or {row.exercise for row in rows} != {*asked.exercises}:
        return None
    confusion = {row.exercise: whole.confusion.get(row.exercise, {}) for row in rows}
    return replace(whole, rows=rows, confusion=confusion)


def keep(asked: Asked, verdict: Verdict, cache: Path | None, factory: KernelFactory) -> None:
    """Keep a sound verdict where the kernels that it comes from cannot read it."""
    hidden = cache is not None and factory.isolation.hides_files and not is_shown(cache)
    if cache is not None and hidden and verdict.is_sound and (key := _key(asked)):
        CacheFolder(cache).put(key, _Kept(verdict=verdict).model_dump_json().encode())


def _kept(asked: Asked, folder: CacheFolder) -> Verdict | None:
    if (key := _key(asked)) and (data := folder.get(key)):
        with suppress(ValidationError):
            return _Kept.model_validate_json(data).verdict
    return None


def _key(asked: Asked) -> str:
    """Return the key; empty where the source cannot be read."""
    try:
        content = hashlib.sha256(asked.source.read_bytes()).hexdigest()
    except OSError:
        return ""
    limits = repr(asked.limits)
    what = str(asked.source), content, asked.device, limits, *sorted(set(asked.exercises))
    return key_of("verdict", *what, own_code.surroundings(), sys.platform, *own_code.processor())
