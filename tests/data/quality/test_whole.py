"""Series that are no daily prices as a whole."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.market.events import Sessions
from data.quality.judge import Caution, decisive, judge
from tests.data.quality.panels import (
    Floats,
    caution_of_panel,
    panel,
    returns,
    sound,
    weekdays,
)


@pytest.mark.parametrize(
    ("levels", "kind"),
    [
        (returns(sound()), "returns"),
        (1 + returns(sound()), "returns"),
        (np.full(260, 7.75), "constant"),
        (50 * 1.001 ** np.arange(260), "constant_growth"),
    ],
    ids=["returns", "gross returns", "constant", "constant growth"],
)
def test_a_series_without_prices_to_judge_by_is_severe(levels: Floats, kind: str) -> None:
    caution = caution_of_panel({"AAA": {"adj_close": levels}})
    assert (caution.kind, caution.severe) == (kind, True)
    assert caution.sentence.startswith("AAA: ")


@pytest.mark.parametrize(
    "levels",
    [
        1 + 0.1 * np.sin(np.arange(260) / 40),  # an exchange rate
        np.cumsum(np.random.default_rng(5).normal(0, 0.02, 260)) - 0.3,  # a yield below zero
        np.round(sound()["close"], 0),  # a share that often stands still
    ],
    ids=["near one", "below zero", "few prices"],
)
def test_an_unusual_level_is_no_series_of_returns(levels: Floats) -> None:
    assert judge(panel({"AAA": {"adj_close": levels}})).severe == {}


@pytest.mark.parametrize(("step", "word"), [(7, "weekly"), (30, "monthly"), (14, "14 days apart")])
def test_bars_that_are_not_daily_are_named(step: int, word: str) -> None:
    dates = np.datetime64("2015-01-02") + step * np.arange(100)
    caution = caution_of_panel_on(dates)
    assert (caution.kind, caution.severe, caution.doubtful) == ("spacing", False, True)
    assert word in caution.sentence
    assert decisive(caution, dates[0], dates[-1])


def test_a_weekly_price_among_blanks_is_weekly() -> None:
    levels = sound(500)["adj_close"]
    levels[np.arange(500) % 5 != 4] = np.nan
    (caution,) = judge(panel({"AAA": {"adj_close": levels}})).cautions
    assert "AAA: its bars are weekly, not daily" in caution.sentence


def caution_of_panel_on(dates: np.ndarray, symbol: str = "AAA") -> Caution:
    (caution,) = judge(panel({symbol: sound(len(dates))}, dates)).cautions
    return caution


@pytest.mark.parametrize(("shift", "word"), [(-1, "early"), (1, "late")])
def test_dates_shifted_by_a_day_are_severe(shift: int, word: str) -> None:
    caution = caution_of_panel_on(weekdays(260) + shift)
    assert (caution.kind, caution.severe) == ("shifted", True)
    assert word in caution.sentence


def test_some_markets_open_on_sundays() -> None:
    assert judge(panel({"2222.SR": sound()}, weekdays(260) - 1)).cautions == ()


def test_a_session_on_a_saturday_is_named() -> None:
    dates = np.append(weekdays(260), weekdays(260)[-1] + 1)
    assert caution_of_panel_on(dates).kind == "weekend"


def test_a_weekend_that_a_calendar_knows_needs_no_word_of_its_own() -> None:
    dates = np.append(weekdays(260), weekdays(260)[-1] + 1)
    judged = judge(panel({"AAA": sound(261)}, dates), Sessions("ALWAYS", np.arange(dates[0], dates[-1] + 1)))
    assert judged.cautions == ()
