"""The root file system, made once."""

import pytest

from tests.image import levels
from tests.image.debian_root import DebianRoot, PackagesUnreachable, lacking, made


@pytest.fixture(scope="session")
def root() -> DebianRoot:
    """Return Debian with the grader in it; skips where it cannot be made."""
    if why := lacking():
        pytest.skip(why)
    try:
        return made(levels.FOLDER)
    except PackagesUnreachable as why:
        pytest.skip(f"no root file system could be made: {why}")
