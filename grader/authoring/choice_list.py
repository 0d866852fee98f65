"""The list of choices that a released notebook shows above the cell of an exercise."""

from grader.model.answer import Choices
from grader.model.assignment import Cell, Exercise
from grader.model.text import Text, say
from grader.wording.catalogue import translated

CHOICES = "choices-"  # begins the id of such a cell
_ONE = say(
    "One of these is right. Write its letter in quotes, as in {example}.", example="{example}"
)
_SEVERAL = say(
    "One or several of these are right. Write their letters in quotes, as in {example}; neither"
    " order nor case counts.",
    example="{example}",
)
_SPARE = "xyz"  # letters of the example: none that can be chosen


def choice_list(exercise: Exercise, language: str) -> Cell | None:
    """Return the prose with the choices of an exercise; None where it has none."""
    check = next((one for one in exercise.checks if one.choices is not None), None)
    if check is None or check.choices is None:
        return None
    asked = translated(_asked(check.choices), language)
    asked = asked.replace("{example}", f"`{check.expression} = {_example(check.choices)}`")
    lines = [
        f"- **{letter})** {texts.get(language) or next(iter(texts.values()))}"
        for letter, texts in check.choices.texts.items()
    ]
    text = "\n".join([*lines, "", f"*{asked}*"])
    return Cell(id=CHOICES + exercise.name, role="prose", source=text, solution=text)


def _asked(choices: Choices) -> Text:
    return _SEVERAL if choices.several else _ONE


def _example(choices: Choices) -> str:
    spare = [one for one in _SPARE if one not in choices.letters] or [*choices.letters]
    return f'"{", ".join(spare[:2])}"' if choices.several else f'"{spare[0]}"'
