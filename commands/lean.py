"""Libraries as light as what a command needs of them."""

from __future__ import annotations

import sys


def pandas_alone() -> None:
    """Import pandas as where pyarrow, which is optional to it, is not installed.

    With pyarrow, pandas hands it the text of every table: 80 MB of a web process, and a fifth of the time in
    which pandas starts, for a few dozen names. Whoever reads Parquet can import pyarrow afterwards; nothing
    happens where either is imported already.
    """
    if {"pandas", "pyarrow"} & sys.modules.keys():
        return
    sys.modules["pyarrow"] = None  # type: ignore[assignment]  # so an import of it fails, as documented
    try:
        import pandas  # noqa: F401
    finally:
        del sys.modules["pyarrow"]
