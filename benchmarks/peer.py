"""The study by the package eventstudy as its documentation tells, in the peers' environment.

It takes returns from a CSV file alone, so those of the panel are written into one first.
"""

import sys
import tempfile
import warnings

import pandas as pd
from eventstudy import Multiple, Single

warnings.simplefilter("ignore")
panel, events, benchmark = sys.argv[1:]
prices = pd.read_parquet(panel).pivot(index="date", columns="symbol", values="adj_close")
listed = pd.read_csv(events).rename(columns={"symbol": "security_ticker"}).assign(market_ticker=benchmark)
with tempfile.TemporaryDirectory() as folder:
    prices.pct_change().iloc[1:].to_csv(f"{folder}/returns.csv")
    listed.to_csv(f"{folder}/events.csv", index=False)
    Single.import_returns(f"{folder}/returns.csv", date_format="%Y-%m-%d")
    found = Multiple.from_csv(
        f"{folder}/events.csv",
        Single.market_model,
        event_window=(-10, 10),
        estimation_size=250,
        buffer_size=0,
        date_format="%Y-%m-%d",
    )
print(found.results(decimals=12).to_csv())
