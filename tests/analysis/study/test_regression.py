from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from analysis.market.bars import Floats
from analysis.market.errors import UnknownNameError
from analysis.market.events import Window
from analysis.study.regression import estimation_sample, fitted_scatter, regression_table
from analysis.study.study import StudyDesign, StudyResults, event_study
from tests.analysis.markets import market_of, session_event

SIZE, DAY_ZERO, ESTIMATION, EVENT = 160, 140, Window(-120, -11), Window(-2, 2)
PAST = slice(DAY_ZERO - 121, DAY_ZERO - 11)


def drawn() -> dict[str, Floats]:
    rng = np.random.default_rng(2)
    index, nasdaq = rng.normal(0, 0.01, (2, SIZE))
    return {"MKT": index, "^IXIC": nasdaq, "A": 1.2 * index + 0.4 * nasdaq + rng.standard_t(4, SIZE) * 0.01}


RETURNS = drawn()


def study(model: str = "market_model", returns: dict[str, Floats] = RETURNS) -> StudyResults:
    market = market_of(returns)
    design = StudyDesign(session_event(market, DAY_ZERO), ("A",), None, model, EVENT, ESTIMATION)
    return event_study(design, market)


@pytest.mark.parametrize(
    ("model", "formula"),
    [
        ("market_model", "A ~ MKT"),
        ("two_index", "A ~ MKT + IXIC"),
        ("constant_mean", "A ~ 1"),
    ],
)
def test_coefficients_and_both_kinds_of_errors_are_those_of_statsmodels(model: str, formula: str) -> None:
    table = regression_table(study(model), "A")
    data = pd.DataFrame(RETURNS).rename(columns={"^IXIC": "IXIC"}).iloc[PAST]
    known = smf.ols(formula, data).fit()
    robust = smf.ols(formula, data).fit(
        cov_type="HAC", cov_kwds={"maxlags": 4, "use_correction": True}, use_t=True
    )
    assert table["estimate"].tolist() == pytest.approx(known.params.tolist())
    assert table["se"].tolist() == pytest.approx(known.bse.tolist())
    assert table["pvalue"].tolist() == pytest.approx(known.pvalues.tolist())
    assert table["hac_se"].tolist() == pytest.approx(robust.bse.tolist())
    assert table["hac_pvalue"].tolist() == pytest.approx(robust.pvalues.tolist())


def test_a_model_without_a_regression_has_coefficients_without_errors() -> None:
    garch = regression_table(study("garch"), "A")
    assert garch.index.tolist() == ["alpha", "beta", "omega", "arch", "garch"]
    assert garch["estimate"].notna().all()
    assert garch["se"].isna().all()
    assert regression_table(study("market_adjusted"), "A").empty


def test_the_sample_holds_the_days_that_the_fit_used() -> None:
    gap = {**RETURNS, "A": RETURNS["A"].copy()}
    gap["A"][DAY_ZERO - 50] = np.nan
    results = study(returns=gap)
    sample = estimation_sample(results, "A")
    assert len(sample.y) == results.parameters.loc["A", "nobs"]
    assert sample.residuals == pytest.approx(results.estimation_residuals["A"].dropna().to_numpy())
    assert np.sqrt((sample.residuals**2).sum() / (len(sample.y) - 2)) == pytest.approx(results.fit.sigma[0])


def test_a_firm_that_was_not_studied_is_named() -> None:
    with pytest.raises(UnknownNameError, match="unknown symbol 'B'"):
        regression_table(study(), "B")
    with pytest.raises(UnknownNameError, match="unknown symbol 'B'"):
        fitted_scatter(study(), "B")


def test_the_scatter_lies_around_the_fitted_line_and_marks_the_event() -> None:
    results = study()
    points = fitted_scatter(results, "A")
    parameters = results.parameters.loc["A"]
    line = parameters["alpha"] + parameters["beta"] * points["across"]
    assert points["expected_return"].tolist() == pytest.approx(line.tolist())
    assert points["return"].loc[-120:-11].tolist() == pytest.approx(RETURNS["A"][PAST].tolist())
    assert points.index[points["window"] == "event"].tolist() == [-2, -1, 0, 1, 2]
    assert points.loc[0, "session"].date() == results.event_sessions["A"]
