from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from analysis.choices.curve import GROUP
from analysis.choices.decomposition import benchmark_comparison, decomposition, remarks
from analysis.inference.significance import TESTS
from analysis.market.events import Sessions, Window
from analysis.market.prices import Instrument, Market
from analysis.models.normal_returns import NORMAL_RETURNS
from analysis.study.study import StudyDesign, StudyResults, event_study
from tests.analysis.markets import market_of, session_event

SIZE, DAY_ZERO = 120, 100


def made_up() -> Market:
    """Shares A and B, two indices, and closing times: ^IXIC closes four hours after the rest."""
    rng = np.random.default_rng(5)
    index, nasdaq = rng.normal(0, 0.01, (2, SIZE))
    shares = {name: index + rng.normal(0, 0.02, SIZE) for name in "AB"}
    listed = {
        "MKT": Instrument("MKT", "Equal", "XTST", "EUR", benchmark="^IXIC", equal_members=500),
        "^IXIC": Instrument("^IXIC", "Nasdaq", "XLAT", "USD", benchmark="MKT", contaminated=True),
    }
    market = market_of({"MKT": index, "^IXIC": nasdaq} | shares, instruments=listed)
    dates = market.sessions["XTST"].dates
    moments = dates.astype("datetime64[s]")
    sessions = {
        x: Sessions(x, dates, moments + np.timedelta64(h, "h")) for x, h in {"XTST": 16, "XLAT": 20}.items()
    }
    return dataclasses.replace(market, sessions=sessions)


MARKET = made_up()


def design(*symbols: str, **choices: object) -> StudyDesign:
    windows = {"event_window": Window(-2, 2), "estimation_window": Window(-80, -11)}
    return StudyDesign(session_event(MARKET, DAY_ZERO), symbols or ("A", "B"), **windows | choices)  # type: ignore[arg-type]


def study(*symbols: str, **choices: object) -> StudyResults:
    return event_study(design(*symbols, **choices), MARKET)


@pytest.mark.parametrize(
    "model", ["market_model", "market_adjusted", "constant_mean", "two_index", "dimson", "garch"]
)
@pytest.mark.parametrize("window", [Window(0, 0), Window(-1, 2)])
def test_the_parts_add_up_to_the_return(model: str, window: Window) -> None:
    results = study(model=model)
    table = decomposition(results, window)
    parts = table["alpha"] + table["explained"] + table["abnormal"]
    assert parts.tolist() == pytest.approx(table["return"].tolist())
    assert table["return"].tolist() == pytest.approx(
        results.returns.loc[window.start : window.end].sum().tolist()
    )


def test_with_one_benchmark_what_is_explained_is_beta_times_its_return() -> None:
    table = decomposition(study(), Window(0, 1))
    assert table["explained"].tolist() == pytest.approx((table["beta"] * table["benchmark_return"]).tolist())
    assert table["benchmark"].tolist() == ["MKT", "MKT"]


def test_a_model_is_contaminated_by_any_index_that_it_reads() -> None:
    expected = {"market_model": False, "two_index": True, "constant_mean": False}
    for model, contaminated in expected.items():
        assert decomposition(study(model=model))["contaminated"].tolist() == [contaminated] * 2
    assert not decomposition(study(model="constant_mean", benchmark="^IXIC"))["contaminated"].any()


def test_a_contaminated_benchmark_is_named_with_its_fall_and_its_closing_time() -> None:
    moved = MARKET.returns(["^IXIC"])[DAY_ZERO, 0]
    contaminated, weights, later = remarks(study(benchmark="^IXIC"))
    assert f"Nasdaq is contaminated: its {moved:+.2%}".replace("%", " %") in contaminated
    assert weights.startswith("The weights of Nasdaq are not among the data")
    assert later.startswith("Nasdaq closed 4.0 hours after A, B on day 0")


def test_the_weight_of_a_firm_in_an_equal_weight_index_is_stated() -> None:
    (sentence,) = remarks(study("A"))
    index, share = MARKET.returns(["MKT", "A"])[DAY_ZERO]
    without = (index - share / 500) / (1 - 1 / 500)
    more = "more" if without > index else "less"
    assert f"would have returned {100 * abs(without - index):.3f} percentage points {more}" in sentence


def test_a_model_without_a_benchmark_needs_no_remark() -> None:
    assert remarks(study(model="constant_mean")) == ()


def test_benchmarks_stand_side_by_side_as_their_studies_say() -> None:
    table = benchmark_comparison(design(), MARKET, ["MKT", "^IXIC"]).set_index(
        ["model", "benchmark", "symbol"]
    )
    assert len(table) == 3 + 3 + 6 + 6
    for symbol in "AB":
        raw = table.loc[("raw", "", symbol)]
        assert raw["car"] == pytest.approx(study().returns.loc[0, symbol])
        assert np.isnan(raw["pvalue"])
        for model, benchmark in [
            ("constant_mean", ""),
            ("market_adjusted", "MKT"),
            ("market_model", "^IXIC"),
        ]:
            results, row = (
                study(model=model, benchmark=benchmark or None),
                table.loc[(model, benchmark, symbol)],
            )
            assert row["car"] == results.abnormal_returns.loc[0, symbol]
            assert row["pvalue"] == results.pvalues.loc[0, symbol]
            assert row["contaminated"] == (benchmark == "^IXIC")


def test_the_group_is_compared_by_the_portfolio_test_over_any_window() -> None:
    window = Window(0, 1)
    table = benchmark_comparison(design(), MARKET, [None, "^IXIC"], ["market_model"], window)
    group = table[table["symbol"] == GROUP].set_index("benchmark")
    results = study(benchmark="^IXIC")
    assert group.loc["^IXIC", "car"] == results.caar(window)
    assert group.loc["^IXIC", "pvalue"] == TESTS["portfolio"].function(results, window).pvalue
    assert group.loc["default", "car"] == study().caar(window)
    assert group["contaminated"].tolist() == [False, False, True]


def test_what_cannot_be_compared_is_a_row_with_a_reason() -> None:
    table = benchmark_comparison(design("A", "MKT"), MARKET, ["MKT"], ["market_model"])
    row = table[(table["symbol"] == "MKT") & (table["model"] == "market_model")].iloc[0]
    assert (row["reason"], np.isnan(row["car"])) == ("is its own benchmark", True)
    alone = benchmark_comparison(design("MKT"), MARKET, ["MKT"], ["market_model"])
    assert alone["reason"].str.contains("is its own benchmark").all()


def test_every_model_can_be_compared() -> None:
    able = {key for key, model in NORMAL_RETURNS.items() if not {"factors", "donors"} & {*model.needs}}
    models = sorted(able - {"garch"})
    table = benchmark_comparison(design(), MARKET, ["MKT"], models)
    assert set(table["model"]) == {"raw", *models}
    assert table["car"].notna().all()
