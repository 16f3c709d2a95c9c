"""Arrow columns as numpy arrays, straight from their buffers.

Arrow's own conversion imports pandas, which takes longer than to read a panel.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Flags = npt.NDArray[np.bool_]


def filled(column: Any, stored: str, dtype: type, missing: float) -> npt.NDArray[Any]:
    """Values of a column of fixed width, `missing` where there is none.

    Parameters
    ----------
    stored : numpy's name of the type that the column holds
    dtype : type of the result
    """
    chunks = _chunks(column)
    if len(chunks) == 1 and not chunks[0].null_count and np.dtype(stored) == np.dtype(dtype):
        return _stored(chunks[0], stored)
    out: npt.NDArray[Any] = np.empty(len(column), dtype)
    start = 0
    for chunk in chunks:
        part = out[start : start + len(chunk)]
        part[:] = _stored(chunk, stored)
        if chunk.null_count:
            part[~_valid(chunk)] = missing
        start += len(chunk)
    return out


def flags(column: Any) -> Flags:
    """A column of true and false; missing is false."""
    parts = []
    for chunk in _chunks(column):
        bits = _bits(chunk.buffers()[1], chunk.offset, len(chunk))
        parts.append(bits & _valid(chunk) if chunk.null_count else bits)
    return np.concatenate(parts) if parts else np.zeros(0, bool)


def text_column(cells: Sequence[str | None]) -> Any:
    """An Arrow column of texts; None is missing."""
    import pyarrow

    held = [(cell or "").encode() for cell in cells]
    ends = np.cumsum([0, *map(len, held)]).astype(np.int32)
    known = np.packbits(np.array([cell is not None for cell in cells], bool), bitorder="little")
    buffers = (pyarrow.py_buffer(ends), pyarrow.py_buffer(b"".join(held)), pyarrow.py_buffer(known))
    return pyarrow.StringArray.from_buffers(len(cells), *buffers)


def _chunks(column: Any) -> list[Any]:
    return column.chunks if hasattr(column, "chunks") else [column]


def _stored(chunk: Any, stored: str) -> npt.NDArray[Any]:
    if not len(chunk):
        return np.empty(0, stored)
    return np.frombuffer(chunk.buffers()[1], stored)[chunk.offset : chunk.offset + len(chunk)]


def _valid(chunk: Any) -> Flags:
    bitmap = chunk.buffers()[0]
    return np.ones(len(chunk), bool) if bitmap is None else _bits(bitmap, chunk.offset, len(chunk))


def _bits(buffer: Any, offset: int, length: int) -> Flags:
    if not length:
        return np.zeros(0, bool)
    held = np.frombuffer(buffer, np.uint8)
    return np.unpackbits(held, count=offset + length, bitorder="little")[offset:].view(bool)
