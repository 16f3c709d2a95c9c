"""HTML says what the view says, escaped."""

from __future__ import annotations

import datetime as dt

import pytest

from dashboard.render import html
from dashboard.views import columns
from dashboard.views.content import Note, Prose
from dashboard.views.pages import PAGES
from dashboard.views.tables import Badge, Column, Interval, Number, P, Table, To, Value
from tests.dashboard.newsdesk import made_up_case


def test_texts_and_attributes_are_escaped():
    assert html.tag("a", "x", href='"><script>', class_="b", id=None) == (
        '<a href="&quot;&gt;&lt;script&gt;" class="b">x</a>'
    )
    assert html.inside(Note("<b>&")) == "&lt;b&gt;&amp;"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.TITLE)
def test_nothing_of_the_catalogue_becomes_markup(page):
    written = html.page(page.view(made_up_case()), lambda heading, chart: html.table(chart.table))
    assert "Alpha <b>" not in written
    assert "A <script>" not in written


def test_markdown_is_written_without_its_html():
    assert html.inside(Prose("**bold** <b>")) == "<p><strong>bold</strong> &lt;b&gt;</p>\n"


def test_a_cell_has_its_lines_below_it_and_leaves_out_what_is_missing():
    interval = columns.intervals("CAR", [-0.2, None], [0.1, None], "interval")
    p = columns.pvalues("CAR, p", [0.04, None], P, "interval")
    column = columns.percents("CAR", [-0.1, -0.3], below=(interval, p))
    assert html.cell(column, 0) == (
        '−10.00\u00a0%<div class="interval">−20.00\u00a0% to +10.00\u00a0%</div>'
        '<div class="interval">p\u00a0=\u00a00.040</div>'
    )
    assert html.cell(column, 1) == "−30.00\u00a0%"


def test_the_time_of_a_report_is_known_to_the_browser_in_its_link_too():
    time = '<time datetime="2025-01-27T08:15Z">'
    assert time in html.link(To("Reuters, 27 Jan 2025, 08:15 UTC", "https://example.com"))


def test_icons_are_hidden_from_those_who_listen():
    assert html.badge(Badge("Fine", "✓", "good")) == (
        '<span class="badge good"><span class="icon" aria-hidden="true">✓</span>Fine</span>'
    )


@pytest.mark.parametrize("stacked", [True, False])
def test_a_table_has_a_caption_scoped_headers_and_labels(stacked: bool):
    firms, closes = columns.texts("Firm", ["A"]), columns.percents("Close", [-0.1])
    table = html.table(Table("What it is", (firms, closes), "key", stacked))
    assert "<caption><span>What it is</span></caption>" in table
    assert '<th scope="col">Firm</th><th scope="col" class="number">Close</th>' in table
    assert '<th scope="row">A</th><td class="number"' in table
    assert ('data-label="Close"' in table) is stacked
    assert ('role="region"' in table) is not stacked


def test_a_column_with_numbers_is_set_like_numbers():
    assert columns.texts("Value", [Number(1.0), None]).aligned_right
    assert columns.texts("Value", [Interval(0.0, 1.0)]).aligned_right
    assert not columns.texts("Value", ["a", None]).aligned_right


@pytest.mark.parametrize(
    ("value", "at"),
    [
        (-0.25, "-0.25"),
        (None, ""),
        (Number(0.5), "0.5"),
        (Interval(-0.1, 0.2), "-0.1"),
        (Interval(None, None), ""),
        (dt.date(2025, 1, 27), "2025-01-27"),
        (Badge("Fine", "✓", "good"), "Fine"),
        ("text", None),
    ],
)
def test_a_cell_says_what_it_is_sorted_by(value: Value, at: str | None) -> None:
    assert html.sorted_by(Column("any", (value,)), 0) == at


def test_how_a_column_is_set_is_asked_once_and_not_for_every_row():
    class Counted(tuple):
        asked = 0

        def __iter__(self):
            Counted.asked += 1
            return super().__iter__()

    html.table(Table("", (Column("A", Counted([None] * 100)),)))
    assert Counted.asked < 10
