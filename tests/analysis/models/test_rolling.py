from __future__ import annotations

import numpy as np
import pytest

from analysis.market.bars import Floats
from analysis.models.least_squares import Terms, least_squares
from analysis.models.rolling import MEMORY, Rolling, expected_volatility, linear, rolling, window_sums

ESTIMATION, EVENT, DAYS, FIRMS = slice(0, 90), slice(100, 105), 30, 3
SIZE = EVENT.stop + DAYS - 1
RANDOM = np.random.default_rng(3)


def terms_of(*columns: Floats, gaps: Floats | None = None) -> Terms:
    constant = np.ones_like(columns[0]) if gaps is None else gaps
    return Terms(
        ("alpha", "beta"), np.stack([constant, *columns], axis=2), np.zeros_like(constant), gaps=gaps
    )


def drawn() -> tuple[Floats, Floats]:
    """Returns of a benchmark and of the firms, with days missing."""
    market = 0.001 + 0.01 * RANDOM.standard_normal((SIZE, FIRMS))
    returns = 1.2 * market + 0.02 * RANDOM.standard_normal((SIZE, FIRMS))
    returns[[40, 103, 104], 1] = np.nan
    return market, returns


def observation(values: Floats, day: int, firm: int) -> Floats:
    """A study's rows of one firm."""
    return values[day : day + EVENT.stop, [firm]]


def on_days(returns: Floats, terms: Terms) -> Rolling:
    return rolling(linear, returns, terms, ESTIMATION, EVENT, DAYS)


@pytest.mark.parametrize("gaps", [None, 1.0 + RANDOM.integers(0, 3, (SIZE, FIRMS))])
def test_every_day_is_the_study_of_that_day(gaps: Floats | None) -> None:
    market, returns = drawn()
    terms = terms_of(market, gaps=gaps)
    found = on_days(returns, terms)
    for firm in range(FIRMS):
        for day in (0, 17, DAYS - 1):
            own = terms.each(lambda values, at=(day, firm): observation(values, *at))  # type: ignore[misc]
            fit, place = (
                least_squares(observation(returns, day, firm), own, ESTIMATION, EVENT),
                firm * DAYS + day,
            )
            np.testing.assert_allclose(
                found.fit.residuals[:, place], fit.residuals[EVENT][:, 0], rtol=0, atol=1e-12
            )
            np.testing.assert_allclose(found.fit.errors[:, place], fit.errors[:, 0], rtol=1e-10)
            assert found.fit.nobs[place] == fit.nobs[0]
            expected = expected_volatility(fit.residuals[: EVENT.start])
            assert found.volatility([0])[0, place] == pytest.approx(expected[0], rel=1e-10)


@pytest.mark.parametrize(("size", "decay"), [(1, 1.0), (250, 1.0), (MEMORY, 0.94), (64, 0.94)])
def test_a_window_is_summed_from_its_own_days(size: int, decay: float) -> None:
    values = RANDOM.standard_normal((2, 400))
    weights = decay ** np.arange(size)
    wanted = [np.convolve(line, weights, mode="valid") for line in values]
    np.testing.assert_allclose(window_sums(values, size, decay), wanted, rtol=1e-10, atol=1e-12)


def test_no_digit_depends_on_other_firms_or_on_days_outside_the_window() -> None:
    market, returns = drawn()
    before = on_days(returns, terms_of(market)).fit
    alone = on_days(returns[:, :1], terms_of(market[:, :1])).fit
    returns[0] = 1e9  # in the first day's estimation window alone
    after = on_days(returns, terms_of(market)).fit
    np.testing.assert_array_equal(alone.errors, before.errors[:, :DAYS])
    later = np.arange(DAYS * FIRMS) % DAYS > 0
    np.testing.assert_array_equal(after.errors[:, later], before.errors[:, later])
    assert not np.array_equal(after.errors, before.errors)


@pytest.mark.parametrize(("apart", "told"), [(1e-3, True), (1e-7, False), (0.0, False)])
def test_regressors_that_nearly_coincide_are_refused_before_rounding_decides(
    apart: float, told: bool
) -> None:
    market, returns = drawn()
    terms = terms_of(market, market + apart * 0.01 * RANDOM.standard_normal(market.shape))
    found = on_days(returns, terms)
    assert np.isfinite(found.fit.coefficients).all() == told
    if told:
        own = terms.each(lambda values: observation(values, 0, 0))
        fit = least_squares(observation(returns, 0, 0), own, ESTIMATION, EVENT)
        np.testing.assert_allclose(found.fit.residuals[:, 0], fit.residuals[EVENT][:, 0], rtol=0, atol=1e-10)


def test_a_share_that_its_benchmark_explains_has_no_error_to_be_measured_by() -> None:
    market, _ = drawn()
    found = on_days(2.0 * market, terms_of(market)).fit
    assert (found.sigma == 0.0).all()
    np.testing.assert_allclose(found.residuals, 0.0, atol=1e-12)
