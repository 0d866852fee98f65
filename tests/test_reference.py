import pytest

from grader.comparing.walk import curve
from grader.errors import SourceError
from tests.conftest import reference_of, write_source

# The figures that the lecture published: step, loss.
PUBLISHED = {
    ("descent", "losses"): [
        (1, 23.65750), (2, 15.53605), (3, 12.11575), (20, 4.79735), (101, 1.17229), (191, 1.02661),
    ],
    ("five-features", "losses_5"): [
        (1, 1522.64282), (2, 345.22867), (3, 134.71323), (51, 6.27401), (1051, 0.88830),
    ],
    ("two-layers", "network_losses"): [
        (1, 2065.53369), (2, 1888.85938), (20, 68.29835), (51, 6.47334), (1001, 0.88650),
    ],
}  # fmt: skip


@pytest.mark.parametrize("place", list(PUBLISHED), ids=lambda place: place[0])
def test_the_reference_reproduces_the_published_losses(gradient_descent, place):
    exercise, name = place
    losses = curve(gradient_descent.expected[exercise][name])
    for step, loss in PUBLISHED[place]:
        assert losses[step - 1] == pytest.approx(loss, rel=1e-5), step


def test_the_reference_reproduces_the_published_weights(gradient_descent):
    found = gradient_descent.expected
    weights = found["descent"]["w"].data
    assert weights.tolist() == pytest.approx([1.5492, -0.2854], abs=5e-5)


def test_the_mse_of_the_starting_weights_is_the_first_loss(gradient_descent):
    found = gradient_descent.expected
    assert found["predictions"]["mse"].data.item() == pytest.approx(23.65750, rel=1e-5)
    assert found["predictions"]["y_pred"].shape == (300,)


def test_running_twice_gives_the_same_digest(small_path, small):
    assert reference_of(small_path).digest == small.digest


def source(checks, body="x = 1  # SOLUTION", given=""):
    lines = "\n".join(f"#| {line}" for line in checks.split("\n"))
    return f"{given}# %%\n#| exercise: one\n#| checks:\n{lines}\n{body}\n"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (source("  - y"), "one: `y` raises NameError"),
        (source("  - print"), "one: `print` cannot be compared"),
        (
            source("  - x", body="import torch; x = torch.ones(1, device='meta')  # SOLUTION"),
            "one: `x` cannot be compared .Tensor: a tensor on the device meta, which has no number",
        ),
        (source("  - x", body="x = 1 / 0  # SOLUTION"), "one: the reference itself fails: ZeroDi"),
        (source("  - x", given="# %%\nimport no_such\n\n"), "given-1: the reference itself fails"),
        (source("  - expr: abs(n)\n    given: n = nothing"), "`given` of `abs.n.`: NameError"),
        (source("  - recompute: x.missing\n    of: x"), "one: `x.missing` raises AttributeError"),
        (
            source("  - x", body="x = [print]  # SOLUTION"),
            r"one: the reference has nothing to compare with at x\[0\]: a function",
        ),
        (source("  - expr: x\n    aspects:\n      - grad"), "fails its own check `x`"),
        (
            source("  - x\nforbid:\n  - math", body="import math\nx = math.pi  # SOLUTION"),
            "the solution itself uses math, which",
        ),
        (source("  - recompute: helper(x)\n    of: x"), "`helper` raises NameError"),
    ],
)
def test_a_reference_that_fails_is_named(tmp_path, text, problem):
    with pytest.raises(SourceError, match=problem):
        reference_of(write_source(tmp_path, text))


def test_what_needs_cuda_is_left_out_without_it(tmp_path):
    text = source("  - x") + source("  - y", body="y = torch.ones(1, device='cuda')  # SOLUTION")
    text = text.replace("exercise: one\n#| checks:\n#|   - y", "exercise: two\n#| needs: cuda\n"
                        "#| checks:\n#|   - y")  # fmt: skip
    reference = reference_of(write_source(tmp_path, text))
    assert [exercise.name for exercise in reference.gradable] == ["one"]
