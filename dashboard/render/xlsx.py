"""Columns as a workbook."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.render.csv import header, plain
from dashboard.views.tables import DATE, FRACTION, PLAIN, PROBABILITY, Column

NUMBER_FORMATS = {FRACTION: "0.0000%", PROBABILITY: "0.0000", DATE: "yyyy-mm-dd", PLAIN: "0.######"}
WIDEST = 60  # letters of a column


def as_xlsx(sheets: Mapping[str, Sequence[Column]], design: Sequence[tuple[str, str]]) -> bytes:
    """Sheets of raw numbers, and one of design and provenance."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        time = book.add_format({"num_format": 'yyyy-mm-dd hh:mm" UTC"'})
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        for name, columns in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 1)
            for place, column in enumerate(one for many in columns for one in many.flat):
                form = {"num_format": NUMBER_FORMATS.get(column.unit, NUMBER_FORMATS[PLAIN])}
                _write_column(sheet, place, column, bold, book.add_format(form), time)
        about = book.add_worksheet("Design and source")
        about.set_column(0, 0, 20)
        about.set_column(1, 1, 100, book.add_format({"text_wrap": True}))
        for i, (name, value) in enumerate(design):
            about.write_string(i, 0, name, bold)
            about.write_string(i, 1, value)
    return out.getvalue()


def _write_column(sheet: Any, place: int, column: Column, bold: Any, number: Any, time: Any) -> None:
    values = [plain(value) for value in column.values]
    longest = max((len(value) for value in values if isinstance(value, str)), default=12)
    sheet.set_column(place, place, min(max(longest, 12), WIDEST))
    sheet.write_string(0, place, header(column), bold)
    for row, value in enumerate(values, start=1):
        if isinstance(value, str):
            sheet.write_string(row, place, value)
        elif isinstance(value, dt.datetime):
            sheet.write_datetime(row, place, value.astimezone(dt.timezone.utc).replace(tzinfo=None), time)
        elif isinstance(value, dt.date):
            sheet.write_datetime(row, place, dt.datetime(value.year, value.month, value.day), number)
        elif value is not None:
            sheet.write_number(row, place, value, number)
