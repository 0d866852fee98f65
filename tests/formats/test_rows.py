import pytest

from grader.errors import UsageError
from grader.formats import rows
from grader.formats.columns import HEADINGS, fields

BOTH = {"id": rows.STUDENT_ID, "name": rows.STUDENT_NAME}


@pytest.fixture
def read(tmp_path):
    def table(text, needed=BOTH, encoding="utf-8"):
        path = tmp_path / "t.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return [(row.line, row.name, row.ids) for row in rows.read(path, needed)]

    return table


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1251"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_spreadsheets_write_tables_in_many_ways(read, separator, encoding, newline):
    lines = [
        ["Логин", "Фамилия, имя", "Примечание"],
        ["annap", "Павлова, Анна", "1,5; 2"],
        ["", ""],
    ]
    quoted = (separator.join(f'"{cell}"' for cell in line) for line in lines)
    text = newline.join(quoted) + newline
    assert read(text, encoding=encoding) == [(2, "Павлова, Анна", ("annap",))]


def test_excels_own_first_line_says_the_separator(read):
    assert read("sep=;\r\nid;name, first\r\n1;a\r\n", {"id": ("id",)}) == [(3, "", ("1",))]


def test_a_heading_is_known_in_any_case_and_with_what_stands_in_brackets(read):
    assert read("E-MAIL *,full name (as on the card)\na@b,Ann\n") == [(2, "Ann", ("a@b",))]


def test_an_exercise_of_a_platform_is_no_heading():
    assert fields(["ID (1234)", "Score (5)", "Name (77)"]) == {}


def test_every_name_of_a_heading_is_its_own():
    for field, headings in HEADINGS.items():
        assert all(fields([heading]) == {field: [0]} for heading in headings)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Identifier,Full name\nParticipant 123,Ann\n", ("123",)),
        ("Идентификатор;Полное имя;Адрес электронной почты\nУчастник123;A;a@b\n", ("123", "a@b")),
        ("OrgDefinedId,Username,Last Name,First Name\n#7,#ann,P,A\n", ("7", "ann")),
        ("id,login,name\n7,7,A\n", ("7",)),
        ("id,name\n7\n", ("7",)),
    ],
)
def test_ids_are_told_without_what_platforms_put_before_them(read, text, found):
    assert read(text)[0][2] == found


def test_what_is_not_understood_is_listed_beside_what_is(read):
    with pytest.raises(UsageError) as caught:
        read("Kennung,Name\n1,a\n")
    said = str(caught.value)
    assert "has no column id; its first line has `Kennung`, `Name`." in said
    assert "for id: ID | Student ID" in said
    assert "Идентификатор" in said
    assert "Full name" not in said  # that one was found


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "its first line has nothing"),
        (b"PK\x03\x04 xlsx", "save it as CSV"),
        (b'id,name\n"7,a\n', "line "),
        (b"a" * 200_000, "field larger"),
    ],
)
def test_what_is_no_table_is_wrong_usage(read, data, reason):
    with pytest.raises(UsageError, match=reason):
        read(data)


def test_a_missing_file_is_wrong_usage(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        list(rows.read(tmp_path / "no.csv", BOTH))
