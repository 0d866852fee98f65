"""The frames of a traceback that are a student's own."""

import re

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_OWN = re.compile(r"(Cell |Input |)In ?\[|<ipython-input|File <")
_FILE = re.compile(r"File (?P<path>\S+)")
_INSTALLED = re.compile(r"[/\\](site-packages|dist-packages|lib[/\\]python[\d.]+)[/\\]")


def own_frames(traceback: str) -> tuple[str, ...]:
    """Return the frames in cells and in files that were handed in, with their ANSI colours.

    traceback: as IPython prints it, which is one frame a paragraph. Frames of what is installed
    are left out: they are long, and nothing in them can be mended.
    """
    parts = re.split(r"\n\s*\n", traceback)
    frames = [part for part in parts if _is_own(_ANSI.sub("", part))]
    return tuple(part.strip("\n") for part in frames)


def _is_own(frame: str) -> bool:
    """Whether a paragraph is such a frame; the first has the head of the traceback above it."""
    for line in frame.split("\n"):
        if _OWN.match(line):
            return True
        if found := _FILE.match(line):
            return _INSTALLED.search(found["path"]) is None
    return False
