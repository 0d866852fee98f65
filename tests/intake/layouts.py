"""Downloads as learning platforms make them, for the small assignment."""

import io
import zipfile

from grader.intake.platforms.registry import PLATFORMS
from tests.conftest import notebook_of

_START = "import torch\ntorch.manual_seed(3)\ndata = torch.randn(4, 3)"
_FIT = (
    "#| exercise: fit\nslope = torch.zeros(3)\nlosses = []\nfor _ in range(20):\n"
    "    losses.append(torch.mean((slope - noise) ** 2).item())\n"
    "    slope = slope - 0.3 * (slope - noise)"
)
CELLS = (
    _START,
    "#| exercise: means\ndef column_means(table):\n    return table.mean(0)\n\n\n"
    "means = column_means(data)",
    "#| exercise: total\ntotal = data.sum()",
    "noise = torch.randn(3)",
    _FIT,
)
ANSWER = notebook_of(CELLS)
BLANK = notebook_of(
    [
        _START,
        "#| exercise: means\ndef column_means(table):\n    ...\n\n\nmeans = column_means(data)",
        "#| exercise: total\ntotal = ...",
        "noise = torch.randn(3)",
        "#| exercise: fit\nslope = torch.zeros(3)\nlosses = ...",
    ]
)


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


# By layout: the files of a download, and the student and the id of each row.
LAYOUTS: dict[str, tuple[dict[str, bytes], list[tuple[str, str | None]]]] = {
    **{
        f"{platform.title}, {number}": (
            {
                name: ANSWER if content is None else content.encode()
                for name, content in example.files.items()
            },
            list(example.students),
        )
        for platform in PLATFORMS
        for number, example in enumerate(platform.examples)
    },
    "moodle, archives and text": (
        {
            "Ann A_101_assignsubmission_file_/hw.ipynb": ANSWER,
            "Ann A_101_assignsubmission_onlinetext_/onlinetext.html": b"<p>hello",
            "Twin_102_assignsubmission_file_/hw.zip": zipped({"x/hw.ipynb": ANSWER}),
            "Twin_103_assignsubmission_file_/hw.ipynb": ANSWER,
            "Cyd_104_assignsubmission_onlinetext_/onlinetext.html": b"<p>hello",
        },
        [("Ann A", "101"), ("Cyd", "104"), ("Twin (102)", "102"), ("Twin (103)", "103")],
    ),
    "moodle, flat": (
        {
            "Ann A_101_assignsubmission_file_hw.ipynb": ANSWER,
            "Ann A_101_assignsubmission_file_data.csv": b"1,2",
            "Bob_102_assignsubmission_file_hw.ipynb": ANSWER,
        },
        [("Ann A", "101"), ("Bob", "102")],
    ),
    "canvas": (
        {
            "annall_101_9001_hw.ipynb": ANSWER,
            "annall_101_9005_hw-1.ipynb": ANSWER,
            "bobbee_LATE_102_9002_hw.ipynb": ANSWER,
            "__MACOSX/._bobbee_LATE_102_9002_hw.ipynb": b"\0\5",
        },
        [("annall", "101"), ("bobbee", "102")],
    ),
    "a folder each, in a folder": (
        {"download/ann/hw.ipynb": ANSWER, "download/bob/hw.ipynb": ANSWER},
        [("ann", None), ("bob", None)],
    ),
    "groups": (
        {"all/1/ann/hw.ipynb": ANSWER, "all/1/bob/hw.ipynb": ANSWER, "all/2/cyd/hw.ipynb": ANSWER},
        [("ann", None), ("bob", None), ("cyd", None)],
    ),
    "an archive each": (
        {
            "ann.zip": zipped({"hw.ipynb": ANSWER, "data.csv": b"1"}),
            "bob.zip": zipped({"bob's work/hw.ipynb": ANSWER}),
        },
        [("ann", None), ("bob", None)],
    ),
    "groups, and a file beside them": (
        {
            "all/1/ann/hw.ipynb": ANSWER,
            "all/1/bob/hw.ipynb": ANSWER,
            "all/2/cyd/hw.ipynb": ANSWER,
            "all/.DS_Store": b"",
        },
        [("ann", None), ("bob", None), ("cyd", None)],
    ),
    "an inner folder each": (
        {"all/ann/Ann's hw/hw.ipynb": ANSWER, "all/bob/mine/hw.ipynb": ANSWER},
        [("ann", None), ("bob", None)],
    ),
    "an archive each, of parts": (
        {
            "ann.zip": zipped({"part1/hw.ipynb": ANSWER, "part2/hw.ipynb": ANSWER}),
            "bob.zip": zipped({"part1/hw.ipynb": ANSWER, "part2/hw.ipynb": ANSWER}),
        },
        [("ann", None), ("bob", None)],
    ),
    "canvas, by sections": (
        {
            "all/c1/ann_101_9001_hw.ipynb": ANSWER,
            "all/c1/bob_102_9002_hw.ipynb": ANSWER,
            "all/c2/cyd_103_9003_hw.ipynb": ANSWER,
            "all/c2/dan_104_9004_hw.ipynb": ANSWER,
        },
        [("ann", "101"), ("bob", "102"), ("cyd", "103"), ("dan", "104")],
    ),
    "names that are not Canvas's": (
        {
            "lab_03_2024_Petrov.ipynb": ANSWER,
            "lab_03_2024_Ivanov.ipynb": ANSWER,
            "Ivanov_2101_001_lab.ipynb": ANSWER,
            "Petrov_Petr_11_2024_lab.ipynb": ANSWER,
            "Petrov_Pavel_12_2025_lab.ipynb": ANSWER,
        },
        [
            ("Ivanov_2101_001_lab", None),
            ("Petrov_Pavel_12_2025_lab", None),
            ("Petrov_Petr_11_2024_lab", None),
            ("lab_03_2024_Ivanov", None),
            ("lab_03_2024_Petrov", None),
        ],
    ),
    "copies out of Jupyter's folder": (
        {
            "ann_101_9001_hw-checkpoint.ipynb": ANSWER,
            "bob_102_9002_hw.ipynb": ANSWER,
            "bob_102_9002_hw.ipynb:Zone.Identifier": b"[ZoneTransfer]",
        },
        [("ann", "101"), ("bob", "102")],
    ),
    "flat": ({"ann.ipynb": ANSWER, "bob.ipynb": ANSWER}, [("ann", None), ("bob", None)]),
    "names of every kind": (
        {
            "brackets [1] + (2) {x} $y #z %41/hw.ipynb": ANSWER,
            "трейлинг /hw.ipynb": ANSWER,
            "🔥 смайл/hw.ipynb": ANSWER,
            "И\u0306о/hw.ipynb": ANSWER,
        },
        [
            ("brackets [1] + (2) {x} $y #z %41", None),
            ("Йо", None),
            ("трейлинг", None),
            ("🔥 смайл", None),
        ],
    ),
}
