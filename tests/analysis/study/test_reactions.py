from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt
import pytest

from analysis.market.errors import DesignError
from analysis.market.prices import Market
from tests.analysis.markets import history, market_of
from tests.analysis.study.small import DAY_ZERO, SIZE, drawn, study


def busy(**columns: npt.NDArray[np.float64]) -> Market:
    """A market whose share A has a volume, a high and a low of its own."""
    market = market_of(drawn())
    bars = market.histories["A"].bars
    own = history("A", bars.index, bars["close"], **columns)
    return dataclasses.replace(market, histories={**market.histories, "A": own})


def test_abnormal_volume_is_the_logarithm_against_its_mean() -> None:
    volume = np.random.default_rng(3).lognormal(10, 0.3, SIZE + 1)
    volume[DAY_ZERO - 40] = 0.0
    results = study(busy(volume=volume), "A", model="constant_mean", reaction="volume")
    past = np.log(np.delete(volume[DAY_ZERO - 80 : DAY_ZERO - 10], 40))
    assert results.parameters.loc["A", "nobs"] == 69
    assert results.abnormal_returns.loc[0, "A"] == pytest.approx(np.log(volume[DAY_ZERO]) - past.mean())
    assert results.standard_errors.loc[0, "A"] == pytest.approx(past.std(ddof=1) * np.sqrt(1 + 1 / 69))


def test_abnormal_range_is_the_volatility_of_high_and_low_against_its_mean() -> None:
    width = np.random.default_rng(3).uniform(0.01, 0.03, SIZE + 1)
    results = study(
        busy(high=np.exp(width), low=np.ones(SIZE + 1)), "A", model="constant_mean", reaction="range"
    )
    volatility = width / (2 * np.sqrt(np.log(2)))
    expected = volatility[DAY_ZERO] - volatility[DAY_ZERO - 80 : DAY_ZERO - 10].mean()
    assert results.abnormal_returns.loc[0, "A"] == pytest.approx(expected)


def test_a_day_without_volume_or_range_has_no_reaction() -> None:
    volume = np.full(SIZE + 1, 5.0)
    volume[DAY_ZERO] = 0.0
    for reaction, why in (("volume", "no volume was recorded"), ("range", "no high and low were recorded")):
        with pytest.raises(DesignError, match=rf"A: no {reaction} on day 0 \(2020-05-20\): {why}"):
            study(busy(volume=volume), "A", model="constant_mean", reaction=reaction)
