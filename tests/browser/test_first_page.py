"""The first page, as a reader meets it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect
from plotly.offline import get_plotlyjs_version

from benchmarks.bench_dashboard import LIGHTEST, weight
from tests.browser.conftest import DRAWN, EVENT, ROOT

OpenPage = Callable[..., Page]
README = (ROOT / "README.md").read_text()


def test_the_page_opens_and_its_charts_are_drawn(open_page: OpenPage) -> None:
    page = open_page(f"{EVENT}/")
    expect(page.locator("h1")).to_be_visible()
    charts = page.locator(".dash-graph")
    expect(charts.first.locator(".main-svg").first).to_be_visible()
    assert charts.count() >= 3
    for chart in charts.all():
        chart.scroll_into_view_if_needed()
        expect(chart.locator(".main-svg").first).to_be_visible()


def test_every_claim_of_the_articles_has_a_row(open_page: OpenPage) -> None:
    page = open_page(f"{EVENT}/")
    expect(page.locator("#claims tbody tr")).to_have_count(11)


@pytest.mark.parametrize("old", ["/?car=0..1", "/reaction?event=yen-carry-2024-08-05&car=0..1"])
def test_an_older_address_leads_to_the_page_that_it_meant(old: str, open_page: OpenPage) -> None:
    page = open_page(old)
    expect(page.locator("#main h1")).to_be_visible()
    event = f"/e/yen-carry-2024-08-05{old.partition('?')[0]}" if "event=" in old else f"{EVENT}/"
    assert page.url.endswith(event + ("?car=0..1" if "car" in old else ""))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_page_fits_its_screen(
    width: int, scheme: str, open_page: OpenPage, picture: Callable[[Page], None]
) -> None:
    page = open_page(f"{EVENT}/", width=width, scheme=scheme)
    expect(page.locator(DRAWN).first).to_be_visible()
    picture(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_readme_names_the_sections_that_the_page_has(open_page: OpenPage) -> None:
    guide = README.split("## How to read the page of an event")[1].split("\n## ")[0]
    page = open_page(f"{EVENT}/")
    expect(page.locator("#main h1")).to_be_visible()
    headings = page.locator("h2").all_inner_texts()
    named = re.findall(r"\*(.+?)\*", guide)
    assert named
    assert set(named) <= set(headings)


SHIFTS = """
window.shifted = 0;
new PerformanceObserver(list => list.getEntries().forEach(entry => { window.shifted += entry.value; }))
  .observe({type: "layout-shift", buffered: true});
"""


@pytest.mark.parametrize("path", [f"{EVENT}/", f"{EVENT}/reaction", "/data"])
def test_nothing_jumps_while_the_page_is_made(path: str, open_page: OpenPage) -> None:
    page = open_page("/method")
    page.context.add_init_script(SHIFTS)
    page.close()
    page = open_page(path)
    expect(page.locator("#main h1")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.shifted") < 0.02


def test_the_first_page_is_light_because_it_draws_with_the_smaller_plotly(
    browser: Browser, address: str
) -> None:
    sizes = weight(browser, address)
    plotly = [name for name in sizes if name.startswith("plotly-")]
    assert [name.rsplit("-", 1)[0] for name in plotly] == [f"plotly-{get_plotlyjs_version()}-bar-scatter"]
    assert LIGHTEST / 3 < sum(sizes.values()) <= LIGHTEST
