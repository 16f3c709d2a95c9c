"""What the pages weigh: ``python -m benchmarks.bench_dashboard``."""

from __future__ import annotations

import json
from typing import Any

import brotli
from playwright.sync_api import Browser, Request

from commands.source import DEFAULT_EVENT, Source
from tools.chromium import browsing, chromium
from tools.serving import serving

LIGHTEST = 600_000  # bytes of the first page, compressed
HEAVIEST_CHART = 20_000


def weight(browser: Browser, address: str) -> dict[str, int]:
    """Compressed bytes of all that an event's first page loads until its charts are drawn, by name."""
    sizes: dict[str, int] = {}

    def loaded(request: Request) -> None:
        name = request.url.split("?")[0].rsplit("/", 1)[-1] or "/"
        sizes[name] = sizes.get(name, 0) + request.sizes()["responseBodySize"]

    page = browser.new_page()
    page.on("requestfinished", loaded)
    page.goto(f"{address}/e/{DEFAULT_EVENT}/", wait_until="networkidle")
    page.locator(".js-plotly-plot .main-svg").first.wait_for()
    page.close()
    return sizes


def charts() -> dict[str, int]:
    """Compressed bytes of every chart of every page, as sent."""
    from dashboard.views.choices import Choices
    from dashboard.views.pages import PAGES
    from dashboard.web.components import graphs
    from dashboard.web.site import Site
    from dashboard.web.state import default_event

    source = Source()
    site, choices = Site(source), Choices(default_event(source))
    found = (graph for page in PAGES for graph in graphs(site.body(page.PATH, choices)))
    return {graph.id: _packed(graph) for graph in found}


def _packed(component: Any) -> int:
    from plotly.utils import PlotlyJSONEncoder

    return len(brotli.compress(json.dumps(component, cls=PlotlyJSONEncoder).encode(), quality=5))


def main() -> None:
    """Print everything that is measured here."""
    print(f"charts, compressed (at most {HEAVIEST_CHART / 1000:g} kB):")
    for name, size in sorted(charts().items(), key=lambda item: -item[1]):
        print(f"  {name}: {size / 1000:.1f} kB")
    if chromium() is None:
        return
    with serving() as address, browsing() as browser:
        sizes = weight(browser, address)
    print(f"the first page: {sum(sizes.values()) / 1e6:.2f} MB compressed (at most {LIGHTEST / 1e6:g})")
    for name, size in sorted(sizes.items(), key=lambda item: -item[1])[:6]:
        print(f"  {name}: {size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
