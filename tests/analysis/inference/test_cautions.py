from __future__ import annotations

import numpy as np
import pytest

from analysis.inference.cautions import group_cautions, volatility_caution
from analysis.inference.group_summary import group_summary
from analysis.inference.placebo import placebo
from analysis.inference.significance import TESTS
from analysis.inference.trust import group_of
from analysis.inference.volatility import market_volatility, recent_volatility
from analysis.market.bars import Floats
from analysis.market.events import Window
from analysis.models.rolling import expected_volatility
from analysis.study.study import StudyDesign, StudyResults, event_study
from tests.analysis.inference.test_significance import DAY
from tests.analysis.markets import market_of, session_event

SIZE, DAY_ZERO = 400, 350
WINDOWS = {"event_window": Window(-5, 5), "estimation_window": Window(-106, -6)}


def studied(
    scale: Floats, firms: int = 3, shock: float = 0.0, without: str = "", market: float = 1.0
) -> StudyResults:
    """Firms whose abnormal returns are scaled day by day; the first has a shock on day 0.

    The benchmark's last thirty days before it are scaled by `market`.
    """
    rng = np.random.default_rng(2)
    index = lately(market) * rng.normal(0, 0.01, SIZE)
    returns = {f"F{j}": index + scale * rng.normal(0, 0.02, SIZE) for j in range(firms)}
    returns["F0"][DAY_ZERO - 1] += shock
    returns.pop(without, None)
    listed = market_of({"MKT": index} | returns)
    design = StudyDesign(session_event(listed, DAY_ZERO), tuple(returns), **WINDOWS)  # type: ignore[arg-type]
    return event_study(design, listed)


def lately(factor: float) -> Floats:
    return np.where(np.arange(SIZE) >= DAY_ZERO - 30, factor, 1.0)


def test_riskmetrics_by_hand() -> None:
    residuals = np.array([[0.01], [np.nan], [0.03]])
    squares = (0.94**2 * 0.01**2 + 0.03**2) / (0.94**2 + 1)
    assert expected_volatility(residuals)[0] == pytest.approx(np.sqrt(squares))
    assert np.isnan(expected_volatility(np.array([[0.01, np.nan], [0.02, np.nan]]))).tolist() == [False, True]


def test_scars_by_recent_volatility_follow_from_the_study_alone() -> None:
    results = studied(lately(2.0))
    window = Window(-1, 1)
    rows = slice(results.panel.rows(Window(-106, -106)).start, results.panel.rows(window).start)
    recent = expected_volatility(results.fit.residuals[rows])
    found, scar = placebo(results, window).event["recent_scar"], results.car(window)["statistic"]
    assert found.to_numpy() == pytest.approx((scar * results.fit.sigma / recent).to_numpy())


def test_a_day_like_the_rough_days_before_it_is_unusual_only_by_the_estimation_window() -> None:
    scale = lately(4.0)
    scale[DAY_ZERO - 30 : DAY_ZERO - 6] = 4.0
    results = studied(scale, firms=8)
    plain, recent = (placebo(results, DAY).event[name].abs().mean() for name in ("scar", "recent_scar"))
    assert recent < 0.7 * plain
    assert TESTS["recent_placebo_rank"].function(results, DAY).pvalue is not None


@pytest.mark.parametrize(
    ("factor", "words"), [(3.0, "reject too often"), (0.25, "reject too seldom"), (0.7, None)]
)
def test_rough_and_calm_times_are_told_before_the_result(factor: float, words: str | None) -> None:
    said = volatility_caution(group_of(studied(lately(factor))), DAY)
    assert said is None if words is None else words in str(said)


def test_a_small_departure_refuses_the_plain_rank_and_a_large_one_is_told_before_all_else() -> None:
    for factor, refused, told in ((0.7, False, False), (0.8, True, False), (1.0, True, True)):
        results = studied(lately(factor))  # moves 0.93, 1.01 and 1.15 times as large
        assert (TESTS["placebo_rank"].trusted(results, DAY) is not None) == refused
        assert (volatility_caution(group_of(results), DAY) is not None) == told


def test_calm_times_of_the_market_are_told_where_there_are_several_firms() -> None:
    for firms, window in ((3, DAY), (3, Window(-1, 1)), (1, DAY)):
        results = studied(lately(0.75), firms, market=0.4)
        said = volatility_caution(group_of(results), window)
        refused = TESTS["placebo_rank"].trusted(results, window)
        assert (said is None) == (refused is None) == (firms == 1)
        if said and refused:
            moved = f"the benchmark moved {group_of(results).sampling(window).market:.2f} times as much"
            assert moved in said
            assert moved in refused
            assert said.endswith("read the placebo-date rank by recent volatility")
            assert TESTS["recent_placebo_rank"].trusted(results, window) is None


def test_where_market_and_firms_were_calm_no_rank_is_recommended() -> None:
    results = studied(lately(0.5), market=0.4)
    assert str(volatility_caution(group_of(results), DAY)).endswith("so read each firm by itself")
    assert TESTS["recent_placebo_rank"].trusted(results, DAY) is not None


def test_the_benchmark_is_measured_by_its_own_returns() -> None:
    results, window = studied(lately(1.0), market=0.4), Window(-1, 1)
    returns = results.panel.benchmark()
    before, rows = results.panel.rows(results.design.estimation_window), results.panel.rows(window)
    usual = np.sqrt((returns[before] ** 2).mean(axis=0))
    expected = expected_volatility(returns[before.start : rows.start]) / usual
    assert market_volatility(results, window) == pytest.approx(expected)
    assert group_of(results).sampling(window).market == pytest.approx(expected[0])
    assert expected[0] < 0.7


def test_the_test_of_the_headline_that_one_firm_decides_is_named_with_its_p_without_it() -> None:
    with_it, without = (studied(lately(0.7), 5, 0.2, name) for name in ("", "F0"))
    rank, label = TESTS["placebo_rank"], "the placebo-date rank"
    after = rank.function(without, DAY).pvalue
    assert "placebo_rank" in group_summary(with_it, DAY).headline
    assert after is not None
    assert after > 0.05
    (said,) = group_cautions(group_of(with_it), DAY)
    assert ": F0, on " in said
    assert label in said.split(":")[0]
    assert f"{label} gives p = {after:.3f}, not p" in said
    assert group_summary(with_it, DAY).decided_by == said


def test_an_estimation_window_after_the_event_tells_nothing_of_the_time_before() -> None:
    rng = np.random.default_rng(3)
    market = market_of({"MKT": rng.normal(0, 0.01, 200), "F0": rng.normal(0, 0.02, 200)})
    design = StudyDesign(
        session_event(market, 40), ("F0",), event_window=Window(-2, 2), estimation_window=Window(10, 100)
    )
    results = event_study(design, market)
    assert np.isnan(recent_volatility(results, DAY)).all()
    assert volatility_caution(group_of(results), DAY) is None


def test_a_rank_of_standardised_moves_is_decided_by_a_share_of_standardised_moves() -> None:
    (said,) = group_cautions(group_of(studied(lately(0.7), 5, 0.2)), DAY)
    assert "of the standardised moves of the window" in said
    assert "(mean " not in said  # which would be of plain ones
