"""Dates that lie a session off are seen by the returns, and those of another time zone are not called so."""

from __future__ import annotations

import datetime as dt
from io import BytesIO

import numpy as np
import pandas as pd
import pytest

from analysis.market.events import Sessions
from analysis.market.prices import Instrument, Market, PriceHistory, Provenance
from data.bundled.manifest import manifest
from data.files.pairs import beside_their_benchmark
from data.quality.judge import Caution

DAYS = np.array(pd.bdate_range("2022-01-03", periods=300), dtype="datetime64[D]")


def history(symbol: str, moves: np.ndarray, days: np.ndarray = DAYS) -> PriceHistory:
    return PriceHistory(symbol, days, {"adj_close": 50 * np.cumprod(1 + moves)}, "", dt.date(2024, 1, 2))


def said(benchmark: str, *histories: PriceHistory) -> list[Caution]:
    held = {one.symbol: one for one in histories}
    market = Market(
        {symbol: Instrument(symbol, symbol, "", "", "articles") for symbol in held},
        held,
        {benchmark: Sessions(benchmark, held[benchmark].dates)},
        Provenance("", "", dt.date(2024, 1, 2), dt.date(2024, 1, 2)),
    )
    return list(beside_their_benchmark(market, [(symbol, benchmark) for symbol in held]))


def moves(seed: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Returns of an index, and of a share that moves with it."""
    random = np.random.default_rng(seed)
    index = random.normal(0, 0.01, len(DAYS))
    return index, index + random.normal(0, 0.012, len(DAYS))


@pytest.mark.parametrize(("shift", "side", "where"), [(1, "before", "late"), (-1, "after", "early")])
def test_a_firm_whose_dates_lie_a_session_off_is_named_with_the_size(
    shift: int, side: str, where: str
) -> None:
    index, own = moves()
    (caution,) = said("MKT", history("MKT", index), history("OFF", np.roll(own, shift)), history("OK", own))
    assert (caution.symbol, caution.kind, caution.severe, caution.doubtful) == ("OFF", "shifted", False, True)
    assert f"MKT on the session {side} (correlation 0.6" in caution.sentence
    assert f"a session {where}" in caution.sentence


def test_one_crash_makes_no_pattern() -> None:
    index, own = moves()
    alone = np.random.default_rng(5).normal(0, 0.012, len(DAYS))
    index[100], alone[101] = -0.4, -0.5
    assert said("MKT", history("MKT", index), history("ALONE", alone), history("OK", own)) == []


@pytest.fixture(scope="module")
def bundled() -> dict[str, PriceHistory]:
    listed = manifest()
    out = {}
    for symbol in listed.entries("bars"):
        bars = pd.read_csv(BytesIO(listed.read("bars", symbol)))
        days = bars["session"].to_numpy(dtype="datetime64[D]")
        adjusted = {"adj_close": bars["adj_close"].to_numpy(float)}
        out[symbol] = PriceHistory(symbol, days, adjusted, "", dt.date(2026, 1, 2))
    return out


@pytest.mark.parametrize("benchmark", ["^GSPC", "SPY", "^GDAXI", "^N225", "QQQ"])
@pytest.mark.parametrize("number", [250, 3000])
def test_no_bundled_share_is_said_to_be_shifted_whatever_its_benchmark(
    bundled: dict[str, PriceHistory], benchmark: str, number: int
) -> None:
    """Tokyo and Hong Kong follow New York by a session, which is no fault."""
    late = {
        symbol: PriceHistory(
            symbol, one.dates[-number:], {"adj_close": one.columns["adj_close"][-number:]}, "", one.retrieved
        )
        for symbol, one in bundled.items()
    }
    assert said(benchmark, *late.values()) == []
