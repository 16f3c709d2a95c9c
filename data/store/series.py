"""A frame of numbers as bytes that name themselves: the same numbers always give the same SHA-256."""

from __future__ import annotations

import hashlib
import json
import zlib

import numpy as np
import pandas as pd

from analysis.market.errors import StoreError


def pack(frame: pd.DataFrame) -> tuple[str, bytes]:
    """SHA-256 and compressed bytes of a frame of floats on dates or moments.

    The hash is of the content before compression, so it does not depend on the compressor.
    """
    index = pd.DatetimeIndex(frame.index)
    header = {"columns": list(map(str, frame.columns)), "rows": len(frame), "utc": index.tz is not None}
    moments = index.as_unit("s").asi8.astype("<i8")
    values = frame.to_numpy(dtype="<f8", copy=True)
    values[np.isnan(values)] = np.nan  # one bit pattern for every missing value
    content = json.dumps(header).encode() + b"\n" + moments.tobytes() + values.tobytes(order="F")
    return hashlib.sha256(content).hexdigest(), zlib.compress(content, 1)


def intact(sha256: str, payload: bytes) -> bytes | None:
    """What was packed; None if a single bit differs from what was written."""
    try:
        held = zlib.decompress(payload)
    except zlib.error:
        return None
    return held if hashlib.sha256(held).hexdigest() == sha256 else None


def unpack(sha256: str, payload: bytes, what: str) -> pd.DataFrame:
    """The frame of `pack`; StoreError naming `what` if a single bit differs from what was written."""
    held = intact(sha256, payload)
    if held is None:
        raise StoreError(
            f"{what}: the stored bars are damaged (SHA-256 differs); run `app.py status --restore`"
        )
    head, _, body = held.partition(b"\n")
    header = json.loads(head)
    rows, columns = header["rows"], header["columns"]
    index = pd.DatetimeIndex(np.frombuffer(body, "<i8", rows).astype("datetime64[s]"))
    values = np.frombuffer(body, "<f8", rows * len(columns), 8 * rows).reshape(rows, len(columns), order="F")
    return pd.DataFrame(values, index.tz_localize("UTC") if header["utc"] else index, columns, copy=False)
