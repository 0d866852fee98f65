"""What students can try before handing in, and that nothing is given away by it."""

import pytest
import torch

from tests.verifying.sound import faults, pointed_at, spoilt, verdict_of

PUBLIC = "#|   - expr: centred\n#|     public: true\n"
SHOWN = "#|   - centred\n"
PROPERTIES = "#|       other = torch.randn(5, 4)\n"


def test_a_public_value_and_a_property_are_sound(tmp_path):
    # What is drawn in the cell of the exercise itself is drawn anew on other data, too.
    source = spoilt(
        {
            "centred = centre(table)\n": "torch.manual_seed(2)\n"
            "centred = centre(table + torch.randn(8, 3))\n",
            SHOWN: PUBLIC,
            PROPERTIES: f"{PROPERTIES}#| properties:\n#|   - centred.mean(dim=0).abs().max() < 1\n",
        }
    )
    assert verdict_of(tmp_path, source).findings == []


@pytest.mark.parametrize(
    ("said", "problem", "place"),
    [
        (
            {SHOWN: f"{PUBLIC}#|     atol: 100\n"},
            "centre: the public value of `centred` is right on other data, too",
            "#|   - expr: centred",
        ),
        (
            {SHOWN: "#|   - centred\n#|   - expr: '{1: centred}'\n#|     public: true\n"},
            "centre: the public value of `{1: centred}` is not one to 60 real numbers",
            "#|   - expr: '{1: centred}'",
        ),
        (
            {PROPERTIES: f"{PROPERTIES}#| properties:\n#|   - (centred == 0).all()\n"},
            "centre: with the solution, its self-check says: ✗ (centred == 0).all(): this should",
            "#|   - (centred == 0).all()",
        ),
        (
            {PROPERTIES: f"{PROPERTIES}#| properties:\n#|   - centerd.mean() < 1\n"},
            "centre: with the solution, its self-check says: – centerd.mean() < 1: cannot be looked"
            " at yet (NameError: name 'centerd' is not defined)",
            "#|   - centerd.mean() < 1",
        ),
        (
            {PROPERTIES: f"{PROPERTIES}#| properties:\n#|   - table.shape == (8, 3)\n"},
            "centre: blank, its self-check says: ✓ table.shape == (8, 3)",
            "#|   - table.shape == (8, 3)",
        ),
        (
            {SHOWN: ""},
            "centre: nothing of it can be looked at before handing in",
            "# %%\n#| exercise: centre",
        ),
    ],
)
def test_a_self_check_that_misleads_is_named(tmp_path, said, problem, place):
    verdict = verdict_of(tmp_path, spoilt(said))
    found = [one for one in verdict.findings if one.problem.startswith(problem)]
    assert found, faults(verdict)
    assert pointed_at(found[0]).startswith(place)


def test_a_property_has_to_hold_on_other_data(tmp_path):
    torch.manual_seed(4)
    table = torch.randn(8, 3) + 2
    first = (table - table.mean(dim=0))[0, 0].item()
    says = (
        f"#| properties:\n#|   - property: abs(centred[0, 0] - {first:.4f}) < 0.01\n"
        "#|     title:\n#|       en: The first number\n#|       ru: Первое число\n"
    )
    found = faults(verdict_of(tmp_path, spoilt({PROPERTIES: f"{PROPERTIES}{says}"})))
    assert found == [
        "centre: with the solution, seeds shifted by 5, its self-check says:"
        " ✗ The first number: this should hold, and does not"
    ]
