from __future__ import annotations

from dataclasses import replace

import pytest
import scipy.stats

from analysis.inference.calendar import NOT_TRUSTED
from analysis.inference.trust import group_of
from analysis.many.lists import NO_ALPHAS
from analysis.market.events import DAY_ZERO
from dashboard.views import long_windows
from dashboard.views.content import Note
from dashboard.views.tables import Table
from tests.analysis.inference.test_calendar import LONG, on_dates
from tests.dashboard.newsdesk import column


def test_a_long_window_has_a_table_and_what_to_make_of_it() -> None:
    group = group_of(on_dates([100, 108]))
    table, note = long_windows.blocks(group, (DAY_ZERO, LONG))
    assert isinstance(table, Table)
    assert isinstance(note, Note)
    market, *without = group.alphas(LONG)
    assert column(table, "Alpha a day") == (market.alpha,)
    (low,), (high,) = (column(table, f"95 % interval, {end}") for end in ("low", "high"))
    assert high - low == pytest.approx(2 * scipy.stats.t.ppf(0.975, market.df) * market.se)
    assert NOT_TRUSTED in note.text
    assert all(f"{one.label}: {one.reason}." in note.text for one in without)


def test_a_short_window_has_no_such_section() -> None:
    group = group_of(on_dates([100, 108]))
    assert not list(long_windows.section(group, DAY_ZERO))
    assert [one.key for one in long_windows.section(group, LONG)] == ["long-window"]


def test_a_list_without_alphas_says_so_of_long_windows_alone() -> None:
    group = replace(group_of(on_dates([100, 108])), alphas=lambda window: (), no_alphas=NO_ALPHAS)
    assert [block.text for block in long_windows.blocks(group, (DAY_ZERO, LONG))] == [NO_ALPHAS]  # type: ignore[union-attr]
    assert not list(long_windows.blocks(group, (DAY_ZERO,)))
