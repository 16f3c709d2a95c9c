"""Check the bundled event files, and list those that passed: ``python -m data.catalogue.prove``.

A listed file is read without being checked again; one that was changed since is checked whenever it is read.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from data.catalogue.dossiers import PROVED
from data.catalogue.event_file import check
from data.catalogue.files import EVENTS, events


def proof(directory: Path = EVENTS) -> str:
    """A line per event file: its SHA-256 and its name.

    Raises
    ------
    DataError
        If a file is broken.
    """
    lines = []
    for path in events(directory).values():
        content = path.read_bytes()
        check(path.name, content)
        lines.append(f"{sha256(content).hexdigest()}  {path.name}\n")
    return "".join(lines)


if __name__ == "__main__":
    PROVED.write_text(proof(), encoding="utf-8")
