from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from arch.univariate import GARCH, LS

from analysis.market.bars import Floats
from analysis.market.errors import DesignError
from analysis.market.events import Window
from analysis.market.prices import Instrument, Market
from analysis.models.normal_returns import NORMAL_RETURNS, Fit, Terms, least_squares
from analysis.study.study import StudyDesign, StudyResults, event_study
from tests.analysis.markets import business_days, history, market_of, session_event

ESTIMATION, EVENT = slice(0, 60), slice(60, 65)


def drawn(firms: int = 3, k: int = 2, missing: float = 0.1) -> tuple[np.ndarray, Terms]:
    rng = np.random.default_rng(7)
    regressors = np.concatenate([np.ones((65, firms, 1)), rng.normal(size=(65, firms, k - 1))], axis=2)
    returns = regressors.sum(axis=2) + rng.standard_t(4, size=(65, firms))
    returns[rng.random(returns.shape) < missing] = np.nan
    return returns, Terms(tuple("abcd"[:k]), regressors, np.zeros(returns.shape))


def forecast_covariance(fit: Fit) -> np.ndarray:
    """Covariance of the L abnormal returns of the event window, prediction error included, (N, L, L)."""
    shared = np.einsum("knl,knm->nlm", fit.loadings, fit.loadings)
    return np.asarray(shared + fit.variances[:, :, None] * np.eye(fit.variances.shape[1]))


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
        assert np.diag(forecast_covariance(fit)[j]) == pytest.approx(ahead.se_obs**2, rel=1e-10)


def test_the_covariance_of_a_sum_is_that_of_predicting_the_sum() -> None:
    returns, terms = drawn(firms=1)
    fit = least_squares(returns, terms, ESTIMATION, EVENT)
    known = sm.OLS(returns[ESTIMATION, 0], terms.regressors[ESTIMATION, 0], missing="drop").fit()
    total = terms.regressors[EVENT, 0].sum(axis=0)
    expected = total @ known.cov_params() @ total + 5 * known.mse_resid
    assert forecast_covariance(fit)[0].sum() == pytest.approx(expected, rel=1e-10)


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
        assert model.caution.endswith(".")
        assert model.reference


SIZE, DAY_ZERO = 160, 140


def studied(model: str, market: Market | None = None) -> StudyResults:
    """A in [0, 2] after an estimation window of 100 sessions that ends ten before."""
    market = market or market_of(RETURNS)
    design = StudyDesign(
        session_event(market, DAY_ZERO), ("A",), None, model, Window(0, 2), Window(-109, -10)
    )
    return event_study(design, market)


def drawn_returns() -> dict[str, Floats]:
    """A benchmark, an index, and a share that answers to both with a lag, in waves of variance."""
    rng = np.random.default_rng(7)
    market, index = rng.normal(0, 0.01, (2, SIZE))
    errors, variance = np.zeros(SIZE), np.full(SIZE, 4e-4)
    for t in range(1, SIZE):
        variance[t] = 4e-5 + 0.2 * errors[t - 1] ** 2 + 0.7 * variance[t - 1]
        errors[t] = np.sqrt(variance[t]) * rng.normal()
    return {"MKT": market, "^IXIC": index, "A": market + 0.3 * np.roll(market, 1) + 0.5 * index + errors}


RETURNS = drawn_returns()
A, MKT, INDEX = RETURNS["A"], RETURNS["MKT"], RETURNS["^IXIC"]
PAST, AHEAD = slice(DAY_ZERO - 110, DAY_ZERO - 10), slice(DAY_ZERO - 1, DAY_ZERO + 2)


def test_the_constant_mean_model_expects_the_average() -> None:
    results = studied("constant_mean")
    assert results.abnormal_returns["A"].tolist() == pytest.approx(A[AHEAD] - A[PAST].mean())
    parameters = results.parameters.loc["A"]
    assert (parameters["beta"], parameters["rsquared"]) == (0, pytest.approx(0, abs=1e-12))
    assert parameters["sigma"] == pytest.approx(A[PAST].std(ddof=1))


def test_the_market_adjusted_model_expects_the_benchmark() -> None:
    results = studied("market_adjusted")
    assert results.abnormal_returns["A"].tolist() == pytest.approx(A[AHEAD] - MKT[AHEAD])
    assert results.parameters.loc["A", ["alpha", "beta", "df_resid"]].tolist() == [0, 1, 100]


def shifted(sessions: int) -> Floats:
    return np.roll(MKT, -sessions)


@pytest.mark.parametrize(
    ("model", "names", "columns"),
    [
        ("market_model", ["beta"], [MKT]),
        ("two_index", ["beta", "beta_second"], [MKT, INDEX]),
        ("market_model_lag", ["beta", "beta_lag"], [MKT, shifted(-1)]),
        ("market_model_lead", ["beta", "beta_lead"], [MKT, shifted(+1)]),
    ],
)
def test_a_linear_model_is_its_regression(model: str, names: list[str], columns: list[Floats]) -> None:
    results = studied(model)
    x = sm.add_constant(np.column_stack(columns))
    known = sm.OLS(A[PAST], x[PAST]).fit()
    ahead = known.get_prediction(x[AHEAD])
    assert results.parameters.loc["A", ["alpha", *names]].tolist() == pytest.approx(known.params)
    assert results.expected_returns["A"].tolist() == pytest.approx(ahead.predicted_mean)
    assert results.standard_errors["A"].tolist() == pytest.approx(ahead.se_obs)
    total = x[AHEAD].sum(axis=0)
    car = results.car(Window(0, 2)).loc["A"]
    assert car["se"] == pytest.approx(np.sqrt(total @ known.cov_params() @ total + 3 * known.mse_resid))
    assert car["df"] == 100 - x.shape[1]


def test_dimson_sums_the_betas_of_one_regression() -> None:
    results = studied("dimson")
    x = sm.add_constant(np.column_stack([MKT, shifted(-1), shifted(+1)]))
    known = sm.OLS(A[PAST], x[PAST]).fit()
    beta = known.params[1:].sum()
    assert results.parameters.loc["A", "beta"] == pytest.approx(beta)
    assert results.expected_returns["A"].tolist() == pytest.approx(known.params[0] + beta * MKT[AHEAD])
    errors = A[PAST] - known.params[0] - beta * MKT[PAST]
    variance = (errors**2).sum() / 96
    same = np.column_stack([np.ones(3), MKT[AHEAD], MKT[AHEAD], MKT[AHEAD]])
    uncertainty = np.diag(same @ known.normalized_cov_params @ same.T)
    assert results.standard_errors["A"].tolist() == pytest.approx(np.sqrt(variance * (1 + uncertainty)))


def slope(y: Floats, x: Floats) -> float:
    return float(sm.OLS(y, sm.add_constant(x)).fit().params[1])


def test_scholes_williams_weighs_three_simple_regressions() -> None:
    results = studied("scholes_williams")
    betas = sum(slope(A[PAST], shifted(k)[PAST]) for k in (-1, 0, 1))
    beta = betas / (1 + 2 * np.corrcoef(MKT[PAST], shifted(-1)[PAST])[0, 1])
    alpha = A[PAST].mean() - beta * MKT[PAST].mean()
    assert results.parameters.loc["A", ["alpha", "beta"]].tolist() == pytest.approx([alpha, beta])
    assert results.expected_returns["A"].tolist() == pytest.approx(alpha + beta * MKT[AHEAD])


def test_the_forecast_error_of_scholes_williams_is_that_of_an_instrumental_variable() -> None:
    results = studied("scholes_williams")
    x = sm.add_constant(MKT[PAST])
    z = sm.add_constant((MKT + shifted(-1) + shifted(1))[PAST])
    bread = np.linalg.inv(z.T @ x)
    uncertainty = bread @ (z.T @ z) @ bread.T
    ahead = sm.add_constant(MKT[AHEAD])
    hat = ahead @ uncertainty @ ahead.T
    sigma = results.parameters.loc["A", "sigma"]
    assert forecast_covariance(results.fit)[0] == pytest.approx(sigma**2 * (np.eye(3) + hat), rel=1e-9)


def test_a_benchmark_that_is_traded_in_step_has_the_same_beta_in_every_model() -> None:
    """Without noise, lag or autocorrelation all estimators of beta agree about what is expected."""
    noise = np.random.default_rng(0).normal(0, 1e-6, SIZE)
    tied = {"MKT": MKT, "A": 1e-4 + 1.5 * MKT + noise}
    for model in ("market_model", "market_model_lag", "market_model_lead", "dimson"):
        assert studied(model, market_of(tied)).parameters.loc["A", "beta"] == pytest.approx(1.5, abs=1e-3)


def test_betas_for_late_prices_find_what_least_squares_misses() -> None:
    """Half of each day's move is seen a day late: the true beta is 1.5, the same-day one half of it."""
    rng = np.random.default_rng(11)
    market, own = rng.normal(0, 0.01, (2, 3001))
    true = 1.5 * market + 0.2 * own
    seen = market_of({"MKT": market[1:], "A": (true[1:] + true[:-1]) / 2})
    event = session_event(seen, 2990)
    betas = {
        model: event_study(
            StudyDesign(event, ("A",), None, model, Window(0, 0), Window(-2900, -1)), seen
        ).parameters.loc["A", "beta"]
        for model in ("market_model", "dimson", "scholes_williams")
    }
    assert betas == pytest.approx({"market_model": 0.75, "dimson": 1.5, "scholes_williams": 1.5}, rel=0.05)


@pytest.fixture(scope="module")
def crowd() -> Market:
    """Four hundred shares to which nothing happens."""
    rng = np.random.default_rng(12)
    market, index = rng.normal(0, 0.01, (2, 80))
    shares = {f"S{j}": rng.uniform(0.5, 2) * market + rng.normal(0, 0.02, 80) for j in range(400)}
    return market_of({"MKT": market, "^IXIC": index} | shares)


@pytest.mark.parametrize(
    "model",
    ["market_model", "two_index", "market_model_lag", "market_model_lead", "dimson", "scholes_williams"],
)
@pytest.mark.parametrize("window", [Window(0, 0), Window(0, 4)])
def test_where_nothing_happens_five_in_a_hundred_are_significant(
    crowd: Market, model: str, window: Window
) -> None:
    shares = tuple(symbol for symbol in crowd.histories if symbol.startswith("S"))
    design = StudyDesign(session_event(crowd, 70), shares, None, model, Window(0, 4), Window(-60, -10))
    rejected = (event_study(design, crowd).car(window)["pvalue"] < 0.05).mean()
    assert rejected == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 / 400))


# ------------------------------------------------------------------------------------ factors


def factor_market(region: str | None) -> tuple[Market, pd.DataFrame]:
    names = ["mkt_rf", "smb", "hml", "rmw", "cma", "rf"]
    days = pd.DatetimeIndex(business_days(SIZE + 1))
    values = np.random.default_rng(0).normal(0, 0.01, (SIZE + 1, 6))
    table = pd.DataFrame(values, index=days, columns=names)
    listed = {"A": Instrument("A", "A", "XTST", "EUR", benchmark="MKT", region=region)}  # type: ignore[arg-type]
    return market_of(RETURNS, instruments=listed, factors={"US": table, "Europe": table * 2}), table


@pytest.mark.parametrize(("region", "scale"), [("US", 1), ("Europe", 2)])
@pytest.mark.parametrize("count", [3, 5])
def test_fama_french_explains_excess_returns_by_the_factors_of_the_region(
    region: str, scale: int, count: int
) -> None:
    market, table = factor_market(region)
    results = studied(f"fama_french_{count}", market)
    values = scale * table.to_numpy()[1:]
    x, riskless = sm.add_constant(values[:, :count]), values[:, 5]
    known = sm.OLS((A - riskless)[PAST], x[PAST]).fit()
    assert results.fit.coefficients[0] == pytest.approx(known.params)
    assert results.parameters.columns[:3].tolist() == ["alpha", "beta", "smb"]
    expected = riskless[AHEAD] + known.predict(x[AHEAD])
    assert results.expected_returns["A"].tolist() == pytest.approx(expected)
    assert results.standard_errors["A"].tolist() == pytest.approx(known.get_prediction(x[AHEAD]).se_obs)


def test_a_share_without_factors_is_left_out() -> None:
    with pytest.raises(DesignError, match="A: there are no factor returns for its region"):
        studied("fama_french_3", factor_market(None)[0])


def test_factors_need_no_benchmark_with_a_history() -> None:
    market, _ = factor_market("US")
    short = history("MKT", business_days(SIZE + 1)[-20:], np.arange(20) + 1.0)
    market = dataclasses.replace(market, histories={**market.histories, "MKT": short})
    assert not studied("fama_french_3", market).excluded


def test_the_second_index_cannot_be_the_benchmark() -> None:
    with pytest.raises(DesignError, match=r"the returns of \^IXIC and \^IXIC do not vary independently"):
        studied("two_index", market_of(RETURNS, "^IXIC"))


# ------------------------------------------------------------------------------------ GARCH


def test_garch_gives_the_mean_and_the_forecast_of_arch() -> None:
    results = studied("garch")
    x = pd.DataFrame({"one": 1.0, "mkt": MKT})
    model = LS(A[PAST] * 100, x=x[PAST] * 100, constant=False, volatility=GARCH(1, 0, 1), rescale=False)
    known = model.fit(disp="off")
    found = results.parameters.loc["A", ["alpha", "beta", "omega", "arch", "garch"]].to_numpy(float)
    assert found * [1, 1, 1e4, 1, 1] == pytest.approx(known.params.to_numpy(), rel=2e-3, abs=2e-3)
    ahead = {"one": np.full((1, 12), 100.0), "mkt": np.zeros((1, 12))}
    variances = known.forecast(horizon=12, x=ahead).variance.to_numpy()[-1, 9:] / 1e4
    mean = x[AHEAD].to_numpy()
    uncertainty = np.diag(mean @ known.param_cov.to_numpy()[:2, :2] @ mean.T)
    assert results.standard_errors["A"].tolist() == pytest.approx(np.sqrt(variances + uncertainty), rel=1e-2)
    assert results.parameters.loc["A", "df_resid"] == 100 - 5


def test_garch_is_forecast_from_before_the_event() -> None:
    market = market_of(RETURNS)
    design = StudyDesign(session_event(market, 20), ("A",), None, "garch", Window(0, 2), Window(10, 109))
    with pytest.raises(DesignError, match="needs an estimation window that ends before the event window"):
        event_study(design, market)


def test_a_share_for_which_garch_does_not_converge_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analysis.models.garch._maximum_likelihood", lambda *arguments: None)
    with pytest.raises(DesignError, match=r"A: the GARCH\(1,1\) likelihood found no maximum"):
        studied("garch")
