"""Long tables as matrices, against pandas."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.market.errors import DataError
from data.files.long_table import matrix


def table(rows: int = 400) -> pd.DataFrame:
    """Rows in no order, some missing."""
    random = np.random.default_rng(2)
    symbols = np.array(["ZZ", "AA", "M.PA", "B"])
    dates = pd.date_range("2024-11-01", periods=150)
    cells = random.permutation(len(symbols) * len(dates))[:rows]
    values = random.normal(size=rows)
    values[::17] = np.nan
    return pd.DataFrame({"symbol": symbols[cells % 4], "date": dates[cells // 4], "value": values})


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_a_matrix_is_what_pivot_gives(unit: str) -> None:
    rows = table()
    found = matrix(rows["symbol"], rows["date"].astype(f"datetime64[{unit}]"), rows["value"])
    wanted = rows.pivot(index="symbol", columns="date", values="value")
    np.testing.assert_array_equal(found.values, wanted.to_numpy())
    assert found.symbols.tolist() == wanted.index.tolist()
    np.testing.assert_array_equal(found.dates, wanted.columns.to_numpy().astype("datetime64[D]"))


def test_the_last_instant_of_a_day_belongs_to_it() -> None:
    stamps = pd.to_datetime(["2024-12-31 23:59:59", "2025-01-01 00:00:00", "1969-12-31 12:00:00"])
    found = matrix(pd.Series(["A"] * 3), pd.Series(stamps), pd.Series([1.0, 2.0, 3.0]))
    assert found.dates.astype(str).tolist() == ["1969-12-31", "2024-12-31", "2025-01-01"]
    assert found.values.tolist() == [[3.0, 1.0, 2.0]]


def test_a_table_that_comes_firm_by_firm_gives_the_same() -> None:
    rows = table().sort_values(["symbol", "date"], ascending=False)
    found, wanted = (matrix(t["symbol"], t["date"], t["value"]) for t in (rows, table()))
    np.testing.assert_array_equal(found.values, wanted.values)
    assert found.symbols.tolist() == wanted.symbols.tolist()


def test_symbols_may_be_categories() -> None:
    rows = table()
    found = matrix(rows["symbol"].astype("category"), rows["date"], rows["value"])
    np.testing.assert_array_equal(found.values, matrix(rows["symbol"], rows["date"], rows["value"]).values)


def test_two_rows_for_one_day_are_refused_by_name() -> None:
    rows = table()
    rows.loc[7] = rows.loc[9]
    with pytest.raises(DataError, match=f"{rows.loc[9, 'symbol']} has two rows for {rows.loc[9, 'date']:%F}"):
        matrix(rows["symbol"], rows["date"], rows["value"])


def test_rows_without_a_date_or_a_symbol_are_refused() -> None:
    rows = table()
    for column in ("symbol", "date"):
        broken = rows.assign(**{column: rows[column].where(rows.index > 3)})
        with pytest.raises(DataError, match="no symbol or no date"):
            matrix(broken["symbol"], broken["date"], broken["value"])


def test_an_empty_table_is_an_empty_matrix() -> None:
    rows = table(0)
    assert matrix(rows["symbol"], rows["date"], rows["value"]).values.shape == (0, 0)
