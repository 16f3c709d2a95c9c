"""The judge takes out what is no price, names what is odd, and leaves out what is more likely a fault."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.market.bars import Bars
from analysis.market.events import Sessions
from data.quality.judge import KINDS, Caution, decisive, judge
from tests.data.quality.panels import Floats, bars_of, gapped, panel, rescaled, sound, weekdays

DAY = 200
AFTER = slice(DAY, None)


def caution_of(columns: dict[str, Floats], dates: np.ndarray | None = None) -> Caution:
    (caution,) = judge(panel({"AAA": columns, "BBB": sound(len(columns["adj_close"]), 2)}, dates)).cautions
    assert caution.symbol == "AAA"
    return caution


def test_sound_bars_are_left_as_they_are() -> None:
    bars = panel({"AAA": sound(), "BBB": sound(seed=2)})
    judged = judge(bars, Sessions("XNYS", weekdays(260)))
    assert judged.bars.columns == bars.columns
    assert (judged.stale, judged.cautions, judged.severe) == ({}, (), {})


# --- bars that are no prices -------------------------------------------------------------------------------


def flat(columns: dict[str, Floats], rows: slice | list[int]) -> dict[str, Floats]:
    out = {name: values.copy() for name, values in columns.items()}
    for row in np.arange(len(out["close"]))[rows]:
        for name in ("open", "high", "low", "close", "adj_close"):
            out[name][row] = out["close"][row - 1]
        out["volume"][row] = 0.0
    return out


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


# --- splits, units, news -----------------------------------------------------------------------------------


@pytest.mark.parametrize("damage", [rescaled, gapped])
@pytest.mark.parametrize(
    ("factor", "ratio"), [(1 / 2, "2:1"), (1 / 4, "4:1"), (2 / 5, "5:2"), (18.0, "1:18"), (1 / 50, "50:1")]
)
def test_a_split_that_was_not_applied_is_severe_and_named(damage: object, factor: float, ratio: str) -> None:
    columns = flat_return(sound(), DAY)
    caution = caution_of(damage(columns, factor, AFTER))  # type: ignore[operator]
    assert (caution.kind, caution.severe, caution.date) == ("split", True, weekdays(260)[DAY])
    assert ratio in caution.sentence
    assert str(caution.date) in caution.sentence
    assert caution.size == pytest.approx(factor - 1)


def flat_return(columns: dict[str, Floats], row: int) -> dict[str, Floats]:
    """The same bars without a move of their own on one day."""
    size = columns["close"][row] / columns["close"][row - 1]
    return rescaled(columns, 1 / size, slice(row, None))


def test_a_split_in_shares_as_traded_is_no_unusual_volume() -> None:
    columns = gapped(flat_return(sound(), DAY), 1 / 20, AFTER)
    columns["volume"][AFTER] *= 20
    assert caution_of(columns).severe


def test_prices_alone_tell_a_split_too() -> None:
    columns = {"adj_close": gapped(flat_return(sound(), DAY), 1 / 4, AFTER)["adj_close"]}
    assert caution_of(columns).severe


def test_the_days_around_confirm_a_crash_where_there_is_nothing_else() -> None:
    columns = gapped(flat_return(sound(), DAY), 1 / 2, AFTER)
    wild = np.exp(0.2 * np.array([1, -1, 1, -1, 1, -1]))
    columns["adj_close"][DAY + 1 : DAY + 7] *= np.cumprod(wild)
    found = judge(panel({"AAA": {"adj_close": columns["adj_close"]}}))
    assert {caution.severe for caution in found.cautions} == {False}


@pytest.mark.parametrize(
    ("factor", "words"),
    [(1 / 1.946, "1.946, close to 2:1,"), (1 / 2.08, "2.080, close to 2:1,"), (2.09, "2.090, close to 1:2,")],
)
def test_a_split_on_a_day_of_a_move_is_a_caution_that_names_the_ratio(factor: float, words: str) -> None:
    prices = {"adj_close": gapped(flat_return(sound(), DAY), factor, AFTER)["adj_close"]}
    caution = caution_of_panel({"AAA": prices})
    assert (caution.kind, caution.severe) == ("jump", False)
    assert f"a ratio of {words} that no unusual trading confirms" in caution.sentence


@pytest.mark.parametrize("factor", [1 / 1.7, 1 / 2.25])
def test_a_move_far_from_any_split_names_no_ratio(factor: float) -> None:
    caution = caution_of_panel({"AAA": gapped(flat_return(sound(), DAY), factor, AFTER)})
    assert "ratio" not in caution.sentence


@pytest.mark.parametrize(("factor", "ratio"), [(2 / 3, "3:2"), (4 / 5, "5:4"), (5 / 3, "3:5")])
def test_below_two_to_one_it_is_a_caution_only(factor: float, ratio: str) -> None:
    caution = caution_of(gapped(flat_return(sound(), DAY), factor, AFTER))
    assert (caution.kind, caution.severe) == ("split", False)
    assert ratio in caution.sentence


def test_a_move_with_the_volume_of_news_is_a_jump() -> None:
    columns = gapped(flat_return(sound(), DAY), 1 / 2, AFTER)
    columns["volume"][DAY] *= 20
    caution = caution_of(columns)
    assert (caution.kind, caution.severe) == ("jump", False)


def test_without_volume_a_wide_range_confirms() -> None:
    columns = rescaled(flat_return(sound(), DAY), 1 / 2, AFTER)
    del columns["volume"]
    caution = caution_of_panel({"AAA": columns})
    assert (caution.kind, caution.severe) == ("jump", False)


def caution_of_panel(columns: dict[str, dict[str, Floats]]) -> Caution:
    (caution,) = judge(panel(columns)).cautions
    return caution


@pytest.mark.parametrize("factor", [100.0, 1 / 100, 1000.0, 95.0])
def test_a_bar_in_another_unit_is_severe(factor: float) -> None:
    judged = judge(panel({"AAA": rescaled(sound(), factor, slice(DAY, DAY + 1))}))
    assert [caution.kind for caution in judged.cautions] == ["unit", "unit"]
    assert judged.severe["AAA"].date == weekdays(260)[DAY]


def test_a_move_within_what_is_usual_is_no_jump() -> None:
    wild = {"adj_close": 50 * np.exp(np.cumsum(np.random.default_rng(3).normal(0, 0.2, 260)))}
    assert judge(panel({"WILD": wild})).cautions == ()


# --- whole series ------------------------------------------------------------------------------------------


def returns(columns: dict[str, Floats]) -> Floats:
    return np.diff(columns["adj_close"], prepend=columns["adj_close"][0]) / columns["adj_close"]


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


# --- what decides a result ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "deviations", "first", "last", "decides"),
    [
        (-0.3, 9.0, 190, 210, True),
        (-0.3, 9.0, 201, 210, False),
        (-0.3, 9.0, 190, 200, True),
        (-0.2, 9.0, 190, 210, False),
        (-0.3, 7.0, 190, 210, False),
    ],
)
def test_a_large_move_inside_the_windows_decides(
    size: float, deviations: float, first: int, last: int, decides: bool
) -> None:
    days = weekdays(260)
    caution = Caution("AAA", "jump", "", days[DAY], size, deviations)
    assert decisive(caution, days[first], days[last]) is decides


def test_a_doubtful_series_decides_and_a_note_does_not() -> None:
    first, last = weekdays(260)[[0, -1]]
    assert decisive(Caution("AAA", "constant", "", severe=True), first, last)
    assert not decisive(Caution("AAA", "stale", "", first), first, last)


# --- order and company -------------------------------------------------------------------------------------

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
