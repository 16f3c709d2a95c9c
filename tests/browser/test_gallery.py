"""Pages over all events, as a reader uses them: sorted, narrowed, searched and compared."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DRAWN

OpenPage = Callable[..., Page]

CARDS = "#bundled-events > li"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("path", ["/", "/claims", "/compare"])
def test_the_page_fits_its_screen(
    path: str, width: int, scheme: str, open_page: OpenPage, picture: Callable[[Page], None]
) -> None:
    page = open_page(path, width=width, scheme=scheme)
    expect(page.locator("#main h1")).to_be_visible()
    if path != "/":
        expect(page.locator(DRAWN).first).to_be_visible()
    picture(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_first_card_is_the_first_event_and_enter_opens_it(open_page: OpenPage) -> None:
    page = open_page("/")
    expect(page.locator(CARDS)).to_have_count(17)
    expect(page.locator(f"{CARDS} svg.spark")).to_have_count(17)
    page.locator(f"{CARDS} a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/e/deepseek-2025-01-27/")


def test_order_filters_and_search_are_in_the_address(open_page: OpenPage) -> None:
    page = open_page("/")
    page.get_by_label("Sort", exact=True).select_option("move")
    expect(page.locator(f"{CARDS} h2").first).to_have_text("Siemens Energy and Gamesa")
    page.get_by_label("Kind", exact=True).select_option("policy")
    expect(page.locator(CARDS)).to_have_count(4)
    assert page.url.endswith("/?sort=move&kind=policy")
    field = page.get_by_label("Search events and claims")
    field.press_sequentially("tokyo", delay=30)
    expect(page.locator(CARDS)).to_have_count(1)
    expect(field).to_be_focused()
    assert page.url.endswith("q=tokyo")
    field.press_sequentially(" zebra", delay=30)
    expect(page.locator("#nothing")).to_contain_text("Search for less")
    page.locator("#reset").click()
    expect(page.locator(CARDS)).to_have_count(17)
    expect(field).to_have_value("")


def test_events_are_taken_into_a_comparison_by_their_buttons(open_page: OpenPage) -> None:
    page = open_page("/compare?events=deepseek-2025-01-27,oracle-2025-09-09")
    expect(page.locator("#side-by-side-table tbody tr")).to_have_count(2)
    page.locator("#control-events-summary").click()
    page.get_by_role("button", name=re.compile("AMD and OpenAI")).click()
    expect(page.locator("#side-by-side-table tbody tr")).to_have_count(3)
    assert "amd-openai-2025-10-06" in page.url


def test_claims_of_all_events_are_searched_and_lead_to_their_text(open_page: OpenPage) -> None:
    page = open_page("/claims?q=reuters+asml")
    rows = page.locator("#claims-list tbody tr")
    expect(rows.first).to_be_visible()
    assert all("ASML" in row for row in rows.all_inner_texts())
    expect(page.locator('#claims-list a[href="/e/deepseek-2025-01-27/"]').first).to_be_visible()
