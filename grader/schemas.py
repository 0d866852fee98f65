"""The files with published schemas, which `make build` writes: of results, and of headers.

Started as `python -m grader.schemas [--check]`.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from grader.authoring.directives import Header
from grader.authoring.front_matter import About
from grader.reporting import record

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_TOP = Path(__file__).parent


def of_headers() -> dict[str, Any]:
    """Return the JSON Schema of what stands in a cell's `#|` lines, as YAML."""
    title = "Header of an exercise, a mistake, an alternative, or given code"
    return {"$schema": _DRAFT, **TypeAdapter[Any](Header).json_schema(), "title": title}


def of_front_matter() -> dict[str, Any]:
    """Return the JSON Schema of what stands under `tensorgrader` in a front matter, as YAML."""
    return {"$schema": _DRAFT, **About.model_json_schema(), "title": "Front matter of a source"}


def published() -> Mapping[Path, str]:
    """Return the content of each file, as the code has it now."""
    schemas = {
        "reporting/result.schema.json": record.schema(),
        "authoring/header.schema.json": of_headers(),
        "authoring/front_matter.schema.json": of_front_matter(),
    }
    return {
        _TOP / name: json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
        for name, schema in schemas.items()
    }


def main() -> None:
    """Write the files, or with --check say which are stale, and exit with 1 where one is."""
    check, is_stale = "--check" in sys.argv[1:], False
    for path, text in published().items():
        if path.exists() and path.read_text(encoding="utf-8") == text:
            told = "current"
        elif check:
            told, is_stale = "stale; run `make build`", True
        else:
            path.write_text(text, encoding="utf-8")
            told = "written"
        sys.stdout.write(f"{path.name}: {told}\n")
    if is_stale:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
