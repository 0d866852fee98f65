"""Which variant a notebook has: by its marks, by its numbers, or by whose it is.

A mark stands in the cell with the numbers and in the notebook's metadata; both may get lost, or
come from another's notebook. The one in the cell counts first: it comes with the numbers that a
student saw.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from grader.errors import Doubtful
from grader.model.assignment import Assignment
from grader.model.deck import MARK, Dealt, Deck
from grader.model.result import KnownBy
from grader.model.submission import Notebook
from grader.model.text import say
from grader.syntax import code, parsing
from grader.syntax.literals import Scalar, literals_in

_MOST = 1_000  # cells that are looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """The variant that a notebook is graded by, and how that is known.

    owners: the halves of its marks that tell whose they are.
    """

    dealt: Dealt
    known_by: KnownBy
    owners: tuple[str, ...] = ()


def identify_variant(notebook: Notebook, assignment: Assignment, deck: Deck, id: str) -> Carried:
    """Return the variant of a notebook. id: of who handed it in.

    Raises Doubtful where it has a mark, and numbers, that none of these variants has: they were
    made with another secret, or from a source that drew from something else.
    """
    marks = dict.fromkeys(_marks(notebook))
    known = {mark: dealt for mark in marks if (dealt := deck.marked(mark)) is not None}
    if known:
        owners = tuple(dict.fromkeys(mark.partition("-")[2] for mark in known))
        return Carried(dealt=next(iter(known.values())), known_by="mark", owners=owners)
    assert assignment.varied is not None
    for values in _values(notebook, assignment.varied.choices):
        if (found := deck.found(values)) is not None:
            return Carried(dealt=found, known_by="numbers")
    if marks:
        raise Doubtful(
            say(
                "its mark ({mark}) is of none of the variants of {name} that follow from this"
                " secret; grade with the --secret that the notebooks were built with, or build them"
                " again if what they are drawn from has changed",
                mark=next(iter(marks)),
                name=assignment.name,
            )
        )
    return Carried(dealt=deck.of(id), known_by="student")


def _marks(notebook: Notebook) -> Iterator[str]:
    told = [code.mark(cell.source) for cell in notebook.cells[:_MOST] if cell.kind == "code"]
    for mark in (*told, notebook.about.get("variant")):
        if isinstance(mark, str) and MARK.fullmatch(mark):
            yield mark


def _values(notebook: Notebook, names: Mapping[str, object]) -> Iterator[Mapping[str, Scalar]]:
    """Yield what cells bind these names to, where one binds them all."""
    for cell in notebook.cells[:_MOST]:
        if cell.kind == "code" and all(name in cell.source for name in names):
            tree = parsing.parse(cell.source)
            found = literals_in(tree) if tree is not None else {}
            if names.keys() <= found.keys():
                yield {name: found[name] for name in names}
