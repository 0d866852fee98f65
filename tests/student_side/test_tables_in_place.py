"""Tables that a call changes in place are put back, and such changes of given data are seen."""

import pytest

from grader.student_side.arguments import Arguments
from grader.student_side.fingerprints import Given

pd = pytest.importorskip("pandas", reason="tables need pandas")
pl = pytest.importorskip("polars", reason="tables need polars")

pytestmark = pytest.mark.filterwarnings("ignore")  # that changing in place will be gone
CHANGES = [
    "t['new'] = 1",
    "t.loc[0, 'a'] = 9",
    "t.drop(columns='a', inplace=True)",
    "t.sort_values('a', ascending=False, inplace=True)",
    "t.columns = ['x', 'y']",
    "t['b'] = t['b'].str.upper()",
    "t.index = [5, 6, 7]",
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_table_is_put_back(change):
    table = pd.DataFrame({"a": [1, 2, 3], "b": ["x", "y", None]})
    before, scope = table.copy(), {"t": table}
    code = compile(change, "<check>", "exec")
    arguments, given = Arguments(code, scope), Given(scope)
    given.take(["t"])
    assert (arguments.changed(), given.changed()) == ([], [])
    exec(code, scope)
    assert (arguments.changed(), given.changed()) == (["t"], ["t"])
    arguments.put_back()
    pd.testing.assert_frame_equal(table, before)
    assert given.changed() == ["t"], "back to what it was"


def test_a_series_and_a_table_of_polars_are_put_back():
    series, table = pd.Series([1.5, 2.5]), pl.DataFrame({"a": [1, 2]})
    scope = {"s": series, "t": table, "pl": pl}
    code = compile("s[0] = 7; t.insert_column(0, pl.Series('n', [3, 4]))", "<check>", "exec")
    arguments, given = Arguments(code, scope), Given(scope)
    given.take(["s", "t"])
    exec(code, scope)
    assert arguments.changed() == ["s", "t"]
    assert given.changed() == ["s", "t"]
    arguments.put_back()
    assert (series.tolist(), table.columns) == ([1.5, 2.5], ["a"])
