"""What the pages cost: a control's answer, the weight of the first page, and what a browser feels.

    python -m benchmarks.bench_dashboard

A control is held against a minimal Dash callback that returns the same content; the rest needs no
yardstick. `feel` drives Chromium and is left out where there is none.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import brotli
from dash import Dash, Input, Output, State, html
from flask.testing import FlaskClient

from app import Source
from dashboard import create_app
from tools.chromium import browsing, chromium
from tools.load_test import CALLBACK, callback
from tools.serving import serving

LIMIT = 2.0  # times a minimal callback
LIGHTEST = 2_000_000  # bytes of the first page, compressed
FIRST_PAINT, ANSWER = 1.0, 0.2  # seconds
CALLS, PRESSES = 20, 12
PATH, CHOICES = "/reaction", ("?car=0..1", "?car=-1..1")
Post = Callable[[], object]


@cache
def ours() -> FlaskClient:
    """The dashboard, asked without a network in between."""
    return create_app(Source()).server.test_client()


@cache
def requests() -> tuple[str, ...]:
    """What a browser sends when a reader goes to and fro between two choices."""
    show = _show(ours())
    shown = json.loads(_post(ours(), callback(show, PATH, CHOICES[1], None)))["response"]["shown"]["data"]
    there = callback(show, PATH, CHOICES[0], shown)
    return there, callback(
        show, PATH, CHOICES[1], json.loads(_post(ours(), there))["response"]["shown"]["data"]
    )


@cache
def minimal() -> tuple[FlaskClient, tuple[str, ...]]:
    """A Dash app of one callback that returns what ours returns, and the requests for it."""
    answers = [json.loads(_post(ours(), request)) for request in requests()]
    app = Dash("minimal", suppress_callback_exceptions=True)
    app.layout = html.Div(id="main")

    @app.callback(
        Output("main", "children"),
        Output("live", "children"),
        Input("url", "pathname"),
        Input("url", "search"),
        State("shown", "data"),
    )
    def show(pathname: str, search: str, shown: Any) -> Any:
        return answers[CHOICES.index(search)], ""

    client = app.server.test_client()
    return client, tuple(callback(_show(client), PATH, search, None) for search in CHOICES)


def control() -> None:
    """Choices made by a reader, answered by the dashboard."""
    for _ in range(CALLS):
        for request in requests():
            _post(ours(), request)


def plain_control() -> None:
    """The same content from the minimal callback."""
    client, made = minimal()
    for _ in range(CALLS):
        for request in made:
            _post(client, request)


def weight(address: str) -> dict[str, int]:
    """Compressed bytes of everything that the first page loads, by name."""
    sizes: dict[str, int] = {}
    with browsing() as browser:
        page = browser.new_page()
        page.on(
            "requestfinished", lambda r: sizes.update({r.url.split("?")[0]: r.sizes()["responseBodySize"]})
        )
        page.goto(address, wait_until="networkidle")
    return {url.rsplit("/", 1)[-1] or "/": size for url, size in sizes.items()}


def charts() -> dict[str, int]:
    """Compressed bytes of every chart of every page, as sent."""
    from dashboard.exhibits import graphs
    from dashboard.pages import PAGES
    from dashboard.site import Site
    from dashboard.state import View, default_event

    source = Source()
    site, view = Site(source), View(default_event(source))
    found = (graph for page in PAGES for graph in graphs(site.body(page.PATH, view)))
    return {graph.id: _packed(graph) for graph in found}


def feel(address: str) -> tuple[float, float]:
    """Seconds to the first contentful paint, and the median from a choice to the changed page."""
    with browsing() as browser:
        page = browser.new_page()
        page.goto(address, wait_until="networkidle")
        page.goto(address + PATH, wait_until="networkidle")
        paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime") / 1000
        heading = page.locator("#main h1")
        times = []
        for i in range(PRESSES):
            before, start = heading.inner_text(), time.perf_counter()
            page.get_by_label("CAR window").select_option(("0..1", "-1..1")[i % 2])
            page.wait_for_function("was => document.querySelector('#main h1').innerText !== was", arg=before)
            times.append(time.perf_counter() - start)
    return paint, statistics.median(times)


def _show(client: FlaskClient) -> Mapping[str, str]:
    known = client.get("/_dash-dependencies").json
    return next(entry for entry in known if "main.children" in entry["output"])


def _post(client: FlaskClient, body: str) -> bytes:
    answer = client.post(CALLBACK, data=body, content_type="application/json")
    assert answer.status_code == 200, answer.text
    return bytes(answer.data)


def _packed(component: Any) -> int:
    from plotly.utils import PlotlyJSONEncoder

    return len(brotli.compress(json.dumps(component, cls=PlotlyJSONEncoder).encode(), quality=5))


def main() -> None:
    """Print everything that is measured here."""
    times = [(_seconds(control), _seconds(plain_control)) for _ in range(5)]
    mine, theirs = (min(column) for column in zip(*times, strict=True))
    each = 1000 / (CALLS * len(CHOICES))
    print(
        f"a control: {mine * each:.1f} ms, a minimal callback of the same content {theirs * each:.1f} ms: "
        f"{mine / theirs:.2f} (at most {LIMIT:g})"
    )
    for name, size in sorted(charts().items(), key=lambda item: -item[1]):
        print(f"  chart {name}: {size / 1000:.1f} kB")
    if chromium() is None:
        return
    with serving() as address:
        sizes = weight(address)
        print(f"the first page: {sum(sizes.values()) / 1e6:.2f} MB compressed (at most {LIGHTEST / 1e6:g})")
        for name, size in sorted(sizes.items(), key=lambda item: -item[1])[:6]:
            print(f"  {name}: {size / 1000:.0f} kB")
        paint, answer = feel(address)
    print(
        f"first paint {paint:.2f} s (at most {FIRST_PAINT:g}), a control {1000 * answer:.0f} ms (at most 200)"
    )


def _seconds(work: Post) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
