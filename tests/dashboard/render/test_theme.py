"""Colours, numbers and axes as people see them."""

from __future__ import annotations

import datetime as dt
import doctest

import numpy as np
import pytest

from analysis.claims.verdicts import VERDICTS
from dashboard.render import theme


def test_doctests_print_what_they_say():
    assert doctest.testmod(theme).failed == 0


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


WORDS = ("ink", "ink-soft", "reported", "abnormal", *{look.colour for look in theme.SERIES})


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("name", sorted(WORDS))
def test_words_can_be_read_on_paper(name, scheme):
    assert _contrast(theme.COLOURS[name][scheme], theme.COLOURS["paper"][scheme]) >= 4.5


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


def test_every_verdict_has_a_look_and_no_two_share_an_icon():
    looks = [theme.verdict(key) for key in VERDICTS]
    assert len({look.icon for look in looks}) == len(VERDICTS)
    assert theme.Verdict("•", "neutral") not in looks


def test_firms_differ_by_more_than_colour():
    assert len({look.symbol for look in theme.SERIES}) == len(theme.SERIES)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(-0.16971, "−16.97 %"), (0.0007, "+0.07 %"), (-0.00001, "0.00 %"), (None, "–"), (np.nan, "–")],
)
def test_percent_is_signed_with_a_true_minus(value, shown):
    assert theme.percent(value).replace("\u00a0", " ") == shown


@pytest.mark.parametrize("value", [dt.date(2025, 1, 27), np.datetime64("2025-01-27", "s")])
def test_day_is_written_out(value):
    assert theme.day(value).replace("\u00a0", " ") == "27 Jan 2025"


@pytest.mark.parametrize(("value", "shown"), [(0.0004, "< 0.001"), (0.04271, "0.043"), (None, "–")])
def test_pvalue_is_never_a_bare_zero(value, shown):
    assert theme.pvalue(value) == shown


def test_percent_axis_holds_its_values_and_zero():
    axis = theme.percent_axis([-0.17, -0.02, None, np.nan])
    assert axis["range"][0] < -0.17
    assert axis["range"][1] > 0
    assert "−10 %".replace(" ", "\u00a0") in axis["ticktext"]


def test_percent_axis_of_nothing_is_still_an_axis():
    low, high = theme.percent_axis([])["range"]
    assert low < 0 < high
