"""Loading what uses jsonschema, without the parser of addresses that nothing here asks it for.

jsonschema takes it where it is there, to check addresses in schemas; it builds its grammar as it is
loaded, which takes longer than Jupytext with all else that it needs.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

_NAME = "rfc3987_syntax"


@contextmanager
def spared() -> Iterator[None]:
    """Let what is imported meanwhile do without it."""
    if _NAME in sys.modules:
        yield
        return
    sys.modules[_NAME] = None  # type: ignore[assignment]  # to import it fails
    try:
        yield
    finally:
        del sys.modules[_NAME]
