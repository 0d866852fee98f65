"""What was found wrong in a class, put into words."""

from grader.model.facts import Forbidden, Ruling
from grader.model.statistics import RULE, MistakeStatistics
from grader.model.text import Text, listed, say
from grader.wording.diagnoses import sentence
from grader.wording.rulings import Title, rule


def mistake(one: MistakeStatistics) -> Text | str:
    """Return what a mistake is, as its author or an example tells it, or else its name."""
    if one.kind == RULE:
        return say("passes its checks, but: {rule}", rule=one.help) if one.help else one.kind
    if one.mistake:
        return one.help or one.mistake
    found = sentence(one.example) if one.example is not None else None
    return one.kind if found is None else found


def also(one: MistakeStatistics) -> list[Text | str]:
    """Return what else the same answers show."""
    return [sentence(symptom) or symptom.kind for symptom in one.also]


def barred(ruling: Ruling, title: Title) -> Text:
    """Return a rule without its lines, which are others in each hand-in."""
    if isinstance(ruling, Forbidden):
        names = dict.fromkeys(f"`{one.name}`" for one in ruling.uses)
        return say("uses {names}: forbidden here", names=listed(names))
    return rule(ruling, title)
