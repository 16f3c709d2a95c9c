from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable

import numpy as np
import pandas as pd
import pytest

from analysis.choices.curve import GROUP, GROUP_TEST, Choices, SpecificationCurve, specification_curve
from analysis.inference.significance import TESTS
from analysis.market.errors import DesignError, UnknownNameError
from analysis.market.events import Event, Window
from analysis.market.panels import event_panel
from analysis.market.prices import Instrument, Market
from analysis.study.study import StudyDesign, StudyResults, event_study, study_panel
from tests.analysis.markets import market_of, reference, session_event, with_bars

SIZE, DAY_ZERO = 140, 110
EVENT = Window(-3, 3)
SMALL = {
    "lengths": (60, 40),
    "gaps": (0, 5),
    "windows": (Window(0, 0), Window(-1, 2), EVENT),
    "event_window": EVENT,
    "models": ("market_model", "market_adjusted", "constant_mean"),
}
ANSWER = ["effect", "se", "statistic", "df", "pvalue", "ci_low", "ci_high"]
SPECIFICATION = ["model", "benchmark", "earlier_jumps", "length", "gap", "window", "target"]
FIRMS = ("A", "B", "C")


def drawn(seed: int = 3, firms: Iterable[str] = FIRMS) -> dict[str, np.ndarray]:
    """Two benchmarks and firms that follow the first, with a day of +30 % before the event."""
    rng = np.random.default_rng(seed)
    market = rng.normal(0, 0.01, SIZE)
    out = {"MKT": market, "NDX": 0.8 * market + rng.normal(0, 0.01, SIZE)}
    for beta, firm in enumerate(firms):
        out[firm] = beta * market + rng.normal(0, 0.02, SIZE)
        out[firm][DAY_ZERO - 20] += 0.3
    return out


def gappy(market: Market) -> Market:
    """The market with bars missing from A and from a benchmark, in both windows."""
    histories = dict(market.histories)
    for symbol, rows in (("A", [80, 111]), ("NDX", [95])):
        bars = histories[symbol].bars
        histories[symbol] = with_bars(histories[symbol], bars.drop(bars.index[rows]))
    return dataclasses.replace(market, histories=histories)


MARKET = gappy(market_of(drawn()))
LINEAR = ("market_model", "market_adjusted", "constant_mean", "market_model_lag", "scholes_williams")
CHOICES = Choices(
    session_event(MARKET, DAY_ZERO), FIRMS, benchmarks=(None, "NDX"), **(SMALL | {"models": LINEAR})
)
CURVE = specification_curve(CHOICES, MARKET)


def curve(market: Market, symbols: tuple[str, ...] = FIRMS, **choices: object) -> SpecificationCurve:
    event = session_event(market, DAY_ZERO)
    return specification_curve(Choices(event, symbols, **(SMALL | choices)), market)  # type: ignore[arg-type]


def row_of(table: pd.DataFrame, **chosen: object) -> pd.Series:
    """The one row of a choice."""
    for name, value in chosen.items():
        table = table[table[name] == value]
    assert len(table) == 1
    return table.iloc[0]


def designs(choices: Choices) -> Iterable[tuple[dict[str, object], StudyDesign]]:
    """Every study that a curve stands for, and the columns that name it."""
    for benchmark in choices.benchmarks:
        for model in choices.models:
            for length in choices.lengths:
                for gap in choices.gaps:
                    estimation = Window(-3 - gap - length, -4 - gap)
                    named = {
                        "benchmark": benchmark or "default",
                        "model": model,
                        "length": length,
                        "gap": gap,
                    }
                    yield named, choices.design(None, benchmark, model, estimation)


def assert_same(named: dict[str, object], earlier_jumps: str, results: StudyResults) -> None:
    for window in CHOICES.windows:
        car = results.car(window)
        spec = named | {"earlier_jumps": earlier_jumps, "window": str(window)}
        for symbol in results.symbols:
            found = row_of(CURVE.table, **spec, target=symbol)[ANSWER].to_numpy(float)
            assert found == pytest.approx(car.loc[symbol].to_numpy(float), rel=1e-12, abs=1e-14)
        group = row_of(CURVE.table, **spec, target=GROUP)
        portfolio = TESTS["portfolio"].function(results, window)
        assert group["effect"] == pytest.approx(results.caar(window), rel=1e-12)
        assert [group[name] for name in ("statistic", "pvalue", "df", "firms")] == pytest.approx(
            [portfolio.statistic, portfolio.pvalue, portfolio.df, portfolio.nobs], rel=1e-10
        )


def test_it_says_in_which_windows_the_test_of_the_group_is_trusted() -> None:
    results = event_study(CHOICES.design(None, None, "market_model", CHOICES.estimation_windows[0]), MARKET)
    portfolio = TESTS[GROUP_TEST]
    assert portfolio.label == "Portfolio t"
    assert CURVE.doubts == {window: portfolio.trusted(results, window) for window in CHOICES.windows}
    assert all("share one date" in str(reason) for reason in CURVE.doubts.values())


def test_every_specification_is_the_study_that_it_stands_for() -> None:
    for named, design in designs(CHOICES):
        assert_same(named, "kept", event_study(design, MARKET))


def test_dropping_earlier_jumps_is_the_study_without_these_days() -> None:
    for named, design in designs(CHOICES):
        kept = event_study(design, MARKET)
        rows = kept.panel.rows(design.estimation_window)
        size = kept.estimation_residuals.abs()
        returns = kept.panel.returns.copy()
        returns[rows][(size > 4 * 1.4826 * size.median()).to_numpy()] = np.nan
        assert np.isnan(returns).sum() > np.isnan(kept.panel.returns).sum()
        assert_same(
            named, "dropped", study_panel(design, dataclasses.replace(kept.panel, returns=returns), {})
        )


def test_the_groups_test_is_the_portfolio_test_of_the_reference_case() -> None:
    market, expected = reference("common_date")
    event = Event("ref", "Reference", session=dt.date.fromisoformat(expected["design"]["event_session"]))
    choices = Choices(event, tuple(expected["firms"]), lengths=(250,), gaps=(10,), models=("market_model",))
    table = specification_curve(choices, market).table
    found = row_of(table, target=GROUP, window="[0]", earlier_jumps="kept")
    assert found["effect"] == pytest.approx(expected["group"]["aar0"], rel=1e-9)
    assert found["statistic"] == pytest.approx(expected["group"]["portfolio_t"], rel=1e-9)
    assert found["df"] == 248


def test_a_group_of_one_is_that_firm() -> None:
    table = curve(market_of(drawn()), ("A",)).table
    one, group = (table[table["target"] == target].reset_index() for target in ("A", GROUP))
    for column in ANSWER:
        assert group[column].to_numpy() == pytest.approx(one[column].to_numpy(), rel=1e-10)


def test_neither_the_order_of_firms_nor_a_common_scale_matters() -> None:
    def answers(scale: float, *firms: str) -> pd.DataFrame:
        market = market_of({symbol: scale * values for symbol, values in drawn().items()})
        table = curve(market, firms).table.astype({"target": str})
        return table.set_index(SPECIFICATION).sort_index()

    one, other, small = answers(1, "A", "B", "C"), answers(1, "C", "A", "B"), answers(0.1, "A", "B", "C")
    pd.testing.assert_frame_equal(one[ANSWER], other[ANSWER], rtol=1e-9)
    assert (0.1 * one["effect"]).to_numpy() == pytest.approx(small["effect"].to_numpy(), rel=1e-9)
    assert one["pvalue"].to_numpy() == pytest.approx(small["pvalue"].to_numpy(), rel=1e-7)


def test_days_zero_are_questions_of_their_own() -> None:
    dates = MARKET.sessions["XTST"].dates
    other = dates[DAY_ZERO - 2].item()
    table = curve(MARKET, days_zero=(None, other)).table
    alone = specification_curve(
        dataclasses.replace(
            CHOICES, event=Event("b", "B", session=other), benchmarks=(None,), models=LINEAR[:3]
        ),
        MARKET,
    ).table
    found = table[table["day_zero"] == str(other)].reset_index()
    assert found["effect"].to_numpy() == pytest.approx(alone["effect"].to_numpy(), rel=1e-12)
    assert found["rank"].tolist() == alone["rank"].tolist()


def test_a_day_outside_the_data_keeps_its_rows_with_the_reason() -> None:
    answers = curve(MARKET, days_zero=(None, dt.date(2030, 6, 6)))
    outside = answers.table[answers.table["day_zero"] == "2030-06-06"]
    assert outside["effect"].isna().all()
    firm, group = (outside[outside["target"] == target]["reason"].iloc[0] for target in ("A", GROUP))
    assert firm.startswith("2030-06-06 is outside the data of XTST")
    assert group == "no firm could be studied"
    assert answers.summary.loc[("2030-06-06", "A"), "specifications"] == 0
    assert answers.summary.loc[("default", "A"), "failed"] == 0


def test_a_closed_day_is_studied_on_the_next_session() -> None:
    saturday, monday = dt.date(2020, 6, 6), dt.date(2020, 6, 8)
    table = curve(MARKET, days_zero=(saturday, monday)).table
    effects = [table[table["day_zero"] == str(day)]["effect"].to_numpy() for day in (saturday, monday)]
    np.testing.assert_array_equal(*effects)


def test_what_a_choice_does_not_change_counts_once() -> None:
    repeats = CURVE.table[CURVE.table["repeats"]]
    assert set(repeats["model"]) == {"constant_mean"}
    assert set(repeats["benchmark"]) == {"NDX"}
    counted = CURVE.distinct.groupby("target", observed=True).size()
    assert counted.eq(2 * 2 * 3 * 2 * (2 + 2 + 1 + 2 + 2)).all()


def test_effects_are_ranked_and_summed_up_per_target() -> None:
    firm = CURVE.distinct[CURVE.distinct["target"] == "B"].sort_values("rank")
    assert firm["rank"].tolist() == list(range(1, len(firm) + 1))
    assert firm["effect"].is_monotonic_increasing
    summary = CURVE.summary.loc[("default", "B")]
    assert summary["share_significant"] == (firm["pvalue"] < 0.05).mean()
    assert (summary["lowest"], summary["median"]) == (firm["effect"].min(), firm["effect"].median())


def test_the_choice_that_moves_the_answer_is_found() -> None:
    returns = drawn()
    returns["A"][DAY_ZERO + 1] -= 0.5  # session DAY_ZERO + 2: in some CAR windows, not in others
    influence = curve(market_of(returns), benchmarks=(None, "NDX")).influence.loc[("default", "A")]
    assert influence["choice"].iloc[0] == "window"
    assert (influence["eta_squared"] >= 0).all()
    assert influence["eta_squared"].sum() <= 1 + 1e-12
    assert influence.iloc[0][["lowest", "highest"]].tolist()[1] == "[0]"
    assert influence.iloc[0]["spread"] > 0.4


def test_one_specification_has_an_answer_and_no_influence() -> None:
    single = {"lengths": (60,), "gaps": (0,), "windows": (EVENT,), "earlier_jumps": ("kept",)}
    answers = curve(MARKET, ("B",), models=("market_model",), **single)
    assert len(answers.distinct) == 2
    assert answers.influence.empty


@pytest.mark.parametrize(
    ("spoil", "firms", "reason"),
    [
        ({"A": 0.0}, ("A", "B"), "abnormal returns do not vary"),
        ({"MKT": 0.001}, ("A", "B"), "the returns of MKT do not vary independently"),
        ({"A": np.nan}, ("A", "B"), "return on day 0"),
        ({}, ("A", "E"), "no prices"),
    ],
)
def test_what_cannot_be_computed_is_a_row_with_a_reason(
    spoil: dict[str, float], firms: tuple[str, ...], reason: str
) -> None:
    returns = drawn() | {symbol: np.full(SIZE, value) for symbol, value in spoil.items()}
    listed = {"E": Instrument("E", "E", "XTST", "EUR", benchmark="MKT")}
    market = market_of({s: r for s, r in returns.items() if np.isfinite(r).all()}, instruments=listed)
    if "A" not in market.histories:
        empty = market.histories["B"].bars * np.nan
        market = dataclasses.replace(
            market,
            instruments={**market.instruments, "A": dataclasses.replace(listed["E"], symbol="A")},
            histories={**market.histories, "A": with_bars(market.histories["B"], empty)},
        )
    table = curve(market, firms).table
    assert (table["effect"].isna() == (table["reason"] != "")).all()
    assert table["reason"].str.contains(reason, regex=False).any()
    assert table.loc[table["model"] == "market_adjusted", "effect"].notna().any()


def test_identical_firms_are_one_firm_twice() -> None:
    returns = drawn()
    table = curve(market_of(returns | {"B": returns["A"]}), ("A", "B")).table
    firm, group = (table[table["target"] == target].reset_index() for target in ("A", GROUP))
    assert group["pvalue"].to_numpy() == pytest.approx(firm["pvalue"].to_numpy(), rel=1e-9)


def test_a_day_of_a_thousand_percent_spoils_only_the_curve_that_keeps_it() -> None:
    returns = drawn()
    returns["B"][DAY_ZERO - 30] = 10.0
    table = curve(market_of(returns), ("B",), models=("constant_mean",)).table
    se = table[table["window"] == "[0]"].groupby("earlier_jumps")["se"].median()
    assert se["kept"] > 0.5
    assert se["dropped"] < 0.05


def test_an_unknown_benchmark_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="unknown symbol 'XXX'"):
        curve(MARKET, benchmarks=("XXX",))


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"gaps": ()}, "gaps of a specification curve: give at least one, and none twice"),
        ({"lengths": (60, 60)}, "lengths of a specification curve: give at least one, and none twice"),
        ({"lengths": (0,)}, "length of at least 1"),
        ({"gaps": (-1,)}, "gap of at least 0"),
        ({"windows": (Window(0, 9),)}, r"\[0, \+9\] not inside the event window \[-3, \+3\]"),
        ({"earlier_jumps": ("kept", "halved")}, "earlier jumps halved: allowed are kept and dropped"),
    ],
)
def test_a_choice_that_cannot_be_computed_is_refused(choices: dict[str, object], message: str) -> None:
    with pytest.raises(DesignError, match=message):
        curve(MARKET, **choices)


def test_a_model_too_slow_for_a_curve_is_refused() -> None:
    with pytest.raises(DesignError, match="model garch takes too long for a curve"):
        curve(MARKET, models=("garch",))


def test_a_model_without_its_data_has_rows_with_the_reason() -> None:
    table = curve(MARKET, models=("market_model", "two_index", "fama_french_3")).table
    reasons = table[table["target"] == "A"].groupby("model")["reason"].first()
    assert reasons["two_index"] == "no prices of ^IXIC"
    assert "factor returns" in reasons["fama_french_3"]
    assert reasons["market_model"] == ""


def test_an_unknown_model_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="unknown model 'astrology'"):
        curve(MARKET, models=("astrology",))


def test_the_first_values_are_the_default_study() -> None:
    choices = Choices(CHOICES.event, FIRMS)
    assert choices.design(None, None, choices.models[0], choices.estimation_windows[0]) == StudyDesign(
        CHOICES.event, FIRMS
    )
    assert len(event_panel(MARKET, (), Window(-1, 1)).labels) == 0
