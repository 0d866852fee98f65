from grader.intake.beside import MOST, modules


def test_files_of_python_can_be_imported(tmp_path):
    names = ("tools.py", "table.csv", "package/part.py")
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x = '\xff'" + b"#" * MOST)
    found = modules([(name, tmp_path / name) for name in names], [])
    assert list(found) == ["tools"]
    assert found["tools"].startswith("x = '\ufffd'")
    assert len(found["tools"]) <= MOST


def test_what_a_cell_writes_can_be_imported_too():
    cells = ["%%writefile tools.py\nx = 1\n", "%%writefile notes.txt\ny", "# %%writefile no.py\n"]
    assert modules([], cells) == {"tools": "x = 1\n"}


def test_a_file_that_is_gone_is_left_out(tmp_path):
    assert modules([("tools.py", tmp_path / "tools.py")], []) == {}
