import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import UsageError
from grader.exchange.sheet import Sheet

TEXT = st.text(alphabet=st.sampled_from("ab ,;\t\"'\n\rЯ№=é"), max_size=6)
TABLES = st.lists(st.lists(TEXT, min_size=3, max_size=3), min_size=1, max_size=5)


def written(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("sheet") / "table.csv"
    path.write_bytes(data)
    return path


def table(rows, separator, end, quoting, mark):
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=separator, lineterminator=end, quoting=quoting).writerows(
        [["head a", "head b", "head c"], *rows]
    )
    return mark + file.getvalue().encode()


FORMS = st.tuples(
    st.sampled_from(",;\t"),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    st.sampled_from([b"", b"\xef\xbb\xbf"]),
)


@given(rows=TABLES, form=FORMS)
def test_a_table_is_read_as_others_read_it_and_stays_as_it_is(tmp_path_factory, rows, form):
    data = table(rows, *form)
    sheet = Sheet(written(tmp_path_factory, data))
    assert sheet.changed({}) == data
    reader = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=form[0])
    assert [[cell.text for cell in row] for row in sheet.rows] == [
        row for row in reader if any(row)
    ]


@given(rows=TABLES, form=FORMS, text=TEXT, column=st.integers(0, 2))
def test_one_cell_changes_and_no_other_byte(tmp_path_factory, rows, form, text, column):
    rows = [["x", *row[1:]] for row in rows]
    data = table(rows, *form)
    sheet = Sheet(written(tmp_path_factory, data))
    cell = sheet.rows[1][column]
    changed = sheet.changed({(1, column): text})
    again = Sheet(written(tmp_path_factory, changed))
    if column or text:  # else the line may be an empty one
        assert again.rows[1][column].text == text
        assert [[c.text for c in row] for row in again.rows[2:]] == [
            [c.text for c in row] for row in sheet.rows[2:]
        ]
    body = data.removeprefix(form[3]).decode()
    kept = body[: cell.start], body[cell.end :]
    found = changed.removeprefix(form[3]).decode()
    assert found.startswith(kept[0])
    assert found.endswith(kept[1])


def test_an_old_encoding_stays(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes("Имя;Оценка\r\nАнна;\r\n".encode("cp1251"))
    changed = Sheet(path).changed({(1, 1): "7,5"})
    assert changed == "Имя;Оценка\r\nАнна;7,5\r\n".encode("cp1251")


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xff\xfea", b'a,b\n1,"2\n'])
def test_what_is_no_table_is_refused(tmp_path, data):
    path = tmp_path / "t.csv"
    path.write_bytes(data)
    with pytest.raises(UsageError, match=r"t\.csv"):
        Sheet(path)
    with pytest.raises(UsageError, match="No such file"):
        Sheet(tmp_path / "none.csv")
