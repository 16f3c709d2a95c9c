"""Files made from exhibits: data as CSV and XLSX, charts as pages of their own."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Sequence
from html import escape
from typing import Any

from analysis.models.normal_returns import NORMAL_RETURNS
from dashboard.render import theme
from dashboard.render.exhibits import Column, Exhibit
from dashboard.render.pictures import PICTURES, composed
from dashboard.views import captions
from dashboard.views.case import Case
from dashboard.web import state

TABLES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FORMATS = PICTURES | TABLES

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
NUMBER_FORMATS = {"decimal": "0.0000%", "probability": "0.0000", "date": "yyyy-mm-dd", "": "0.######"}

Design = Sequence[tuple[str, str]]


def design_of(case: Case, exhibit: Exhibit, page: str) -> Design:
    """Everything needed to find and repeat an exhibit: the choices, the source and the address."""
    design, provenance = case.design, case.market.provenance
    days = sorted(set(case.study.event_sessions.values()))
    return (
        ("Title", exhibit.title),
        ("Event", case.dossier.event.name),
        ("Day 0", ", ".join(str(day) for day in days)),
        ("Model", NORMAL_RETURNS[design.model].label),
        ("Benchmark", ", ".join(f"{s}: {b}" for s, b in case.study.benchmarks.items())),
        ("Estimation window", str(design.estimation_window)),
        ("Event window", str(design.event_window)),
        ("Caption", exhibit.caption),
        ("Source", captions.credited(exhibit.caption) or captions.publishers(case)),
        ("Snapshot", provenance.snapshot),
        ("Retrieved", str(provenance.retrieved)),
        ("Prices to", str(provenance.as_of)),
        ("View", page + state.query(case.view)),
        ("Units", "decimal: -0.01 is minus one percent; returns are simple, in local currency"),
        ("Made with", "Aftershock"),
    )


def citation(case: Case, title: str, caption: str) -> str:
    """One sentence that credits a chart or table and its data; its caption says whose they are."""
    provenance = case.market.provenance
    published = captions.credited(caption) or captions.publishers(case)
    return (
        f"Aftershock, “{title}”, {case.dossier.event.name}. Data: {published}, "
        f"snapshot {provenance.snapshot}, prices to {theme.day(provenance.as_of)}."
    )


def safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe stands before a leading = + - @."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def as_csv(exhibit: Exhibit) -> bytes:
    """The data as CSV (UTF-8 with a mark that spreadsheets understand): raw numbers, missing empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([safe(column.header) for column in exhibit.columns])
    for row in zip(*(column.values for column in exhibit.columns), strict=True):
        writer.writerow(
            ["" if cell is None else safe(cell) if isinstance(cell, str) else cell for cell in row]
        )
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(exhibit: Exhibit, design: Design) -> bytes:
    """The data as a workbook: a sheet of raw numbers, and a sheet of design and provenance."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet("Data")
        sheet.freeze_panes(1, 1)
        for j, column in enumerate(exhibit.columns):
            _write_column(
                sheet, j, column, bold, book.add_format({"num_format": NUMBER_FORMATS[column.unit]})
            )
        about = book.add_worksheet("Design and source")
        about.set_column(0, 0, 20)
        about.set_column(1, 1, 100, book.add_format({"text_wrap": True}))
        for i, (name, value) in enumerate(design):
            about.write_string(i, 0, name, bold)
            about.write_string(i, 1, value)
    return out.getvalue()


def _write_column(sheet: Any, j: int, column: Column, bold: Any, number: Any) -> None:
    longest = max((len(str(v)) for v in column.values if isinstance(v, str)), default=12)
    sheet.set_column(j, j, min(max(longest, 12), 60))
    sheet.write_string(0, j, column.header, bold)
    for i, value in enumerate(column.values, start=1):
        if isinstance(value, str):
            sheet.write_string(i, j, value)
        elif isinstance(value, dt.date):
            sheet.write_datetime(i, j, dt.datetime(value.year, value.month, value.day), number)
        elif value is not None:
            sheet.write_number(i, j, value, number)


def as_html(exhibit: Exhibit, subject: str, plotly_js: str) -> bytes:
    """A chart as a page of its own; `plotly_js` is the address of Plotly beside it."""
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(exhibit.title)}</title>"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<script src="{escape(plotly_js)}"></script></head>'
        f'<body style="margin:0;background:{theme.colour("surface")}">{drawn(exhibit, subject)}</body></html>'
    ).encode()


def drawn(exhibit: Exhibit, subject: str) -> str:
    """The element of a chart and the script that draws it, where Plotly is loaded."""
    figure = composed(exhibit, subject)
    config = json.dumps(theme.CONFIG | {"responsive": False})
    return (
        f'<div id="{escape(exhibit.key)}"></div><script>Plotly.newPlot("{escape(exhibit.key)}", '
        f"{_script(figure['data'])}, {_script(figure['layout'])}, {config})</script>"
    )


def _script(value: Any) -> str:
    """JSON that can stand inside a script element."""
    from plotly.utils import PlotlyJSONEncoder

    return json.dumps(value, cls=PlotlyJSONEncoder).replace("</", "<\\/")
