from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from analysis.market.errors import DataError
from analysis.market.events import Sessions, Window
from analysis.market.observations import Observation
from analysis.market.panels import EventPanel, event_panel, paired_returns
from analysis.market.prices import Instrument, Market
from tests.analysis.markets import business_days, history, market_of

RETURNS = {
    "MKT": [0.01, 0.02, 0.03, 0.04, 0.05],
    "A": [0.1, 0.2, 0.3, 0.4, 0.5],
    "B": [-0.1, -0.2, -0.3, -0.4, -0.5],
}
SPAN = Window(-1, 2)


def panel_of(*observations: tuple[str, int], market: Market | None = None) -> EventPanel:
    members = [Observation(f"{s} {p}", s, "MKT", p) for s, p in observations]
    return event_panel(market or market_of(RETURNS), members, SPAN)


def test_columns_are_observations_and_rows_event_time() -> None:
    panel = panel_of(("A", 2), ("B", 3))
    assert panel.labels == ("A 2", "B 3")
    assert panel.returns == pytest.approx(np.array([[0.1, 0.2, 0.3, 0.4], [-0.2, -0.3, -0.4, -0.5]]).T)
    assert panel.benchmark() == pytest.approx(
        np.array([[0.01, 0.02, 0.03, 0.04], [0.02, 0.03, 0.04, 0.05]]).T
    )


def test_one_firm_can_stand_in_the_panel_more_than_once() -> None:
    panel = panel_of(("A", 3), ("B", 2), ("A", 2))
    assert panel.returns[1] == pytest.approx([0.3, -0.2, 0.2])
    assert panel.take(np.array([1, 2])).labels == ("B 2", "A 2")


def test_outside_the_data_nothing_is_known() -> None:
    panel = panel_of(("A", 1), ("A", 5))
    assert np.isnan(panel.returns).tolist() == [[True, False], [False, False], [False, True], [False, True]]
    assert np.isnat(panel.dates).tolist() == [[False, False], [False, False], [False, True], [False, True]]


def test_the_benchmark_can_be_shifted() -> None:
    panel = panel_of(("A", 2))
    assert panel.benchmark(1)[:, 0] == pytest.approx([0.02, 0.03, 0.04, 0.05])
    assert panel.benchmark(-1)[1:, 0] == pytest.approx([0.01, 0.02, 0.03])
    assert np.isnan(panel.benchmark(-1)[0, 0])


def test_an_index_without_bars_is_named() -> None:
    with pytest.raises(DataError, match=r"no prices of \^IXIC"):
        panel_of(("A", 2)).index("^IXIC")


def two_exchanges(theirs_open: list[int]) -> Market:
    """A share on sessions 0..5 of XTST, and a benchmark on the sessions `theirs_open` of XOTH."""
    dates = business_days(6)
    other = dates[theirs_open]
    market = market_of({"A": [0.1] * 5}, instruments={"OTH": Instrument("OTH", "OTH", "XOTH", "USD")})
    return dataclasses.replace(
        market,
        histories={**market.histories, "OTH": history("OTH", other, 2.0 ** np.arange(len(other)))},
        sessions={**market.sessions, "XOTH": Sessions("XOTH", other)},
    )


def test_returns_pair_when_both_exchanges_were_open_on_both_days() -> None:
    paired = paired_returns(two_exchanges([0, 1, 2, 3, 4, 5]), "OTH", "XTST")
    assert paired[1:] == pytest.approx([1.0] * 5)


def test_a_day_after_a_holiday_elsewhere_spans_two_sessions_and_is_missing() -> None:
    paired = paired_returns(two_exchanges([0, 1, 3, 4, 5]), "OTH", "XTST")
    assert np.isnan(paired).tolist() == [True, False, True, True, False, False]


def test_a_holiday_at_home_makes_the_next_day_missing_too() -> None:
    market = two_exchanges([0, 1, 2, 3, 4, 5])
    home = market.sessions["XTST"].dates[[0, 1, 3, 4, 5]]
    market = dataclasses.replace(market, sessions={**market.sessions, "XTST": Sessions("XTST", home)})
    assert np.isnan(paired_returns(market, "OTH", "XTST")).tolist() == [True, False, True, False, False]


def test_factors_are_those_of_the_region_and_span_the_same_session() -> None:
    dates = business_days(6)
    listed = {"A": Instrument("A", "A", "XTST", "EUR", region="Europe")}
    table = pd.DataFrame({"smb": np.arange(6.0)}, index=pd.DatetimeIndex(dates)).drop(pd.Timestamp(dates[2]))
    market = market_of(RETURNS, instruments=listed, factors={"Europe": table, "US": table + 10})
    smb = panel_of(("A", 2), ("B", 2), market=market).factors(["smb"])[..., 0]
    assert np.array_equal(smb[:, 0], [1.0, np.nan, np.nan, 4.0], equal_nan=True)
    assert np.isnan(smb[:, 1]).all(), "B has no region"
