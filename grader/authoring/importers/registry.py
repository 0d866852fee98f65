"""The systems whose sources can be brought over; a further one is a module and a line."""

from grader.authoring.importers.importer import Importer
from grader.authoring.importers.nbgrader import Nbgrader
from grader.authoring.importers.otter import Otter

IMPORTERS: tuple[Importer, ...] = (Nbgrader(), Otter())
