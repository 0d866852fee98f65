"""The formats that marks are exported in; a further one is a module and a line."""

from grader.exchange.ags import Scores
from grader.exchange.canvas import Canvas
from grader.exchange.comments import Comments
from grader.exchange.d2l import Brightspace
from grader.exchange.export import Export
from grader.exchange.gradescope import Gradescope
from grader.exchange.moodle import Moodle
from grader.exchange.nbgrader import NbgraderGradebook, NbgraderTable
from grader.exchange.reports import Reports
from grader.exchange.table import Table

EXPORTS: tuple[Export, ...] = (
    Moodle(),
    Canvas(),
    Gradescope(),
    NbgraderTable(),
    NbgraderGradebook(),
    Brightspace(),
    Table(),
    Scores(),
    Comments(),
    Reports(),
)
