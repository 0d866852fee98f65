"""All routes, in the order of the tables."""

from benchmarks.routes.driven import FLOOR, NBCLIENT, OBSERVE
from benchmarks.routes.nbgrader import NBGRADER
from benchmarks.routes.otter import OTTER
from benchmarks.routes.tensorgrader import GRADER, ONCE

KINDS = (GRADER, ONCE, OBSERVE, NBGRADER, OTTER, NBCLIENT, FLOOR)
# No routes, but chosen like them; all but the first belong to a class.
MEMORY, SEEN, WHERE, FIRST, VERIFY = "memory", "seen", "where", "first", "verify"
NAMES = (*(kind.name for kind in KINDS), MEMORY, SEEN, WHERE, FIRST, VERIFY)
