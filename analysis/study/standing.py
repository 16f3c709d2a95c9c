"""Where a day stands among all days of the same firms."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from analysis.market.bars import Floats
from analysis.market.events import Dates
from analysis.study.results import StudyResults

PRESENT = 0.8  # share of the firms that a day needs to count


@dataclass(frozen=True, slots=True)
class Standing:
    """The mean move of day 0, and its rank among `days` days since `first`: 1 went farthest that way."""

    value: float
    rank: int
    days: int
    first: dt.date


def standing(results: StudyResults, less_benchmark: bool = False) -> Standing | None:
    """The rank of day 0 among all days since the first bar, by the mean return of the firms.

    Parameters
    ----------
    less_benchmark : bool
        Whether each return is taken less that of the firm's benchmark.

    Returns
    -------
    Standing or None
        None where no firm has a return on day 0.
    """
    series = [_series(results, symbol, less_benchmark) for symbol in results.symbols]
    own = [
        values[np.searchsorted(dates, np.datetime64(results.event_sessions[symbol]))]
        for symbol, (dates, values) in zip(results.symbols, series, strict=True)
    ]
    if not np.isfinite(own).any():
        return None
    value = float(np.nanmean(own))
    dates, means = _means(series)
    others = ~np.isin(dates, np.array(list(results.event_sessions.values()), dtype="datetime64[D]"))
    farther = means[others] <= value if value < 0 else means[others] >= value
    return Standing(value, 1 + int(farther.sum()), 1 + int(others.sum()), dates[0].item())


def _series(results: StudyResults, symbol: str, less_benchmark: bool) -> tuple[Dates, Floats]:
    """Returns of a firm on the sessions of its exchange."""
    market, benchmark = results.panel.market, results.benchmarks[symbol]
    calendar = market.calendar(symbol, benchmark)
    values = market.returns([symbol], calendar)[:, 0]
    if less_benchmark:
        values = values - market.returns([benchmark], calendar)[:, 0]
    return market.sessions[calendar].dates, values


def _means(series: list[tuple[Dates, Floats]]) -> tuple[Dates, Floats]:
    """Mean of the firms on each date on which enough of them have a return."""
    dates = np.unique(np.concatenate([days for days, _ in series]))
    table = np.full((len(dates), len(series)), np.nan)
    for column, (days, values) in zip(table.T, series, strict=True):
        column[np.searchsorted(dates, days)] = values
    held = np.isfinite(table).sum(axis=1)
    kept = held >= max(PRESENT * len(series), 1)
    return dates[kept], np.nansum(table[kept], axis=1) / held[kept]
