"""Numbers are told as they are."""

import pytest

from grader.reporting.figures import percent


@pytest.mark.parametrize(
    ("share", "told"),
    [(0, "0 %"), (1, "100 %"), (11 / 12, "92 %"), (1 / 3, "33 %"), (1.25, "125 %")],
)
def test_a_share_is_rounded(share, told):
    assert percent(share) == told


@pytest.mark.parametrize(("share", "told"), [(2_999 / 3_000, "99 %"), (1 / 3_000, "1 %")])
def test_nearly_all_is_not_all_and_next_to_nothing_is_something(share, told):
    assert percent(share) == told
