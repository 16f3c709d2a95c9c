"""What a researcher writes instead: pandas' pivot and numpy; plain fits, means and Boehmer's test."""

import json
import sys

import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view as windows

panel, events, benchmark = sys.argv[1:]
prices = pd.read_parquet(panel).pivot(index="date", columns="symbol", values="adj_close")
returns = prices.pct_change().to_numpy().T
listed = pd.read_csv(events, parse_dates=["event_date"])
firm = prices.columns.get_indexer(listed["symbol"])
day = pd.DatetimeIndex(prices.index).get_indexer(listed["event_date"])
market = returns[prices.columns.get_loc(benchmark)]
y, x = windows(returns, 250, axis=1)[firm, day - 260], windows(market, 250)[day - 260]
mean, centre = y.mean(axis=1), x.mean(axis=1)
away = x - centre[:, None]
spread = (away**2).sum(axis=1)
slope = (away * y).sum(axis=1) / spread
variance = ((y - mean[:, None] - slope[:, None] * away) ** 2).sum(axis=1) / 248
move = windows(market, 21)[day - 10] - centre[:, None]
abnormal = windows(returns, 21, axis=1)[firm, day - 10] - mean[:, None] - slope[:, None] * move
found = {}
for start, end in ((0, 0), (0, 1), (-1, 1), (-5, 5), (-10, 10)):
    days, inside = end - start + 1, slice(start + 10, end + 11)
    car = abnormal[:, inside].sum(axis=1)
    error = variance * (days + days**2 / 250 + move[:, inside].sum(axis=1) ** 2 / spread)
    scar = car / np.sqrt(error)
    boehmer = scar.mean() * np.sqrt(len(scar)) / scar.std(ddof=1)
    found[f"[{start}, {end}]"] = {"mean": car.mean(), "boehmer": boehmer}
print(json.dumps(found))
