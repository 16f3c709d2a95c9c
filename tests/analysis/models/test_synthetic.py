from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.optimize import nnls

from analysis.market.bars import Floats
from analysis.models.least_squares import Terms
from analysis.models.synthetic import PENALTIES, nearest, ridge, ridge_mix, simplex, simplex_mix

DAYS, EVENT = slice(0, 60), slice(60, 63)


def drawn(rows: int = 60) -> tuple[Floats, Floats]:
    """Returns of a share and of four donors."""
    rng = np.random.default_rng(7)
    x = rng.normal(0, 0.01, (rows, 4)) + rng.normal(0, 0.01, (rows, 1))
    return x @ np.array([0.5, 0.3, 0.2, 0.0]) + rng.normal(0, 0.01, rows), x


def test_weights_of_a_mix_are_those_of_pysyncon() -> None:
    # pysyncon 1.7.0: Synth.fit on the same returns, each day weighing as it stands (custom_V its variance)
    expected = [0.608612833, 0.088606862, 0.204124417, 0.098655888]
    assert simplex_mix(*drawn()).weights == pytest.approx(expected, abs=5e-6)


def test_no_other_mix_is_nearer() -> None:
    y, x = drawn()
    best = ((y - x @ simplex_mix(y, x).weights) ** 2).sum()
    for weights in np.random.default_rng(1).dirichlet(np.ones(4), 2000):
        assert ((y - x @ weights) ** 2).sum() >= best


@pytest.mark.parametrize("donors", [2, 5, 60])
@pytest.mark.parametrize("alike", [False, True])
def test_weights_that_are_not_negative_are_those_of_scipy(donors: int, alike: bool) -> None:
    rng = np.random.default_rng(donors)
    for _ in range(20):
        x = rng.normal(0, 1, (120, donors)) + rng.normal(0, 1, (120, 1)) * rng.uniform(0, 2, donors)
        if alike:
            x[:, 0] = x[:, -1]
        rows = np.vstack([x, np.ones(donors)])
        weights, _ = nnls(rows, np.eye(121)[-1])
        found = nearest(rows.T @ rows)
        assert found.min() >= 0
        assert x @ found == pytest.approx(x @ weights, abs=1e-12)


def test_the_ridge_has_the_smallest_error_when_each_day_is_left_out() -> None:
    y, x = drawn(25)

    def coefficients(y: Floats, x: Floats, penalty: float) -> tuple[float, Floats]:
        centred = x - x.mean(axis=0)
        slope = np.linalg.solve(centred.T @ centred + penalty * np.eye(4), centred.T @ (y - y.mean()))
        return float(y.mean() - x.mean(axis=0) @ slope), slope

    size = np.linalg.svd(x - x.mean(axis=0), compute_uv=False)[0] ** 2
    penalties = PENALTIES * size
    hats = [np.linalg.inv((c := x - x.mean(axis=0)).T @ c + penalty * np.eye(4)) for penalty in penalties]
    errors = [
        (
            ((y - y.mean() - c @ hat @ c.T @ y) / (1 - 1 / 25 - np.einsum("ti,ij,tj->t", c, hat, c))) ** 2
        ).mean()
        for hat in hats
    ]
    alpha, slope = coefficients(y, x, penalties[int(np.argmin(errors))])
    found = ridge_mix(y, x)
    assert found.alpha == pytest.approx(alpha)
    assert found.weights == pytest.approx(slope)


def test_forecast_errors_of_an_inner_mix_are_those_of_the_regression_on_differences() -> None:
    y, x = drawn(63)
    terms = Terms(tuple("abcd"), x[:, None], np.zeros((63, 1)))
    fit = simplex(y[:, None], terms, DAYS, EVENT)
    differences = x[:, 1:] - x[:, :1]
    plain = sm.OLS(y[DAYS] - x[DAYS, 0], differences[DAYS]).fit()
    forecast = plain.get_prediction(differences[EVENT])
    assert (fit.coefficients > 0).all()
    assert fit.errors[:, 0] == pytest.approx(forecast.se_obs)
    assert fit.expected[EVENT, 0] == pytest.approx(forecast.predicted_mean + x[EVENT, 0])
    assert fit.sigma[0] ** 2 == pytest.approx(plain.scale)


@pytest.mark.parametrize(("model", "constant"), [(simplex, 0), (ridge, 1)])
def test_a_donor_without_returns_or_without_movement_has_no_weight(model: object, constant: int) -> None:
    y, x = drawn(63)
    x[:10, 1], x[:, 2] = np.nan, 0.0
    regressors = np.concatenate([np.ones((63, constant)), x], axis=1)[:, None]
    names = (*(["alpha"] * constant), *"abcd")
    fit = model(y[:, None], Terms(names, regressors, np.zeros((63, 1))), DAYS, EVENT)  # type: ignore[operator]
    alone = model(  # type: ignore[operator]
        y[:, None],
        Terms(names, regressors[..., [*range(constant), constant, constant + 3]], np.zeros((63, 1))),
        DAYS,
        EVENT,
    )
    assert fit.coefficients[0, constant + 1 : constant + 3].tolist() == [0.0, 0.0]
    np.testing.assert_allclose(fit.residuals, alone.residuals)


@pytest.mark.parametrize(("model", "constant"), [(simplex, 0), (ridge, 1)])
def test_a_share_that_does_not_move_is_mixed_of_nothing(model: object, constant: int) -> None:
    _, x = drawn(63)
    regressors = np.concatenate([np.ones((63, constant)), x], axis=1)[:, None]
    terms = Terms((*(["alpha"] * constant), *"abcd"), regressors, np.zeros((63, 1)))
    fit = model(np.zeros((63, 1)), terms, DAYS, EVENT)  # type: ignore[operator]
    assert fit.sigma.tolist() == [0.0]
    assert np.isnan(fit.expected).all()
