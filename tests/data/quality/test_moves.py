"""Splits that were not applied, other units, and news."""

from __future__ import annotations

import numpy as np
import pytest

from data.quality.judge import Caution, judge
from tests.data.quality.panels import (
    AFTER,
    DAY,
    Floats,
    caution_of_panel,
    flat_return,
    gapped,
    panel,
    rescaled,
    sound,
    weekdays,
)


def caution_of(columns: dict[str, Floats], dates: np.ndarray | None = None) -> Caution:
    (caution,) = judge(panel({"AAA": columns, "BBB": sound(len(columns["adj_close"]), 2)}, dates)).cautions
    assert caution.symbol == "AAA"
    return caution


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


@pytest.mark.parametrize("factor", [100.0, 1 / 100, 1000.0, 95.0])
def test_a_bar_in_another_unit_is_severe(factor: float) -> None:
    judged = judge(panel({"AAA": rescaled(sound(), factor, slice(DAY, DAY + 1))}))
    assert [caution.kind for caution in judged.cautions] == ["unit", "unit"]
    assert judged.severe["AAA"].date == weekdays(260)[DAY]


def test_a_move_within_what_is_usual_is_no_jump() -> None:
    wild = {"adj_close": 50 * np.exp(np.cumsum(np.random.default_rng(3).normal(0, 0.2, 260)))}
    assert judge(panel({"WILD": wild})).cautions == ()
