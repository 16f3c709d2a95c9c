"""What price files lack: benchmarks and indices are filled from the store, firms are named."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.market.errors import DataError, some_of

if TYPE_CHECKING:
    from commands.source import Source
    from data.files.prices import PriceFiles

MOST_NAMED = 10  # firms in a sentence


def beside(source: Source, files: PriceFiles, symbols: Collection[str]) -> PriceFiles:
    """Files with the symbols that they lack, where the newest snapshot has them."""
    absent = set(symbols) - names_of(files)
    if not absent:
        return files
    from data.files.market import with_histories

    market = source.market_of(sorted(absent))
    return with_histories(files, [market.histories[s] for s in sorted(absent) if market.has_bars(s)])


def require_named(unread: Mapping[str, DataError]) -> None:
    """Refuse a file of which nobody can tell the symbol, where one is missing.

    Raises
    ------
    DataError
        Says what to do.
    """
    from data.files.layouts import nameless

    if reason := next((why for name, why in unread.items() if nameless(name)), None):
        raise reason


def require_indices(model: str, files: PriceFiles, path: Path) -> None:
    """Refuse files without an index that the model reads, or where it cannot be read.

    Raises
    ------
    DataError
        Says what to do.
    """
    for symbol in indices_of(model):
        if symbol in files.bars.symbols:
            continue
        if symbol not in files.unread:
            require_named(files.unread)
        raise files.unread.get(symbol) or DataError(
            f"the model {model} reads {symbol}, which neither {path} nor the newest snapshot has; add its "
            "prices to the files, or choose another --model"
        )


def indices_of(model: str) -> tuple[str, ...]:
    """Symbols of the indices that a model reads besides its benchmark; none of an unknown model."""
    from analysis.models.normal_returns import NORMAL_RETURNS

    return NORMAL_RETURNS[model].indices if model in NORMAL_RETURNS else ()


def absent_firms(
    firms: Collection[str], known: Collection[str], where: object, there: Callable[[], Iterable[str]]
) -> str:
    """Which firms of a list have no prices, in a sentence; nothing where all have.

    Raises
    ------
    DataError
        If none has; `there` tells what has.
    """
    absent = set(firms).difference(known)
    if absent and len(absent) == len(firms):
        raise DataError(
            f"no prices of {some_of(absent)}, the firms of the list, in {where}; it has {some_of(there())}"
        )
    whose = "firm of the list has" if len(absent) == 1 else "firms of the list have"
    return f"{len(absent):,} {whose} no prices in {where}: {some_of(absent, MOST_NAMED)}" if absent else ""


def names_of(files: PriceFiles) -> set[str]:
    """Symbols of files, those that cannot be read among them."""
    return {*files.bars.symbols, *files.unread}
