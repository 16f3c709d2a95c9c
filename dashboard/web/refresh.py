"""What readers see of a refresh: the button of the page of the prices, and the notice above every page."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import Any

from dash import Dash, Input, Output, html, no_update

from analysis.market.errors import EventStudyError
from dashboard.render import html as written
from dashboard.views import prices
from dashboard.views.root import rooted
from dashboard.views.source import DataSource
from dashboard.views.words import sentence
from dashboard.web import state
from dashboard.web.components import PULSE
from dashboard.web.server import answering

PAUSE = dt.timedelta(minutes=1)  # between refreshes that readers ask for


def register(app: Dash, source: DataSource, read_only: bool) -> None:
    """The button, the look at how a refresh goes, and the notice."""

    @app.callback(
        Output("refresh-answer", "children"), Input("refresh-now", "n_clicks"), prevent_initial_call=True
    )
    @answering
    def start(clicks: int | None) -> str:
        return started(source, read_only, dt.datetime.now(dt.timezone.utc))

    @app.callback(
        Output("refresh-progress", "data-html"),
        Output("refresh-history-table", "data-html"),
        Output("refresh-pulse", "interval"),
        Input("refresh-pulse", "n_intervals"),
        Input("refresh-answer", "children"),
    )
    @answering
    def look(beat: int | None, answer: Any) -> tuple[Any, Any, Any]:
        status = source.status()
        progress = prices.progress(status)
        told = written.inside(progress), written.table(prices.history(status))
        return *told, PULSE if progress.total else 4 * PULSE

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
    return "Refresh started."


def first_notice(source: DataSource) -> Any:
    """What there is to say before a page is shown; nothing if that cannot be read, for the page says so."""
    with suppress(EventStudyError):
        if said := source.notice():
            return _notice([html.P(sentence(said))])
    return []


def notice(source: DataSource, shown: Any) -> Any:
    """What there is to say about the prices that a browser shows (path, query, snapshot)."""
    if not state.is_shown(shown):
        return no_update
    told: list[Any] = []
    if said := source.notice():
        told.append(html.P(sentence(said)))
    newest = next(iter(source.snapshots()), shown[2])
    if newest != shown[2] and "snapshot=" not in shown[1]:
        told.append(
            html.P(["Newer prices have arrived. ", html.A("Show them", href=rooted(shown[0] + shown[1]))])
        )
    elif newest != shown[2]:
        told.append(html.P(f"An earlier snapshot is shown, as the address asks: {shown[2]}."))
    return _notice(told)


def _notice(told: list[Any]) -> Any:
    return html.Div(told, className="message note") if told else []
