"""Scripts and styles that every reader loads, as set-up made them small: ``python -m tools.pack_scripts``.

They are kept in one file beside Python's own compiled files, and read as a whole: no address that is
asked for becomes a path. Until the file is there everything is served as it was installed, only larger.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import cache_from_source
from pathlib import Path

TRACES = ("bar", "scatter")  # trace types of Plotly that are drawn
STORE = Path(cache_from_source(__file__)).with_name("packed.zip")


@dataclass(frozen=True, slots=True)
class Plotly:
    """The drawing library as it is sent, under a name that changes with its content."""

    name: str
    script: bytes


def read(store: Path = STORE) -> dict[str, bytes]:
    """What is kept; nothing if there is no such file, or it is damaged."""
    try:
        with zipfile.ZipFile(store) as file:
            return {name: file.read(name) for name in file.namelist()}
    except (OSError, zipfile.BadZipFile):
        return {}


class Kept(Mapping[str, bytes]):
    """What is kept. A server may start before set-up has made it, and looks until it is there."""

    def __init__(self, store: Path = STORE) -> None:
        self._store = store
        self._files: dict[str, bytes] = {}

    def _read(self) -> dict[str, bytes]:
        self._files = self._files or read(self._store)
        return self._files

    def __getitem__(self, name: str) -> bytes:
        return self._read()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())


def whole() -> Plotly:
    """Plotly as it is installed."""
    from plotly.offline import get_plotlyjs, get_plotlyjs_version

    return Plotly(f"plotly-{get_plotlyjs_version()}.min.js", get_plotlyjs().encode())


def plotly(files: Mapping[str, bytes]) -> Plotly:
    """The smaller Plotly if it was kept, for this version and these trace types; else the whole."""
    kept = (Plotly(name, script) for name, script in files.items() if name.startswith(stem()))
    return next(kept, None) or whole()


@cache
def stem() -> str:
    """How the name of a smaller Plotly begins: with the installed version, and the trace types."""
    from plotly.offline import get_plotlyjs_version

    return f"plotly-{get_plotlyjs_version()}-{'-'.join(TRACES)}"
