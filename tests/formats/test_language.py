"""A notebook whose metadata name another language than its cells are in."""

import pytest

from grader.errors import OtherLanguage
from grader.formats import language

ANSWER = "#| exercise: a\ndef f(x):\n    return x / 2"


@pytest.mark.parametrize(
    "metadata",
    [
        {"kernelspec": {"name": "pysparkkernel"}, "language_info": {"name": "pyspark"}},
        {"kernelspec": {"name": "sagemath", "language": "sage"}},
        {"kernelspec": {"name": ".net-csharp"}, "language_info": {"name": "polyglot-notebook"}},
        {"language_info": {"name": "plaintext"}},
        {"kernelspec": {"name": ".net-csharp", "language": "C#"}},
    ],
)
def test_cells_in_python_are_python(metadata):
    sources = ["import torch", ANSWER, "%%sql\nselect * from x", "print(f(", ""]
    (note,) = language.check(metadata, sources)
    assert "its cells are Python" in str(note)


@pytest.mark.parametrize(
    ("name", "sources"),
    [
        ("R", ["x <- c(1, 2)\nmean(x)", "#| exercise: a\nf <- function(x) {\n  x / 2\n}"]),
        ("julia", ["using Flux", "import Flux\nx = 1", "function f(x)\n  x / 2\nend"]),
        ("scala", ["import a.b", "val x = 1", "def f(x: Int) = x / 2"]),
        ("javascript", ["import x from 'x'", "const f = (x) => x / 2", "for (;;) {}"]),
        ("csharp", ["using System;", ANSWER, "int x = 1;", "Console.Write(x);"]),
        ("sage", []),
        ("R", [ANSWER]),
    ],
)
def test_cells_in_another_language_are_not(name, sources):
    with pytest.raises(OtherLanguage, match=f"the notebook is in {name}"):
        language.check({"language_info": {"name": name}}, sources)


def test_what_says_python_is_not_asked():
    for metadata in ({}, {"language_info": {"name": "ipython"}}, {"kernelspec": {"name": "x"}}):
        assert language.check(metadata, ["no Python"]) == []
