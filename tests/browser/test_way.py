"""A reader finds the way: the header stays, terms open, and their links lead to what says more."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.test_pages import EVENT, ready

OpenPage = Callable[..., Page]


def test_a_term_opens_by_keyboard_and_leads_to_its_section(open_page: OpenPage) -> None:
    page = ready(open_page(f"{EVENT}/"))
    term = page.get_by_role("button", name="abnormal return", exact=True).first
    meaning = page.locator(f"#{term.get_attribute('popovertarget')}")
    expect(page.locator(".meaning:visible")).to_have_count(0)
    term.focus()
    page.keyboard.press("Enter")
    expect(meaning).to_be_visible()
    expect(meaning).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(meaning).to_be_hidden()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(meaning.get_by_role("link", name="Method")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_title("Method – Aftershock")
    expect(page.locator("#abnormal-return-return")).to_be_in_viewport()


def test_the_header_stays_with_the_event_and_its_pages(open_page: OpenPage) -> None:
    page = ready(open_page(f"{EVENT}/"))
    for width, height in ((1440, 900), (390, 844), (720, 450)):  # the last is 1440 at 200 %
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("window.scrollTo(0, 2000)")
        expect(page.get_by_role("link", name="Overview", exact=True)).to_be_in_viewport()
        if height > 600:
            expect(page.locator("#event")).to_be_in_viewport()


def test_on_a_phone_the_menu_goes_on_behind_a_shadow(open_page: OpenPage) -> None:
    page = ready(open_page("/method", width=390))
    menu = page.locator("#pages")
    assert menu.evaluate("menu => menu.scrollWidth > menu.clientWidth")
    assert "local" in menu.evaluate("menu => getComputedStyle(menu).backgroundAttachment")
    expect(page.get_by_role("link", name="Method", exact=True)).to_be_in_viewport()
