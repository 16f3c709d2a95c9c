"""Scripts and styles that every reader loads, made small once at set-up: ``python -m tools.pack_scripts``.

They are kept in one file beside Python's own compiled files, and read as a whole: no address that is
asked for becomes a path. Without the file everything is served as it was installed, only larger.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import cache_from_source
from pathlib import Path

TRACES = ("bar", "scatter")  # the types that are drawn here
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


def whole() -> Plotly:
    """Plotly as it is installed."""
    from plotly.offline import get_plotlyjs, get_plotlyjs_version

    return Plotly(f"plotly-{get_plotlyjs_version()}.min.js", get_plotlyjs().encode())


def plotly(files: Mapping[str, bytes]) -> Plotly:
    """The smaller Plotly if it was kept, for this version and these trace types; else the whole."""
    kept = (Plotly(name, script) for name, script in files.items() if name.startswith(stem()))
    return next(kept, None) or whole()


def stem() -> str:
    """How the name of the smaller Plotly begins: its version and its trace types."""
    from plotly.offline import get_plotlyjs_version

    return f"plotly-{get_plotlyjs_version()}-{'-'.join(TRACES)}"
