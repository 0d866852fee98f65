"""Tables: each difference is told for what it is, and what is style costs nothing."""

import numpy as np
import pytest

from tests.comparing.two import differences, is_right, told

pd = pytest.importorskip("pandas", reason="tables of pandas need pandas")


@pytest.fixture
def table():
    return pd.DataFrame(
        {"city": ["a", "b", "c", "d"], "price": [1.5, 2.5, 3.5, 4.5], "n": [1, 2, 3, 4]}
    )


def test_the_same_is_right(table):
    assert is_right(table, table.copy())
    assert is_right(table.price + 1e-9, table.price)
    assert is_right(table.assign(city=table.city.astype(object)), table)
    assert is_right(table.assign(city=table.city.astype("string")), table)
    assert is_right(table.set_axis([0, 1, 2, 3]), table)
    assert is_right(table.price.rename("other"), table.price)
    assert is_right(
        table[["city"]].assign(city=["a", None, "c", "d"]),
        table[["city"]].assign(city=["a", float("nan"), "c", "d"]),
    )


def test_columns(table):
    assert told(table.drop(columns="n"), table) == ["Columns: `'n'` missing."]
    assert told(table.assign(m=1), table) == ["Columns: `'m'` not expected."]
    assert told(table.rename(columns={"n": "N"}), table) == [
        "Columns: `'n'` missing; `'N'` not expected."
    ]
    found = differences(table.drop(columns="n"), table)
    assert found.aspects["columns"] == "failed"


@pytest.mark.parametrize(
    ("dtype", "name"),
    [("float32", "float32"), (object, "object"), (str, "text"), ("Float64", "Float64")],
)
def test_the_dtype_of_a_column(table, dtype, name):
    other = table.assign(price=table.price.astype(dtype))
    assert told(other, table) == [f"dtype at `['price']`: {name}, expected float64."]


def test_numbers_as_objects_are_compared_as_numbers(table):
    found = differences(table.assign(price=table.price.astype(object)), table)
    assert (found.aspects["dtype"], found.aspects["values"]) == ("failed", "passed")
    other = table.assign(price=(table.price + 1).astype(object))
    assert differences(other, table).aspects["values"] == "failed"


def test_text_in_place_of_numbers_is_never_right(table):
    other = table.assign(price=table.price.astype(str))
    assert not is_right(other, table, aspects=("values",))


def test_values(table):
    other = table.assign(price=[1.5, 2.5, 9, 4.5], city=["a", "b", "x", "y"])
    assert told(other, table) == [
        "Value at `['city'].iloc[2]`: 'x' is not the expected one (2 of 4 values differ).",
        "Value at `['price'].iloc[2]`: 9 is not the expected one (1 of 4 values differ).",
    ]


def test_missing_values_are_one_and_no_number(table):
    other = table.assign(price=[1.5, np.nan, 3.5, 4.5], city=["a", "b", None, "d"])
    assert is_right(other, other.copy())
    assert [one.partition(" is ")[0] for one in told(other, table)] == [
        "Value at `['city'].iloc[2]`: NA",
        "Value at `['price'].iloc[1]`: nan",
    ]
    whole = pd.Series([1, None, 3], dtype="Int64")
    assert is_right(whole, pd.Series([1, None, 3]), aspects=("values",))


def test_another_order(table):
    turned = table.sort_values("price", ascending=False)
    assert told(turned, table) == ["The rows stand in another order."]
    assert told(turned.reset_index(drop=True), table) == ["The rows stand in another order."]
    assert told(table[["n", "city", "price"]], table) == ["The columns stand in another order."]
    assert told(turned[["n", "city", "price"]], table) == [
        "The rows and the columns stand in another order."
    ]
    kept = ("type", "dtype", "columns", "index", "values")
    assert is_right(turned, table, aspects=kept)
    assert is_right(turned.reset_index(drop=True), table, aspects=kept)
    found = differences(turned, table)
    assert (found.aspects["order"], found.aspects["values"]) == ("failed", "passed")


def test_wrong_values_are_not_called_another_order(table):
    other = table.assign(price=[4.5, 1.0, 2.0, 1.5])
    assert "The rows stand in another order." not in told(other, table)
    two = pd.Series([True, False, False])
    assert "order" not in " ".join(told(two[::-1].reset_index(drop=True), two))


def test_rows_and_the_index(table):
    assert told(table.head(2), table) == ["shape: 2 rows, expected 4 rows."]
    assert told(table.set_axis([5, 6, 7, 8]), table) == [
        "index at `.index[0]`: 5 is not what is expected (all 4 values differ)."
    ]
    assert is_right(table.set_axis([5, 6, 7, 8]), table, aspects=("type", "columns", "values"))
    several = table.groupby(["city", "n"]).price.sum()
    assert is_right(several, several.copy())
    assert not is_right(several.droplevel(1), several)


def test_names_count_only_where_they_are_asked_for(table):
    named = table.set_index("city")
    assert is_right(named.rename_axis(None), named)
    assert not is_right(named.rename_axis(None), named, aspects=("values", "names"))


def test_categories_and_moments():
    small = pd.Categorical(["low", "high"], categories=["low", "high"], ordered=True)
    turned = small.reorder_categories(["high", "low"])
    assert is_right(pd.Series(small), pd.Series(small))
    assert told(pd.Series(turned), pd.Series(small)) == [
        "The categories are ordered in another way."
    ]
    days = pd.Series(pd.to_datetime(["2026-01-01", "2026-02-01", None]))
    assert is_right(days.astype("datetime64[s]"), days)
    zoned = days.dt.tz_localize("Europe/Berlin")
    assert told(days, zoned)[0] == "dtype: datetime64, expected datetime64[Europe/Berlin]."
    assert is_right(zoned, zoned.copy())


def test_columns_of_one_name():
    one, two = (pd.DataFrame([[1, n, 3]], columns=["a", "a", "b"]) for n in (2, 9))
    assert is_right(one, one.copy())
    assert told(two, one) == ["Value at `.iloc[:, 1].iloc[0]`: 9 is not the expected one."]


def test_a_table_is_no_other_kind_of_thing(table):
    assert told(table.price, table) == ["type: a pandas.Series, expected a pandas.DataFrame."]
    assert told(table.price.tolist(), table.price) == ["type: a list, expected a pandas.Series."]
    assert told(None, table) == ["type: None, expected a pandas.DataFrame."]


def test_one_library_for_the_other_only_where_the_author_asks(table):
    pl = pytest.importorskip("polars", reason="tables of polars need polars")
    other = pl.DataFrame({name: table[name].tolist() for name in table})
    assert told(other, table) == ["type: a polars.DataFrame, expected a pandas.DataFrame."]
    assert is_right(other, table, aspects=("shape", "columns", "dtype", "order", "values"))
    assert is_right(other, other.clone())
    assert told(other.reverse(), other) == ["The rows stand in another order."]
    assert told(other.with_columns(pl.col("n").cast(pl.Int32)), other) == [
        "dtype at `['n']`: Int32, expected Int64."
    ]


def test_credit_can_be_given_for_values_in_another_order(table):
    found = differences(table[::-1], table)
    assert [name for name, outcome in found.aspects.items() if outcome == "failed"] == ["order"]
