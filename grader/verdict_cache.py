"""Verdicts on sources that earlier processes have verified: what was shown need not be shown again.

Sound ones alone: what is at fault may have been the machine, and is looked at anew. A verdict
follows from what the key has: the source, what is asked of it, the grader's own code, Python, all
packages, and the processor.
"""

import hashlib
import sys
from collections.abc import Collection
from dataclasses import dataclass
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
    """Return the verdict that was kept; None where there is none. cache: its folder."""
    if cache is not None and (key := _key(asked)) and (data := CacheFolder(cache).get(key)):
        try:
            return _Kept.model_validate_json(data).verdict
        except ValidationError:
            pass
    return None


def keep(asked: Asked, verdict: Verdict, cache: Path | None, factory: KernelFactory) -> None:
    """Keep a sound verdict where the kernels that it comes from cannot read it."""
    hidden = cache is not None and factory.isolation.hides_files and not is_shown(cache)
    if cache is not None and hidden and verdict.is_sound and (key := _key(asked)):
        CacheFolder(cache).put(key, _Kept(verdict=verdict).model_dump_json().encode())


def _key(asked: Asked) -> str:
    """Return the key; empty where the source cannot be read."""
    try:
        content = hashlib.sha256(asked.source.read_bytes()).hexdigest()
    except OSError:
        return ""
    limits = repr(asked.limits)
    what = str(asked.source), content, asked.device, limits, *sorted(set(asked.exercises))
    return key_of("verdict", *what, own_code.surroundings(), sys.platform, *own_code.processor())
