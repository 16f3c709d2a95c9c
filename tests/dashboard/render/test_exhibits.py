"""What a page shows becomes what a reader takes away, unrounded."""

from __future__ import annotations

import datetime as dt

import pytest
from dash import html

from analysis.market.events import Window
from dashboard.render import figures, theme
from dashboard.render.exhibits import Exhibit, descendants, exhibits, standing, words
from dashboard.views import PAGES, Page, overview
from dashboard.web import blocks, tables
from tests.dashboard.newsdesk import made_up_case


def exhibit_of(*rows: tuple[object, ...], header: tuple[str, ...] = ("Firm", "Close")) -> Exhibit:
    body = [blocks.section("s", "Heading", tables.table("Caption", header, rows, identifier="key"))]
    return exhibits(body)["key"]


def test_numbers_keep_their_raw_values_and_their_unit() -> None:
    firm, close = exhibit_of(("A", theme.percent(-0.123456)), ("B", theme.percent(None))).columns
    assert (firm.header, firm.values) == ("Firm", ("A", "B"))
    assert (close.header, close.values) == ("Close [decimal]", (-0.123456, None))


def test_interval_becomes_two_columns() -> None:
    columns = exhibit_of(("A", theme.interval(-0.2, 0.1))).columns
    assert [(c.header, c.values) for c in columns[1:]] == [
        ("Close, low [decimal]", (-0.2,)),
        ("Close, high [decimal]", (0.1,)),
    ]


def test_number_with_its_interval_becomes_three_columns() -> None:
    cell = [theme.percent(-0.1), html.Div(theme.interval(-0.2, 0.0))]
    columns = exhibit_of(("A", cell), ("B", [theme.percent(None)])).columns
    assert [c.values for c in columns[1:]] == [(-0.1, None), (-0.2, None), (0.0, None)]


def test_words_around_a_number_stay_words() -> None:
    assert exhibit_of(("A", ["nearly ", theme.percent(-0.17, 0)])).columns[1].unit == ""


def test_dates_and_p_values_keep_their_kind() -> None:
    columns = exhibit_of((theme.day(dt.date(2025, 1, 27)), theme.pvalue(1e-9))).columns
    assert (columns[0].unit, columns[0].values) == ("date", (dt.date(2025, 1, 27),))
    assert (columns[1].unit, columns[1].values) == ("probability", (1e-9,))


def test_icons_for_the_eye_alone_are_no_words() -> None:
    assert words(blocks.badge("x", "Confirmed", "good")) == "Confirmed"


@pytest.fixture(scope="module")
def of_overview() -> dict[str, Exhibit]:
    return exhibits(overview.layout(made_up_case()))


def test_every_chart_and_named_table_of_a_page_is_an_exhibit(of_overview: dict[str, Exhibit]) -> None:
    assert {"reported-against-measured", "car-paths", "indexed-prices", "claims"} <= set(of_overview)
    charts = [e for e in of_overview.values() if e.is_chart]
    assert all(e.title and e.caption and e.columns for e in charts)
    assert len(of_overview["car-paths"].panels) == 3


def test_exported_path_is_the_study_to_the_last_digit(of_overview: dict[str, Exhibit]) -> None:
    case = made_up_case()
    start, times = case.design.event_window.start, case.design.event_window.event_time
    path = [case.study.car(Window(start, int(t))).at["AAA", "car"] for t in times]
    columns = {c.name: c for c in of_overview["car-paths"].columns}
    assert columns[case.name("AAA")].values == pytest.approx(path, abs=1e-15)


def test_columns_of_an_exhibit_are_equally_long(of_overview: dict[str, Exhibit]) -> None:
    for exhibit in of_overview.values():
        assert len({len(column.values) for column in exhibit.columns}) == 1


def test_figure_without_a_title_is_one_panel() -> None:
    chart = blocks.chart_block(
        "k", figures.figure([], 200), "s", "caption", tables.table("t", ("a",), [("b",)])
    )
    exhibit = exhibits([chart])["k"]
    assert [panel.title for panel in exhibit.panels] == [""]
    assert [column.values for column in exhibit.columns] == [("b",)]


def test_number_with_interval_and_p_becomes_four_columns() -> None:
    p = ["p ", theme.pvalue(0.04)]
    columns = exhibit_of(
        ("A", [theme.percent(-0.1), html.Div(theme.interval(-0.2, 0.0)), html.Div(p)])
    ).columns
    assert [c.header for c in columns[1:]] == [
        "Close [decimal]",
        "Close, low [decimal]",
        "Close, high [decimal]",
        "Close, p [probability]",
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.TITLE)
def test_every_table_of_every_page_can_be_taken_away(page: Page) -> None:
    body = page.layout(made_up_case())
    taken = [part for _, part in standing(body)]
    keyed = {id(part) for exhibit in taken for part in descendants(exhibit)}
    assert [t for t in descendants(body) if isinstance(t, html.Table) and id(t) not in keyed] == []
