"""An own event as one file: its TOML alone, or an archive with its prices; written, and opened again."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pandas as pd

from analysis.market.errors import DataError
from data.own.prices import MOST_BYTES, Read, read_dropped
from data.own.record import LONGEST, Priced

EVENT, PRICES = "event.toml", "prices.csv"
ARCHIVE = b"PK\x03\x04"
ALLOWED = f"needed: an event as TOML, or an archive with {EVENT} and {PRICES} that was downloaded here"
MADE = (1980, 1, 1, 0, 0, 0)  # the same event gives the same bytes


def archived(text: str, prices: Priced) -> bytes:
    """An archive with an event and its prices."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(EVENT, MADE), text, zipfile.ZIP_DEFLATED)
        if prices:
            archive.writestr(zipfile.ZipInfo(PRICES, MADE), _table(prices), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def opened(content: bytes) -> tuple[str, Read]:
    """The text and the prices of an event that was downloaded.

    Raises
    ------
    DataError
        If it is neither, holds anything else, or is too large when it is unpacked.
    """
    nothing = Read({}, {}, ())
    if not content.startswith(ARCHIVE):
        return _text(content), nothing
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if sorted(names) not in ([EVENT], [EVENT, PRICES]):
                raise DataError(f"the archive holds {', '.join(names[:5])[:120] or 'nothing'}; {ALLOWED}")
            text = _text(_unpacked(archive, EVENT, LONGEST))
            prices = _unpacked(archive, PRICES, MOST_BYTES) if PRICES in names else None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise DataError(f"the archive cannot be unpacked ({error}); {ALLOWED}") from None
    return text, _taken(prices) if prices else nothing


def _taken(prices: bytes) -> Read:
    """Prices that came with an event: what its maker took although it looks wrong stays in it."""
    read = read_dropped({PRICES: prices})
    return read_dropped({PRICES: prices}, accepted=read.refused) if read.refused else read


def read_file(path: Path) -> bytes:
    """The content of a file that `opened` takes; DataError if it cannot be read, or is too large."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror or error}; {ALLOWED}") from None
    if len(content) > MOST_BYTES:
        raise DataError(f"{path.name} has more than {MOST_BYTES:,} bytes; {ALLOWED}")
    return content


def _unpacked(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """The content of a member, of which no more is unpacked than is allowed."""
    with archive.open(name) as member:
        content = member.read(most + 1)
    if len(content) > most:
        raise DataError(f"{name} in the archive has more than {most:,} bytes; {ALLOWED}")
    return content


def _text(content: bytes) -> str:
    if len(content) > LONGEST:
        raise DataError(f"the file has more than {LONGEST:,} bytes; {ALLOWED}")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DataError(f"the file is no text; {ALLOWED}") from None
    if "[event]" not in text:
        raise DataError(f"the file is no event; {ALLOWED}")
    return text


def _table(prices: Priced) -> str:
    """All bars in long form: a line per symbol and session."""
    frames = [own.history.bars.assign(symbol=symbol) for symbol, own in prices.items()]
    table = pd.concat(frames).reset_index(names="date")
    columns = ["symbol", "date", *(name for name in table.columns if name not in ("symbol", "date"))]
    columns = [name for name in columns if not table[name].isna().all()]
    return str(table[columns].to_csv(index=False, date_format="%Y-%m-%d", lineterminator="\n"))
