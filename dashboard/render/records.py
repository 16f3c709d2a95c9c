"""Charts as records: every point that is drawn, one below another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

from dashboard.views.content import DATE, Chart, Column, Series


class Record(NamedTuple):
    """A point: what it is of, where it stands, what it is, who published it, and when it was said."""

    symbol: str
    name: str
    session: int | None
    date: dt.date | None
    series: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    source: str
    time: dt.datetime | None


def records(chart: Chart) -> Iterator[Record]:
    """The points of a chart; guides to the eye repeat points of others and are left out."""
    for panel in chart.panels:
        for series in panel.series:
            if not series.decoration:
                yield from _points(chart, series, panel.title or series.name)


def columns(chart: Chart) -> tuple[Column, ...]:
    """The records as columns of a file."""
    rows = list(records(chart))
    units = {"date": DATE}
    return tuple(
        Column(name, tuple(getattr(row, name) for row in rows), units.get(name, ""))
        for name in Record._fields
    )


def _points(chart: Chart, series: Series, name: str) -> Iterator[Record]:
    for place, at in enumerate(series.at):
        where = _where(chart, series, place, at)
        told = {
            "unit": series.unit,
            "source": _one(series.sources, place) or chart.caption.credit.publishers,
            "time": _one(series.times, place) or where.pop("time", None),
        }
        named = {"symbol": series.symbol, "name": name, **where, **told}
        ends = (_one(series.low, place), _one(series.high, place))
        yield Record(series=series.name, value=_one(series.values, place), low=ends[0], high=ends[1], **named)
        if series.across:
            across = f"{series.name}, of the benchmark"
            yield Record(series=across, value=series.across[place], low=None, high=None, **named)


def _where(chart: Chart, series: Series, place: int, at: Any) -> dict[str, Any]:
    """Session and date of a point; in a chart of rows, those of the row, and whom it is about."""
    if chart.rows:
        row = chart.rows[at]
        return {"symbol": row.symbol, "name": row.label, "session": None, "date": row.date}
    if isinstance(at, dt.datetime):
        return {"session": None, "date": at.date(), "time": at}
    if isinstance(at, dt.date):
        return {"session": None, "date": at}
    return {"session": at, "date": _one(series.dates, place)}


def _one(values: tuple[Any, ...], place: int) -> Any:
    return values[place] if values else None
