from grader.intake.named_files import named_files


def test_files_that_the_code_names_come_along(tmp_path):
    notebook = tmp_path / "mine.ipynb"
    (tmp_path / "data").mkdir()
    for name in ("mine.ipynb", "table.csv", "other.csv", "tools.py", "random.txt", ".table.csv"):
        (tmp_path / name).write_text("", encoding="utf-8")
    (tmp_path / "data" / "points.csv").write_text("", encoding="utf-8")
    (tmp_path / "data" / "unused.csv").write_text("", encoding="utf-8")
    code = ["import tools\nopen('table.csv')", "open('data/points.csv'); open('mine.ipynb')"]
    found = named_files(notebook, code)
    assert found == [
        ("table.csv", tmp_path / "table.csv"),
        ("tools.py", tmp_path / "tools.py"),
        ("data/points.csv", tmp_path / "data" / "points.csv"),
    ]
    assert named_files(tmp_path / "none" / "mine.ipynb", code) == []
