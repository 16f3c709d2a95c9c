from __future__ import annotations

from dataclasses import replace
from time import process_time

import numpy as np
import pytest

from analysis.inference.daily import Daily
from analysis.inference.evidence import Evidence, evidence
from analysis.inference.significance import TESTS
from analysis.inference.wild import WEBB, wild_cluster
from analysis.market.bars import Floats, Ints
from tests.analysis.inference.test_significance import DAY, returns_of, study_of


def events(scar: Floats, dates: Ints) -> Evidence:
    """Evidence of standardised CARs on dates."""
    known = evidence(study_of(returns_of(1)), DAY)
    return replace(known, car=scar, car_se=np.ones_like(scar), dates=dates)


def by_definition(scar: Floats, dates: Ints, draws: int) -> tuple[float, float]:
    """Statistic and p by the regression on a constant with errors clustered by date, draw by draw."""

    def statistic(values: Floats) -> float:
        away = values - values.mean()
        sums = np.array([away[dates == date].sum() for date in np.unique(dates)])
        return float(values.sum() / np.sqrt((sums**2).sum()))

    known = np.unique(dates)
    observed = statistic(scar)
    starts = range(0, len(known), 4)  # four dates by one random number
    numbers = [np.random.default_rng((20250127, start)).integers(0, 6**4, draws) for start in starts]
    digits = np.stack(numbers, axis=1)[:, :, None] // np.array([6**3, 6**2, 6, 1]) % 6
    weights = WEBB[digits.reshape(draws, -1)]
    drawn = [statistic(scar * row[np.searchsorted(known, dates)]) for row in weights]
    return observed, (1 + sum(abs(value) >= abs(observed) for value in drawn)) / (draws + 1)


def test_the_bootstrap_is_that_of_the_definition() -> None:
    rng = np.random.default_rng(3)
    dates = np.sort(rng.choice([3, 5, 8, 13, 21, 34, 55], 40, p=[0.4, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]))
    scar = rng.normal(0.3, 1, 40)
    found = wild_cluster(events(scar, dates), 499)
    assert (float(found.statistic), float(found.pvalue)) == pytest.approx(by_definition(scar, dates, 499))


def test_webbs_weights_have_mean_zero_and_variance_one() -> None:
    assert WEBB.mean() == pytest.approx(0)
    assert (WEBB**2).mean() == pytest.approx(1)


def test_several_samples_at_once_are_each_as_alone_and_missing_events_do_not_count() -> None:
    rng = np.random.default_rng(4)
    scar, dates = rng.normal(size=(3, 20)), rng.integers(0, 8, (3, 20))
    scar[1, 4:9] = np.nan
    together = wild_cluster(events(scar, dates), 199)
    for k in range(3):
        known = np.isfinite(scar[k])
        alone = wild_cluster(events(scar[k][known], dates[k][known]), 199)
        assert together.statistic[k] == pytest.approx(float(alone.statistic))


def test_it_gives_the_same_answer_twice_and_needs_five_dates() -> None:
    scar, dates = np.random.default_rng(5).normal(size=30), np.arange(30) % 6
    assert float(wild_cluster(events(scar, dates)).pvalue) == float(wild_cluster(events(scar, dates)).pvalue)
    assert np.isnan(wild_cluster(events(scar, dates % 4)).pvalue)
    reason = TESTS["wild_cluster"].function(study_of(returns_of(5)), DAY).reason
    assert "at least five event dates" in str(reason)


@pytest.mark.slow
@pytest.mark.parametrize("correlation", [0.0, 0.3])
def test_it_holds_its_level_where_one_date_holds_twenty_of_twenty_nine_firms(correlation: float) -> None:
    rng = np.random.default_rng(6)
    dates = np.concatenate([np.zeros(20, dtype=np.int64), np.arange(1, 10)])
    common = rng.normal(size=(1000, 10))[:, dates]
    scar = np.sqrt(correlation) * common + np.sqrt(1 - correlation) * rng.normal(size=(1000, 29))
    pvalues = wild_cluster(events(scar, np.broadcast_to(dates, scar.shape)), 399).pvalue
    assert (pvalues <= 0.05).mean() <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 1000)


@pytest.mark.parametrize("own", [False, True])
def test_ten_thousand_draws_take_at_most_twice_the_time_of_the_other_tests(own: bool) -> None:
    """Of 10,000 events on the days of ten years, or with a date each; in processor time."""
    rng, events, days = np.random.default_rng(7), 10_000, 250
    estimation = rng.normal(0, 0.02, (days, events))
    abnormal = rng.normal(0, 0.02, (21, events))
    zero = np.arange(events) if own else rng.integers(0, 2_500, events)
    spread = estimation.std(axis=0)
    each = np.arange(-10, 11)[:, None]
    window = np.abs(each[:, 0]) <= 1
    gathered = Evidence(
        daily=Daily(estimation, abnormal, np.tile(spread, (21, 1)), spread, zero + each),
        chosen=window,
        car=abnormal[window].sum(axis=0),
        car_se=spread * np.sqrt(3),
        sigma=spread,
        nobs=np.full(events, days),
        df_resid=np.full(events, days - 2),
        dates=zero,
        recent=np.ones(events),
        market=np.ones(events),
        correlation=np.array(0.0),
        caar_se=np.array(0.02 * np.sqrt(3 / events)),
        differences=np.array(np.nan),
        placebos=lambda recent: (spread * np.sqrt(3), rng.normal(size=500)),
    )
    taken = {}
    for key, test in TESTS.items():
        start = process_time()
        assert key == "joint" or np.isfinite(test.core(gathered).pvalue)
        taken[key] = process_time() - start
    wild = taken.pop("wild_cluster")
    assert wild < 2 * sum(taken.values()), (wild, sum(taken.values()))
