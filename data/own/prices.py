"""A reader's own price files, read and judged as any others, for one event."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from analysis.market.errors import DataError, UndecidedError
from data.files.market import judged_histories
from data.files.prices import read_prices
from data.own.record import OWN_SOURCE, FieldError, OwnPrices, Priced

MOST_BYTES = 32 * 1024 * 1024  # of all files together
MOST_FILES = 200
MOST_SYMBOLS = 200
MOST_BARS = 500_000


@dataclass(frozen=True, eq=False, slots=True)
class Read:
    """What files gave: prices by symbol, what was left out with the reason, and what was assumed.

    `refused` are symbols whose prices look wrong, and which a reader may take all the same.
    """

    prices: Priced
    unread: Mapping[str, DataError]
    assumed: tuple[str, ...]
    refused: Mapping[str, UndecidedError] = field(default_factory=dict)


def read_own(path: Path, accepted: Collection[str] = (), dates: str | None = None) -> Read:
    """Prices of a file or folder.

    Raises
    ------
    DataError
        If it holds no prices that can be used, or too many.
    """
    read = _read(path, accepted, dates)
    if not read.prices:
        raise next(iter({**read.unread, **read.refused}.values()), DataError(f"{path.name}: no prices"))
    return read


def _read(path: Path, accepted: Collection[str], dates: str | None) -> Read:
    files = read_prices(path, None, dates)  # type: ignore[arg-type]  # checked by who asks
    if len(files.bars.symbols) > MOST_SYMBOLS or len(files.bars.dates) > MOST_BARS:
        raise DataError(
            f"{path.name}: {len(files.bars.symbols):,} symbols with {len(files.bars.dates):,} bars; an event "
            f"takes {MOST_SYMBOLS} symbols and {MOST_BARS:,} bars: leave some out"
        )
    histories, out, cautions = judged_histories(files, accepted)
    prices = {
        symbol: OwnPrices(
            replace(history, source=OWN_SOURCE), tuple(c for c in cautions if c.symbol == symbol)
        )
        for symbol, history in histories.items()
    }
    return Read(prices, files.unread, files.assumptions, out)


def read_dropped(
    files: Mapping[str, bytes], accepted: Collection[str] = (), dates: str | None = None
) -> Read:
    """Prices of files that a reader gave by name and content; they are gone from the disk afterwards.

    What is said of them names no option of the command line.

    Raises
    ------
    DataError
        If a name is none, the files are too many or too large, or they hold no prices. Prices that look
        wrong are `refused`, even if that leaves none.
    FieldError
        With the field ``dates``, if they hold none because dates cannot be told.
    """
    if not files:
        raise DataError("no file was given: drop CSV, Excel (.xlsx) or Parquet files")
    if len(files) > MOST_FILES or sum(map(len, files.values())) > MOST_BYTES:
        raise DataError(
            f"too much at once: at most {MOST_FILES} files with {MOST_BYTES // 2**20} MB together"
        )
    if dates not in (None, "dmy", "mdy"):
        raise DataError("dates have the day first (dmy) or the month (mdy)")
    with TemporaryDirectory() as folder:
        for name, content in files.items():
            (Path(folder) / checked_name(name)).write_bytes(content)
        alone = Path(folder) / next(iter(files))
        try:
            read = _read(alone if len(files) == 1 else Path(folder), accepted, dates)
        except DataError as error:
            said = str(error).replace(f"{folder}/", "").replace(folder, "the files")
            raise _asked(error, said) from None
    if not read.prices and not read.refused:
        reason = next(iter(read.unread.values()), DataError("the files hold no prices"))
        raise _asked(reason, str(reason))
    return read


def _asked(error: DataError, said: str) -> DataError:
    """What is wrong with all of the files, of a field where the reader can say how dates are read."""
    if isinstance(error, UndecidedError):
        return FieldError("dates", f"{said}; say which of them stands first")
    return DataError(said)


def checked_name(name: str) -> str:
    """The name of a file without any folder; DataError if it could lead elsewhere."""
    if (
        not name
        or name in (".", "..")
        or len(name) > 120
        or set(name) & set("/\\:\0\n\r")
        or not name.isprintable()
    ):
        raise DataError(f"{name[:40]!r} is no name of a file")
    return name
