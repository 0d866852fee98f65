"""The guide for authors: its example is sound, and what it says is what there is."""

import re
from functools import cache

import pytest
import typer

import grader.verifying
from grader.authoring.check_header import CheckHeader
from grader.authoring.directives import AlternativeHeader, ExerciseHeader, MistakeHeader
from grader.authoring.property_header import PropertyHeader
from grader.authoring.source import load
from grader.cli import app
from grader.comparing.distance import ROOM
from grader.comparing.tolerance import TOLERANCES
from grader.model.aspects import ASPECTS
from grader.reporting import soundness
from grader.verify import verify
from tests.command_line import grader as run_grader
from tests.conftest import TOP, kernels

GUIDE = (TOP / "docs" / "authoring.md").read_text(encoding="utf-8")
# (language, text) of each fenced block.
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)
COMMANDS = typer.main.get_command(app).commands
NUMBERS = {1: "one", 2: "two", 3: "three"}


def block(language, start):
    found = [text for kind, text in BLOCKS if kind == language and text.startswith(start)]
    assert len(found) == 1, f"{len(found)} blocks of {language} begin with {start!r}"
    return found[0]


def section(title):
    """Return the text below a heading, to the next one."""
    found = re.search(rf"^#+ {title}\n(.*?)(?=^#+ |\Z)", GUIDE, re.DOTALL | re.MULTILINE)
    assert found, f"no heading {title!r}"
    return found[1]


def rows(text):
    """Return the cells of a Markdown table's rows, without its head."""
    lines = [line for line in text.split("\n") if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def example(folder):
    path = folder / "softmax.py"
    path.write_text(block("python", "# ---\n"), encoding="utf-8")
    return load(path)


@pytest.fixture(scope="module")
def verdict(tmp_path_factory):
    assignment = example(tmp_path_factory.mktemp("guide"))
    return verify(assignment, factory=kernels(), device="cpu")


def test_the_example_is_sound(verdict):
    assert not [str(finding) for finding in verdict.findings]


def test_the_example_shows_what_the_guide_says_of_it(tmp_path):
    first, second = example(tmp_path).exercises
    assert second.builds_on == {first.name: ("probabilities",)}
    assert any(check.hidden and check.given for check in first.checks)
    assert len([*first.mistakes, *second.mistakes]) == 2
    assert len([*first.alternatives, *second.alternatives]) == 1
    assert 60 <= block("python", "# ---\n").count("\n") <= 85


def test_the_pasted_table_is_what_verify_prints(verdict):
    pasted = block("text", "softmax\n").split("\n")
    printed = [*soundness.table(verdict.rows, verdict.assignment).split("\n"), "softmax: sound"]
    # Spread and nearest, the last two, hang on the machine.
    assert list(filter(None, map(_counts, pasted))) == list(filter(None, map(_counts, printed)))
    pairs = [line.split()[-2:] for line in pasted if re.search(r"\d\s+\S+$", line)]
    assert len(pairs) == len(verdict.rows)
    for spread, nearest in pairs:
        assert float(spread) <= 1 / ROOM
        assert float(nearest) >= ROOM


def _counts(line):
    words = line.split()
    if set(line) <= set(" ─"):
        return []
    return words[:-2] if len(words) == 10 and words[1].isdigit() else words


@pytest.mark.parametrize(
    ("title", "header"),
    [
        ("Exercise", ExerciseHeader),
        ("Check", CheckHeader),
        ("Property", PropertyHeader),
        ("Mistake", MistakeHeader),
        ("Alternative", AlternativeHeader),
    ],
)
def test_the_reference_names_every_key_and_no_other(title, header):
    named = [key for row in rows(section(title)) for key in re.findall(r"`(\w+)`", row[0])]
    assert sorted(named) == sorted(header.model_fields)


def test_every_aspect_is_named():
    row = next(row for row in rows(section("Check")) if row[0] == "`aspects`")
    assert set(re.findall(r"`(\w+)`", row[1])) == set(ASPECTS)


def test_the_columns_of_the_table_are_explained(verdict):
    explained = {
        name for row in rows(section("4. Verify")) for name in re.findall(r"`(\w+)`", row[0])
    }
    head = soundness.table(verdict.rows, "").split("\n")
    columns = next(line.split() for line in head if "exercise" in line)
    assert explained == {*columns} - {"exercise"}


def test_tolerances_are_those_of_the_grader():
    told = {}
    for dtypes, *bounds in rows(section("10. Tolerances")):
        device = " on cuda" if "on a card" in dtypes else ""
        for dtype in re.findall(r"[a-z]\w+\d", dtypes):
            told[dtype + device] = tuple(map(float, bounds))
    assert told == TOLERANCES


@cache
def _messages():
    """Return the source of the rules, with strings that go on in the next line put together."""
    (folder,) = grader.verifying.__path__
    text = "\n".join(path.read_text("utf-8") for path in sorted((TOP / folder).glob("*.py")))
    return re.sub(r'"\s*\n\s*f?"', "", text)


def test_faults_say_what_the_guide_quotes():
    quoted = [
        text
        for row in rows(section("5. Mend what it finds"))
        for text in re.findall("`(.+?)`", row[1])
    ]
    assert len(quoted) > 15
    for text in quoted:
        # What stands for `…` is told only when there is such a fault.
        assert all(part.strip() in _messages() for part in text.split("…")), text


def test_the_guide_has_each_rule():
    first = [row[0] for row in rows(section("5. Mend what it finds")) if row[0]]
    assert [rule.split(".")[0] for rule in first] == [str(number) for number in range(1, 12)]


def test_links_within_the_guide_lead_somewhere():
    heads = re.findall(r"^#+ (.+)$", GUIDE, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}
    links = re.findall(r"\]\(#(.+?)\)", GUIDE)
    assert links
    assert set(links) <= anchors


def test_commands_in_the_guide_exist():
    told = [
        line.split()
        for kind, text in BLOCKS
        if kind in ("sh", "console")
        for line in text.split("\n")
        if line.startswith("grader ")
    ]
    inline = re.findall(r"`(grader \w.*?)`", GUIDE)
    told += [text.split() for text in inline]
    assert {words[1] for words in told} >= {"new", "verify", "build", "grade"}
    for _, name, *arguments in told:
        assert name in COMMANDS, name
        options = {option for param in COMMANDS[name].params for option in param.opts}
        assert {word for word in arguments if word.startswith("-")} <= options, (name, arguments)
    assert "--confusion" in {option for param in COMMANDS["verify"].params for option in param.opts}


def test_new_writes_what_the_guide_says(tmp_path):
    done = run_grader("new", "softmax", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == block("text", "reference/")
    (exercise,) = load(tmp_path / "reference" / "softmax.py").exercises
    hidden = sum(check.hidden for check in exercise.checks)
    told = (
        f"one exercise with {NUMBERS[len(exercise.checks)]} checks ({NUMBERS[hidden]} of them"
        f" hidden), {NUMBERS[len(exercise.mistakes)]} mistakes and"
        f" {NUMBERS[len(exercise.alternatives)]} alternative."
    )
    assert told in " ".join(GUIDE.split())
    assert run_grader("new", "softmax", cwd=tmp_path).returncode == 2
