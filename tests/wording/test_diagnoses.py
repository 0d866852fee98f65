"""Every kind of symptom that is looked for has its sentence: one without is told to nobody."""

import ast
from pathlib import Path

import grader
from grader.wording.diagnoses import SENTENCES

FINDINGS = Path(grader.__file__).parent / "explaining"
ONLY_HELP = {"mistake"}  # the author's help is its sentence


def kinds_found():
    """Yield the kinds that the code of findings names, each with its module."""
    for path in sorted(FINDINGS.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Attribute(attr="symptom"), args=[ast.Constant(value=str(kind)), *_]
                ):
                    yield kind, path.name
                case ast.Call(func=ast.Name(id="Symptom"), keywords=keywords):
                    for one in keywords:
                        if one.arg == "kind" and isinstance(one.value, ast.Constant):
                            yield one.value.value, path.name


def test_every_kind_that_is_found_has_a_sentence():
    found = dict(kinds_found())
    assert {"transposed", "mistake", "needs-gpu", "length"} <= found.keys() | SENTENCES.keys()
    missing = {kind: where for kind, where in found.items() if kind not in SENTENCES}
    assert missing.keys() == ONLY_HELP
