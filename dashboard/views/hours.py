"""The day hour by hour: a part of the overview, where hourly bars exist."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pandas as pd
from dash import html
from dash.development.base_component import Component

from analysis.market.prices import Market
from dashboard.render import figures, theme
from dashboard.render.theme import percent
from dashboard.views import captions, claims
from dashboard.views.case import Case
from dashboard.web import blocks, tables

FUTURE = "Future"  # the catalogue's sector of what trades through the night


def section(case: Case) -> Component:
    """The chart of the hours of day 0; an empty place where no instrument has hourly bars."""
    day = next(iter(case.study.event_sessions.values()))
    found = {symbol: hourly_moves(case.market, symbol, day) for symbol in drawn(case)}
    known = {symbol: moves for symbol, moves in found.items() if moves is not None}
    if not known:
        return html.Div(id="hours")
    intro = html.P(
        "Bars span each hour's low to high, lines join the ends of the hours. Dotted lines are the times at "
        "which the reports took their figures.",
        className="dek",
    )
    return blocks.section("hours", "The day hour by hour", intro, hours_chart(case, day, known))


def drawn(case: Case) -> tuple[str, ...]:
    """The first firm and the futures: more lines than these would tangle, however many hours are kept."""
    kept = case.market.hourly
    futures = [i for i in case.dossier.instruments if i.sector == FUTURE and i.symbol in kept]
    spared = {future.stand_in for future in futures}
    candidates = (case.study.symbols[0], *(future.symbol for future in futures))
    return tuple(symbol for symbol in candidates if symbol in kept and symbol not in spared)


def hourly_moves(market: Market, symbol: str, day: dt.date) -> pd.DataFrame | None:
    """Open, high, low and close of the hours of a session, as moves from the last hour before it.

    Returns
    -------
    DataFrame or None
        Decimal, indexed by the hour's start (UTC), from the previous session's close to this one's, at
        most a day: trading after Friday's close is no part of Monday. None where no bars span that.
    """
    sessions = market.sessions_for(symbol)
    if sessions.closes is None:
        return None
    position = sessions.position(day)
    previous, close = (pd.Timestamp(t, tz="UTC") for t in sessions.closes[position - 1 : position + 1])
    bars = market.hourly[symbol]
    start = max(previous, close - pd.Timedelta(days=1))
    before, during = bars[bars.index < previous], bars[(bars.index >= start) & (bars.index < close)]
    if before.empty or during.empty:
        return None
    return during / float(before["close"].iloc[-1]) - 1


def hours_chart(case: Case, day: dt.date, known: dict[str, pd.DataFrame]) -> Component:
    """Moves of the hours, with the reported figures that carry a time."""
    lines = [
        figures.HourLine(case.instrument(symbol).name, moves, case.look(symbol))
        for symbol, moves in known.items()
    ]
    timed = [c.reported for c in case.studies.checks if c.reported.time and c.reported.date == day]
    reports = [
        figures.Report(
            move.time,
            move.reported if covered(case, move.symbol, known) else None,
            f"{case.name(move.symbol)} {claims.reported(move)}, {claims.source(move, case)}",
        )
        for move in timed
        if move.time is not None
    ]
    return blocks.chart_block(
        "hour-by-hour",
        figures.hours(lines, reports),
        f"Hourly moves of {' and '.join(line.name for line in lines)} on {theme.day(day)}.",
        captions.caption(
            "Moves against the last hour before the previous close; diamonds are reported figures about an "
            f"instrument drawn here. {_told_at(reports)}",
            captions.unmodelled("hourly bars as traded", _hours_spanned(known)),
            captions.source(case, list(known)),
        ),
        hours_table(case, known),
        key=blocks.key(*(_key(line) for line in lines)),
    )


def _told_at(reports: Sequence[figures.Report]) -> str:
    times = sorted({f"{report.time:%H:%M}" for report in reports})
    return f"Reports at {', '.join(times)} UTC." if times else ""


def _hours_spanned(known: dict[str, pd.DataFrame]) -> str:
    """From the first to the last hour shown."""
    first = min(moves.index[0] for moves in known.values())
    last = max(moves.index[-1] for moves in known.values()) + pd.Timedelta(hours=1)
    return f"{theme.day(first.date())}, {first:%H:%M}, to {theme.day(last.date())}, {last:%H:%M} UTC"


def _key(line: figures.HourLine) -> tuple[str, str]:
    return f"line {line.look.colour}", f"{line.name}, {percent(float(line.moves['close'].iloc[-1]), 1)}"


def covered(case: Case, symbol: str | None, known: dict[str, pd.DataFrame]) -> bool:
    """Whether an instrument is drawn, itself or through its stand-in."""
    return symbol is not None and (symbol in known or case.instrument(symbol).stand_in in known)


def hours_table(case: Case, known: dict[str, pd.DataFrame]) -> Component:
    """Low, high and close of each hour."""
    header = ("Instrument", "Hour from, UTC", "Low", "High", "End of the hour")
    rows = [
        (
            case.instrument(symbol).name,
            f"{hour:%d %b %H:%M}",
            *(percent(bar[k]) for k in ("low", "high", "close")),
        )
        for symbol, moves in known.items()
        for hour, bar in moves.iterrows()
    ]
    return tables.table("Moves by the hour", header, rows, numeric=(2, 3, 4))
