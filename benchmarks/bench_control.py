"""A control's callback beside a minimal Dash callback that sends the same parts."""

from __future__ import annotations

from functools import cache
from typing import Any

from tools.load_test import OUTPUTS, question

PATH, BEFORE, AFTER = "/reaction", "", "?car=0..1"
TIMES = 20
LIMIT = 2.0


@cache
def _dashboard() -> tuple[Any, bytes]:
    """A client of the dashboard, and the request that a control makes on its page."""
    from app import Source
    from dashboard import create_app

    client = create_app(Source()).server.test_client()
    shown = _post(client, question(PATH, BEFORE))["response"]["shown"]["data"]
    return client, question(PATH, AFTER, shown)


@cache
def _minimal() -> tuple[Any, bytes]:
    """A client of a Dash app whose one callback sends the same parts without asking what they are."""
    from dash import Dash, Input, Output, State, html, set_props

    from app import Source
    from dashboard import show_page
    from dashboard.site import Site

    site = Site(Source())
    *_, shown = show_page(site, PATH, BEFORE, None)
    updates = site.changes(PATH, BEFORE, AFTER, shown[2])
    answer = show_page(site, PATH, AFTER, None)[1:]
    app = Dash("minimal", suppress_callback_exceptions=True)
    app.layout = html.Div()

    @app.callback(
        *(Output(*output.split(".")) for output in OUTPUTS[1:]),
        Input("url", "pathname"),
        Input("url", "search"),
        State("shown", "data"),
    )
    def same(*_: Any) -> Any:
        for name, properties in (updates or {}).items():
            set_props(name, properties)
        return answer

    return app.server.test_client(), question(PATH, AFTER, shown, OUTPUTS[1:])


def control() -> None:
    """Twenty choices on a page that is open."""
    _repeat(*_dashboard())


def minimal() -> None:
    """Twenty answers of the minimal app."""
    _repeat(*_minimal())


def _repeat(client: Any, body: bytes) -> None:
    for _ in range(TIMES):
        _post(client, body)


def _post(client: Any, body: bytes) -> Any:
    answer = client.post("/_dash-update-component", data=body, content_type="application/json")
    assert answer.status_code == 200, answer.text
    return answer.json
