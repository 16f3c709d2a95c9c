from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.choices.curve import Choices
from analysis.inference.placebo_firms import placebo_firms
from analysis.inference.significance import TESTS
from analysis.inference.trust import group_of, sampling_of_firm
from analysis.inference.trusted import DONOR_RULES
from analysis.many.lists import list_design
from analysis.market.errors import DesignError, UnknownNameError
from analysis.market.events import DAY_ZERO, Window
from analysis.market.prices import Instrument, Market
from analysis.models.synthetic import simplex_mix
from analysis.study.donors import with_donors
from analysis.study.study import StudyDesign, StudyResults, event_study
from tests.analysis.many.lists import Row, listed
from tests.analysis.markets import market_of, session_event

POSITION, ESTIMATION, EVENT = 120, Window(-80, -11), Window(-5, 5)
POOL = tuple(f"D{n}" for n in range(6))


def made(shock: float = 0.0) -> Market:
    """A firm, another share of the event, and six donors beside four shares that are none."""
    rng = np.random.default_rng(3)
    market = rng.normal(0, 0.01, 140)
    others = ("MKT", "A", "OWN", *POOL, "CHIP", "NEWS", "ASIA", "YOUNG")
    returns = {s: market + rng.normal(0, 0.01, 140) for s in others}
    returns["A"][POSITION - 1] += shock
    returns["YOUNG"][:60] = np.nan
    at = {s: Instrument(s, s, "XTST", "EUR", benchmark="MKT", region="US", sector="Banks") for s in returns}
    at |= {s: replace(at[s], sector="Chips") for s in ("A", "OWN", "CHIP")}
    at["MKT"] = replace(at["MKT"], sector="Index")
    at["NEWS"] = replace(at["NEWS"], contaminated=True, note="other news on 3 Mar 2025")
    at["ASIA"] = replace(at["ASIA"], region=None)
    whole = market_of(returns, instruments=at)
    own = {s: at[s] for s in ("MKT", "A", "OWN")}
    return replace(whole, instruments=own, pool=lambda: whole)


MARKET = made()


def design(model: str = "synthetic", **choices: object) -> StudyDesign:
    usual = {"event_window": EVENT, "estimation_window": ESTIMATION}
    return StudyDesign(session_event(MARKET, POSITION), ("A",), None, model, **usual | choices)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def results() -> StudyResults:
    return event_study(design(), made(shock=-0.3))


def test_shares_that_the_news_may_have_touched_are_left_out_and_named() -> None:
    found = with_donors(design(), MARKET).donors["A"]
    assert found.used == POOL
    assert found.left_out == {
        "OWN": "an instrument of the event",
        "CHIP": "of a sector of the event",
        "NEWS": "other news on 3 Mar 2025",
        "YOUNG": "too few returns on the firm's sessions",
    }


def test_donors_that_are_named_are_taken_whatever_they_are() -> None:
    named = ("OWN", "CHIP", "NEWS", "ASIA", "D1", "A")
    found = with_donors(design(donors=named), MARKET).donors["A"]
    assert found.used == named[:-1]
    assert found.left_out == {"A": "the share itself"}


@pytest.mark.parametrize(
    ("choices", "error", "told"),
    [
        (
            {"donors": ("D1", "D2", "YOUNG")},
            DesignError,
            r"A: 2 donors, at least 5 are needed \(left out: YOUNG",
        ),
        ({"donors": ("D9",)}, UnknownNameError, "unknown donor 'D9'"),
        ({"model": "market_model", "donors": POOL}, DesignError, "they go with synthetic, synthetic_ridge"),
    ],
)
def test_what_cannot_be_mixed_is_one_line(
    choices: dict[str, object], error: type[Exception], told: str
) -> None:
    with pytest.raises(error, match=told):
        event_study(design(**choices), MARKET)  # type: ignore[arg-type]


def test_prices_alone_need_donors_that_are_named() -> None:
    alone = replace(MARKET.pool(), pool=None)  # type: ignore[misc]
    with pytest.raises(DesignError, match="name donors"):
        event_study(design(), alone)
    assert event_study(design(donors=POOL), alone).symbols == ("A",)


def test_curves_leave_donors_to_single_studies() -> None:
    with pytest.raises(DesignError, match="study it on its own"):
        Choices(session_event(MARKET, POSITION), ("A",), models=("synthetic",))


def test_lists_leave_donors_to_single_studies() -> None:
    with pytest.raises(DesignError, match="one event at a time"):
        list_design(listed(Row("A", MARKET.sessions["XTST"].dates[POSITION].item())), "made up", "synthetic")


def test_the_study_is_the_mix_of_the_donors(results: StudyResults) -> None:
    rows, day = results.panel.rows(ESTIMATION), results.panel.rows(DAY_ZERO).start
    donors = np.column_stack([results.panel.index(donor)[:, 0] for donor in POOL])
    weights = simplex_mix(results.panel.returns[rows, 0], donors[rows]).weights
    assert results.parameters.loc["A", list(POOL)].to_numpy(float) == pytest.approx(weights)
    abnormal = results.panel.returns[day, 0] - donors[day] @ weights
    assert results.abnormal_returns.loc[0, "A"] == pytest.approx(abnormal)


def test_a_shock_is_rarer_than_that_of_any_donor(results: StudyResults) -> None:
    assert placebo_firms(results, DAY_ZERO)["A"] == 1 / (len(POOL) + 1)


def test_placebo_firms_mix_each_donor_of_the_others(results: StudyResults) -> None:
    quiet = event_study(design(), MARKET)
    rows, day = quiet.panel.rows(ESTIMATION), quiet.panel.rows(DAY_ZERO).start
    donors = np.column_stack([quiet.panel.index(donor)[:, 0] for donor in POOL])
    sizes = []
    for k in range(len(POOL)):
        y, x = donors[:, k], np.delete(donors, k, axis=1)
        mix = simplex_mix(y[rows], x[rows])
        errors = y - x @ mix.weights
        sizes.append(abs(errors[day]) / np.sqrt((errors[rows] ** 2).sum() / (len(ESTIMATION) - mix.used)))
    event = abs(quiet.abnormal_returns.loc[0, "A"]) / quiet.fit.sigma[0]
    assert placebo_firms(quiet, DAY_ZERO)["A"] == (1 + sum(size >= event for size in sizes)) / 7


def test_few_donors_and_sessions_are_trusted_in_no_test(results: StudyResults) -> None:
    group, alone = group_of(results), sampling_of_firm(results, DAY_ZERO, "A")
    assert (alone.donors, alone.nobs, group.sampling(DAY_ZERO).donors) == (6, 70, 6)
    assert all(test.doubt(group, DAY_ZERO) for test in TESTS.values())
    assert "simulated with" in str(DONOR_RULES["placebo_firms"](alone))
    enough = replace(alone, donors=7, nobs=250)
    poor = DONOR_RULES["placebo_firms"](replace(enough, rsquared=-1.23))
    assert str(poor).endswith("fits worse than the share's own mean (R² -1.23)")
    assert DONOR_RULES["placebo_firms"](enough) is None
