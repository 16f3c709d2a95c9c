"""The hours of a day, as moves from the last hour before it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.market.events import Sessions
from analysis.market.hours import hourly_moves
from analysis.market.prices import Instrument
from dashboard.views import hours
from dashboard.views.case import Case
from dashboard.views.choices import Choices
from data.bundled.bundle import bundled_market
from data.catalogue.dossiers import dossier
from tests.dashboard.newsdesk import MOMENT, made_up_case, made_up_market

DAY = np.datetime64("2025-01-27")


def market_with_hours():
    dates = np.array([DAY - 3, DAY])
    closes = (dates + np.timedelta64(21, "h")).astype("datetime64[s]")
    starts = pd.to_datetime(
        ["2025-01-24T20:00Z", "2025-01-27T14:00Z", "2025-01-27T20:00Z", "2025-01-27T21:00Z"]
    )
    level = [100.0, 90.0, 80.0, 200.0]
    bars = pd.DataFrame({"open": level, "high": level, "low": level, "close": level}, starts)
    return replace(made_up_market(), sessions={"XTST": Sessions("XTST", dates, closes)}, hourly={"AAA": bars})


def test_hours_run_from_the_previous_close_to_this_one():
    moves = hourly_moves(market_with_hours(), "AAA", DAY.item())
    assert moves is not None
    assert moves["close"].to_list() == pytest.approx([-0.1, -0.2])


def test_what_was_traded_after_the_last_close_before_a_weekend_is_not_of_the_day():
    market = market_with_hours()
    late = market.hourly["AAA"].iloc[[0]].set_axis(pd.to_datetime(["2025-01-24T22:00Z"]))
    market = replace(market, hourly={"AAA": pd.concat([market.hourly["AAA"], late]).sort_index()})
    moves = hourly_moves(market, "AAA", DAY.item())
    assert moves is not None
    assert moves.index.min() == pd.Timestamp("2025-01-27T14:00Z")


@pytest.mark.parametrize(
    ("kept", "drawn"),
    [
        (("AAA", "CFD"), ("AAA", "CFD")),
        (("AAA", "BBB", "CCR", "MKT", "CFD", "FUT"), ("AAA", "FUT")),
        (("MKT",), ()),
    ],
)
def test_the_first_firm_and_the_future_are_drawn_however_many_hours_are_kept(kept, drawn):
    """A refresh archives the hours of every instrument: all of them in one chart say nothing."""
    future = Instrument("FUT", "Future", "XTST", "USD", stand_in="CFD", sector="Future")
    contract = Instrument("CFD", "Contract", "XTST", "USD", sector="Future")
    case = made_up_case()
    dossier = replace(case.dossier, instruments=(*case.dossier.instruments, future, contract))
    market = replace(case.market, hourly=dict.fromkeys(kept, pd.DataFrame()))
    assert hours.drawn(replace(case, dossier=dossier, market=market)) == drawn


def test_without_hourly_bars_the_part_is_empty():
    assert hours.section(made_up_case()).blocks == ()


@pytest.mark.parametrize("timed", [True, False])
def test_lines_and_diamonds_are_spoken_of_only_where_reports_have_a_time(timed):
    event = dossier("deepseek-2025-01-27")
    moves = event.moves if timed else tuple(replace(move, time=None) for move in event.moves)
    case = Case(Choices(event.event.slug), replace(event, moves=moves), bundled_market(event.instruments))
    note, chart = hours.section(case).blocks
    assert ("Dotted lines with letters" in note.text) is timed
    assert ("diamonds are reported figures" in chart.caption.shows) is timed


def test_each_time_of_a_report_has_one_letter_the_earliest_first():
    case = made_up_case()
    first, *others = case.studies.checks
    early, late = (
        replace(first, reported=replace(first.reported, time=MOMENT + dt.timedelta(hours=n))) for n in (0, 2)
    )
    marks = hours.report_lines((late, early, late, *others))
    assert [mark.date for mark in marks] == [early.reported.time, late.reported.time]
    assert [mark.label for mark in marks] == ["a", "b"]
