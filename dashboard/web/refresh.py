"""What readers see of a refresh: the button of the page of the prices, and the notice above every page."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import Any

from dash import Dash, Input, Output, State, html, no_update

from analysis.market.errors import EventStudyError
from dashboard.render import html as written
from dashboard.views import prices
from dashboard.views.root import rooted
from dashboard.views.source import DataSource, PriceStatus
from dashboard.views.words import sentence
from dashboard.web import state
from dashboard.web.components import PULSE
from dashboard.web.server import answering

STARTED = "Refresh started."
PAUSE = dt.timedelta(minutes=1)  # between refreshes that readers ask for


def register(app: Dash, source: DataSource, read_only: bool) -> None:
    """The button, the look at how a refresh goes, and the notice."""

    @app.callback(
        Output("refresh-answer", "children"),
        Output("refresh-answer", "data-before"),
        Input("refresh-now", "n_clicks"),
        prevent_initial_call=True,
    )
    @answering
    def start(clicks: int | None) -> tuple[str, str]:
        before = newest(source.status())
        return started(source, read_only, dt.datetime.now(dt.timezone.utc)), before

    @app.callback(
        Output("refresh-progress", "data-html"),
        Output("refresh-history-table", "data-html"),
        Output("refresh-ended", "children"),
        Output("refresh-pulse", "interval"),
        Input("refresh-pulse", "n_intervals"),
        Input("refresh-answer", "children"),
        State("refresh-answer", "data-before"),
    )
    @answering
    def look(beat: int | None, answer: Any, before: Any) -> tuple[Any, Any, Any, Any]:
        status = source.status()
        progress, end = prices.progress(status), ended(status, before) if answer == STARTED else ""
        told = written.inside(progress), written.table(prices.history(status)), end
        waits = answer == STARTED and not end
        return *told, PULSE if progress.total or waits else 4 * PULSE

    @app.callback(Output("state", "children"), Input("pulse", "n_intervals"), Input("shown", "data"))
    @answering
    def tell(beat: int | None, shown: Any) -> Any:
        return notice(source, shown)


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
    return STARTED


def newest(status: PriceStatus) -> str:
    """What names the newest refresh, also one that runs; empty before the first."""
    return next((run.started.isoformat() for run in status.runs), "")


def ended(status: PriceStatus, before: Any) -> str:
    """What came of a refresh that began after the one named; empty while it runs."""
    if newest(status) == before or status.runs[0].status == "running":
        return ""
    return f"It has ended. {sentence(prices.plain(status.runs[0].message))}"


def first_notice(source: DataSource) -> Any:
    """What there is to say before a page is shown; nothing if that cannot be read, for the page says so."""
    with suppress(EventStudyError):
        if said := source.notice():
            return _notice([_said(said)])
    return []


def notice(source: DataSource, shown: Any) -> Any:
    """What there is to say about the prices that a browser shows (path, query, snapshot)."""
    if not state.is_shown(shown):
        return no_update
    told: list[Any] = []
    if said := source.notice():
        told.append(_said(said))
    newest = next(iter(source.snapshots()), shown[2])
    if newest != shown[2] and "snapshot=" not in shown[1]:
        told.append(
            html.P(["Newer prices have arrived. ", html.A("Show them", href=rooted(shown[0] + shown[1]))])
        )
    elif newest != shown[2]:
        told.append(html.P(f"An earlier snapshot is shown, as the address asks: {shown[2]}."))
    return _notice(told)


def _said(notice: str) -> Any:
    return html.P([sentence(notice), " ", html.A("Data says more", href=rooted(prices.PATH)), "."])


def _notice(told: list[Any]) -> Any:
    return html.Div(told, className="message note") if told else []
