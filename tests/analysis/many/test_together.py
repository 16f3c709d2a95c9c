"""Several studies, each of an event of its own, as one list of events."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.inference.significance import TESTS
from analysis.many.together import pooled
from analysis.market.errors import DesignError
from analysis.market.events import Event, Window
from analysis.study.study import StudyDesign, StudyResults, event_study
from tests.analysis.markets import market_of

DAY = Window(0, 0)


@pytest.fixture(scope="module")
def studies() -> list[StudyResults]:
    noise = np.random.default_rng(5).normal(0, 0.01, (3, 700))
    market = market_of(dict(zip(("AAA", "BBB", "MKT"), noise, strict=True)))
    days = market.sessions["XTST"].dates
    return [
        event_study(StudyDesign(Event(str(k), f"Event {k}", session=days[k].item()), firms), market)
        for k, firms in ((320, ("AAA", "BBB")), (500, ("AAA",)))
    ]


def test_each_firm_keeps_the_abnormal_return_of_its_own_study(studies: list[StudyResults]) -> None:
    many = pooled("both", studies)
    alone = {
        (symbol, one.event_sessions[symbol]): one.car(DAY).loc[symbol, "car"]
        for one in studies
        for symbol in one.symbols
    }
    names = many.columns.events.names
    found = {
        (names[firm], day.item()): car
        for firm, day, car in zip(
            many.columns.events.firm, many.columns.session, many.columns.car[0], strict=True
        )
    }
    assert found == pytest.approx(alone)


def test_trust_counts_dates_and_repeated_firms(studies: list[StudyResults]) -> None:
    drawn = pooled("both", studies).group.sampling(DAY)
    assert (drawn.firms, drawn.dates, drawn.repeated) == (3, 2, True)
    assert TESTS["wild_cluster"].result(pooled("both", studies).group, DAY).nobs == 3


def test_a_firm_with_other_prices_in_another_study_is_refused(studies: list[StudyResults]) -> None:
    one, two = studies
    market = one.panel.market
    own = {**market.histories, "AAA": replace(market.histories["AAA"], source="a reader")}
    other = event_study(two.design, replace(market, histories=own))
    with pytest.raises(DesignError, match="AAA has prices of another source"):
        pooled("both", [one, other])


def test_no_study_is_no_list() -> None:
    with pytest.raises(DesignError, match="no study"):
        pooled("none", [])
