"""The long form of exhibits: every point that is drawn and every cell, one below another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from dashboard.render.csv import plain
from dashboard.views import cells
from dashboard.views.content import Chart, Row, Series, View
from dashboard.views.tables import DATE, FRACTION, INDEX, Column, Number, Table, Value


class Record(NamedTuple):
    """A point: whom it is about, where it stands, what it is, who published it, and when it was said.

    `text` is what was printed, where that says more than the value; `more` is what else tells it, by name:
    its window, its basis, the choices of its specification.
    """

    symbol: str = ""
    name: str = ""
    session: int | None = None
    date: dt.date | None = None
    series: str = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str = ""
    text: str = ""
    source: str = ""
    time: dt.datetime | None = None
    more: tuple[tuple[str, Value], ...] = ()


def records(content: Chart | Table) -> Iterator[Record]:
    """The points of a chart, or the cells of a table; guides to the eye are left out."""
    if isinstance(content, Table):
        yield from _cells(content)
        return
    for panel in content.panels:
        for series in panel.series:
            if not series.decoration:
                yield from _points(content, series, panel.title)


def columns(rows: Iterable[Record]) -> tuple[Column, ...]:
    """Records as the columns of a file; what else tells some of them has columns after those of all."""
    kept = list(rows)
    *own, _ = Record._fields
    units = {"date": DATE}
    every = (Column(name, tuple(getattr(row, name) for row in kept), units.get(name, "")) for name in own)
    return *every, *_more(kept)


def _more(rows: Sequence[Record]) -> Iterator[Column]:
    told = [dict(row.more) for row in rows]
    for name in dict.fromkeys(name for one in told for name in one):
        yield Column(name, tuple(one.get(name) for one in told), digits=0)


def every_point(chart: Chart) -> Table:
    """The points of a chart as people read them; columns that say nothing are left out."""
    rows = list(records(chart))
    digits = [1 if row.unit == INDEX else 2 for row in rows]

    def written(value: float | None, row: int) -> Number | None:
        return (
            None if value is None else Number(value, rows[row].unit, digits[row], rows[row].unit == FRACTION)
        )

    found = {
        "Whom": tuple(row.name or row.symbol or None for row in rows),
        "What": tuple(row.series for row in rows),
        "Session": tuple(None if row.session is None else Number(row.session, "", 0, True) for row in rows),
        "Date": tuple(row.time or row.date for row in rows),
        "Value": tuple(written(row.value, place) for place, row in enumerate(rows)),
        "Low": tuple(written(row.low, place) for place, row in enumerate(rows)),
        "High": tuple(written(row.high, place) for place, row in enumerate(rows)),
        "As printed": tuple(row.text or None for row in rows),
    }
    told = (Column(name, values) for name, values in found.items() if any(v is not None for v in values))
    more = (replace(column, name=column.name.capitalize()) for column in _more(rows))
    return Table("Every point that is drawn", (*told, *more))


def page(view: View) -> tuple[Column, ...]:
    """Every exhibit of a page in one long form, the key of each beside its records."""
    rows = [(key, row) for key, shown in view.exhibits.items() for row in records(shown.content)]
    return Column("exhibit", tuple(key for key, _ in rows)), *columns(row for _, row in rows)


def _points(chart: Chart, series: Series, panel: str) -> Iterator[Record]:
    for place, at in enumerate(series.at):
        whom = dict(zip(("symbol", "name"), _one(series.whom, place) or (), strict=False))
        point = Record(
            series.symbol,
            panel or series.of,
            series=series.name,
            value=_one(series.values, place),
            low=_one(series.low, place),
            high=_one(series.high, place),
            unit=series.unit,
            text=_one(series.labels, place) or "",
            source=_one(series.sources, place) or chart.caption.credit.publishers,
            time=_one(series.times, place),
        )._replace(**_where(chart, series, place, at) | whom)
        point = point._replace(more=(*point.more, *_told(series, place)))
        yield point
        if series.across:
            measured = f"{series.name}, {chart.across}"
            yield point._replace(series=measured, value=series.across[place], low=None, high=None)


def _told(series: Series, place: int) -> Iterator[tuple[str, Value]]:
    """What prices say about a point, and of which event it is."""
    for name, values in (("verdict", series.verdicts), ("event", series.events)):
        if values:
            yield name, values[place]


def _where(chart: Chart, series: Series, place: int, at: Any) -> dict[str, Any]:
    """Session and date of a point; in a chart of rows, those of the row, and whom it is about."""
    if chart.kind == "curve":
        return {"more": _specification(chart, at)}
    if chart.rows:
        return _in_row(chart, series, place, chart.rows[at])
    if isinstance(at, dt.datetime):
        return {"date": at.date(), "time": at}
    if isinstance(at, dt.date):
        return {"date": at}
    return {"session": at, "date": _one(series.dates, place)}


def _in_row(chart: Chart, series: Series, place: int, row: Row) -> dict[str, Any]:
    name = "" if chart.grouped else row.label
    more = ((chart.grouped, chart.grouped and row.label), ("window", row.window))
    date = row.date or _one(series.dates, place)
    return {"symbol": row.symbol, "name": name, "date": date, "more": tuple(one for one in more if one[1])}


def _specification(chart: Chart, rank: int) -> tuple[tuple[str, Value], ...]:
    """The rank of an answer, and the choices that are drawn below it."""
    drawn = {ticks.choice for ticks in chart.ticks}
    choices = [column for column in chart.table.columns if column.name in drawn]
    return ("rank", rank), *((one.name.lower(), one.values[rank - 1]) for one in choices)


def _one(values: tuple[Any, ...], place: int) -> Any:
    return values[place] if values else None


def _cells(table: Table) -> Iterator[Record]:
    """Cells with the first of their row as their name; words are text, numbers values."""
    first, *others = [one for column in table.columns for one in column.flat]
    for column in others:
        for row, value in zip(first.values, column.values, strict=True):
            found = plain(value)
            unit = value.unit if isinstance(value, Number) else column.unit
            cell = Record(name=cells.text(row), series=column.name, unit=unit)
            if isinstance(found, (int, float)):
                yield cell._replace(value=found)
            elif isinstance(found, dt.date):
                yield cell._replace(date=found)
            elif found:
                yield cell._replace(text=found)
