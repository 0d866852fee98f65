"""`result.json`: a Report as data, and the schema that it keeps to."""

import json
from importlib.resources import files
from typing import Any

from pydantic import TypeAdapter

from grader.model.facts import Symptom
from grader.model.result import Report

SCHEMA = "result.schema.json"  # in this package, published with it
_REPORT = TypeAdapter(Report)
_SYMPTOM = TypeAdapter(Symptom)


def dump(report: Report) -> str:
    """Return the content of `result.json`."""
    try:
        return _REPORT.dump_json(report, indent=1).decode() + "\n"
    except ValueError:  # half a character, which Python can hold and no file can
        data = _REPORT.dump_python(report, mode="json")
        return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def load(text: str) -> Report:
    """Return the Report of a `result.json`. Raises pydantic's ValidationError."""
    return _REPORT.validate_json(text)


def dump_symptom(symptom: Symptom) -> str:
    """Return a symptom as a report holds it."""
    return json.dumps(_SYMPTOM.dump_python(symptom, mode="json"), ensure_ascii=False)


def load_symptom(text: str) -> Symptom:
    """Return a symptom of a report. Raises pydantic's ValidationError."""
    return _SYMPTOM.validate_json(text)


def schema() -> dict[str, Any]:
    """Return the JSON Schema of `result.json` as the code has it."""
    made = _REPORT.json_schema(mode="serialization")
    for part in (made, *made["$defs"].values()):
        # Nothing is left out when a result is written, also not what has a default.
        if "properties" in part:
            part.update(required=list(part["properties"]), additionalProperties=False)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **made,
        "title": "Result of a submission",
    }


def published_schema() -> dict[str, Any]:
    """Return the JSON Schema that is shipped in the package."""
    text = files("grader.reporting").joinpath(SCHEMA).read_text(encoding="utf-8")
    return dict(json.loads(text))
