from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from analysis.inference.familywise import step_down
from analysis.inference.firm_inference import (
    across_windows,
    car_band,
    firm_inference,
    largest_on_paths,
    sample_quantile,
)
from analysis.inference.placebo import history, placebo, pseudo_studies
from analysis.market.bars import Floats
from analysis.market.events import Window
from analysis.study.study import StudyDesign, StudyResults, event_study
from tests.analysis.markets import market_of, reference_study, session_event

DAY, PAIR = Window(0, 0), Window(0, 1)
DAY_ZERO, ESTIMATION, EVENT = 220, Window(-70, -11), Window(-5, 5)


def study(
    seed: int = 1, shock: float = 0.0, position: int = DAY_ZERO, closed: Sequence[int] = ()
) -> StudyResults:
    rng = np.random.default_rng(seed)
    market = rng.normal(0, 0.01, 260)
    returns: dict[str, Floats] = {"MKT": market} | {s: market + rng.normal(0, 0.02, 260) for s in "ABC"}
    returns["A"][position - 1] += shock
    returns["A"][[position + day - 1 for day in closed]] = np.nan
    made = market_of(returns)
    windows = {"event_window": EVENT, "estimation_window": ESTIMATION}
    return event_study(StudyDesign(session_event(made, position), ("A", "B", "C"), **windows), made)  # type: ignore[arg-type]


@pytest.mark.parametrize("case", ["common_date", "missing_bars"])
def test_sample_quantiles_of_a_reference_case_come_out_to_nine_digits(case: str) -> None:
    results, expected = reference_study(case)
    table = firm_inference(results, DAY)
    for symbol, firm in expected["firms"].items():
        for side, answer in firm["sample_quantile"].items():
            assert table.loc[symbol, f"sample_quantile_{side}"] == pytest.approx(answer, rel=1e-9)


def test_the_sample_quantile_by_hand() -> None:
    residuals = np.array([-3.0, -1.0, 2.0, np.nan])
    assert sample_quantile(residuals, -2.0) == {"lower": 2 / 4, "upper": 3 / 4, "abs": 3 / 4, "two": 1.0}
    pairs = sample_quantile(residuals, -4.0, length=2)  # sums -4 and 1
    assert pairs == {"lower": 2 / 3, "upper": 3 / 3, "abs": 2 / 3, "two": 1.0}
    assert all(np.isnan(value) for value in sample_quantile(residuals, np.nan).values())


@pytest.mark.parametrize("window", [DAY, PAIR])
def test_a_large_shock_is_the_rarest_of_all_days_by_every_measure(window: Window) -> None:
    shocked = firm_inference(study(shock=-0.5), window).loc["A"]
    days = len(ESTIMATION) + len(window)
    assert shocked["conformal"] <= len(window) / days
    assert shocked["sample_quantile_lower"] == 1 / (days - 2 * len(window) + 2)
    assert (
        shocked["placebo"]
        == shocked["familywise"]
        == firm_inference(study(shock=-0.5), window)["placebo"].min()
    )
    assert shocked["holm"] == pytest.approx(3 * shocked["pvalue"])


def test_allowing_for_several_firms_never_makes_a_result_stronger() -> None:
    table = firm_inference(study(), DAY)
    assert (table["holm"] >= table["pvalue"]).all()
    assert (
        table.filter(regex="quantile|conformal|placebo|familywise|stepdown|holm|pvalue")
        .stack()
        .between(0, 1)
        .all()
    )


def test_every_firm_in_every_window_is_one_family() -> None:
    results = study(shock=-0.5)
    windows, found = results.design.car_windows, across_windows(results)
    draws = np.hstack([placebo(results, window).scars.to_numpy() for window in windows])
    event = np.concatenate([placebo(results, window).event["scar"] for window in windows])
    assert found.loc["B", PAIR] == step_down(draws, event)[len("ABC") * windows.index(PAIR) + 1]
    assert found.loc["A", DAY] == 1 / (len(draws) + 1)
    assert (found[DAY] >= firm_inference(results, DAY)["stepdown"]).all()


def test_conformal_pvalues_are_uniform_when_nothing_happened() -> None:
    pvalues = np.concatenate([firm_inference(study(seed), DAY)["conformal"] for seed in range(30)])
    assert np.mean(pvalues <= 0.2) == pytest.approx(0.2, abs=0.12)


def test_the_simultaneous_band_is_wider_and_keeps_most_pseudo_paths() -> None:
    results = study()
    band = car_band(results)
    assert (band.simultaneous_high >= band.high).all(axis=None)
    assert band.car.iloc[-1].to_numpy() == pytest.approx(results.car(EVENT)["car"].to_numpy())
    width = (band.high - band.low).iloc[-1]
    ends = results.car(EVENT)
    assert width.to_numpy() == pytest.approx((ends["ci_high"] - ends["ci_low"]).to_numpy())


@pytest.mark.parametrize("closed", [(), (2, 3), (-5,), (5,)])
def test_the_band_of_a_path_ends_as_the_interval_of_its_car_where_sessions_have_no_return(
    closed: tuple[int, ...],
) -> None:
    results = study(closed=closed)
    band = car_band(results)
    for end in (-3, 2, 4, 5):
        car = results.car(Window(-5, end)).loc["A"]
        at_end = [table.loc[end, "A"] for table in (band.car, band.low, band.high)]
        assert at_end == pytest.approx([car["car"], car["ci_low"], car["ci_high"]], rel=1e-12)


def test_pseudo_paths_count_only_sessions_with_a_return_and_none_is_lost_for_a_missing_first_day() -> None:
    results = study(closed=[-30])  # the first day of one pseudo-event, a later one of others
    seen = 0
    for _, studies in pseudo_studies(results, *history(results)):
        fit, days = studies.fit, np.tril(np.ones((len(EVENT), len(EVENT)), dtype=bool))
        seen += (~np.isfinite(fit.residuals)).any(axis=0).sum()
        for paths, sums in zip(fit.path_sums(slice(None)), fit.window_sums(slice(None), days), strict=True):
            np.testing.assert_allclose(paths.T, sums, rtol=1e-12, atol=1e-15)
        assert np.isfinite(largest_on_paths(fit)).all()
    assert seen >= len(EVENT)


def test_too_little_history_leaves_the_simultaneous_band_open() -> None:
    results = study(position=85)
    assert car_band(results).simultaneous_high.isna().all(axis=None)
    assert car_band(results).high.notna().all(axis=None)
    assert firm_inference(results, DAY)["sample_quantile_two"].notna().all()
