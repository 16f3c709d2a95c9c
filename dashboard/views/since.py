"""Since then: where prices went after the event, and when they were back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from dash import html
from dash.development.base_component import Component

from analysis.market.events import Dates
from analysis.market.prices import Floats
from dashboard.render import figures, theme
from dashboard.render.theme import percent
from dashboard.views import captions
from dashboard.views.case import Case
from dashboard.web import blocks, tables

PATH = "/since"
TITLE = "Since then"
CONTROLS: tuple[str, ...] = ("symbols",)

SESSIONS_BEFORE = 20
STALE = np.timedelta64(10, "D")


def layout(case: Case) -> list[Component]:
    """Who is back, the paths since, and how deep they fell."""
    courses = [course(case, symbol) for symbol in case.study.symbols]
    return [
        finding(case, courses),
        blocks.section(
            "paths-since",
            "Prices since",
            blocks.others(case, captions.MOST_LINES),
            since_chart(case, courses),
        ),
        blocks.section("depth", "Below the highest close so far", drawdown_chart(case, courses)),
        blocks.section("recovery", "How long it took", recovery_table(case, courses)),
    ]


@dataclass(frozen=True, eq=False, slots=True)
class Course:
    """Adjusted closes of one share from some sessions before the event to its last bar.

    Parameters
    ----------
    dates : array of datetime64[D], shape (T,)
    index : array, shape (T,)
        1 at the last close before the event.
    base : int
        Position of that close.
    """

    symbol: str
    dates: Dates
    index: Floats
    base: int

    @property
    def regained(self) -> int | None:
        """Sessions from day 0 until a close at or above the one before the event; None if not yet."""
        after = self.index[self.base + 1 :]
        if not (back := np.flatnonzero(after >= 1)).size:
            return None
        return int(back[0])

    @property
    def lowest(self) -> int:
        """Position of the lowest close since the event."""
        return self.base + 1 + int(np.nanargmin(self.index[self.base + 1 :]))

    @property
    def drawdown(self) -> Floats:
        """How far each close lies below the highest one so far, from the base on."""
        closes = self.index[self.base :]
        return closes / np.fmax.accumulate(closes) - 1


def course(case: Case, symbol: str) -> Course:
    """The course of one share, on its own bars."""
    history = case.market.histories[symbol]
    closes = history.bars["adj_close"].to_numpy(dtype=float)
    known = np.isfinite(closes)
    dates, closes = history.dates[known], closes[known]
    base = int(np.searchsorted(dates, np.datetime64(case.study.event_sessions[symbol]))) - 1
    first = max(base - SESSIONS_BEFORE, 0)
    return Course(symbol, dates[first:], closes[first:] / closes[base], base - first)


def finding(case: Case, courses: list[Course]) -> Component:
    """How many shares stand above the close before the event."""
    above = sum(bool(c.index[-1] >= 1) for c in courses)
    last = max(c.dates[-1] for c in courses)
    waited = [c.regained for c in courses if c.regained is not None]
    slowest = (
        f"The slowest took {max(waited)} sessions to get back." if waited else "None has been back since."
    )
    if len(courses) == 1:
        return blocks.finding(case, *_of_one(case, courses[0]))
    return blocks.finding(
        case,
        f"By {theme.day(last)}, {above} of {len(courses)} stand above their last close before the event",
        f"{len(waited)} of {len(courses)} closed at or above it at least once. {slowest} "
        f"{ended(case, courses)}",
    )


def _of_one(case: Case, alone: Course) -> tuple[str, str]:
    stands = "above" if alone.index[-1] >= 1 else "below"
    name, back = case.name(alone.symbol), alone.regained
    return (
        f"By {theme.day(alone.dates[-1])}, {name} stands {stands} its last close before the event: "
        f"{percent(float(alone.index[-1]) - 1)}",
        "It has not closed at or above it since."
        if back is None
        else f"It closed at or above it for the first time {back} sessions after day 0.",
    )


def ended(case: Case, courses: list[Course]) -> str:
    """The shares whose bars stop well before the others', in a sentence each."""
    last = max(c.dates[-1] for c in courses)
    early = (c for c in courses if last - c.dates[-1] > STALE)
    return " ".join(f"The bars of {case.name(c.symbol)} end on {theme.day(c.dates[-1])}." for c in early)


def since_chart(case: Case, courses: list[Course]) -> Component:
    """Indexed prices to the last bar."""
    day = case.study.event_sessions[courses[0].symbol]
    lines = [
        figures.Line(captions.short(case.name(c.symbol)), c.dates, 100 * c.index, case.look(c.symbol))
        for c in courses[: captions.MOST_LINES]
    ]
    return blocks.chart_block(
        "prices-since",
        figures.lines_over_dates(lines, [figures.Mark(day, theme.day(day), event=True)], height=460),
        "Prices since the event, last close before it set to 100.",
        captions.caption(
            f"The last close before the event is 100. {captions.few(case, captions.MOST_LINES)} "
            f"{case.stand_ins}",
            captions.unmodelled(
                "adjusted closes in local currency",
                captions.period(day for c in courses for day in (c.dates[0], c.dates[-1])),
            ),
            captions.source(case, case.study.symbols),
        ),
        month_table(case, courses),
    )


def drawdown_chart(case: Case, courses: list[Course]) -> Component:
    """Drawdown from the highest close since the one before the event."""
    panels = []
    axis = theme.percent_axis((float(c.drawdown.min()) for c in courses), steps=4)
    last = max(c.dates[-1] for c in courses)
    for c in courses[: captions.MOST_PANELS]:
        worst = float(c.drawdown.min())
        panel = figures.area_panel(c.dates[c.base :], c.drawdown, case.look(c.symbol), axis, last)
        panels.append((case.name(c.symbol), f"{percent(worst)} at the deepest", panel))
    header = ("Firm", "Deepest", "Deepest on")
    rows = [
        (
            case.name(c.symbol),
            percent(float(c.drawdown.min())),
            theme.day(c.dates[c.base + int(c.drawdown.argmin())]),
        )
        for c in courses
    ]
    return blocks.chart_block(
        "drawdown",
        panels,
        "Drawdown of each firm since the last close before the event.",
        captions.caption(
            "How far each close lies below the highest one since the last close before the event. "
            f"{captions.few(case)} {case.stand_ins}",
            captions.unmodelled(
                "adjusted closes in local currency",
                captions.period(day for c in courses for day in (c.dates[c.base], c.dates[-1])),
            ),
            captions.source(case, case.study.symbols),
        ),
        tables.table("Deepest drawdown", header, rows, numeric=(1, 2)),
    )


def month_table(case: Case, courses: list[Course]) -> Component:
    """The last close of each month, as an index."""
    months = np.unique(np.concatenate([c.dates.astype("datetime64[M]") for c in courses]))
    by_month = [dict(zip(c.dates.astype("datetime64[M]"), 100 * c.index, strict=True)) for c in courses]
    rows = [
        (f"{month.item():%b %Y}", *(theme.number(values.get(month), 1) for values in by_month))
        for month in months
    ]
    header = ("Last close of", *(case.name(c.symbol) for c in courses))
    return tables.table(
        "Indexed prices at the end of each month", header, rows, numeric=range(1, len(header))
    )


def recovery_table(case: Case, courses: list[Course]) -> Component:
    """Lowest close, sessions until regained, and where the share stands now."""
    header = ("Firm", "Lowest close", "Lowest on", "Back after", "Back on", "Last close", "Last close on")
    rows = [
        (
            case.name(c.symbol),
            percent(float(c.index[c.lowest]) - 1),
            theme.day(c.dates[c.lowest]),
            "not yet" if c.regained is None else f"{c.regained} sessions",
            theme.DASH if c.regained is None else theme.day(c.dates[c.base + 1 + c.regained]),
            percent(float(c.index[-1]) - 1),
            theme.day(c.dates[-1]),
        )
        for c in courses
    ]
    caption = "Against the last close before the event; sessions counted from day 0"
    table = tables.table(caption, header, rows, numeric=range(1, 7), identifier="recovery-by-firm")
    words = captions.source(case, case.study.symbols)
    return html.Div([table, html.P(words, className="soft small")], id="recovery-table")
