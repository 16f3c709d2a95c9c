"""Colours, numbers and axes as people see them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.render import theme


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


WORDS = ("ink", "ink-soft", "reported", "abnormal", *{look.colour for look in theme.LOOKS})


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("name", sorted(WORDS))
def test_words_can_be_read_on_paper(name, scheme):
    assert _contrast(theme.COLOURS[name][scheme], theme.COLOURS["paper"][scheme]) >= 4.5


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["range", "abnormal", "reported", "zero"])
def test_marks_stand_out_from_the_paper(name, scheme):
    assert _contrast(theme.COLOURS[name][scheme], theme.COLOURS["paper"][scheme]) >= 3


def test_light_colours_are_unique_because_charts_are_recoloured_by_value():
    values = [light for light, _ in theme.COLOURS.values()]
    assert len(set(values)) == len(values)


def test_style_sheet_maps_every_chart_colour_in_fill_and_stroke():
    sheet = theme.style_sheet()
    for name in theme.COLOURS:
        assert f'[style*="fill: {theme.colour(name)}"]{{fill:var(--{name})!important}}' in sheet
        assert f'[style*="stroke: {theme.colour(name)}"]{{stroke:var(--{name})!important}}' in sheet


def test_dark_never_reaches_paper():
    dark = theme.COLOURS["paper"][1]
    assert all("@media screen" in before for before in theme.style_sheet().split(dark)[:-1])


def test_firms_differ_by_more_than_colour():
    assert len({look.symbol for look in theme.LOOKS}) == len(theme.LOOKS)


def test_percent_axis_holds_its_values_and_zero():
    axis = theme.percent_axis([-0.17, -0.02, None, np.nan])
    assert axis["range"][0] < -0.17
    assert axis["range"][1] > 0
    assert "−10 %".replace(" ", "\u00a0") in axis["ticktext"]


def test_percent_axis_of_nothing_is_still_an_axis():
    low, high = theme.percent_axis([])["range"]
    assert low < 0 < high


@given(st.floats(-0.6, -0.001), st.floats(0.001, 0.6), st.sampled_from([110, 260, 320]))
def test_ticks_of_a_horizontal_axis_stay_apart_and_inside(low, high, pixels):
    axis = theme.percent_axis([low, high], pixels=pixels)
    scale = pixels / (axis["range"][1] - axis["range"][0])
    boxes = [
        ((tick - axis["range"][0]) * scale, theme.width(text) / 2)
        for tick, text in zip(axis["tickvals"], axis["ticktext"], strict=True)
    ]
    assert boxes
    for (one, half), (other, half_other) in pairwise(boxes):
        assert other - half_other - (one + half) >= theme.GAP
    assert all(place - half >= -theme.EDGE and place + half <= pixels + theme.EDGE for place, half in boxes)


@pytest.mark.parametrize("step", [0.00025, 0.0025, 0.005, 0.01, 0.025, 0.05])
def test_a_tick_says_what_it_is(step):
    axis = theme.percent_axis([-4 * step, 4 * step], steps=8)
    for tick, text in zip(axis["tickvals"], axis["ticktext"], strict=True):
        assert float(text.replace("\u00a0%", "").replace("−", "-")) == pytest.approx(100 * tick)


def test_looks_come_again_with_other_dashes_and_markers():
    looks = [theme.look(place) for place in range(30)]
    assert len(set(looks)) == 30
    assert theme.look(None) == theme.LOOKS[-1]
