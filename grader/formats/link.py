"""Files that are no more than a link to where the work lies."""

import html
import re

from grader.model.text import Text, say, verbatim

MAX_BYTES = 20_000  # of a file that is looked at
_MAX_WORDS = 60  # beside the link; an answer in prose has more
_SHOWN = 200  # characters of a link

_URL = re.compile(rb"https?://[^\s\"'<>()\[\]{}\\`\x00-\x20\x7f-\xff]{1,2000}", re.IGNORECASE)
_SHORTCUT = re.compile(
    rb"\s*(?:\[InternetShortcut\]|\[Desktop Entry\]|\[\{000214A0)", re.IGNORECASE
)
_PROPERTIES = re.compile(rb"\s*(?:bplist0|<\?xml[^>]*>\s*<!DOCTYPE plist|<plist)", re.IGNORECASE)
_DRIVE = re.compile(
    rb"\s*\{(?=.*\"(?:url|doc_id|resource_id)\"\s*:)(?!.*\"(?:cells|worksheets)\"\s*:)", re.DOTALL
)
_POINTER = b"version https://git-lfs.github.com"  # what Git leaves of a large file
_TAGS = re.compile(r"<(script|style)\b.*?</\1\s*>|<[^>]*>", re.DOTALL | re.IGNORECASE)
_CODE = re.compile(r"^[ \t]*(#[ \t]?[|%]|`{3}|(import|from|def|class)[ \t]+\w)", re.MULTILINE)
_PLACES = (
    ("colab.research.google.com", verbatim("Google Colab")),
    ("colab.google", verbatim("Google Colab")),
    ("drive.google.com", verbatim("Google Drive")),
    ("docs.google.com", verbatim("Google Drive")),
    ("gist.github.com", verbatim("GitHub")),
    ("github.com", verbatim("GitHub")),
    ("githubusercontent.com", verbatim("GitHub")),
    ("kaggle.com", verbatim("Kaggle")),
    ("nbviewer.org", verbatim("nbviewer")),
    ("deepnote.com", verbatim("Deepnote")),
    ("datalore.jetbrains.com", verbatim("Datalore")),
    ("huggingface.co", verbatim("Hugging Face")),
    ("gitlab.com", verbatim("GitLab")),
    ("1drv.ms", verbatim("OneDrive")),
    ("onedrive.live.com", verbatim("OneDrive")),
    ("sharepoint.com", verbatim("SharePoint")),
    ("dropbox.com", verbatim("Dropbox")),
    ("disk.yandex.ru", say("Yandex Disk")),
    ("yadi.sk", say("Yandex Disk")),
    ("cloud.mail.ru", verbatim("Mail.ru")),
)


def reason(data: bytes) -> Text | None:
    """Return what to say of a file that is a link and nothing else; None for any other.

    A shortcut may lead anywhere; a text is a link where it holds one to a place that keeps
    notebooks or files, and few words beside it.
    """
    if len(data) > MAX_BYTES or data.startswith(_POINTER):
        return None
    data = data.replace(b"\0", b"") if data[:2] in (b"\xff\xfe", b"\xfe\xff") else data
    data = data.removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    urls = [_plain(found[0]) for found in _URL.finditer(data)]
    if _SHORTCUT.match(data) or _PROPERTIES.match(data):
        # Apple's lists name their own schema first.
        urls = [url for url in urls if "//www.apple.com/DTDs" not in url]
        return _said(urls[0], _place(urls[0])) if urls else None
    if _DRIVE.match(data):
        return _said(urls[0], _place(urls[0])) if urls else _said("", verbatim("Google Drive"))
    known = [(url, place) for url in urls if (place := _known(url))]
    if not known or data.lstrip().startswith(b"{") or not _is_all(data):
        return None
    return _said(*known[0])


def _is_all(data: bytes) -> bool:
    """Whether there is next to nothing in a text but its links."""
    text = data.decode("utf-8", "replace")
    if _CODE.search(text):
        return False
    words = _TAGS.sub(" ", _URL.sub(b" ", data).decode("utf-8", "replace")).split()
    return len(words) <= _MAX_WORDS


def _known(url: str) -> Text | None:
    host = _host(url)
    return next(
        (name for end, name in _PLACES if host == end or host.endswith(f".{end}")),
        None,
    )


def _place(url: str) -> Text:
    return _known(url) or verbatim(_host(url)[:_SHOWN])


def _host(url: str) -> str:
    return url.split("//", 1)[1].split("/", 1)[0].rpartition("@")[2].partition(":")[0].lower()


def _plain(url: bytes) -> str:
    return html.unescape(url.decode("ascii", "replace")).rstrip(".,;")


def _said(url: str, place: Text) -> Text:
    shown = url if len(url) <= _SHOWN else f"{url[:_SHOWN]}…"
    if not shown:
        return say(
            "the file is a link to {place}, and links are not followed: open it, choose"
            " File > Download > Download .ipynb, and hand in that file",
            place=place,
        )
    return say(
        "the file is a link to {place} ({url}), and links are not followed: open it, choose"
        " File > Download > Download .ipynb, and hand in that file",
        place=place,
        url=shown,
    )
