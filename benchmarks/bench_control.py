"""A control's callback beside a minimal Dash callback that sends the same parts.

Both are asked as a browser asks, which takes compressed answers; only ours are compressed.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import brotli

from tools.load_test import CALLBACK, OUTPUTS, question

PATH, BEFORE, AFTER = "/reaction", "", "?car=0..1"
TIMES = 20
LIMIT = 1.1
ACCEPTED = {"Accept-Encoding": "br"}


@cache
def _dashboard() -> tuple[Any, bytes]:
    """A client of the dashboard, and the request that a control makes on its page."""
    from commands.source import Source
    from dashboard.web import create_app

    client = create_app(Source()).server.test_client()
    whole = json.loads(brotli.decompress(_post(client, question(PATH, BEFORE)).data))
    shown = whole["response"]["shown"]["data"]
    return client, question(PATH, AFTER, shown)


@cache
def _minimal() -> tuple[Any, bytes]:
    """A client of a Dash app whose one callback sends the same parts without asking what they are."""
    from dash import Dash, Input, Output, State, html, set_props

    from commands.source import Source
    from dashboard.web.changes import changes
    from dashboard.web.replies import Replies
    from dashboard.web.site import Site

    site = Site(Source())
    replies = Replies(site)
    *_, shown = replies(PATH, BEFORE, None)
    updates = changes(*(site.answer(PATH, search).body for search in (BEFORE, AFTER)))
    answer = replies(PATH, AFTER, None)[1:]
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
    answer = client.post(CALLBACK, data=body, content_type="application/json", headers=ACCEPTED)
    assert answer.status_code == 200, answer.text
    return answer
