"""Scripts and styles that every reader loads, made small once at set-up: ``python -m tools.pack_scripts``.

They are kept in one file beside Python's own compiled files, and read as a whole: no address that is
asked for becomes a path. Without the file everything is served as it was installed, only larger.
"""

from __future__ import annotations

import gzip
import os
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import cache_from_source
from pathlib import Path

from dashboard.slim import TRACES, slim

STORE = Path(cache_from_source(__file__)).with_name("packed.zip")


@dataclass(frozen=True, slots=True)
class Plotly:
    """The drawing library as it is sent, under a name that changes with its content."""

    name: str
    script: bytes


def pack(content: bytes, key: str) -> dict[str, bytes]:
    """Content in both compressions, each as small as it gets, by the key under which it is asked for."""
    import brotli

    return {
        f"br;{key}": brotli.compress(content),
        f"gzip;{key}": gzip.compress(content, 9, mtime=0),
    }


def write(files: Mapping[str, bytes], store: Path = STORE) -> None:
    """Replace what was kept, at once."""
    store.parent.mkdir(parents=True, exist_ok=True)
    made = store.with_suffix(f".{os.getpid()}")
    with zipfile.ZipFile(made, "w") as file:
        for name, content in files.items():
            file.writestr(name, content)
    made.replace(store)


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


def smaller() -> Plotly:
    """The installed Plotly with only the trace types that are drawn here.

    Raises
    ------
    UnknownBundleError
        If it is not built as expected.
    """
    script = slim(whole().script)
    return Plotly(f"{_stem()}-{sha256(script).hexdigest()[:8]}.min.js", script)


def plotly(files: Mapping[str, bytes]) -> Plotly:
    """The smaller Plotly if it was kept, for this version and these trace types; else the whole."""
    kept = (Plotly(name, script) for name, script in files.items() if name.startswith(_stem()))
    return next(kept, None) or whole()


def _stem() -> str:
    from plotly.offline import get_plotlyjs_version

    return f"plotly-{get_plotlyjs_version()}-{'-'.join(TRACES)}"
