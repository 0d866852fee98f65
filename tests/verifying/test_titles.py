"""Checks that a report would call by more code than anybody reads."""

from tests.verifying.sound import pointed_at, spoilt, verdict_of

TITLE = """#|     title:
#|       en: The error that the slope has
#|       ru: Ошибка, которую даёт наклон
"""


def test_a_long_expression_wants_a_title(tmp_path):
    verdict = verdict_of(tmp_path, spoilt({TITLE: ""}))
    (finding,) = verdict.findings
    assert finding.problem == (
        "fit: `torch.mean((centred @ slope - target) ** 2)` is what a report would call this check,"
        " in 43 characters"
    )
    assert finding.todo.endswith("`title:` in en, ru")
    assert pointed_at(finding).startswith("#|   - recompute: torch.mean(")


def test_a_title_is_there_in_each_language(tmp_path):
    verdict = verdict_of(tmp_path, spoilt({"#|       ru: Ошибка, которую даёт наклон\n": ""}))
    (finding,) = verdict.findings
    assert "the title of `torch.mean(" in finding.problem
    assert finding.problem.endswith("is not there in ru")
