from __future__ import annotations

import datetime as dt

import pytest

from analysis.market.errors import DesignError, UnknownNameError
from analysis.market.events import Event, Window
from analysis.study.study import StudyDesign
from tests.analysis.markets import market_of
from tests.analysis.study.small import drawn, study


def test_volume_goes_with_its_own_mean() -> None:
    with pytest.raises(DesignError, match="the volume is measured against its own mean: choose the model"):
        design(reaction="volume")
    with pytest.raises(UnknownNameError, match="unknown reaction 'volum'"):
        design(reaction="volum")


def design(**choices: object) -> StudyDesign:
    return StudyDesign(Event("e", "E", session=dt.date(2025, 1, 27)), **{"symbols": ("A",)} | choices)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"symbols": ()}, "at least one symbol"),
        ({"symbols": ("A", "B", "A")}, "symbol A is named twice"),
        ({"event_window": Window(1, 5)}, r"event window \[\+1, \+5\] must contain day 0"),
        (
            {"estimation_window": Window(-260, -10)},
            r"\[-260, -10\] overlaps event window \[-10, \+10\]; end it at -11",
        ),
    ],
)
def test_a_design_that_cannot_be_computed_is_refused(choices: dict[str, object], message: str) -> None:
    with pytest.raises(DesignError, match=message):
        design(**choices)


def test_an_unknown_model_or_symbol_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'market_model'"):
        design(model="market_modle")
    with pytest.raises(UnknownNameError, match="unknown symbol 'Z'"):
        study(market_of(drawn()), "Z")
    with pytest.raises(UnknownNameError, match="unknown symbol 'Z'"):
        study(market_of(drawn()), "A", benchmark="Z")


def test_designs_that_say_the_same_are_the_same_key() -> None:
    assert hash(design()) == hash(design())
    assert design() == design()
    assert design() != design(model="constant_mean")


def test_car_windows_are_those_that_fit_and_the_whole() -> None:
    windows = design(event_window=Window(-2, 3)).car_windows
    assert windows == (Window(0, 0), Window(0, 1), Window(-1, 1), Window(-2, 3))


def test_a_window_outside_the_event_window_is_refused() -> None:
    results = study(market_of(drawn()))
    with pytest.raises(DesignError, match=r"window \[0, \+11\] is not inside the event window \[-10, \+10\]"):
        results.car(Window(0, 11))
