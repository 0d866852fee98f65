"""The kinds of records by name, as they are compared."""

from collections.abc import Mapping

from grader.comparing.kinds.figures import AXES, DRAWING, FIGURE
from grader.comparing.kinds.kind import Kind
from grader.comparing.kinds.matrices import SPARSE
from grader.comparing.kinds.objects import DATACLASS
from grader.comparing.kinds.pictures import PICTURE
from grader.comparing.kinds.tables import TABLE
from grader.comparing.kinds.words import WORDS

COMPARED: Mapping[str, Kind] = {
    "frame": TABLE,
    "series": TABLE,
    "words": WORDS,
    "dataclass": DATACLASS,
    "sparse": SPARSE,
    "image": PICTURE,
    "figure": FIGURE,
    "axes": AXES,
    "drawn": DRAWING,
}
