"""Small inputs after public bug reports: made-up prices around 2024-06-03, spoiled in one way each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

DAY, NEXT = "2024-06-03", "2024-06-04"
SPLIT = "2024-01-10"


@dataclass(frozen=True)
class Case:
    """Prices by symbol, and a list of events."""

    prices: dict[str, pd.DataFrame]
    events: str
    benchmark: str | None = "MKT"

    def write(self, folder: Path) -> tuple[Path, Path]:
        """One CSV file per symbol and the list; the folder of prices and the list."""
        prices = folder / "p"
        prices.mkdir()
        for symbol, bars in self.prices.items():
            bars.to_csv(prices / f"{symbol}.csv")
        return prices, self.write_events(folder)

    def write_events(self, folder: Path) -> Path:
        """The list alone."""
        (folder / "events.csv").write_text(self.events)
        return folder / "events.csv"

    def table(self) -> pd.DataFrame:
        """The adjusted closes as a long table of symbol, date and adj_close."""
        parts = [
            pd.DataFrame({"symbol": symbol, "date": bars.index, "adj_close": bars["Adj Close"].to_numpy()})
            for symbol, bars in self.prices.items()
        ]
        return pd.concat(parts, ignore_index=True)


@cache
def closes() -> pd.DataFrame:
    """Closes by date, a column per symbol."""
    return pd.read_csv(Path(__file__).parent / "closes.csv", index_col="date")


def bars(symbol: str) -> pd.DataFrame:
    """Bars of a symbol that open at the close before; a repeated close is a flat bar without volume."""
    close = closes()[symbol].dropna()
    return traded(close).mask(close.diff() == 0, flat(close))


def traded(close: pd.Series) -> pd.DataFrame:
    """Bars that say that the share was traded."""
    opened = close.shift(fill_value=close.iloc[0])
    high, low = np.maximum(opened, close) * 1.004, np.minimum(opened, close) * 0.996
    return _table(opened, high, low, close, 100_000.0)


def flat(close: pd.Series) -> pd.DataFrame:
    """Bars of one price each, without volume."""
    return _table(close, close, close, close, 0.0)


def _table(
    opened: pd.Series, high: pd.Series, low: pd.Series, close: pd.Series, volume: float
) -> pd.DataFrame:
    columns = {"Open": opened, "High": high, "Low": low, "Close": close, "Adj Close": close}
    return pd.DataFrame(columns).assign(Volume=volume).rename_axis("Date")


def listed(*symbols: str, day: str = DAY) -> str:
    """A list of one day."""
    return "\n".join(["symbol,event_date", *(f"{symbol},{day}" for symbol in symbols)]) + "\n"


def three_firms(index: pd.DataFrame | None = None) -> Case:
    """Sound prices of three firms, and of an index unless another one is given."""
    sound = {symbol: bars(symbol) for symbol in ("A", "B", "C")}
    return Case({**sound, "MKT": bars("MKT") if index is None else index}, listed("A", "B", "C"))


def benchmark_without(day: str) -> Case:
    """A row of the benchmark that holds no price."""
    index = bars("MKT")
    index.loc[day] = np.nan
    return three_firms(index)


def benchmark_copied_on(day: str) -> Case:
    """A bar of the benchmark that is a copy of the day before, without volume."""
    close = closes()["MKT"].copy()
    index = bars("MKT")
    before = close[close.index < day].iloc[-1]
    index.loc[day] = [before] * 5 + [0]
    return three_firms(index)


def thin_trading() -> Case:
    """On a third of the days the source repeats the last price without volume."""
    known = {"A": bars("THIN"), "B": bars("THINNER"), "C": bars("C"), "MKT": bars("MKT")}
    return Case(known, listed("A", "B", "C"))


def halted() -> Case:
    """No bar on day +1; AAA reopens 30 % lower on day +2."""
    close = closes()["AAA"].copy()
    close[close.index > NEXT] *= 0.7
    halt = traded(close).drop(NEXT)
    return Case({"AAA": halt, "BBB": bars("BBB"), "MKT": bars("MKT")}, listed("AAA", "BBB"))


def constant() -> Case:
    """A price and a growth rate that never change, and a growth rate that changes on day 0 alone."""
    days = closes().index
    growing = pd.Series(50 * 1.001 ** np.arange(len(days)), days)
    fallen = growing * np.where(days < DAY, 1, 0.97)
    known = {symbol: bars(symbol) for symbol in ("A", "OK", "MKT")}
    made = {"FLAT": traded(growing * 0 + 50), "GROW": traded(growing), "FELL": traded(fallen)}
    return Case({**known, **made}, listed("A", "OK", "FLAT", "GROW", "FELL"))


def two_benchmarks(*lines: str) -> Case:
    """Two indices with different holidays, of which US has one on 2024-05-27."""
    events = "\n".join(["symbol,event_date,benchmark", *lines]) + "\n"
    return Case({symbol: bars(symbol) for symbol in ("F", "G", "EU", "US")}, events, None)


def fund(volumes: int) -> Case:
    """Net asset values, flat bars without volume but for some days with a volume of one."""
    values = flat(closes()["AAA"])
    values.iloc[101 : 101 + volumes, values.columns.get_loc("Volume")] = 1
    return Case({"FUND": values, "OK": bars("OK"), "MKT": bars("MKT")}, listed("FUND", "OK"))


def shares(*symbols: str) -> Case:
    """Sound shares under any tickers."""
    known = ("AAA", "BBB", "A", "B", "C", "OK", "P", "Q", "R", "F", "G")
    named = {symbol: bars(own) for symbol, own in zip(symbols, known, strict=False)}
    return Case({**named, "MKT": bars("MKT")}, listed(*symbols))


def hundredfold() -> Case:
    """One close in another unit."""
    close = closes()["AAA"].copy()
    close[SPLIT] *= 100
    return _spoiled(close)


def unadjusted_split(day: str) -> Case:
    """A split of 4 for 1 on a day, the prices before not adjusted."""
    close = closes()["AAA"].copy()
    close[close.index < day] *= 4
    return _spoiled(close)


def _spoiled(close: pd.Series) -> Case:
    known = {symbol: bars(symbol) for symbol in ("A", "BBB", "MKT")}
    return Case({"AAA": traded(close), **known}, listed("A", "AAA", "BBB"))


def after_the_close() -> Case:
    """News after the close."""
    known = {symbol: bars(symbol) for symbol in ("AAA", "BBB", "MKT")}
    return Case(known, listed("AAA", "BBB", day=f"{DAY} 16:30:00"))


def group_named_all() -> Case:
    """A group with the name of the total."""
    rows = ["OK,2024-06-03,All", "P,2024-05-06,All", "Q,2024-07-08,Other", "R,2024-08-05,Other"]
    known = {symbol: bars(symbol) for symbol in ("OK", "P", "Q", "R", "MKT")}
    return Case(known, "\n".join(["symbol,event_date,group", *rows]) + "\n")


def tokyo() -> Case:
    """Bars of Tokyo with the UTC stamps of their local midnights."""
    stamped = {}
    for name, symbol in (("7203.T", "AAA"), ("6758.T", "BBB"), ("MKT", "MKT")):
        table = bars(symbol)
        stamps = pd.to_datetime(table.index) - pd.Timedelta(hours=9)
        stamped[name] = table.set_axis(stamps.tz_localize("UTC").rename("Date"))
    return Case(stamped, listed("6758.T", "7203.T"))
