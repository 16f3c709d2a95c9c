"""The judge takes out what is no price, names what is odd, and leaves out what is more likely a fault."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.market.bars import Bars
from analysis.market.events import Sessions
from data.quality.judge import KINDS, judge
from tests.data.quality.panels import (
    AFTER,
    Floats,
    bars_of,
    flat,
    gapped,
    panel,
    rescaled,
    returns,
    sound,
    weekdays,
)


def test_sound_bars_are_left_as_they_are() -> None:
    bars = panel({"AAA": sound(), "BBB": sound(seed=2)})
    judged = judge(bars, Sessions("XNYS", weekdays(260)))
    assert judged.bars.columns == bars.columns
    assert (judged.stale, judged.cautions, judged.severe) == ({}, (), {})


def test_a_copy_of_the_day_before_becomes_missing_and_is_counted() -> None:
    judged = judge(panel({"AAA": flat(sound(), [20, 21, 90]), "BBB": sound(seed=2)}))
    assert judged.stale == {"AAA": 3}
    assert [caution.kind for caution in judged.cautions] == ["stale"]
    assert "3 of 260 bars" in judged.cautions[0].sentence
    for name, values in judged.bars.columns.items():
        assert np.flatnonzero(np.isnan(values)).tolist() == [20, 21, 90], name


@pytest.mark.parametrize("reported", [[], [7]], ids=["no volume", "one volume"])
def test_a_fund_that_is_flat_by_nature_is_not_stale(reported: list[int]) -> None:
    fund = sound()
    for name in ("open", "high", "low"):
        fund[name] = fund["close"].copy()
    fund["volume"][:] = 0.0
    fund["volume"][reported] = 1.0
    judged = judge(panel({"FUND": fund}))
    assert judged.stale == {}
    assert judged.severe == {}


def test_a_share_without_trade_on_a_third_of_its_days_is_stale_on_those() -> None:
    assert judge(panel({"THIN": flat(sound(), slice(1, 260, 3))})).stale == {"THIN": 87}


def test_an_index_that_reports_no_volume_is_never_stale() -> None:
    index = flat(sound(), [20])
    index["volume"][:] = 0.0
    assert judge(panel({"INDEX": index})).stale == {}


def closes_alone(levels: Floats) -> Bars:
    return panel({"AAA": {"adj_close": levels}, "BBB": {"adj_close": sound(len(levels), 2)["adj_close"]}})


@pytest.mark.parametrize(("number", "run"), [(500, 3), (260, 4), (120, 6)])
def test_a_close_that_stands_still_for_longer_than_chance_is_stale_without_volume(
    number: int, run: int
) -> None:
    levels = sound(number)["adj_close"]
    levels[80 : 80 + run] = levels[79]
    judged = judge(closes_alone(levels))
    assert judged.stale == {"AAA": run}
    assert f"AAA: {run} of {number} bars repeat the close before" in judged.cautions[0].sentence
    missing = np.isnan(judged.bars.columns["adj_close"])
    assert np.flatnonzero(missing).tolist() == list(range(80, 80 + run))


def test_closes_that_often_repeat_by_nature_are_not_stale() -> None:
    cents = np.round(sound(500)["adj_close"] / 50, 2)  # a penny share: one tick is a usual move
    monthly = np.repeat(sound(25)["adj_close"], 20)
    for levels in (cents, monthly):
        assert judge(closes_alone(levels)).stale == {}


def test_repeated_closes_of_days_with_volume_or_a_range_are_trades() -> None:
    columns = sound(500)
    for name in ("close", "adj_close"):
        columns[name][80:85] = columns[name][79]
    columns["open"][80:86] = columns["close"][79]
    assert judge(panel({"AAA": columns})).stale == {}
    del columns["volume"]
    assert judge(panel({"AAA": columns})).stale == {}


def test_an_impossible_bar_becomes_missing() -> None:
    columns = sound()
    columns["high"][30] = columns["low"][30] / 2
    judged = judge(panel({"AAA": columns}))
    assert np.isnan(judged.bars.columns["adj_close"][30])
    assert [caution.kind for caution in judged.cautions] == ["impossible"]


def test_bars_of_closed_days_are_left_out_and_split_no_return() -> None:
    holiday = weekdays(260)[40]
    calendar = Sessions("XNYS", np.delete(weekdays(260), 40))
    judged = judge(panel({"AAA": sound(), "BBB": sound(seed=2)}), {"AAA": calendar})
    assert np.diff(judged.bars.starts).tolist() == [259, 260]
    assert holiday not in judged.bars.dates[judged.bars.rows("AAA")]
    (caution,) = judged.cautions
    assert (caution.kind, caution.date) == ("closed_days", holiday)


DAMAGES = {
    "sound": lambda columns: columns,
    "split": lambda columns: gapped(columns, 1 / 4, slice(100, None)),
    "unit": lambda columns: rescaled(columns, 100, slice(100, 101)),
    "stale": lambda columns: flat(columns, [5, 50]),
    "returns": lambda columns: columns | {"adj_close": returns(columns)},
    "constant": lambda columns: columns | {"adj_close": np.full(120, 3.0)},
    "missing": lambda columns: (
        columns | {"adj_close": np.where(np.arange(120) % 9, columns["adj_close"], np.nan)}
    ),
}


def said(bars: Bars, symbol: str) -> tuple[object, ...]:
    judged = judge(bars)
    rows = judged.bars.rows(symbol)
    cautions = tuple(caution for caution in judged.cautions if caution.symbol == symbol)
    values = tuple(judged.bars.columns[name][rows].tobytes() for name in sorted(judged.bars.columns))
    return judged.stale.get(symbol), cautions, judged.severe.get(symbol), values


@settings(max_examples=25, deadline=None)
@given(
    own=st.sampled_from(sorted(DAMAGES)),
    others=st.lists(st.sampled_from(sorted(DAMAGES)), max_size=4),
    seed=st.integers(0, 2**16),
)
def test_what_is_said_of_a_symbol_depends_on_no_other_and_on_no_order(
    own: str, others: list[str], seed: int
) -> None:
    columns = {"MMM": DAMAGES[own](sound(120, seed))}
    alone = said(panel(columns), "MMM")
    for number, damage in enumerate(others):
        columns["AZ"[number % 2] + str(number)] = DAMAGES[damage](sound(120, number))
    together = panel(columns)
    assert said(together, "MMM") == alone
    rows = np.random.default_rng(seed).permutation(len(together.dates))
    code = np.repeat(np.arange(len(together.symbols)), np.diff(together.starts))
    shuffled = bars_of(
        code[rows],
        together.symbols,
        together.dates[rows],
        **{name: values[rows] for name, values in together.columns.items()},
    )
    assert said(shuffled, "MMM") == alone


BROKEN = st.tuples(
    st.integers(0, 79),
    st.sampled_from(("open", "high", "low", "close", "adj_close", "volume")),
    st.sampled_from([np.nan, np.inf, -np.inf, -1.0, 0.0, 1e-300, 1e300]),
)


@settings(max_examples=40, deadline=None)
@given(
    broken=st.lists(BROKEN, max_size=40),
    columns=st.sets(st.sampled_from(("open", "high", "low", "close", "volume"))),
)
def test_whatever_arrives_is_judged_and_only_possible_prices_are_kept(
    broken: list[tuple[int, str, float]], columns: set[str]
) -> None:
    bars = {name: values for name, values in sound(40).items() if name in {*columns, "adj_close"}}
    both = panel({"A": bars, "B": gapped(bars, 1 / 4, slice(30, None))})
    for row, name, value in broken:
        if name in both.columns:
            both.columns[name][row] = value
    judged = judge(both)
    for name, values in judged.bars.columns.items():
        if name != "volume":
            assert (np.isnan(values) | ((values > 1e-6) & (values < 1e9))).all()
    assert all("nan" not in caution.sentence for caution in judged.cautions)


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_few_bars_are_no_series_to_judge(rows: int) -> None:
    columns = {name: values[:rows] for name, values in sound().items()}
    bars = bars_of(np.zeros(rows, np.int64), ["AAA"], weekdays(rows), **columns)
    assert judge(bars, Sessions("XNYS", weekdays(5))).cautions == ()


def test_cautions_stand_by_symbol_and_kind() -> None:
    odd = gapped(flat(sound(), [20]), 1 / 4, AFTER)
    found = [(c.symbol, list(KINDS).index(c.kind)) for c in judge(panel({"B": odd, "A": odd})).cautions]
    assert all(one <= other for one, other in pairwise(found))
    assert len(found) == 4
