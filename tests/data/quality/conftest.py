from __future__ import annotations

import pandas as pd
import pytest

from tests.data.quality.listing import EX_DATE, Case
from tests.standin import made_up_listing


@pytest.fixture
def sound() -> Case:
    return Case(made_up_listing("TEST", dividends={EX_DATE: 0.5}).bars)


@pytest.fixture
def dividends() -> pd.Series[float]:
    return pd.Series([0.5], pd.DatetimeIndex([EX_DATE]))
