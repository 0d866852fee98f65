"""What a wrong value shows of what went wrong, put into words.

A symptom is told as a fact, what may have led to it as a possibility. A kind of symptom gets its
sentence in SENTENCES of one of the modules here, and is found in `grader.explaining`.
"""

from collections.abc import Callable, Mapping

from grader.model.facts import Symptom
from grader.model.text import Text
from grader.wording import (
    arrangements,
    endings,
    failures,
    forms,
    habits,
    numbers,
    patterns,
    rest,
    slips,
)

Sentences = Mapping[str, Callable[[Symptom], Text]]

SENTENCES: Sentences = {
    **failures.SENTENCES,
    **endings.SENTENCES,
    **habits.SENTENCES,
    **slips.SENTENCES,
    **arrangements.SENTENCES,
    **forms.SENTENCES,
    **numbers.SENTENCES,
    **patterns.SENTENCES,
    **rest.SENTENCES,
}


def sentence(symptom: Symptom, sentences: Sentences = SENTENCES) -> Text | None:
    """Return what is said of a symptom; None of a known mistake, whose help is the author's.

    sentences: by the kind of symptom.
    """
    say_it = sentences.get(symptom.kind)
    return None if say_it is None else say_it(symptom)
