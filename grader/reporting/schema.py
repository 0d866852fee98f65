"""The file with the schema of results, which `make build` writes.

Started as `python -m grader.reporting.schema [--check]`.
"""

import json
import sys
from pathlib import Path

from grader.reporting import record

PATH = Path(__file__).parent / record.SCHEMA


def text() -> str:
    """Return the content of the file, as the code has it now."""
    return json.dumps(record.schema(), indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    """Write the file, or with --check say whether it is stale, and exit with 1 where it is."""
    check, name = "--check" in sys.argv[1:], PATH.name
    if PATH.exists() and PATH.read_text(encoding="utf-8") == text():
        sys.stdout.write(f"{name}: current\n")
        return
    if check:
        sys.stdout.write(f"{name}: stale; run `make build`\n")
        raise SystemExit(1)
    PATH.write_text(text(), encoding="utf-8")
    sys.stdout.write(f"{name}: written\n")


if __name__ == "__main__":
    main()
