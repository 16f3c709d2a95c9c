from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from analysis.choices import curve
from analysis.choices.curve import Choices
from analysis.choices.permutation import STEP, PermutationTest, earlier, permutation_test
from analysis.market.errors import DesignError
from analysis.market.events import Event, Window
from analysis.study.study import StudyDesign, event_study
from tests.analysis.markets import market_of, session_event

DAY_ZERO, EVENT, LENGTHS = 110, Window(-1, 1), (40, 30)
MODELS = ("market_model", "constant_mean")


def returns(shock: float = -0.2) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(5)
    market = rng.normal(0, 0.01, 130)
    out = {"MKT": market} | {firm: market + rng.normal(0, 0.02, 130) for firm in "AB"}
    out["A"][DAY_ZERO - 1] += shock
    return out


MARKET = market_of(returns())
CHOICES = Choices(
    session_event(MARKET, DAY_ZERO),
    ("A", "B"),
    models=MODELS,
    lengths=LENGTHS,
    gaps=(0,),
    windows=(Window(0, 0),),
    earlier_jumps=("kept",),
    event_window=EVENT,
)


@pytest.fixture(scope="module")
def test() -> PermutationTest:
    return permutation_test(CHOICES, MARKET)


def by_hand(position: int, firm: str) -> tuple[float, float, float]:
    """Median effect, share significant and mean t of four studies, one by one."""
    cars = [
        event_study(
            StudyDesign(session_event(MARKET, position), (firm,), None, model, EVENT, Window(-1 - n, -2)),
            MARKET,
        ).car(Window(0, 0))
        for model in MODELS
        for n in LENGTHS
    ]
    effect, t, p = ([float(car[name].iloc[0]) for car in cars] for name in ("car", "statistic", "pvalue"))
    return float(np.median(effect)), float(np.mean(np.array(p) < 0.05)), float(np.mean(t))


def test_every_earlier_date_has_the_curve_of_separate_studies(test: PermutationTest) -> None:
    places = range(DAY_ZERO - len(EVENT), max(LENGTHS) + 1, -STEP)
    assert test.known("B").shape[0] == len(places)
    for place in (places[0], places[-1]):
        drawn = test.draws.loc[MARKET.sessions["XTST"].dates[place].item(), "B"]
        assert tuple(drawn[["median", "share_significant", "mean_t"]]) == pytest.approx(by_hand(place, "B"))


def test_earlier_dates_do_not_ask_what_can_be_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(curve, "event_study")
    assert len(permutation_test(CHOICES, MARKET).known("B"))


def test_p_is_the_share_of_dates_that_go_as_far_the_event_among_them(test: PermutationTest) -> None:
    for firm in ("A", "B"):
        event = by_hand(DAY_ZERO, firm)
        for value, name in zip(event, ("median", "share_significant", "mean_t"), strict=True):
            draws = test.draws.xs(firm, level="target")[name]
            p = (1 + int((draws.abs() >= abs(value) - 1e-12).sum())) / (1 + len(draws))
            assert test.summary(firm).loc[name, "pvalue"] == pytest.approx(p)
    assert test.summary("A").loc["median", "pvalue"] == 1 / (1 + len(test.known("A")))


def test_a_date_with_few_of_the_specifications_does_not_count(test: PermutationTest) -> None:
    draws = test.draws.copy()
    draws.loc[draws.index[0], "specifications"] = 3
    target = draws.index[0][1]
    assert len(replace(test, draws=draws).known(target)) == len(test.known(target)) - 1


def test_news_with_a_time_keeps_its_hour() -> None:
    day = MARKET.sessions["XTST"].dates[DAY_ZERO].item()
    event = Event("e", "E", dt.datetime.combine(day, dt.time(9), dt.timezone.utc))
    sessions = MARKET.sessions["XTST"]
    timed = replace(sessions, closes=sessions.dates.astype("datetime64[s]") + np.timedelta64(17, "h"))
    market = replace(MARKET, sessions={**MARKET.sessions, "XTST": timed})
    date, moved = next(earlier(replace(CHOICES, event=event), market))
    assert moved.information_time == dt.datetime.combine(date, dt.time(9), dt.timezone.utc)


def test_a_history_without_an_earlier_date_is_refused() -> None:
    with pytest.raises(DesignError, match="no earlier date"):
        permutation_test(replace(CHOICES, lengths=(108,)), MARKET)
