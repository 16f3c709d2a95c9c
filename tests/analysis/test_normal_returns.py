from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from analysis.event import Window
from analysis.normal_returns import NORMAL_RETURNS, Terms, least_squares
from analysis.study import StudyDesign, event_study
from tests.analysis.markets import market_of, session_event

RNG = np.random.default_rng(7)
ESTIMATION, EVENT = slice(0, 60), slice(60, 65)


def drawn(firms: int = 3, k: int = 2, missing: float = 0.1) -> tuple[np.ndarray, Terms]:
    regressors = np.concatenate([np.ones((65, firms, 1)), RNG.normal(size=(65, firms, k - 1))], axis=2)
    returns = regressors.sum(axis=2) + RNG.standard_t(4, size=(65, firms))
    returns[RNG.random(returns.shape) < missing] = np.nan
    return returns, Terms(tuple("abcd"[:k]), regressors, np.zeros(returns.shape))


@pytest.mark.parametrize("k", [1, 2, 4])
def test_least_squares_is_that_of_statsmodels_with_its_prediction_errors(k: int) -> None:
    returns, terms = drawn(k=k)
    fit = least_squares(returns, terms, ESTIMATION, EVENT)
    for j in range(returns.shape[1]):
        known = sm.OLS(returns[ESTIMATION, j], terms.regressors[ESTIMATION, j], missing="drop").fit()
        ahead = known.get_prediction(terms.regressors[EVENT, j])
        assert fit.coefficients[j] == pytest.approx(known.params, rel=1e-10)
        assert (fit.nobs[j], fit.df_resid[j]) == (known.nobs, known.df_resid)
        assert fit.sigma[j] == pytest.approx(np.sqrt(known.mse_resid), rel=1e-10)
        assert fit.rsquared[j] == pytest.approx(known.rsquared, rel=1e-8, abs=1e-12)
        assert fit.expected[EVENT, j] == pytest.approx(ahead.predicted_mean, rel=1e-10)
        assert np.diag(fit.forecast_covariance[j]) == pytest.approx(ahead.se_obs**2, rel=1e-10)


def test_the_covariance_of_a_sum_is_that_of_predicting_the_sum() -> None:
    returns, terms = drawn(firms=1)
    fit = least_squares(returns, terms, ESTIMATION, EVENT)
    known = sm.OLS(returns[ESTIMATION, 0], terms.regressors[ESTIMATION, 0], missing="drop").fit()
    total = terms.regressors[EVENT, 0].sum(axis=0)
    expected = total @ known.cov_params() @ total + 5 * known.mse_resid
    assert fit.forecast_covariance[0].sum() == pytest.approx(expected, rel=1e-10)


def test_a_short_or_dependent_set_of_regressors_has_no_coefficients() -> None:
    returns, terms = drawn(k=2, missing=0)
    twice = Terms(("a", "b", "c"), terms.regressors[..., [0, 1, 1]], terms.offset)
    assert np.isnan(least_squares(returns, twice, ESTIMATION, EVENT).coefficients).all()
    assert np.isnan(least_squares(returns, terms, slice(0, 1), EVENT).coefficients).all()


def test_one_firms_gaps_do_not_touch_another() -> None:
    returns, terms = drawn(firms=2, missing=0)
    before = least_squares(returns, terms, ESTIMATION, EVENT)
    returns[5:30, 0] = np.nan
    after = least_squares(returns, terms, ESTIMATION, EVENT)
    assert after.coefficients[1] == pytest.approx(before.coefficients[1], rel=1e-12)
    assert after.nobs.tolist() == [35, 60]


def test_every_model_says_what_it_is() -> None:
    for key, model in NORMAL_RETURNS.items():
        assert key == model.key
        assert model.label
        assert model.explanation.endswith(".")
        assert model.reference


def studied(model: str, returns: dict[str, np.ndarray]) -> tuple[np.ndarray, dict[str, float]]:
    """Abnormal returns of A in [0, 2] after an estimation window of 40 sessions, and its parameters."""
    market = market_of(returns)
    design = StudyDesign(session_event(market, 42), ("A",), None, model, Window(0, 2), Window(-41, -1))
    results = event_study(design, market)
    return results.abnormal_returns["A"].to_numpy(), results.parameters.loc["A"].to_dict()


A, MKT = RNG.normal(0, 0.02, 50), RNG.normal(0, 0.01, 50)


def test_the_constant_mean_model_expects_the_average() -> None:
    ar, parameters = studied("constant_mean", {"MKT": MKT, "A": A})
    assert ar == pytest.approx(A[41:44] - A[:41].mean())
    assert (parameters["beta"], parameters["rsquared"]) == (0, pytest.approx(0, abs=1e-12))
    assert parameters["sigma"] == pytest.approx(A[:41].std(ddof=1))


def test_the_market_adjusted_model_expects_the_benchmark() -> None:
    ar, parameters = studied("market_adjusted", {"MKT": MKT, "A": A})
    assert ar == pytest.approx(A[41:44] - MKT[41:44])
    assert (parameters["alpha"], parameters["beta"], parameters["df_resid"]) == (0, 1, 41)
