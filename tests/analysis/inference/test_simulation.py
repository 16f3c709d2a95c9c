from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.inference.placebo import placebo
from analysis.inference.samples import MOST_PLACEBOS, Samples, pseudo_scars
from analysis.inference.significance import TESTS
from analysis.inference.simulation import simulate
from analysis.inference.simulation_design import Population, SimulationDesign, Treatment, population
from analysis.inference.volatility import market_volatility
from analysis.market.errors import DesignError, UnknownNameError
from analysis.market.events import Window
from analysis.study.study import StudyDesign, event_study
from tests.analysis.markets import market_of, session_event, with_bars

ESTIMATION = Window(-60, -11)
NOTHING, FALL = Treatment(), Treatment(effect=-0.06)


def made_up(firms: int = 8, common: float = 0.0, sessions: int = 400, seed: int = 1) -> Population:
    """Independent normal returns with a share of variance in common."""
    rng = np.random.default_rng(seed)
    benchmark = rng.normal(0, 0.01, (sessions, 1))
    shocks = np.sqrt(common) * rng.normal(0, 0.02, (sessions, 1))
    own = np.sqrt(1 - common) * rng.normal(0, 0.02, (sessions, firms))
    symbols = tuple(f"F{j}" for j in range(firms))
    return Population(symbols, benchmark + shocks + own, np.broadcast_to(benchmark, own.shape))


def design(**choices: object) -> SimulationDesign:
    return replace(
        SimulationDesign(samples=300, estimation_window=ESTIMATION, treatments=(NOTHING,)), **choices
    )  # type: ignore[arg-type]


def test_every_test_is_simulated_and_rates_are_shares() -> None:
    table = simulate(made_up(), design(samples=60, treatments=(NOTHING, FALL)))
    assert set(table.index.get_level_values("test")) == set(TESTS)
    assert table["rejected"].dropna().between(0, 1).all()
    by_date = ["calendar_time", "wild_cluster"]  # there is one
    assert table.loc[by_date, "computed"].eq(0).all()
    assert table["rejected"].drop(by_date).notna().all()


def test_the_same_seed_gives_the_same_table_and_another_seed_another() -> None:
    first, again, other = (
        simulate(made_up(), design(samples=60, seed=seed), ("portfolio", "joint")) for seed in (1, 1, 2)
    )
    assert first.equals(again)
    assert not first.equals(other)


@pytest.mark.parametrize(
    "key", ["portfolio", "placebo_rank", "crude_dependence", "corrado_rank", "kolari_pynnonen"]
)
def test_tests_that_allow_for_correlation_hold_their_size(key: str) -> None:
    found = simulate(made_up(common=0.4), design(), [key]).loc[(key, "[0]", 0.0, 1.0)]
    assert found["rejected"] == pytest.approx(0.05, abs=3.5 * max(found["error"], 0.0126))


def test_tests_that_assume_independence_reject_too_often_on_one_date_alone() -> None:
    drawn_from = made_up(common=0.4)
    fragile = ("cross_sectional", "patell", "boehmer", "generalized_sign")
    shared = simulate(drawn_from, design(), fragile)["rejected"]
    own = simulate(drawn_from, design(dates="own"), fragile)["rejected"]
    for key in fragile:
        assert shared[key].item() > 0.12
        assert own[key].item() < 0.10


def test_a_planted_fall_is_found_and_a_rough_day_is_mistaken_for_one() -> None:
    treatments = (NOTHING, FALL, Treatment(variance_factor=4.0))
    rejected = simulate(made_up(), design(treatments=treatments), ("portfolio", "kolari_pynnonen"))[
        "rejected"
    ]
    assert rejected["portfolio", "[0]", -0.06, 1.0] > 0.95
    assert rejected["portfolio", "[0]", 0.0, 4.0] > 0.2
    assert rejected["kolari_pynnonen", "[0]", 0.0, 4.0] == rejected["kolari_pynnonen", "[0]", 0.0, 1.0]


def test_a_sample_is_the_study_of_its_firms_and_date() -> None:
    drawn_from = made_up(firms=1)
    market = market_of({"MKT": drawn_from.benchmarks[:, 0], "F0": drawn_from.returns[:, 0]})
    windows = {"event_window": Window(-5, 5), "estimation_window": ESTIMATION}
    pvalues = [
        event_study(StudyDesign(session_event(market, date + 1), ("F0",), **windows), market)  # type: ignore[arg-type]
        .car(Window(0, 0))["pvalue"]
        .item()
        for date in range(100, 390)
    ]
    simulated = simulate(drawn_from, design(firms=1, samples=2000), ("portfolio",))["rejected"][
        "portfolio"
    ].item()
    assert simulated == pytest.approx(np.mean(np.array(pvalues) <= 0.05), abs=0.02)


def test_scars_of_a_date_are_those_of_its_study_by_either_volatility() -> None:
    drawn_from, window = made_up(firms=1), Window(-1, 1)
    market = market_of({"MKT": drawn_from.benchmarks[:, 0], "F0": drawn_from.returns[:, 0]})
    windows = {"event_window": window, "estimation_window": ESTIMATION}
    found = pseudo_scars(drawn_from, ESTIMATION, (window,))[window]
    for date in (120, 301):
        study = event_study(StudyDesign(session_event(market, date + 1), ("F0",), **windows), market)  # type: ignore[arg-type]
        expected = placebo(study, window).event.loc["F0", ["scar", "recent_scar"]]
        assert [scars[0, MOST_PLACEBOS + date] for scars in found] == pytest.approx(expected.to_list())
        assert expected["scar"] != pytest.approx(expected["recent_scar"])


def test_a_sample_knows_the_benchmark_before_it_as_its_study_does() -> None:
    drawn_from, window = made_up(firms=1), Window(-1, 1)
    market = market_of({"MKT": drawn_from.benchmarks[:, 0], "F0": drawn_from.returns[:, 0]})
    windows = {"event_window": window, "estimation_window": ESTIMATION}
    dates = np.array([[120], [301]])
    wanted, nothing = design(firms=1, windows=(window,)), np.empty((0, 0))
    samples = Samples(drawn_from, wanted, np.zeros_like(dates), dates, 1, {window: (nothing, nothing)})
    found = samples.evidence(window, NOTHING).market
    for date, ratio in zip(dates[:, 0].tolist(), found, strict=True):
        study = event_study(StudyDesign(session_event(market, date + 1), ("F0",), **windows), market)  # type: ignore[arg-type]
        assert market_volatility(study, window) == pytest.approx(ratio)


def test_progress_is_told_as_samples_are_done() -> None:
    told: list[tuple[int, int]] = []
    simulate(made_up(), design(), ("sign",), lambda done, of: told.append((done, of)))
    assert told == [(250, 300), (300, 300)]


def test_a_population_is_the_sessions_that_all_firms_share() -> None:
    rng = np.random.default_rng(1)
    market = market_of({name: rng.normal(0, 0.01, 100) for name in ("MKT", "A", "B", "LATE")})
    for symbol, dropped in (("B", slice(40, 41)), ("LATE", slice(0, 50))):
        bars = market.histories[symbol].bars
        less = bars.drop(index=bars.index[dropped])
        market.histories[symbol] = with_bars(market.histories[symbol], less)  # type: ignore[index]
    drawn_from = population(market, ["A", "B", "LATE"])
    assert drawn_from.symbols == ("A", "B")
    assert drawn_from.returns.shape == drawn_from.benchmarks.shape == (98, 2)


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"firms": 9}, "9 firms a sample, but only 8"),
        ({"estimation_window": Window(-390, -11)}, "400 shared sessions"),
        ({"samples": 0}, "at least one of each"),
        ({"level": 5.0}, "not between 0 and 1"),
        ({"missing": 0.5}, "a share from 0 to 0.5"),
        ({"dates": "some"}, "dates 'some': allowed are one, late, two, week, month, own, unequal"),
        ({"times": "wild"}, "times 'wild': allowed are all, calm, quiet, usual, lively, rough"),
        ({"windows": (Window(-11, 0),)}, "has to end before event window"),
    ],
)
def test_an_impossible_experiment_says_what_is_wrong(choices: dict[str, object], words: str) -> None:
    with pytest.raises(DesignError, match=words):
        simulate(made_up(), design(**choices))


def test_an_unknown_test_is_named() -> None:
    with pytest.raises(UnknownNameError, match="portfolio"):
        simulate(made_up(), design(), ["portfolo"])


# ------------------------------------------------------------------------------------ what was found wanting


@pytest.mark.slow
def test_the_joint_test_holds_its_level_where_bars_are_missing() -> None:
    drawn_from = made_up(common=0.3, sessions=800)
    wanted = design(dates="own", missing=0.05, samples=400, firms=5)
    found = simulate(drawn_from, wanted, ["joint"]).loc[("joint", "[0]", 0.0, 1.0)]
    assert found["rejected"] == pytest.approx(0.05, abs=3 * max(found["error"], 0.011))


@pytest.mark.slow
def test_tests_for_unequal_dates_hold_their_level_and_the_calendar_time_t_does_not() -> None:
    drawn_from = made_up(firms=30, common=0.3, sessions=800)
    wanted = design(dates="unequal", firms=30, samples=500)
    rejected = simulate(drawn_from, wanted, ["wild_cluster", "kolari_pynnonen", "calendar_time"])["rejected"]
    assert rejected["wild_cluster"].item() < 0.05 + 2 * 0.0097
    assert rejected["kolari_pynnonen"].item() < 0.05 + 2 * 0.0097
    assert rejected["calendar_time"].item() > 0.15


@pytest.mark.slow
def test_windows_that_overlap_mislead_and_are_not_trusted() -> None:
    window = Window(-10, 10)
    wanted = design(
        dates="week", firms=10, samples=300, windows=(window,), estimation_window=Window(-70, -11)
    )
    table = simulate(made_up(firms=12, common=0.4, sessions=600), wanted, ["boehmer", "kolari_pynnonen"])
    assert table["rejected"]["boehmer"].item() > 0.2
    assert table["trusted"]["boehmer"].item() == 0
    assert table["rejected"]["kolari_pynnonen"].item() < 0.05 + 2 * 0.0126
    assert table["trusted"]["kolari_pynnonen"].item() < 0.05  # on bundled returns it rejects up to 7 % there


def test_rough_and_calm_times_are_dates_after_them() -> None:
    rng = np.random.default_rng(5)
    scale = np.where(np.arange(900) // 150 % 2 == 0, 0.5, 2.0)[:, None]
    benchmark = 0.01 * scale * rng.normal(size=(900, 1))
    returns = benchmark + 0.02 * scale * rng.normal(size=(900, 8))
    drawn_from = Population(tuple("ABCDEFGH"), returns, np.broadcast_to(benchmark, returns.shape))
    size = {
        times: simulate(drawn_from, design(times=times, firms=1), ["portfolio"])["rejected"].item()
        for times in ("calm", "all", "rough")
    }
    assert size["calm"] < size["all"] < size["rough"]
