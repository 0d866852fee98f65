import copy

import jsonschema
import pytest
import yaml

from grader import schemas
from grader.authoring import header
from grader.authoring.front_matter import front_matter
from grader.formats import jupytext_reader
from tests.conftest import TOP

SOURCES = sorted((TOP / "reference").glob("*.py"))
EXERCISE = {"exercise": "one", "checks": ["x", {"expr": "y", "aspects": ["shape"]}]}
MISTAKE = {"mistake": "one", "name": "two", "help": {"en": "Why?"}}


def is_valid(value, schema):
    return jsonschema.Draft202012Validator(schema).is_valid(value)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_the_courses_sources_keep_to_what_editors_are_told(path):
    text, schema, found = path.read_text("utf-8"), schemas.of_headers(), 0
    for cell in jupytext_reader.reads(text, "py:percent").cells:
        _, said, _ = header.split(cell.source)
        if cell.cell_type == "code" and said:
            jsonschema.validate(yaml.safe_load(said), schema)
            found += 1
    assert found
    jsonschema.validate(front_matter(text)["jupyter"]["tensorgrader"], schemas.of_front_matter())


@pytest.mark.parametrize("said", [EXERCISE, MISTAKE, {"alternative": "one", "name": "two"}])
def test_a_mistyped_key_is_no_header(said):
    assert is_valid(said, schemas.of_headers())
    assert not is_valid({**said, "tilte": "One"}, schemas.of_headers())


def test_a_value_that_there_is_not_is_no_header():
    for change in ({"aspects": ["shap"]}, {"compare": "near"}, {"reveal": "sometimes"}):
        said = copy.deepcopy(EXERCISE)
        said["checks"][1] |= change
        assert not is_valid(said, schemas.of_headers())
    assert is_valid({**EXERCISE, "forbid": "torch.sum, x.sum"}, schemas.of_headers())
    assert not is_valid({"titel": "x"}, schemas.of_front_matter())


def test_what_is_published_is_the_codes():
    for path, text in schemas.published().items():
        assert path.read_text("utf-8") == text
