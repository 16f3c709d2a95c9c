"""Prices from Yahoo by yfinance: the only package that talks to the network.

yfinance hides failures, remembers failed answers and waits as long as it likes (docs/yahoo.md); here every
failure becomes a `FetchError` that says what happened and what to do, and every wait has an end.
"""

from data.yahoo.client import Fetched, fetch_daily, fetch_hourly, hourly_days_left
from data.yahoo.errors import CAUSES, FetchError
from data.yahoo.policy import FetchPolicy

__all__ = [
    "CAUSES",
    "FetchError",
    "FetchPolicy",
    "Fetched",
    "fetch_daily",
    "fetch_hourly",
    "hourly_days_left",
]
