"""Bars depend neither on the order of lines, nor on how files are cut and named, nor on other firms."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from data.files.prices import read_prices

DAYS = pd.bdate_range("2024-01-01", periods=30).strftime("%Y-%m-%d")
GENERATOR = np.random.default_rng(1)
PANEL = pd.concat(
    pd.DataFrame({"symbol": name, "date": DAYS, "adj_close": GENERATOR.lognormal(4, 0.02, 30)})
    for name in ("AAA", "MKT", "NA")
)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), cuts=st.integers(1, 4), others=st.booleans(), packed=st.booleans())
def test_the_same_rows_give_the_same_bars(seed: int, cuts: int, others: bool, packed: bool) -> None:
    rows = pd.concat([PANEL, PANEL.assign(symbol="ZZZ", adj_close=1.0)]) if others else PANEL
    rows = rows[~rows.duplicated(["symbol", "date"])].sample(frac=1, random_state=seed)
    with TemporaryDirectory() as folder:
        for k in range(cuts):
            name, part = Path(folder) / f"{(seed + 7 * k) % 11}-{k}", rows.iloc[k::cuts]
            if packed and k % 2:
                part.to_parquet(name.with_suffix(".parquet"))
            else:
                part.to_csv(name.with_suffix(".csv"), index=False)
        bars = read_prices(Path(folder), ["AAA", "MKT", "NA"]).bars
    assert bars.symbols == ("AAA", "MKT", "NA")
    assert bars.dates.astype(str).tolist() == [*DAYS] * 3
    np.testing.assert_array_equal(bars.columns["adj_close"], PANEL["adj_close"])
