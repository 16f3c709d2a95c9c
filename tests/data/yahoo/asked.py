"""What tests ask Yahoo for, what it serves, and how it fails."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from data.yahoo import FetchError
from tests.standin import StandIn

START, END = dt.date(2025, 1, 20), dt.date(2025, 2, 8)
MONDAY = dt.date(2025, 1, 27)


def served(yahoo: StandIn, symbol: str) -> pd.DataFrame:
    return yahoo.listings[symbol].bars.loc[str(START) : str(END - dt.timedelta(days=1))]


def failure(action: Callable[[], Any]) -> FetchError:
    with pytest.raises(FetchError) as caught:
        action()
    assert "\n" not in str(caught.value)
    return caught.value
