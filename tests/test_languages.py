"""Reports in the language of the notebook, with no sentence of another."""

import io
import re
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

import grader
from grader.authoring.source import load
from grader.kernels.kernel import Limits
from grader.model.facts import Raised
from grader.reporting import html, record
from grader.wording import catalogue
from tests.conftest import SMALL, engine_of, kernels, notebook_of, received, write_source
from tests.conftest import graded as run
from tests.kernels.in_process import in_process

CASES = Path(__file__).parent / "cases"
TWO = SMALL.replace(
    "#     title: Small\n",
    "#     title:\n#       en: Small\n#       ru: Малое\n#     languages: [en, ru]\n",
).replace(
    "# %% [markdown]\n# # Small\n",
    '# %% [markdown] lang="en"\n# # Small\n\n# %% [markdown] lang="ru"\n# # Малое\n',
)


def graded(tmp_path, source, files, *, language=None, kind=None):
    folder = tmp_path / "submissions"
    folder.mkdir(exist_ok=True)
    for name, data in files.items():
        (folder / f"{name}.ipynb").write_bytes(data)
    assignment = load(write_source(tmp_path, source))
    engine = engine_of(
        assignments=[assignment],
        out=tmp_path / "out",
        kind=kind or in_process()[0],
        device="cpu",
        limits=Limits(),
        language=language,
    )
    reports = {one.student: one for one in run(engine, received(folder, assignment))}
    return reports, tmp_path / "out"


def in_prose(cells, prose, about=None):
    notebook = nbformat.reads(notebook_of(cells).decode(), as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_markdown_cell(prose))
    if about:
        notebook.metadata["tensorgrader"] = about
    return nbformat.writes(notebook).encode()


def test_a_report_is_in_the_language_of_its_notebook(tmp_path, small_answers):
    cells = small_answers(total="#| exercise: total\ntotal = ...")
    about = {"assignment": "small", "language": "ru"}
    files = {
        "says so": in_prose(cells, "nothing", about),
        "has its prose": in_prose(cells, "# Малое"),
        "english": in_prose(cells, "# Small"),
        "without a word": notebook_of(cells),
    }
    reports, out = graded(tmp_path, TWO, files)
    assert {name: report.language for name, report in reports.items()} == {
        "says so": "ru",
        "has its prose": "ru",
        "english": "en",
        "without a word": "en",
    }
    page = (out / "feedback/has its prose/small/report.html").read_text(encoding="utf-8")
    assert '<html lang="ru">' in page
    assert "Малое" in page
    assert "не заполнено" in page.lower()
    read = record.load((out / "results/says so/small/result.json").read_text(encoding="utf-8"))
    assert {result.exercise: result.rule for result in read.exercises}["total"] == "не заполнено"
    assert (out / "index.html").read_text(encoding="utf-8").count('lang="en"') == 1  # of several


def test_a_person_may_choose_another_language(tmp_path, small_answers):
    about = {"assignment": "small", "language": "ru"}
    files = {"one": in_prose(small_answers(), "# Малое", about), "two": b'{"cells": ['}
    reports, _ = graded(tmp_path, TWO, files, language="en")
    assert {report.language for report in reports.values()} == {"en"}
    reports, out = graded(tmp_path, TWO, files, language="ru")
    assert reports["two"].reason == "файл обрывается (строка 1); скачайте или сохраните его заново"
    assert '<html lang="ru">' in (out / "index.html").read_text(encoding="utf-8")


def test_what_cannot_be_read_is_told_in_the_only_language_there_is(tmp_path):
    only = TWO.replace("[en, ru]", "[ru]").replace('lang="en"', 'lang="ru"')
    reports, _ = graded(tmp_path, only, {"empty": b""})
    assert reports["empty"].reason == "файл пуст"


@pytest.mark.parametrize(
    "language",
    ["a" * 100_000, "../ru", ["ru"], 7, None],
    ids=["long", "a path", "a list", "a number", "none"],
)
def test_a_language_that_a_notebook_makes_up_is_english(tmp_path, language):
    about = {"assignment": "unknown", "language": language}
    reports, _ = graded(tmp_path, TWO, {"one": in_prose(["x = 1"], "nothing", about)})
    assert (reports["one"].outcome, reports["one"].language) == ("not graded", "en")


class _Words(HTMLParser):
    """Collects the words of a page outside of brackets, code and what students made."""

    def __init__(self):
        super().__init__()
        self.deaf, self.text = 0, []

    def handle_starttag(self, tag, attributes):
        self.deaf += tag in ("style", "script", "pre", "code", "svg")
        self.text += [value for name, value in attributes if name == "title"]

    def handle_endtag(self, tag):
        self.deaf -= tag in ("style", "script", "pre", "code", "svg")

    def handle_data(self, data):
        if not self.deaf:
            self.text.append(data)


def words(page):
    parser = _Words()
    parser.feed(re.sub(r'<div class="prose">.*?</div>', "", page, flags=re.DOTALL))
    text = " ".join(parser.text)
    while (bare := re.sub(r"⟦[^⟦⟧]*⟧", " ", text)) != text:
        text = bare
    return set(WORD.findall(text))


@pytest.fixture
def brackets(tmp_path, monkeypatch):
    """A language in which every sentence stands in brackets."""
    (path,) = Path(grader.__file__).parent.glob("locale/ru/LC_MESSAGES/grader.po")
    with path.open("rb") as file:
        russian = read_po(file, locale="ru")
    made = Catalog(locale="en")
    for message in russian:
        if message.id and message.pluralizable:
            made.add(message.id, tuple(f"⟦{one}⟧" for one in message.id))
        elif message.id:
            made.add(message.id, f"⟦{message.id}⟧")
    written = io.BytesIO()
    write_po(written, made)
    place = tmp_path / "xx.po"
    place.write_bytes(written.getvalue())
    monkeypatch.setattr(catalogue, "_catalogues", lambda: {"xx": place})
    yield "xx"
    for cached in (catalogue.catalogue, html._environment):
        cached.cache_clear()


# Names of the author's and of students, of dtypes and devices, and what Python says itself.
NAMES = {
    "grades",
    "statistics",
    "csv",
    "json",
    "cpu",
    "python",
    "torch",
    "numpy",
    "float32",
    "float64",
    "requires_grad",
}
SAYING = ("00-t", "03", "04", "05", "06", "08", "14f", "15", "26", "32", "36", "37")  # of the cases
WORD = re.compile(r"[A-Za-z_]\w+")


def test_no_sentence_of_a_page_is_left_untranslated(tmp_path, brackets, small_answers):
    pages, names = {}, set(NAMES)
    head = "# jupyter:\n#   tensorgrader:\n#     languages: [xx]\n"
    mini = (CASES / "mini.py").read_text(encoding="utf-8").replace("# jupyter:\n", head, 1)
    made = SMALL.replace("# jupyter:\n#   tensorgrader:\n", head, 1)
    paths = sorted(path for path in CASES.glob("*.ipynb") if path.stem.startswith(SAYING))
    files = {path.stem: path.read_bytes() for path in paths}
    changes = {
        "wrong": {
            "means": "#| exercise: means\ndef column_means(t):\n    return t.sum(0)\nmeans = 1"
        },
        "raises": {"total": "#| exercise: total\ntotal = data.no_such"},
        "undefined": {"total": "#| exercise: total\ntotals = data.sum()"},
        "forbidden": {"fit": small_answers()[-1] + "\nimport torch.optim as o\no.SGD"},
        "dtype": {"means": small_answers()[1].replace(".mean(0)", ".mean(0).double()")},
        "column": {"means": small_answers()[1].replace(".mean(0)", ".mean(0)[:, None]")},
        "none": {"means": small_answers()[1].replace("return ", "")},
        "text": {"total": "#| exercise: total\ntotal = 'much'"},
        "shifted": {"fit": small_answers()[-1] + "\nlosses = losses[1:] + [0.0]"},
        "function": {"total": "#| exercise: total\ntotal = print"},
        "nan": {"total": "#| exercise: total\ntotal = data.sum() * float('nan')"},
    }
    small = {name: notebook_of(small_answers(**change)) for name, change in changes.items()}
    for source, handed_in in ((mini, files), (made, small)):
        folder = tmp_path / str(len(pages))
        folder.mkdir()
        reports, out = graded(folder, source, handed_in, kind=kernels())
        assert {report.language for report in reports.values()} == {"xx"}
        pages |= {path: path.read_text(encoding="utf-8") for path in out.rglob("*.html")}
        for report in reports.values():
            known = [f"{one.exercise} {one.title} {one.error}" for one in report.exercises]
            whys = [check.not_compared for one in report.exercises for check in one.checks]
            known += [why.type for why in whys if isinstance(why, Raised)]
            names |= set(WORD.findall(f"{report.student} {report.title} {known}"))
    assert len(pages) > 25
    left = {str(path.relative_to(tmp_path)): words(page) - names for path, page in pages.items()}
    assert {path: sorted(found) for path, found in left.items() if found} == {}
