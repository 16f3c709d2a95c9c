"""A download holds every point that is drawn."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections import Counter
from functools import cache
from typing import Any

import openpyxl
import pytest

from dashboard.render import files, html
from dashboard.render.csv import plain
from dashboard.render.figures import Figure, drawn
from dashboard.render.pictures import Studio
from dashboard.render.records import Record, columns, every_point, page, records
from dashboard.views import cells, words
from dashboard.views.case import Case
from dashboard.views.choices import Choices
from dashboard.views.claims import claims_chart, claims_table
from dashboard.views.content import Chart, Exhibit, Series, View
from dashboard.views.pages import PAGES, Page
from dashboard.views.reported import spread_chart
from dashboard.views.tables import Table
from data.bundled.bundle import bundled_market
from data.catalogue.dossiers import dossier
from tests.dashboard.newsdesk import made_up_case

EVERY_PAGE = pytest.mark.parametrize("each", PAGES, ids=lambda page: page.TITLE)


@cache
def shown(each: Page) -> View:
    """A page of the real event, which has every chart."""
    event = dossier("deepseek-2025-01-27")
    return each.view(Case(Choices(event.event.slug), event, bundled_market(event.instruments)))


def charts(view: View) -> list[tuple[Exhibit, Chart]]:
    return [(one, one.content) for one in view.exhibits.values() if isinstance(one.content, Chart)]


def points(series: Series) -> list[tuple[str, float | None, float | None, float | None]]:
    """Name, value and ends of every point of a series, horizontal values as points of their own."""
    missing = (None,) * len(series.at)
    ends = (series.values or missing, series.low or missing, series.high or missing)
    own = [(series.name, *point) for point in zip(*ends, strict=True)]
    return own + [(f"{series.name}, of the benchmark", value, None, None) for value in series.across]


def rounded(value: object) -> float | None:
    return None if value in ("", None) else float(f"{float(str(value)):.10g}")


@EVERY_PAGE
def test_every_point_of_every_chart_is_in_its_csv_and_its_workbook(each: Page) -> None:
    with Studio() as studio:
        for exhibit, chart in charts(shown(each)):
            every = [s for panel in chart.panels for s in panel.series if not s.decoration]
            wanted = Counter((name, *map(rounded, point)) for s in every for name, *point in points(s))
            assert sum(wanted.values()) == sum(len(s.at) + len(s.across) for s in every)
            text = files.file(exhibit, "csv", shown(each), studio).decode("utf-8-sig")
            listed = list(csv.DictReader(io.StringIO(text)))
            book = openpyxl.load_workbook(io.BytesIO(files.file(exhibit, "xlsx", shown(each), studio)))
            header, *rows = book["Data"].iter_rows(values_only=True)
            for found in (listed, [dict(zip(header, row, strict=True)) for row in rows]):
                held = Counter(
                    (str(row["series"]), *(rounded(row[name]) for name in ("value", "low", "high")))
                    for row in found
                )
                assert held == wanted, chart.key
            assert book.sheetnames == ["Data", "Table", "Design and source"]


@EVERY_PAGE
def test_decoration_repeats_points_that_other_series_hold(each: Page) -> None:
    for _, chart in charts(shown(each)):
        for panel in chart.panels:
            kept = {at for series in panel.series if not series.decoration for at in series.at}
            guides = [series for series in panel.series if series.decoration]
            assert all(at in kept for series in guides for at in series.at)


@EVERY_PAGE
def test_nothing_is_drawn_that_no_series_holds(each: Page) -> None:
    """Markers and bars of a figure are at most as many as its points: bins are fewer, none are more."""
    for _, chart in charts(shown(each)):
        for figure, panel in zip(drawn(chart), chart.panels, strict=True):
            held = sum(len(series.at) for series in panel.series)
            marks = sum(
                len([value for value in trace["x"] if value is not None])
                for trace in figure["data"]
                if trace["type"] == "bar" or trace["mode"] == "markers"
            )
            assert marks <= held + 1, chart.key  # the dot at the end of a path


@EVERY_PAGE
def test_records_say_where_when_and_by_whom(each: Page) -> None:
    for _, chart in charts(shown(each)):
        for row in records(chart):
            assert row.source
            assert row.unit in ("decimal", "times", "index")
            assert row.date or row.session is not None or {"rank", "window"} & dict(row.more).keys()
            assert row.symbol or row.name or len(chart.panels) == 1


def test_cells_of_a_file_hold_one_thing_each_in_plain_form() -> None:
    chart = next(chart for _, chart in charts(shown(PAGES[0])) if chart.key == "reported-against-measured")
    rows = [row for row in records(chart) if row.series == "Reported" and row.symbol == "NVDA"]
    assert [row.text.replace("\u00a0", " ") for row in rows] == ["nearly −17 %", "about −11 %"]
    assert rows[0].value == -0.17
    assert rows[0].date == dt.date(2025, 1, 27)
    assert "," not in rows[0].source


def rows_of(key: str) -> tuple[Chart, list[dict[str, Any]]]:
    """A chart of the real event, and its long form."""
    chart = next(chart for each in PAGES for _, chart in charts(shown(each)) if chart.key == key)
    held = columns(records(chart))
    rows = zip(*(column.values for column in held), strict=True)
    return chart, [dict(zip((column.name for column in held), row, strict=True)) for row in rows]


def test_the_file_of_a_specification_curve_has_its_ranks_and_the_matrix_that_is_drawn() -> None:
    chart, rows = rows_of("specification-curve")
    assert {row["rank"] for row in rows} == {*range(1, len(chart.table.columns[0].values) + 1)}
    assert {row["session"] for row in rows} == {None}
    for ticks in chart.ticks:
        for value, places in ticks.values:
            found = {row["rank"] for row in rows if cells.text(row[ticks.choice.lower()], digits=0) == value}
            assert found == set(places), (ticks.choice, value)


def test_reports_of_the_day_say_whom_they_are_about_in_columns_of_their_own() -> None:
    _, rows = rows_of("hour-by-hour")
    told = [row for row in rows if row["series"].startswith("Reported")]
    assert all(row["symbol"] and row["name"] and row["value"] is not None for row in told)
    found = {(row["symbol"], row["name"], row["value"], row["text"]) for row in told}
    assert ("ASML.AS", "ASML Holding", -0.087, words.percent(-0.087, 1)) in found


def test_a_receipt_has_the_symbol_of_its_prices_in_every_file() -> None:
    for key in ("car-paths", "prices-since", "reported-against-measured", "reported-spread", "hour-by-hour"):
        assert {row["symbol"] for row in rows_of(key)[1] if "ASM I" in row["name"]} == {"ASMIY"}, key


def test_parts_of_returns_say_their_window() -> None:
    _, rows = rows_of("decomposition")
    assert {row["window"] for row in rows} == {"[0]"}


@EVERY_PAGE
def test_no_cell_of_a_file_holds_a_number_as_words(each: Page) -> None:
    for exhibit in shown(each).exhibits.values():
        tables = [exhibit.content] if isinstance(exhibit.content, Table) else [exhibit.content.table]
        for column in (flat for table in tables for one in table.columns for flat in one.flat):
            texts = [value for value in column.values if isinstance(value, str) and value]
            assert not texts or not all(re.fullmatch(r"[−+-]?[\d,.]+", value) for value in texts), column.name


def test_a_page_is_one_long_form_of_all_its_exhibits() -> None:
    view = shown(PAGES[0])
    exhibit, *others = page(view)
    assert set(exhibit.values) == set(view.exhibits)
    assert [column.name for column in others] == [*Record._fields[:-1], "verdict"]
    assert len({len(column.values) for column in (exhibit, *others)}) == 1


def test_without_any_point_a_file_has_its_header() -> None:
    assert [column.name for column in columns([])] == list(Record._fields[:-1])
    assert {column.values for column in columns([])} == {()}


def test_a_stand_in_is_recorded_under_the_symbol_that_is_drawn() -> None:
    chart = next(c for _, c in charts(PAGES[0].view(made_up_case())) if c.key == "car-paths")
    assert {row.symbol for row in records(chart)} == set(made_up_case().study.symbols)


NUMBER = re.compile(r"[−+]?\d[\d,]*\.\d+")


def told(figure: Figure) -> set[str]:
    """Numbers with decimals in the tooltips of a figure."""
    traces = [trace for trace in figure["data"] if "text" in trace.get("hoverinfo", "")]
    tips = [trace.get("hovertext") or trace.get("text") or () for trace in traces]
    every = [tip for some in tips for tip in ([some] if isinstance(some, str) else some) if tip]
    return {number for tip in every for number in NUMBER.findall(tip)}


@EVERY_PAGE
def test_every_value_of_a_tooltip_is_in_a_table_behind_the_chart(each: Page) -> None:
    for _, chart in charts(shown(each)):
        if chart.kind == "histograms":
            continue  # their bars count what the table lists one by one
        behind = html.table(chart.table) + html.table(every_point(chart))
        tips = set[str]().union(*map(told, drawn(chart)))
        assert tips - set(NUMBER.findall(behind)) == set(), chart.key


def test_no_record_of_what_was_claimed_is_empty() -> None:
    case = made_up_case()
    for chart in (claims_chart(case), spread_chart(case, case.studies.checks)):
        assert all((row.value, row.low) != (None, None) for row in records(chart)), chart.key


def test_the_file_of_the_claims_has_what_was_said_as_numbers() -> None:
    view = made_up_case()
    table = claims_table(view.featured, view)
    flat = {column.name: column for one in table.columns for column in one.flat}
    assert flat["Reported"].values == tuple(check.reported.reported for check in view.featured)
    assert [one.isoformat() for one in flat["Date"].values] == [
        c.reported.date.isoformat() for c in view.featured
    ]
    assert "Symbol" in flat
    assert all(str(plain(value)).isascii() for value in flat["Basis"].values)  # no icon
    assert "Symbol" not in html.table(table)
