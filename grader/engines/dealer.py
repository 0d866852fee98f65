"""Which variant of an assignment a hand-in has, and whose that is."""

from collections.abc import Mapping
from dataclasses import dataclass

from grader.engines.job import Job
from grader.intake.identify_variant import Carried, identify_variant
from grader.model.assignment import Assignment
from grader.model.deck import EXAMPLE, Deck, with_values
from grader.model.result import CarriedVariant
from grader.model.submission import Handin, Notebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """An assignment with the numbers of one hand-in. variant: None where nothing differs."""

    assignment: Assignment
    variant: CarriedVariant | None = None


class Dealer:
    """Finds the variants of the hand-ins of a job."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._decks: dict[str, _Owned] = {}

    def own(self, assignment: Assignment, notebook: Notebook, handin: Handin) -> Own:
        """Return an assignment with the numbers of a hand-in. Raises Doubtful."""
        key = self._job.variants.get(assignment.name)
        if assignment.varied is None or key is None:
            return Own(assignment=assignment)
        if assignment.name not in self._decks:
            deck = Deck(assignment.varied, bytes.fromhex(key))
            self._decks[assignment.name] = _Owned(deck, self._job.students)
        owned = self._decks[assignment.name]
        found = identify_variant(notebook, assignment, owned.deck, _id(handin))
        return Own(
            assignment=with_values(assignment, found.dealt.values),
            variant=CarriedVariant(
                number=found.dealt.number,
                total=len(owned.deck.dealt),
                known_by=found.known_by,
                owner=owned.other(found, handin),
            ),
        )


class _Owned:
    """A deck, and whose its marks are, as far as students are known."""

    def __init__(self, deck: Deck, students: tuple[tuple[str, str], ...]) -> None:
        self.deck = deck
        self._names: Mapping[str, str] = {deck.owner(id): name for id, name in students}

    def other(self, found: Carried, handin: Handin) -> str | None:
        """Return whose a variant is, as CarriedVariant has it.

        Of a student who is not on the roster the id may be another than the notebook was made for:
        only what is somebody else's for sure is told.
        """
        own, is_listed = self.deck.owner(_id(handin)), handin.on_roster == "listed"
        if found.known_by == "numbers" and found.dealt.number != EXAMPLE:
            is_own = found.dealt.number == self.deck.of(_id(handin)).number
            return "" if is_listed and not is_own else None
        foreign = [code for code in found.owners if code != own]
        named = [self._names[code] for code in foreign if code in self._names]
        if named:
            return named[0]
        return "" if foreign and is_listed else None


def _id(handin: Handin) -> str:
    return handin.id or handin.student
