"""What runs of the grader write, in case it lies among what was handed in."""

from grader.intake.bundle import is_notebook
from grader.intake.tree import Node
from grader.model.text import Text, say

# What a run writes (`grader.reporting.folder`), and what it keeps there.
_FOLDERS = {"feedback", "results"}
_EXECUTED = "executed.ipynb"
_KEPT = {
    *("overrides.csv", "secret.txt", ".written.json"),
    *(f"gradebook.{end}" for end in ("db", "db-shm", "db-wal", "lock")),
}
_SIMILAR = {"similar.html", "similar.json", "similar.csv"}
_INDEX = {"grades.csv", "index.html", "changes.html", "statistics.json", "statistics.csv"}
_ALL = {*_FOLDERS, *_INDEX, *_SIMILAR, *_KEPT}


def leave_out(root: Node) -> list[Text]:
    """Take out of a folder, and of those in it, what runs wrote; returns a line for each.

    Nothing is taken out of archives, and no folder that holds a notebook of somebody's.
    """
    if root.archive or not root.is_folder:
        return []
    own = _ALL if root.is_out or _has_output(root) else set()
    out = [
        child
        for child in root.children
        if (child.name in own and (root.is_out or not _holds_work(child))) or _is_output(child)
    ]
    root.children = [child for child in root.children if child not in out]
    lines = [
        say("{path} was left out: a run of the grader writes it", path=one.shown) for one in out
    ]
    return [*lines, *(line for child in root.children for line in leave_out(child))]


def _is_output(node: Node) -> bool:
    """Whether there is nothing else in a folder than what a run writes."""
    if not node.is_folder or node.archive:
        return False
    rest = [child for child in node.children if child.name not in _ALL]
    if node.is_out and not rest:
        return True
    names = [parts[-1] for child in rest for parts, _ in child.files()]
    names += [child.name for child in rest]
    return _has_output(node) and not any(map(is_notebook, names))


def _has_output(folder: Node) -> bool:
    """Whether a run has written to a folder."""
    inner = {child.name: child for child in folder.children if child.is_folder}
    if not inner.keys() >= _FOLDERS or any(_holds_work(inner[name]) for name in _FOLDERS):
        return False
    return any(parts[-1] == "result.json" for parts, _ in inner["results"].files())


def _holds_work(node: Node) -> bool:
    """Whether there is a notebook in a folder other than those that a run writes."""
    names = [parts[-1] for parts, _ in node.files()]
    return any(is_notebook(name) and name != _EXECUTED for name in names)
