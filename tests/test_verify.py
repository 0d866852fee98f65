"""A sound assignment verifies, a real one that is weakened does not, and the command says so."""

import re

import pytest

from tests.command_line import grader
from tests.conftest import TOP, write_source
from tests.verifying.sound import SOUND, faults, pointed_at, spoilt, verdict_of

REAL = (TOP / "reference" / "gradient_descent.py").read_text(encoding="utf-8")


def part(exercise):
    """Return a source with one exercise of the real one; they do not hang on each other."""
    head, *sections = re.split(r'(?m)^(?=# %% \[markdown\] lang="en"\n# ## \{)', REAL)
    return head + next(section for section in sections if f"# ## {{{exercise}}}\n" in section)


def test_a_sound_source_has_no_faults(tmp_path):
    verdict = verdict_of(tmp_path, SOUND)
    assert verdict.findings == []
    assert verdict.is_sound
    assert verdict.assignment == "small"
    centre, fit = verdict.rows
    assert (centre.exercise, centre.points, centre.checks, centre.hidden) == ("centre", 2, 2, 1)
    assert (fit.weak, fit.mistakes, fit.named, fit.alternatives) == (0, 2, 2, 1)
    for row in verdict.rows:
        assert row.spread <= 1 / 3
        assert row.nearest >= 3
    for exercise, named in verdict.confusion.items():
        assert named == {mistake: [mistake] for mistake in named}, exercise


HIDDEN = """#|   - expr: predict(features, weights, bias)
#|     hidden: true
#|     given: |
#|       features, weights, bias = torch.randn(40, 3), torch.randn(3), torch.randn(1)
"""
MISTAKE = "# %%\n#| mistake: predictions\n#| name: "


@pytest.mark.parametrize(
    ("exercise", "changes", "expected"),
    [
        (
            "predictions",
            {
                "#|   - y_pred\n": "#|   - expr: y_pred\n#|     rtol: 1000\n",
                "#|     public: true\n": "#|     aspects:\n#|       - shape\n",
            },
            {
                "`y_pred` takes for right what is not: zeros": "#|   - expr: y_pred\n",
                "`mse` takes for right what is not: zeros": "#|   - expr: mse\n",
            },
        ),
        (
            "predictions",
            {HIDDEN: "", "    return x @ (w + b)\n": "    return x @ w + b\n"},
            {
                "`two-features-only` passes every check": f"{MISTAKE}two-features-only\n",
                "`bias-among-the-weights` passes every": f"{MISTAKE}bias-among-the-weights\n",
            },
        ),
        (
            "descent",
            {"#|     margin: 0.01\n": "#|     margin: 100\n"},
            {"`torch.mean((x @ w + b - y) ** 2)` takes for right": "#|   - recompute: "},
        ),
    ],
    ids=["tolerance and aspects", "a check and a mistake less", "margin"],
)
def test_a_real_source_that_is_weakened_is_found_out(tmp_path, exercise, changes, expected):
    text = part(exercise)
    for old, new in changes.items():
        assert text.count(old) == 1
        text = text.replace(old, new)
    verdict = verdict_of(tmp_path, text)
    for problem, at in expected.items():
        told = [one for one in verdict.findings if one.fault and problem in one.problem]
        assert told, faults(verdict)
        assert pointed_at(told[0]).startswith(at)


def test_the_command_shows_a_table_and_a_diagonal(tmp_path):
    path = write_source(tmp_path, SOUND)
    done = grader("verify", path, "--confusion", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "small: sound" in done.stdout
    head, centre, fit = (
        next(line.split() for line in done.stdout.split("\n") if line.split()[:1] == [word])
        for word in ("exercise", "centre", "fit")
    )
    assert dict(zip(head, centre, strict=True))["points"] == "2"
    assert dict(zip(head, fit, strict=True))["named"] == "2"
    for first, second in (("one-mean", "eight-rows"), ("summed", "uphill")):
        assert re.search(rf"1 {first} +× +·\n", done.stdout)
        assert re.search(rf"2 {second} +· +×\n", done.stdout)


def test_the_command_names_each_fault_and_exits_with_1(tmp_path):
    text = spoilt({"#|   - centred\n": "#|   - expr: centred\n#|     rtol: 100\n"})
    bad, good = write_source(tmp_path, text, "bad"), write_source(tmp_path, SOUND, "good")
    failing = spoilt({"    return table - table.mean(dim=0)\n": "    1 / 0\n"})
    broken = write_source(tmp_path, failing, "broken")
    header = write_source(tmp_path, spoilt({"#| points: 2\n": "#| pionts: 2\n"}), "header")
    done = grader("verify", bad, broken, header, good, "--jobs", 1, cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    line = text.lstrip("\n").split("\n").index("#|   - expr: centred") + 1
    assert f"fault  {bad}:{line}, cell 4: centre: `centred` takes for right" in done.stdout
    assert re.search(rf"fault  {broken}\b.*: the reference itself fails: ZeroDivis", done.stdout)
    assert re.search(rf"fault  {header}:\d+, cell 4: `pionts`: no such key", done.stdout)
    named = done.stdout.split("bad: ")[0].count("\n  fault  ")
    assert f"bad: {named} to mend" in done.stdout
    assert "good: sound" in done.stdout
    assert "taken for" not in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    aside = grader("verify", header, broken, "--jobs", 2, cwd=tmp_path)
    assert aside.returncode == 1, aside.stderr
    found = [line for line in done.stdout.split("\n") if f"{header}" in line or f"{broken}" in line]
    assert len(found) >= 2
    assert [line for line in found if line not in aside.stdout.split("\n")] == []


def test_one_exercise_is_looked_at_alone(tmp_path):
    text = spoilt({"#|   - centred\n": "#|   - expr: centred\n#|     rtol: 100\n"})
    path = write_source(tmp_path, text)
    whole = grader("verify", path, cwd=tmp_path).stdout
    centre = grader("verify", path, "--exercise", "centre", cwd=tmp_path)
    fit = grader("verify", path, "--exercise", "fit", cwd=tmp_path)
    assert (centre.returncode, fit.returncode) == (1, 0), centre.stderr + fit.stderr
    row = next(line for line in whole.split("\n") if line.split()[:1] == ["fit"])
    assert row.split() in map(str.split, fit.stdout.split("\n"))
    assert "small: sound" in fit.stdout
    assert "centre" not in fit.stdout
    found = [line for line in whole.split("\n") if "centre:" in line and "fault" in line]
    assert all(line in centre.stdout for line in found)
    assert found
    unknown = grader("verify", path, "--exercise", "nothing", cwd=tmp_path)
    assert unknown.returncode == 2
    assert "there are centre, fit" in unknown.stderr


def test_what_is_not_there_is_one_message_and_exit_code_2(tmp_path):
    done = grader("verify", "none.py", cwd=tmp_path)
    assert done.returncode == 2
    assert "neither a file nor a name from reference/" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_new_source_is_written_once_and_verifies(tmp_path):
    done = grader("new", "soft_max-2", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    path = tmp_path / "reference" / "soft_max-2.py"
    assert "grader verify soft_max-2" in done.stdout
    text = path.read_text(encoding="utf-8")
    again = grader("new", "soft_max-2", cwd=tmp_path)
    assert again.returncode == 2
    assert "already there" in again.stderr
    assert path.read_text(encoding="utf-8") == text
    verified = grader("verify", "soft_max-2", cwd=tmp_path)
    assert verified.returncode == 0, verified.stdout
    assert "soft_max-2: sound" in verified.stdout
    assert "fault" not in verified.stdout
    assert "weak " not in verified.stdout.split("spread of right runs")[1]


def test_a_bad_name_writes_nothing(tmp_path):
    for name in ("../up", "a b", "", "-x", ".hidden"):
        done = grader("new", "--", name, cwd=tmp_path)
        assert done.returncode == 2, name
        assert "is no name" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_language_whose_code_is_another_is_run_too(tmp_path):
    exercise = "# %%\n#| exercise: fit"
    given = '# %%\nsaid = """\n# en: one\n# ru: two\n"""\nassert "one" in said\n\n'
    verdict = verdict_of(tmp_path, spoilt({exercise: given + exercise}))
    assert any("notebook (ru) does not run to its end" in fault for fault in faults(verdict))
    assert not any("notebook (en) does not run" in fault for fault in faults(verdict))
