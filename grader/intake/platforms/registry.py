"""The learning platforms whose downloads are taken as they are.

To add one, write a module with a subclass of `Platform` that says how its downloads look and what
their names tell, and name it here: the layouts, the help of `grader grade`, the table in
`docs/submissions.md` (`make build`) and the tests follow from that. Of two that could have made a
folder, the earlier one has.
"""

from collections.abc import Sequence

from grader.intake.platforms.blackboard import Blackboard
from grader.intake.platforms.brightspace import Brightspace
from grader.intake.platforms.canvas import Canvas
from grader.intake.platforms.github_classroom import GitHubClassroom
from grader.intake.platforms.google_classroom import GoogleClassroom
from grader.intake.platforms.gradescope import Gradescope
from grader.intake.platforms.ilias import Ilias
from grader.intake.platforms.moodle import Moodle
from grader.intake.platforms.nbgrader import Nbgrader
from grader.intake.platforms.platform import Platform
from grader.intake.platforms.sakai import Sakai
from grader.intake.platforms.teams import Teams

PLATFORMS: Sequence[Platform] = (
    Moodle(),
    Canvas(),
    Gradescope(),
    Blackboard(),
    Brightspace(),
    Teams(),
    Sakai(),
    Ilias(),
    GitHubClassroom(),
    Nbgrader(),
    GoogleClassroom(),
)
