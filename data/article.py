"""An article in a file or on standard input, as text."""

from __future__ import annotations

import sys
from pathlib import Path

from analysis.claims.article import LONGEST, checked
from analysis.market.errors import DataError

LARGEST = 4 * LONGEST  # bytes: as many as its characters may take
KINDS = {
    b"%PDF": "a PDF: copy the text out of it",
    b"PK\x03\x04": "an archive or an office document: save it as text",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\xd0\xcf\x11\xe0": "an office document: save it as text",
    b"\x1f\x8b": "a compressed file: unpack it",
}
MARKED = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def article(path: str) -> str:
    """The text of a file, or of standard input for ``-``.

    Raises
    ------
    DataError
        If there is no such file, it is no text, it is too long, or it is not in English.
    """
    name = "standard input" if path == "-" else path
    return checked(_decoded(_content(path, name), name), name)


def _content(path: str, name: str) -> bytes:
    try:
        if path == "-":
            content = sys.stdin.buffer.read(LARGEST + 1)
        else:
            with Path(path).open("rb") as file:
                content = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "that is no file name"
        raise DataError(f"cannot read {name}: {reason}. Give a text file, or - for standard input") from error
    if len(content) > LARGEST:
        raise DataError(f"{name} has more than {LARGEST:,} bytes; {LONGEST:,} characters can be read")
    return content


def _decoded(content: bytes, name: str) -> str:
    """UTF-8, UTF-16 with its mark, or what Windows wrote before them; a file of another kind is named."""
    for start, kind in KINDS.items():
        if content.startswith(start):
            raise DataError(f"{name} is {kind}")
    encoding = MARKED.get(content[:2], "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\x00" in text:
        raise DataError(f"{name} is not a text file")
    return text
