"""What was found about events, kept as files beside the store until what it rests on changes."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote


class Findings:
    """Texts by name, each with the key under which it is true; a file that cannot be written is not kept.

    Parameters
    ----------
    folder : Path
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, name: str) -> tuple[str, str]:
        """The key and the text that were kept under a name; both empty if there are none."""
        with suppress(OSError, UnicodeDecodeError):
            key, _, text = self._file(name).read_text(encoding="utf-8").partition("\n")
            return key, text
        return "", ""

    def write(self, name: str, key: str, text: str) -> None:
        """Keep a text in place of what stood under its name."""
        new = self._file(f"{name} {os.getpid()} {threading.get_ident()}")
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            new.write_text(f"{key}\n{text}", encoding="utf-8")
            new.replace(self._file(name))
        with suppress(OSError):
            new.unlink(missing_ok=True)

    def _file(self, name: str) -> Path:
        return self.folder / f"{quote(name, safe='')}.txt"
