"""Made-up markets for tests: from returns, or from the folders of tests/reference."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.market.bars import BAR_COLUMNS, Floats
from analysis.market.events import Event, Sessions, Window
from analysis.market.prices import Instrument, Market, PriceHistory, Provenance
from analysis.study.study import StudyDesign, StudyResults, event_study
from data.files.market import Reading, file_market
from data.files.prices import read_prices

REFERENCE = Path(__file__).parents[1] / "reference"
TODAY = dt.date(2025, 1, 1)


def business_days(count: int, first: str = "2020-01-01") -> npt.NDArray[np.datetime64]:
    """`count` weekdays."""
    return pd.bdate_range(first, periods=count).to_numpy().astype("datetime64[D]")


def history(symbol: str, dates: npt.ArrayLike, closes: npt.ArrayLike, **columns: Floats) -> PriceHistory:
    """Bars whose open, high and low are the close unless said otherwise; days with a NaN close have none."""
    bars = pd.DataFrame(
        {name: np.asarray(closes, float) for name in BAR_COLUMNS}, index=pd.DatetimeIndex(dates)
    )
    bars["volume"] = 1000.0 + np.arange(len(bars)) % 7  # one that never varies cannot be studied
    return PriceHistory.of(symbol, bars.assign(**columns).dropna(subset="close"), "made up", TODAY)


def with_bars(known: PriceHistory, bars: pd.DataFrame) -> PriceHistory:
    """A history with other bars."""
    return PriceHistory.of(known.symbol, bars, known.source, known.retrieved)


def market_of(
    returns: Mapping[str, npt.ArrayLike],
    benchmark: str = "MKT",
    *,
    instruments: Mapping[str, Instrument] | None = None,
    **market: Any,
) -> Market:
    """A market of one exchange, XTST, from returns: entry t is the return of session t + 1.

    A NaN return is a session without a bar.
    """
    size = len(np.asarray(next(iter(returns.values())))) + 1
    dates = business_days(size)
    prices = {symbol: _prices(np.asarray(values, float)) for symbol, values in returns.items()}
    listed = {s: Instrument(s, s, "XTST", "EUR", benchmark=benchmark) for s in returns}
    return Market(
        listed | dict(instruments or {}),
        {symbol: history(symbol, dates, closes) for symbol, closes in prices.items()},
        {"XTST": Sessions("XTST", dates)},
        Provenance("made up", "made up", TODAY, TODAY),
        **market,
    )


def _prices(returns: Floats) -> Floats:
    prices = 100.0 * np.cumprod(1 + np.nan_to_num(returns))
    return np.concatenate([[100.0], np.where(np.isnan(returns), np.nan, prices)])


def session_event(market: Market, position: int, exchange: str = "XTST") -> Event:
    """An event on the session at a position."""
    return Event("shock", "A shock", session=market.sessions[exchange].dates[position].item())


def reference(case: str) -> tuple[Market, dict[str, Any]]:
    """The market and the answers of a reference case."""
    expected = json.loads((REFERENCE / case / "expected.json").read_text())
    return market_of_files(REFERENCE / case / "prices", expected["design"]["benchmark"]), expected


def market_of_files(path: Path, *benchmarks: str) -> Market:
    """The market of price files; the dates of benchmarks are sessions."""
    return file_market(read_prices(path), Reading(path, benchmarks, default=benchmarks[0])).market


def reference_study(case: str) -> tuple[StudyResults, dict[str, Any]]:
    """The study that a reference case asks for, and the answers."""
    market, expected = reference(case)
    wanted = expected["design"]
    event = Event(case, case, session=dt.date.fromisoformat(wanted["event_session"]))
    windows = Window(*wanted["event_window"]), Window(*wanted["estimation_window"])
    design = StudyDesign(event, tuple(expected["firms"]), None, wanted["model"], *windows)
    return event_study(design, market), expected
