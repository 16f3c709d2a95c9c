from __future__ import annotations

import numpy as np
import pytest

from analysis.inference.familywise import max_t
from analysis.inference.group_summary import group_summary
from analysis.inference.placebo import placebo
from analysis.inference.significance import TESTS
from analysis.market.bars import Floats
from analysis.market.events import Sessions, Window
from analysis.market.observations import Observation
from analysis.market.panels import event_panel
from analysis.market.prices import Instrument, Market
from analysis.models.normal_returns import NORMAL_RETURNS
from analysis.study.study import StudyDesign, StudyResults, event_study, study_panel
from tests.analysis.markets import history, market_of, session_event, with_bars

DAY, PAIR = Window(0, 0), Window(0, 1)
REFITTED = [k for k, m in NORMAL_RETURNS.items() if m.fit is m.refit and set(m.needs) <= {"benchmark"}]
SIZE, DAY_ZERO, ESTIMATION, EVENT = 260, 220, Window(-70, -11), Window(-5, 5)


def returns_of(*firms: str, seed: int = 1, size: int = SIZE) -> dict[str, Floats]:
    rng = np.random.default_rng(seed)
    market = rng.normal(0, 0.01, size)
    return {"MKT": market} | {firm: market + rng.normal(0, 0.02, size) for firm in firms}


def study(market: Market, position: int = DAY_ZERO, model: str = "market_model") -> StudyResults:
    symbols = tuple(symbol for symbol in market.histories if symbol != "MKT")
    design = StudyDesign(session_event(market, position), symbols, None, model, EVENT, ESTIMATION)
    return event_study(design, market)


@pytest.mark.parametrize("window", [DAY, PAIR, EVENT])
@pytest.mark.parametrize("model", REFITTED)
def test_a_pseudo_event_is_the_study_of_that_date(model: str, window: Window) -> None:
    market = market_of(returns_of("A", "B"))
    table = placebo(study(market, model=model), window)
    for position in (90, 147, 203):
        date = market.sessions["XTST"].dates[position].item()
        cars = study(market, position, model).car(window)
        assert table.cars.loc[str(date)].to_numpy() == pytest.approx(cars["car"].to_numpy(), rel=1e-9)
        assert table.scars.loc[str(date)].to_numpy() == pytest.approx(cars["statistic"].to_numpy(), rel=1e-9)


def test_pseudo_dates_reach_from_the_first_full_estimation_window_to_the_last_before_the_event() -> None:
    market = market_of(returns_of("A"))
    dates, sessions = placebo(study(market), DAY).dates, market.sessions["XTST"].dates
    first = 1 - ESTIMATION.start  # the first session has no return
    last = DAY_ZERO + EVENT.start - 1 - EVENT.end
    assert [str(date.date()) for date in dates] == [str(date) for date in sessions[first : last + 1]]


def test_pvalues_count_pseudo_dates_at_least_as_extreme() -> None:
    table = placebo(study(market_of(returns_of("A", "B", "C"))), DAY)
    for symbol in "ABC":
        for draws, kind, pvalues in (
            (table.scars, "scar", table.pvalues),
            (table.cars, "car", table.raw_pvalues),
        ):
            at_least = (draws[symbol].abs() >= abs(table.event.loc[symbol, kind])).sum()
            assert pvalues[symbol] == (1 + at_least) / (len(table.dates) + 1)
    group = (table.scars.mean(axis=1).abs() >= abs(table.event["scar"].mean())).sum()
    assert table.group_pvalue == (1 + group) / (len(table.dates) + 1)
    raw = (table.cars.mean(axis=1).abs() >= abs(table.event["car"].mean())).sum()
    assert table.raw_group_pvalue == (1 + raw) / (len(table.dates) + 1)
    largest = (table.scars.abs().max(axis=1) >= abs(table.event.loc["A", "scar"])).sum()
    familywise = max_t(table.shared_scars, table.event["scar"].to_numpy())
    assert familywise[0] == (1 + largest) / (len(table.dates) + 1)


def test_the_test_and_the_summary_tell_what_the_placebo_dates_tell() -> None:
    returns = returns_of("A", "B", "C")
    for symbol in "ABC":
        returns[symbol][DAY_ZERO - 1] -= 0.5
    results = study(market_of(returns))
    table = placebo(results, DAY)
    smallest = 1 / (len(table.dates) + 1)
    assert table.group_pvalue == TESTS["placebo_rank"].function(results, DAY).pvalue == smallest
    assert group_summary(results, DAY).smallest_pvalue == smallest
    assert not (table.mean_scar < table.event["scar"].mean()).any()


def test_a_garch_event_is_ranked_by_the_standard_errors_of_its_pseudo_events() -> None:
    market = market_of(returns_of("A", "B"))
    garch, plain = (study(market, model=model) for model in ("garch", "market_model"))
    table = placebo(garch, DAY)
    assert table.scars.equals(placebo(plain, DAY).scars)
    ratio = table.event["car"] / plain.car(DAY)["car"]
    assert (table.event["scar"] / (plain.car(DAY)["statistic"] * ratio)).to_numpy() == pytest.approx(
        1.0, rel=1e-9
    )
    assert TESTS["placebo_rank"].function(garch, DAY).pvalue == table.group_pvalue


def test_one_glitch_spoils_only_the_windows_that_contain_it() -> None:
    returns = returns_of("A", "B")
    clean = placebo(study(market_of(returns)), DAY)
    glitch = 100
    returns["A"][glitch - 1] = 1e4
    spoilt = placebo(study(market_of(returns)), DAY)
    same = np.ones(len(clean.dates), dtype=bool)
    positions = np.arange(1 - ESTIMATION.start, 1 - ESTIMATION.start + len(same))
    same &= (positions + ESTIMATION.start > glitch) | (positions + ESTIMATION.end < glitch)
    same &= positions != glitch
    assert same.any()
    np.testing.assert_allclose(spoilt.scars["A"][same], clean.scars["A"][same], rtol=1e-9)
    np.testing.assert_array_equal(spoilt.scars["B"], clean.scars["B"])


def test_windows_of_several_days_count_as_blocks() -> None:
    results = study(market_of(returns_of("A", "B")))
    assert placebo(results, DAY).blocks == len(placebo(results, DAY).dates)
    assert placebo(results, EVENT).blocks == len(placebo(results, EVENT).dates) // 11


def test_a_day_without_bars_is_a_pseudo_date_without_a_car() -> None:
    market = market_of(returns_of("A", "B", "C"))
    bars = market.histories["B"].bars
    market.histories["B"] = with_bars(market.histories["B"], bars.drop(index=bars.index[150]))  # type: ignore[index]
    table = placebo(study(market), DAY)
    missing = table.cars.index[table.cars["B"].isna()]
    assert list(missing) == list(bars.index[150:152])
    assert np.isnan(table.caar[table.cars["B"].isna()]).all()
    assert table.cars[["A", "C"]].notna().all(axis=None)


def test_too_little_history_leaves_no_pseudo_dates_and_says_so() -> None:
    results = study(market_of(returns_of("A")), position=85)
    table = placebo(results, DAY)
    assert len(table.dates) < 19
    found = TESTS["placebo_rank"].function(results, DAY)
    assert found.pvalue is None
    assert "fewer than 19 pseudo-event dates" in str(found.reason)
    assert placebo(study(market_of(returns_of("A")), position=71), DAY).pvalues.isna().all()


def two_exchanges() -> Market:
    """A trades on all days, B on an exchange that is closed on every fortieth."""
    returns = returns_of("A", "B")
    market = market_of(returns)
    dates = market.sessions["XTST"].dates
    open_days = np.arange(len(dates)) % 40 != 7
    closes = market.histories["B"].bars["close"].to_numpy()[open_days]
    listed = {"B": Instrument("B", "B", "XOTH", "EUR", benchmark="MKT")}
    return Market(
        {**market.instruments, **listed},
        {**market.histories, "B": history("B", dates[open_days], closes)},
        {**market.sessions, "XOTH": Sessions("XOTH", dates[open_days])},
        market.provenance,
    )


def test_pseudo_dates_of_two_exchanges_meet_by_calendar() -> None:
    market = two_exchanges()
    table = placebo(study(market), DAY)
    closed = ~np.isin(table.dates.to_numpy().astype("datetime64[D]"), market.sessions["XOTH"].dates)
    assert closed.sum() >= 2
    assert table.cars["B"][closed].isna().all()
    assert table.cars["A"].dropna().index.equals(table.cars.index[4:])  # B reaches four dates further back
    date = table.dates[50]
    own = market.sessions["XOTH"].position(date.date())
    alone = StudyDesign(session_event(market, own, "XOTH"), ("B",), None, "market_model", EVENT, ESTIMATION)
    assert table.cars.loc[date, "B"] == pytest.approx(event_study(alone, market).car(DAY).loc["B", "car"])


def test_firms_with_dates_of_their_own_move_back_together() -> None:
    market = market_of(returns_of("A", "B"))
    observations = [Observation("A", "A", "MKT", 220), Observation("B", "B", "MKT", 190)]
    design = StudyDesign(session_event(market, 220), ("A", "B"), None, "market_model", EVENT, ESTIMATION)
    panel = event_panel(market, observations, Window(ESTIMATION.start, EVENT.end))
    table = placebo(study_panel(design, panel, {}), DAY)
    assert table.cars.index.name == "event_time"
    alone = study(market, 190 - 30).car(DAY)["car"]
    assert table.cars.loc[-30, "B"] == pytest.approx(alone["B"])


def test_the_distribution_is_uniform_when_nothing_happened() -> None:
    pvalues = [
        placebo(study(market_of(returns_of("A", "B", seed=seed))), DAY).group_pvalue for seed in range(40)
    ]
    assert 0.3 < np.mean(pvalues) < 0.7
    assert np.mean(np.array(pvalues) <= 0.5) == pytest.approx(0.5, abs=0.25)


def test_a_placebo_study_is_computed_once() -> None:
    results = study(market_of(returns_of("A")))
    assert placebo(results, DAY) is placebo(results, DAY)
