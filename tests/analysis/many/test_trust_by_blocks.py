"""A list gives the same trust, and the same bootstrap, whether it is studied as one or block by block."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.inference.significance import TESTS
from analysis.many.blocks import first_pass, second_pass
from analysis.many.events import NONE, EventList
from analysis.many.lists import joined, list_design, scar_deviations, study_events
from analysis.many.result import ManyEvents
from analysis.market.bars import Ints
from analysis.market.events import Window
from analysis.market.prices import Market
from tests.analysis.markets import market_of

FIRMS = [f"F{j}" for j in range(12)]
EVENT, ESTIMATION = Window(-10, 10), Window(-80, -21)


def drawn() -> Market:
    rng = np.random.default_rng(9)
    index = rng.normal(0, 0.01, 700)
    return market_of({"MKT": index} | {name: index + rng.normal(0, 0.02, 700) for name in FIRMS})


MARKET = drawn()


def listed(days: Ints, market: Market = MARKET) -> EventList:
    names, n = tuple(sorted([*FIRMS, "MKT"])), len(days)
    firm = np.array([names.index(FIRMS[k % len(FIRMS)]) for k in range(n)])
    return EventList(
        names,
        firm,
        np.full(n, NONE),
        market.sessions["XTST"].dates[days],
        np.full(n, np.datetime64("NaT"), dtype="datetime64[s]"),
        (),
        np.full(n, NONE),
        np.arange(n),
    ).ordered()


def both(days: Ints, market: Market = MARKET) -> tuple[ManyEvents, ManyEvents]:
    events = listed(days, market)
    design = list_design(events, "list", event_window=EVENT, estimation_window=ESTIMATION)
    first = first_pass(design, market, events)
    second = second_pass(
        design, market, first.columns, first.spread.deviation, scar_deviations(first.columns)
    )
    return study_events(events, market, design), joined(design, market, first, second)


LISTS = {
    "own dates": 90 + 25 * np.arange(12),
    "consecutive sessions": 100 + np.arange(12),
    "one date holds most": np.array([100] * 9 + [200, 260, 320]),
    "three dates": np.repeat([100, 200, 300], 4),
}


@pytest.mark.parametrize("days", LISTS.values(), ids=list(LISTS))
def test_blocks_trust_what_the_whole_trusts_but_where_pairs_would_have_to_be_measured(days: Ints) -> None:
    whole, blocks = both(days)
    for window in whole.design.car_windows:
        one, other = whole.group.sampling(window), blocks.group.sampling(window)
        assert (one.overlapping, one.crossing, one.largest) == (
            other.overlapping,
            other.crossing,
            other.largest,
        )
        for key, test in TESTS.items():
            doubts = [test.doubt(many.group, window) for many in (whole, blocks)]
            unmeasured = "it is not measured how" in str(doubts[1]) or "a session after others" in str(
                doubts[0]
            )
            assert unmeasured or (doubts[0] is None) == (doubts[1] is None), (key, str(window), one, other)


def test_the_bootstrap_by_date_is_the_same_by_blocks() -> None:
    whole, blocks = both(LISTS["own dates"])
    first, second = (TESTS["wild_cluster"].result(many.group, Window(0, 1)) for many in (whole, blocks))
    assert first.pvalue == second.pvalue
    assert first.statistic == pytest.approx(second.statistic)


def test_windows_of_consecutive_sessions_are_independent_on_day_0_alone() -> None:
    whole, _ = both(LISTS["consecutive sessions"])
    test = TESTS["boehmer"]
    assert test.doubt(whole.group, Window(0, 0)) is None
    reason = str(test.doubt(whole.group, Window(-10, 10)))
    assert reason.startswith("the windows of 12 of 12 firms share days with those of other dates")


def test_news_that_reaches_one_exchange_a_session_after_the_other_is_not_independent_of_itself() -> None:
    rng = np.random.default_rng(11)
    index, first = rng.normal(0, 0.01, 700), rng.normal(0, 0.02, (700, 6))
    later = np.r_[np.zeros((1, 6)), first[:-1]]
    own = rng.normal(0, 0.01, (2, 700, 6))
    shares = {name: index + (first + own[0])[:, j] for j, name in enumerate(FIRMS[::2])}
    shares |= {name: index + (later + own[1])[:, j] for j, name in enumerate(FIRMS[1::2])}
    news = 100 + 25 * np.arange(6)
    whole, _ = both(np.stack([news, news + 1], axis=1).ravel(), market_of({"MKT": index} | shares))
    assert whole.group.sampling(Window(0, 0)).succession == pytest.approx(0.8, abs=0.15)
    for key in ("cross_sectional", "boehmer", "kolari_pynnonen", "wild_cluster"):
        assert "move a session after others" in str(TESTS[key].doubt(whole.group, Window(0, 0))), key
    apart, _ = both(np.stack([news, news + 3], axis=1).ravel(), market_of({"MKT": index} | shares))
    assert apart.group.sampling(Window(0, 0)).succession == 0


def test_the_reason_says_how_many_one_date_holds() -> None:
    whole, _ = both(LISTS["one date holds most"])
    assert "one date holds 9 of 12 firms" in str(TESTS["boehmer"].doubt(whole.group, Window(0, 0)))


def test_the_crude_dependence_t_counts_the_days_present_by_blocks_too() -> None:
    whole, blocks = both(LISTS["own dates"])
    window = Window(-10, 10)
    found = [TESTS["crude_dependence"].result(many.group, window).statistic for many in (whole, blocks)]
    assert found[0] == pytest.approx(found[1])


def test_of_more_events_than_sessions_by_blocks_every_test_gives_a_number_or_a_reason() -> None:
    _, blocks = both(90 + 2 * np.arange(60))
    for window in blocks.design.car_windows:
        for test in TESTS.values():
            found = test.result(blocks.group, window)
            assert (found.pvalue is None) == (found.reason is not None)
