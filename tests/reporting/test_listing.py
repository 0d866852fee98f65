from markupsafe import Markup

from grader.reporting.listing import lines


def text(source):
    return [Markup(line).striptags() for line in lines(source)]


def test_lines_are_those_of_the_code_and_each_is_whole():
    source = '\n\nx = """a\n<b>\n"""\ny = 1\n\n'
    found = lines(source)
    assert len(found) == len(source.split("\n"))
    for line in found:
        assert line.count("<span") == line.count("</span>")
        assert "<b>" not in line


def test_all_ends_of_lines_are_ends():
    assert text("a\r\nb\rc\nd") == ["a", "b", "c", "d"]


def test_what_no_lexer_reads_is_shown_all_the_same():
    assert text("x" * 5_000 + "\n)(") == ["x" * 5_000, ")("]
