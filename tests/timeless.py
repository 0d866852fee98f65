"""Files of a run without what they say of how long it took, which is another each time."""

import json
import re


def timeless(name: str, data: bytes) -> bytes:
    """Return what a file holds but for seconds and dates of grading. name: of the file."""
    if name == "result.json":
        return json.dumps({**json.loads(data), "duration_s": 0, "graded_at": None}).encode()
    if name == "statistics.json":
        return json.dumps([{**one, "seconds": None} for one in json.loads(data)]).encode()
    if name == "index.html":
        shown = re.sub(rb"(<dt>[^<]*</dt><dd>)[\d.]+ / [\d.]+(?=</dd>)", rb"\1", data)
        return re.sub(rb'"seconds":[\d.]+', b"", shown)
    if name == "report.html":
        return re.sub(rb"graded \d{4}-\d\d-\d\d", b"", data)
    return data
