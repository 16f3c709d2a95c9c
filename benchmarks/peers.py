"""The peers, in a process and an environment of their own: a name comes in, the seconds it took go out.

Each takes a part of the work and is charged for all of it; its cost is linear in events or firms.
A second word names a file to which the abnormal returns are written, for the accuracy gate.
"""

from __future__ import annotations

import sys
import tempfile
import time
import warnings
from functools import cache

import bottleneck
import numpy as np
import pandas as pd
import statsmodels.api as sm
from eventstudy import Single
from statsmodels.regression.rolling import RollingOLS

from benchmarks import kernel_case as case

EVENTS, FIRMS = 500, 10


@cache
def imported() -> np.ndarray:
    """Give eventstudy the panel in the way it asks for, a CSV file; the dates it goes by."""
    dates = np.datetime64("2015-01-01") + np.arange(case.SESSIONS)
    columns = {"date": dates, "market": case.market}
    firms = {str(i): case.returns[i] for i in range(case.FIRMS)}
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
        pd.DataFrame(columns | firms).to_csv(file.name, index=False)
        Single.import_returns(file.name, date_format="%Y-%m-%d")
    return dates


def eventstudy() -> tuple[np.ndarray, float]:
    """Fit, AR and CAR by the package eventstudy, as its documentation tells."""
    dates, out = imported(), np.empty((EVENTS, case.LENGTH))
    for e, (row, day) in enumerate(events()):
        out[e] = Single.market_model(
            security_ticker=str(row),
            market_ticker="market",
            event_date=dates[day],
            event_window=case.EVENT,
            estimation_size=case.SIZE,
            buffer_size=0,
        ).AR
    return out, case.EVENTS / EVENTS


def statsmodels_loop() -> tuple[np.ndarray, float]:
    """Fit, AR and SAR by one OLS of statsmodels per event, and its forecast errors."""
    out = np.empty((EVENTS, case.LENGTH))
    for e, (row, day) in enumerate(events()):
        before, around = slice(day - 260, day - 10), slice(day - 10, day + 11)
        fit = sm.OLS(case.returns[row, before], sm.add_constant(case.market[before])).fit()
        expected = fit.get_prediction(sm.add_constant(case.market[around]))
        out[e] = case.returns[row, around] - expected.predicted_mean
        out[e] / expected.se_obs
    return out, case.EVENTS / EVENTS


def rolling_ols() -> tuple[np.ndarray, float]:
    """Rolling market models of every date by statsmodels."""
    x = sm.add_constant(case.market)
    out = [RollingOLS(case.returns[i], x, window=case.SIZE).fit().params[:, 1] for i in range(FIRMS)]
    return np.array(out), case.FIRMS / FIRMS


def bottleneck_moments() -> tuple[np.ndarray, float]:
    """AR and SAR of every date from the moving moments of bottleneck."""
    n, y, x = case.SIZE, case.returns, case.market
    mean, centre = bottleneck.move_mean(y, n, axis=1), bottleneck.move_mean(x, n)
    spread = n * bottleneck.move_var(x, n)
    cross = n * (bottleneck.move_mean(y * x, n, axis=1) - mean * centre)
    squares = n * bottleneck.move_var(y, n, axis=1)
    slope = cross / spread
    variance = (squares - slope * cross) / (n - 2)
    before, days = slice(n - 1, -(case.LEAD - n) - 1), slice(case.LEAD, None)
    away = x[days] - centre[before]
    ar = y[:, days] - mean[:, before] - slope[:, before] * away
    ar / np.sqrt(variance[:, before] * (1 + 1 / n + away**2 / spread[before]))
    return ar, 1.0


def nothing() -> tuple[np.ndarray, float]:
    """Answers once what was asked before is done."""
    return np.empty(0), 1.0


def events() -> list[tuple[int, int]]:
    """A spread of the case's events."""
    step = case.EVENTS // EVENTS
    return list(zip(case.firm[::step].tolist(), case.day[::step].tolist(), strict=True))


WORK = {
    work.__name__: work for work in (eventstudy, statsmodels_loop, rolling_ols, bottleneck_moments, nothing)
}


def main() -> None:
    """Answer until the other side hangs up."""
    warnings.simplefilter("ignore")
    imported()
    for line in sys.stdin:
        name, *file = line.split()
        start = time.thread_time()
        result, scale = WORK[name]()
        print((time.thread_time() - start) * scale, flush=True)
        if file:
            np.save(file[0], result)


if __name__ == "__main__":
    main()
