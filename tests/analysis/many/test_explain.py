"""What explains the differences between events, against statsmodels and the definition of its errors."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from analysis.many.explain import Explained, explained
from analysis.market.errors import DesignError
from analysis.market.events import Window

EVENTS = 160
FEW = (0, 1, 2)
RANDOM = np.random.default_rng(5)
DATES, FIRMS = RANDOM.integers(0, 12, EVENTS), RANDOM.integers(0, 15, EVENTS)
SIZE = RANDOM.lognormal(25, 1, EVENTS)
SECTOR = np.array(["banks", "oil", "tech"])[RANDOM.choice(3, EVENTS, p=[0.2, 0.3, 0.5])]
CAR = (
    0.01 * RANDOM.normal(size=12)[DATES]
    + 0.01 * RANDOM.normal(size=15)[FIRMS]
    + 0.02 * RANDOM.normal(size=EVENTS)
    + 0.02 * (SECTOR == "oil")
)
TABLE = pd.DataFrame({"size": SIZE, "sector": pd.Categorical(SECTOR)}, index=np.arange(2, EVENTS + 2))


def found(table: pd.DataFrame = TABLE, car: Any = CAR, dates: Any = DATES, firms: Any = FIRMS) -> Explained:
    """What explains the CARs of day 0 of a list that was studied."""
    days = np.datetime64("2024-01-01") + np.asarray(dates)
    events = SimpleNamespace(line=table.index.to_numpy(), firm=np.asarray(firms))
    columns = SimpleNamespace(events=events, session=days, car=np.asarray(car)[None])
    many: Any = SimpleNamespace(columns=columns, design=SimpleNamespace(car_windows=(Window(0, 0),)))
    return explained(many, table)


def matrix() -> Any:
    """The regressors by hand: most events are of tech, which is the base."""
    return np.column_stack([np.ones(EVENTS), SIZE / 1e11, SECTOR == "banks", SECTOR == "oil"]).astype(float)


def meat(x: Any, residuals: Any, *codes: Any) -> Any:
    """Sum over clusters of the outer product of their scores, with the usual correction for few clusters."""
    clusters = list(zip(*codes, strict=True))
    out = np.zeros((x.shape[1], x.shape[1]))
    for cluster in set(clusters):
        score = sum(x[i] * residuals[i] for i in range(len(x)) if clusters[i] == cluster)
        out += np.outer(score, score)
    groups, (n, k) = len(set(clusters)), x.shape
    return out * groups / (groups - 1) * (n - 1) / (n - k)


def test_coefficients_and_errors_are_those_of_statsmodels() -> None:
    (regression,) = found().regressions
    groups = np.column_stack([DATES, FIRMS])
    by_hand = sm.OLS(CAR, matrix()).fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)
    units = np.array([1, 1e11, 1, 1])
    assert [(one.term, one.level) for one in regression.coefficients] == [
        ("Intercept", ""),
        ("size", ""),
        ("sector", "banks"),
        ("sector", "oil"),
    ]
    for key, wanted in {"value": by_hand.params / units, "se": by_hand.bse / units}.items():
        assert [getattr(one, key) for one in regression.coefficients] == pytest.approx(wanted, rel=1e-8)
    assert [one.pvalue for one in regression.coefficients] == pytest.approx(by_hand.pvalues, rel=1e-8)
    assert [
        one.low * unit for one, unit in zip(regression.coefficients, units, strict=True)
    ] == pytest.approx(by_hand.conf_int()[:, 0], rel=1e-8)
    assert (regression.r2, regression.df) == (pytest.approx(by_hand.rsquared), 11)


def test_errors_are_by_date_plus_by_firm_less_by_both() -> None:
    x = matrix()
    bread = np.linalg.inv(x.T @ x)
    residuals = CAR - x @ (bread @ x.T @ CAR)
    both = meat(x, residuals, DATES) + meat(x, residuals, FIRMS) - meat(x, residuals, DATES, FIRMS)
    wanted = np.sqrt(np.diag(bread @ both @ bread)) / [1, 1e11, 1, 1]
    assert [one.se for one in found().regressions[0].coefficients] == pytest.approx(wanted, rel=1e-8)


def test_levels_are_compared_by_their_means_and_one_test_that_all_are_equal() -> None:
    (compared,) = found().regressions[0].comparisons
    dummies = np.column_stack([name == SECTOR for name in ("banks", "oil", "tech")]).astype(float)
    groups = np.column_stack([DATES, FIRMS])
    by_hand = sm.OLS(CAR, dummies).fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)
    apart = np.array([[1, 0, -1], [0, 1, -1]])
    assert compared.base == "tech"
    assert [one.value for one in compared.means] == pytest.approx(
        [CAR[name == SECTOR].mean() for name in ("banks", "oil", "tech")]
    )
    differences = by_hand.t_test(apart)
    assert [one.se for one in compared.differences] == pytest.approx(differences.sd, rel=1e-8)
    assert [one.pvalue for one in compared.differences] == pytest.approx(differences.pvalue, rel=1e-8)
    together = by_hand.f_test(apart)
    assert compared.statistic == pytest.approx(float(together.fvalue), rel=1e-8)
    assert compared.pvalue == pytest.approx(stats.f.sf(compared.statistic, 2, 11), rel=1e-8)


def test_a_planted_difference_is_found_and_a_shuffled_one_is_not() -> None:
    (compared,) = found().regressions[0].comparisons
    assert compared.pvalue < 0.01
    shuffled = TABLE.assign(sector=pd.Categorical(np.random.default_rng(1).permutation(SECTOR)))
    assert found(shuffled).regressions[0].comparisons[0].pvalue > 0.05


def test_events_without_a_value_are_left_out_and_counted() -> None:
    holes = TABLE.copy()
    holes.iloc[:7, 0] = np.nan
    holes.iloc[5:9, 1] = None
    result = found(holes)
    assert "7 of 160 events have no size and are left out of what explains it" in result.notes
    assert "4 of 160 events have no sector and are left out of what explains it" in result.notes
    rest = found(TABLE[9:], CAR[9:], DATES[9:], FIRMS[9:])
    assert result.regressions == rest.regressions


def test_few_clusters_are_said() -> None:
    told = [note for note in found().notes if note.startswith("only")]
    assert [note.split(":")[0] for note in told] == ["only 12 dates", "only 15 firms"]


def test_a_level_of_one_date_has_no_error() -> None:
    """Its own mean takes up the whole date, whose score is then zero: an error would be far too small."""
    table = TABLE.assign(sector=pd.Categorical(np.where(DATES == 3, "oil", "tech")))
    result = found(table[["sector"]])
    assert "sector oil: its events are of one date, which gives no error to compare it by" in result.notes
    (compared,) = result.regressions[0].comparisons
    assert np.isnan([compared.differences[0].se, compared.pvalue]).all()
    assert np.isfinite(compared.means[1].se)


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (
            {"table": TABLE.assign(twice=2 * SIZE + 3e9)},
            "twice follows from the columns before it (collinear)",
        ),
        ({"table": TABLE.assign(one=1.5)}, "one is the same for all events: leave it out"),
        ({"table": TABLE.assign(one=pd.Categorical(["a"] * EVENTS))}, "one is the same for all events"),
        ({"dates": np.zeros(EVENTS, int)}, "the events are of 1 date; errors clustered by date"),
        ({"firms": np.zeros(EVENTS, int)}, "the events are of 1 firm; errors clustered by date"),
        (
            {"car": np.where(np.isin(np.arange(EVENTS), FEW), CAR, np.nan)},
            "3 events for 3 coefficients; at least 4",
        ),
        ({"car": np.full(EVENTS, np.nan)}, "the events are of no date"),
    ],
)
def test_what_cannot_be_regressed_is_refused_in_one_line(change: dict[str, Any], wanted: str) -> None:
    with pytest.raises(DesignError) as caught:
        found(**change)
    assert wanted in str(caught.value)
    assert "\n" not in str(caught.value)
