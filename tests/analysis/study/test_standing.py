"""Where a day stands among all days of the same firms."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.study.standing import standing
from analysis.study.study import StudyDesign, StudyResults, event_study
from tests.analysis.markets import market_of, session_event

DAY = 320


def studied(returns: dict[str, np.ndarray]) -> StudyResults:
    market = market_of(returns)
    firms = tuple(symbol for symbol in returns if symbol != "MKT")
    return event_study(StudyDesign(session_event(market, DAY), firms), market)


def noise(columns: int = 3) -> dict[str, np.ndarray]:
    drawn = np.random.default_rng(3).normal(0, 0.01, (columns, 400))
    return dict(zip(("AAA", "BBB", "MKT"), drawn, strict=False))


@pytest.mark.parametrize("less_benchmark", [False, True])
def test_the_rank_is_that_of_the_mean_return_among_all_days(less_benchmark: bool) -> None:
    returns = noise()
    table = pd.DataFrame(returns)
    means = table[["AAA", "BBB"]].mean(axis=1) - (table["MKT"] if less_benchmark else 0)
    value = means[DAY - 1]  # the return of session t + 1 is entry t
    rank = means.rank(ascending=bool(value < 0))[DAY - 1]

    found = standing(studied(returns), less_benchmark)

    assert found is not None
    assert (found.rank, found.days) == (rank, 400)
    assert found.value == pytest.approx(value)


def test_the_largest_fall_is_first_and_the_largest_rise_too() -> None:
    for move in (-0.3, 0.3):
        returns = noise()
        returns["AAA"][DAY - 1] = returns["BBB"][DAY - 1] = move
        found = standing(studied(returns))
        assert found is not None
        assert (found.rank, round(found.value, 6)) == (1, move)


def test_days_on_which_most_firms_have_no_bar_do_not_count() -> None:
    returns = noise()
    returns["BBB"][10:12] = np.nan  # two sessions without a bar: three missing returns
    found = standing(studied(returns))
    assert found is not None
    assert found.days == 400 - 3
