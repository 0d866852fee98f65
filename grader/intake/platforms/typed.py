"""What a student typed in on a site, in place of handing in a file."""

from grader.formats import link
from grader.intake.platforms.tables import content
from grader.intake.tree import Node
from grader.model.text import Text, say


def typed_in(node: Node) -> Text:
    """Return what is noted of typed text, a file or a folder with one: that it is a link, or not.

    Often it is a link to where the notebook lies, which is what the student has to be told.
    """
    files = [file for _, file in node.files()] if node.is_folder else [node]
    for file in files:
        if (reason := link.reason(content(file))) is not None:
            return say("what was typed in on the site is not graded: {why}", why=reason)
    return say("there is text that was typed in on the site; it is not graded")
