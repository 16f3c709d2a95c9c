"""No real move is called a fault, and a real split that was not applied is."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.market.bars import BAR_COLUMNS, Bars
from analysis.market.events import Sessions
from data.bundled.bundle import bundled_market
from data.bundled.manifest import manifest
from data.catalogue.dossiers import dossier
from data.quality.judge import judge
from data.quality.rules import repeated
from tests.data.quality.panels import bars_of

REAL_MOVES = Path(__file__).with_name("real_moves.csv")

SPLITS = [  # symbol, ex-day, new shares for an old one
    ("AMZN", "2022-06-06", 20),
    ("GOOGL", "2022-07-18", 20),
    ("NVDA", "2024-06-10", 10),
    ("AVGO", "2024-07-15", 10),
    ("SMCI", "2024-10-01", 10),
    ("LRCX", "2024-10-03", 10),
    ("ANET", "2024-12-04", 4),
]


def as_panel(frame: pd.DataFrame) -> Bars:
    code, names = pd.factorize(frame["symbol"])
    dates = frame["session"].to_numpy(dtype="datetime64[D]")
    return bars_of(code, names.tolist(), dates, **{name: frame[name].to_numpy(float) for name in BAR_COLUMNS})


@pytest.fixture(scope="module")
def bundled() -> pd.DataFrame:
    listed = manifest()
    symbols = listed.entries("bars")
    frames = {symbol: pd.read_csv(BytesIO(listed.read("bars", symbol))) for symbol in symbols}
    return pd.concat(frames, names=["symbol"]).reset_index("symbol")


@pytest.fixture(scope="module")
def calendars() -> dict[str, Sessions]:
    market = bundled_market(dossier("deepseek-2025-01-27").instruments)
    return {symbol: market.sessions_for(symbol) for symbol in market.histories}


def test_no_bundled_bar_is_severe(bundled: pd.DataFrame, calendars: dict[str, Sessions]) -> None:
    judged = judge(as_panel(bundled), calendars)
    assert judged.severe == {}
    assert {caution.kind for caution in judged.cautions} <= {"closed_days", "jump", "split", "stale"}
    assert ("VST", np.datetime64("2025-01-27")) in {(c.symbol, c.date) for c in judged.cautions}


@pytest.mark.parametrize("number", [100, 250, 500, 5000])
def test_no_bundled_close_is_stale_by_its_closes_alone(bundled: pd.DataFrame, number: int) -> None:
    """However much of the history is there; real runs are of four closes at most."""
    for _, frame in bundled.dropna(subset=["close"]).groupby("symbol"):
        for first in range(0, len(frame), number):
            part = frame.iloc[first : first + number]
            days = part["session"].to_numpy(dtype="datetime64[D]")
            code = np.zeros(len(part), np.int64)
            assert not len(repeated(bars_of(code, ["X"], days, adj_close=part["adj_close"].to_numpy(float))))


def test_the_largest_real_moves_are_jumps() -> None:
    judged = judge(as_panel(pd.read_csv(REAL_MOVES)))
    assert judged.severe == {}
    doubled = [(c.symbol, str(c.date)) for c in judged.cautions if c.size and not -0.5 < c.size < 1]
    assert doubled == [
        ("FRC", "2023-03-13"),
        ("GME", "2021-01-27"),
        ("GME", "2021-02-02"),
        ("GME", "2021-02-24"),
        ("SIVB", "2023-03-09"),
        ("^VIX", "2018-02-05"),
    ]
    assert {c.kind for c in judged.cautions if (c.symbol, str(c.date)) in doubled} == {"jump"}


@pytest.mark.parametrize("shares_as_traded", [False, True])
@pytest.mark.parametrize(("symbol", "day", "ratio"), SPLITS)
def test_a_real_split_that_was_not_applied_is_severe(
    bundled: pd.DataFrame, symbol: str, day: str, ratio: int, shares_as_traded: bool
) -> None:
    frame = bundled[bundled["symbol"] == symbol].astype({"volume": float})
    before = frame["session"] < day
    frame.loc[before, ["open", "high", "low", "close", "adj_close"]] *= ratio
    if shares_as_traded:
        frame.loc[before, "volume"] /= ratio
    caution = judge(as_panel(frame)).severe[symbol]
    assert (caution.kind, str(caution.date)) == ("split", day)
    assert f"{ratio}:1" in caution.sentence
