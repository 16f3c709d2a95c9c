"""Data: which prices are shown, where they come from, how they were checked, and how they are refreshed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from dash import Dash, Input, Output, dcc, html, no_update
from dash.development.base_component import Component

from analysis.market.errors import EventStudyError
from dashboard.render import theme
from dashboard.views import captions
from dashboard.views.case import Case
from dashboard.views.source import DataSource, Holding, PriceStatus, Run
from dashboard.web import blocks, tables

PATH = "/data"
TITLE = "Data"
CONTROLS: tuple[str, ...] = ("snapshot",)
LIVE = True
IN_REPORT = False

PULSE = 1500  # milliseconds between looks at a refresh
PAUSE = dt.timedelta(minutes=1)  # between refreshes that readers ask for
SEVERITIES = {
    "severe": ("✕", "Severe", "bad"),
    "warning": ("!", "Warning", "partly"),
    "info": ("i", "Note", "neutral"),
}
STATES = {
    "running": ("…", "Running", "neutral"),
    "fresh": ("✓", "Fresh", "good"),
    "partly": ("◐", "Partly", "partly"),
    "nothing": ("–", "Nothing new", "partly"),
    "failed": ("✕", "Failed", "bad"),
}


def layout(case: Case) -> list[Component]:
    """Snapshot, refreshes, coverage and findings."""
    if case.source is None:
        return [html.Div([html.H1("Prices of this report"), html.P(captions.provenance(case))])]
    status = case.source.status(case.view.snapshot or None)
    return [
        finding(case, status),
        blocks.section("refresh", "Refresh", refresh_panel(status)),
        blocks.section("coverage", "What there is, instrument by instrument", coverage(case, status)),
        blocks.section("quality", "What the checks found", findings(case, status)),
        blocks.section("snapshot", "This snapshot", snapshot(status)),
    ]


def finding(case: Case, status: PriceStatus) -> Component:
    """How far the prices reach and how complete they are."""
    daily = [holding for holding in status.holdings if holding.kind == "daily"]
    current = sum(holding.last >= status.snapshot.as_of - dt.timedelta(days=4) for holding in daily)
    return blocks.finding(
        case,
        f"Prices to {theme.day(status.snapshot.as_of)}",
        f"{len(daily)} instruments with daily bars; {_reach(len(daily), current)}. "
        f"{_hourly(status, case.dossier.event.slug)}{case.stand_ins}",
    )


def _reach(every: int, current: int) -> str:
    """How many instruments end with the snapshot: says nothing about how old the snapshot is."""
    most = "all of them" if current == every else str(current)
    return f"{most} reach this snapshot's last days"


def _hourly(status: PriceStatus, event: str) -> str:
    left = status.hourly_days_left.get(event, 0)
    if left <= 0:
        return "The source no longer serves hourly bars of the event; those kept here stay. "
    return f"The source serves hourly bars of the event for {left} more days. "


# ---- refresh ---------------------------------------------------------------------------------------


def refresh_panel(status: PriceStatus) -> Component:
    """The button, the progress and the history, which the server keeps fresh."""
    return html.Div(
        [
            html.Div(
                [
                    html.Button("Refresh now", id="refresh-now", type="button", className="quiet"),
                    html.Span(id="refresh-answer", role="status", className="soft small"),
                ],
                className="actions",
            ),
            html.Div(progress(status), id="refresh-progress"),
            tables.table(*history(status), identifier="refresh-history", stacked=True),
            dcc.Interval(id="refresh-pulse", interval=PULSE),
        ]
    )


def register_callbacks(app: Dash, source: DataSource, read_only: bool) -> None:
    """The button, and the look at how a refresh goes."""

    @app.callback(
        Output("refresh-answer", "children"), Input("refresh-now", "n_clicks"), prevent_initial_call=True
    )
    def start(clicks: int | None) -> str:
        return started(source, read_only, dt.datetime.now(dt.timezone.utc))

    @app.callback(
        Output("refresh-progress", "children"),
        Output("refresh-history", "children"),
        Output("refresh-pulse", "interval"),
        Input("refresh-pulse", "n_intervals"),
    )
    def look(beat: int | None) -> tuple[Any, Any, Any]:
        status = source.status()
        running = bool(status.runs) and status.runs[0].status == "running"
        return progress(status), tables.content(*history(status)), PULSE if running else 4 * PULSE


def started(source: DataSource, read_only: bool, now: dt.datetime) -> str:
    """Begin a refresh, unless it is not allowed or one was just made; says what happened."""
    if read_only:
        return "This dashboard is read-only: refreshes are switched off."
    last = next(iter(source.status().runs), None)
    if last is not None and last.status == "running":
        return "A refresh is running already."
    if last is not None and now - last.started < PAUSE:
        wait = (PAUSE - (now - last.started)).seconds + 1
        return f"The last refresh began less than a minute ago; try again in {wait} seconds."
    source.refresh_now()
    return "Refresh started."


def progress(status: PriceStatus) -> Component:
    """How far a running refresh is, or when the next is due."""
    last = next(iter(status.runs), None)
    if last is not None and last.status == "running":
        words = f"{last.done} of {last.total}: {last.message or 'starting'}"
        bar = html.Progress(value=str(last.done), max=str(max(last.total, 1)), **tables.aria(label="Refresh"))
        return html.Div([bar, html.Span(words, className="soft small")], className="progress")
    if status.next_run is None:
        return html.P("No refresh is scheduled.", className="soft small")
    return html.P(f"Next refresh: {_moment(status.next_run)}.", className="soft small")


def history(status: PriceStatus) -> tuple[str, tuple[str, ...], list[tuple[tables.Cell, ...]]]:
    """Caption, header and rows of the last refreshes."""
    never = (*[theme.DASH] * 4, "There has been no refresh yet: the bundled prices are shown.")
    rows = [_run_row(run) for run in status.runs[:10]] or [never]
    return "Last refreshes", ("Started", "Result", "Asked by", "Took", "In words"), rows


def _run_row(run: Run) -> tuple[tables.Cell, ...]:
    words = theme.sentence(run.message) if run.message else theme.DASH
    return _moment(run.started), _badge(STATES, run.status), _by(run), _took(run), words


def _by(run: Run) -> str:
    return {"button": "a reader", "schedule": "the schedule", "command": "a command"}.get(
        run.started_by, run.started_by
    )


def _took(run: Run) -> str:
    if run.finished is None:
        return theme.DASH
    return f"{theme.number((run.finished - run.started).total_seconds(), 0)} s"


def _moment(value: dt.datetime) -> str:
    return f"{theme.day(value.astimezone(dt.timezone.utc).date())}, {theme.moment(value)}"


# ---- tables ----------------------------------------------------------------------------------------


def coverage(case: Case, status: PriceStatus) -> Component:
    """First and last bar and their number per instrument; those without bars say so."""
    held = {(holding.symbol, holding.kind): holding for holding in status.holdings}
    rows = [
        _coverage_row(case, instrument.symbol, held.get((instrument.symbol, "daily")), held)
        for instrument in case.dossier.instruments
    ]
    header = ("Instrument", "Symbol", "First bar", "Last bar", "Bars", "Hourly bars", "Retrieved", "Source")
    return tables.table(f"{len(rows)} instruments", header, rows, numeric=(4, 5), identifier="coverage-table")


def _coverage_row(
    case: Case, symbol: str, daily: Holding | None, held: dict[tuple[str, str], Holding]
) -> tuple[tables.Cell, ...]:
    hourly = held.get((symbol, "hourly"))
    count = theme.number(hourly.rows if hourly else None, 0)
    name = case.instrument(symbol).name
    if daily is None:
        traded = case.market.traded(symbol)
        words = f"no daily bars; {traded} stands in" if traded != symbol else "no daily bars"
        return name, symbol, theme.DASH, theme.DASH, theme.DASH, count, theme.DASH, words
    days = theme.day(daily.first), theme.day(daily.last)
    return name, symbol, *days, theme.number(daily.rows, 0), count, theme.day(daily.retrieved), daily.source


def findings(case: Case, status: PriceStatus) -> Component:
    """What the quality checks found, the gravest first."""
    if not status.findings:
        words = (
            "The checks of this snapshot found nothing, or it was taken in as bundled; see data/README.md."
        )
        return html.P(words, className="soft", id="no-findings")
    order = list(SEVERITIES)
    rows = [
        (f.symbol, _badge(SEVERITIES, f.severity), theme.sentence(f.sentence), _sessions(f.sessions))
        for f in sorted(status.findings, key=lambda f: (order.index(f.severity), f.symbol))
    ]
    header = ("Symbol", "Severity", "Finding", "Sessions")
    return tables.table(f"{len(rows)} findings", header, rows, identifier="findings-table", stacked=True)


def _sessions(days: Sequence[dt.date]) -> str:
    shown = ", ".join(theme.day(day) for day in days[:4])
    return f"{shown} and {len(days) - 4} more" if len(days) > 4 else shown or theme.DASH


def _badge(looks: dict[str, tuple[str, str, str]], key: str) -> Component:
    return blocks.badge(*looks.get(key, ("•", key, "neutral")))


def snapshot(status: PriceStatus) -> Component:
    """What identifies the snapshot."""
    shown = status.snapshot
    rows = [
        ("Id", shown.id),
        ("Written", _moment(shown.created)),
        ("Origin", shown.origin),
        ("Source", shown.source),
        ("Library", shown.library),
        (
            "Complete",
            "every instrument was fresh" if shown.complete else "some instruments kept earlier bars",
        ),
        ("SHA-256", shown.sha256),
    ]
    return tables.table("Identity of the snapshot", ("What", "Value"), rows, identifier="snapshot-table")


# ---- on every page ---------------------------------------------------------------------------------


def register_notice(app: Dash, source: DataSource) -> None:
    """A line above every page when prices are stale or incomplete, or newer ones have arrived."""

    @app.callback(Output("state", "children"), Input("pulse", "n_intervals"), Input("shown", "data"))
    def tell(beat: int | None, shown: Any) -> Any:
        return notice(source, shown)


def first_notice(source: DataSource) -> Any:
    """What there is to say before a page is shown; nothing if that cannot be read, for the page says so."""
    with suppress(EventStudyError):
        if said := source.notice():
            return _notice([html.P(theme.sentence(said))])
    return []


def _notice(words: list[Any]) -> Any:
    return html.Div(words, className="message note wide") if words else []


def notice(source: DataSource, shown: Any) -> Any:
    """What there is to say about the prices that a browser shows (path, query, snapshot)."""
    known = isinstance(shown, list) and len(shown) == 3 and all(isinstance(part, str) for part in shown)
    if not known:
        return no_update
    words: list[Any] = []
    if said := source.notice():
        words.append(html.P(theme.sentence(said)))
    newest = next(iter(source.snapshots()), shown[2])
    if newest != shown[2] and "snapshot=" not in shown[1]:
        words.append(html.P(["Newer prices have arrived. ", html.A("Show them", href=shown[0] + shown[1])]))
    elif newest != shown[2]:
        words.append(html.P(f"An earlier snapshot is shown, as the address asks: {shown[2]}."))
    return _notice(words)
