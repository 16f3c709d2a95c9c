"""An event of one's own in the browser: typed, pasted, dropped, corrected, deleted and brought back."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DRAWN, PATIENCE
from tests.data.own.test_archive import SPLIT
from tests.standin.listings import made_up_listing
from tests.standin.server import StandIn
from tools.serving import APPLICATION, serving

TEXT = (
    "Nvidia fell nearly 17% on Monday 🙂, wiping $593 billion off its market value. "
    "Shares of ASML slid 11.5% in Amsterdam. The Nasdaq had its worst day since December."
)
OWN = re.compile(r"/e/own-[0-9a-f]{24}/")
HEARD = 40  # milliseconds between keys: a quick typist
OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An application of its own, with a database of its own."""
    with pytest.MonkeyPatch.context() as patch:
        file: Path = tmp_path_factory.mktemp("own") / "own.db"
        patch.setenv("AFTERSHOCK_DATABASE_URL", f"sqlite:///{file}")
        with serving() as address:
            yield address


def typed(page: Page, label: str, words: str) -> None:
    page.get_by_label(label, exact=True).press_sequentially(words, delay=HEARD)


def a_firm(page: Page, words: str, symbol: str) -> None:
    typed(page, "Name or ticker", words)
    expect(page.locator("#found li").first).to_contain_text(symbol)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#firms")).to_contain_text(symbol)


def measured(page: Page) -> None:
    page.get_by_role("button", name="Measure").click()
    page.wait_for_url(OWN)


def test_from_nothing_to_the_overview_within_a_minute(
    open_page: OpenPage, picture: Callable[[Page], None]
) -> None:
    page = open_page("/new")
    started = time.monotonic()
    a_firm(page, "nvid", "NVDA")
    a_firm(page, "asml", "ASML.AS")
    page.get_by_label("Day of the news").fill("2025-01-27")
    page.get_by_label("Time, if known").fill("08:15")
    expect(page.locator("#days")).to_have_text("Day 0: New York 27 Jan 2025 · Amsterdam 27 Jan 2025")
    expect(page.locator("#news")).to_contain_text("Federal Reserve decides")
    typed(page, "Outlet", "Reuters")
    page.get_by_label("Paste the text").fill(TEXT)
    expect(page.locator(".marked mark")).to_have_count(4)
    assert page.locator(".marked mark").first.inner_text() == "Nvidia fell nearly 17%"
    expect(page.locator("#counted")).to_have_text("4 found, 0 kept. Only what you keep is measured.")
    page.get_by_role("button", name="Dismiss the claim on Nasdaq").click()
    page.get_by_role("button", name="Keep all proposals").click()
    picture(page)
    measured(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("ASML Holding fell 11.5 %, said Reuters")
    expect(page.locator(DRAWN).first).to_be_visible()
    assert time.monotonic() - started < 60
    picture(page)


def test_nothing_typed_is_lost_by_a_reload_and_nothing_is_kept_without_a_click(open_page: OpenPage) -> None:
    page = open_page("/new")
    a_firm(page, "nvid", "NVDA")
    page.get_by_label("Day of the news").fill("2025-01-27")
    page.get_by_label("Paste the text").fill(f"{TEXT} Chipmakers fell 3% to 5%.")
    expect(page.locator("#claims tbody tr")).to_have_count(5)
    page.get_by_role("button", name="Keep all proposals").click()
    expect(page.locator("#counted")).to_contain_text("5 found, 4 kept.")
    expect(page.locator("#claims tbody tr").last).to_contain_text(
        "Left out: which instrument does “Chipmakers”"
    )
    expect(page.get_by_label("Far end of the figure of Chipmakers")).to_have_value("5")
    page.get_by_label("Symbol of Chipmakers").fill("SMH")
    expect(page.locator("#claims tbody tr").last.locator(".keep")).to_be_enabled()
    page.get_by_label("Paste the text").fill(TEXT)
    expect(page.locator("#claims tbody tr")).to_have_count(4)
    for kept in page.get_by_role("button", name="Kept", exact=True).all()[::-1]:
        kept.click()
    page.get_by_role("button", name="Keep", exact=True).first.click()
    page.get_by_label("Figure of Nvidia").first.fill("16.9")
    page.reload()
    expect(page.locator("#firms")).to_contain_text("NVIDIA")
    expect(page.get_by_label("Paste the text")).to_have_value(TEXT)
    expect(page.locator("#counted")).to_have_text("4 found, 1 kept. Only what you keep is measured.")
    measured(page)
    claims = page.locator("#verdicts")
    expect(claims).to_contain_text("−16.9 %")
    expect(claims).not_to_contain_text("11.5")


def test_what_is_wrong_stands_beside_its_field(browser: Browser, address: str) -> None:
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(f"{address}/new")
    page.get_by_role("button", name="Measure").click()
    expect(page.locator('[data-field="name"]')).to_contain_text("how is the event called")
    a_firm(page, "nvid", "NVDA")
    page.get_by_label("Day of the news").fill("2035-01-27")
    expect(page.locator('[data-field="date"]')).to_contain_text("lies in the future")
    page.get_by_label("Day of the news").fill("2025-01-27")
    page.get_by_label("Time, if known").fill("08:15")
    page.get_by_label("Time zone").fill("Mars/Base")
    expect(page.locator('[data-field="zone"]')).to_contain_text("is no time zone")
    page.get_by_label("Time zone").fill("Europe/Paris")
    expect(page.locator('[data-field="zone"]')).to_be_empty()
    typed(page, "Name or ticker", "NVDIAA")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Take NVDA instead of NVDIAA").click()
    expect(page.locator("#firms li")).to_have_count(1)
    page.get_by_label("Paste the text").fill(
        "Die Aktie fiel am Montag um drei Prozent und der Kurs sank. " * 6
    )
    expect(page.locator("fieldset .wrong:not([data-field])")).to_contain_text("does not look English")
    page.route("**/new/keep", lambda route: route.fulfill(status=503, json={"said": "Full.", "field": ""}))
    page.get_by_role("button", name="Measure").click()
    expect(page.locator('[data-field=""]')).to_have_text("Full.")
    expect(page.get_by_label("Paste the text")).to_have_value(re.compile("Die Aktie"))
    page.unroute("**/new/keep")
    photo = {"name": "photo.csv", "mimeType": "text/csv", "buffer": b"\x89PNG\r\n" + bytes(range(256))}
    page.get_by_label("Or your own price files").set_input_files(photo)
    expect(page.locator('[data-field="files"]')).to_contain_text("photo.csv: no table of text")
    page.get_by_role("button", name="Add a claim by hand").click()
    page.get_by_role("button", name="Measure").click()
    expect(page.locator('[data-field="claims"]')).to_contain_text("give the figure as it was printed")
    expect(page.get_by_label("Figure of NVDA", exact=True)).to_be_focused()
    context.close()


def test_dropped_prices_survive_a_reload_and_are_labelled(open_page: OpenPage, tmp_path: Path) -> None:
    days = pd.bdate_range("2022-06-01", periods=500)
    closes = [f"{day:%Y-%m-%d},{50 + i * 7 % 11}.5,{100 + i * 5 % 13}" for i, day in enumerate(days)]
    (tmp_path / "mine.csv").write_text("\n".join(["date,AAA,MKT", *closes]))
    page = open_page("/new")
    odd = {"name": "ODD.csv", "mimeType": "text/csv", "buffer": SPLIT}
    page.get_by_label("Or your own price files").set_input_files(odd)
    expect(page.locator("#dropped")).not_to_contain_text("--")
    page.get_by_role("button", name="Take ODD all the same").click()
    expect(page.locator("#firms")).to_contain_text("ODD")
    page.get_by_role("button", name="Remove ODD").click()
    page.get_by_label("Or your own price files").set_input_files(tmp_path / "mine.csv")
    expect(page.locator("#firms li")).to_have_count(2)
    page.get_by_label("Measured against").fill("MKT")
    page.keyboard.press("Tab")
    expect(page.locator("#firms li")).to_have_count(1)  # a benchmark is no firm
    page.get_by_label("Measured against").fill("none")
    expect(page.locator("#dropped")).to_contain_text("prices of AAA, MKT, for this event alone")
    page.reload()
    expect(page.locator("#dropped")).to_contain_text("mine.csv")
    page.get_by_label("Day of the news").fill("2021-02-05")
    expect(page.locator('[data-field="date"]')).to_contain_text("your prices begin on 1 Jun 2022")
    page.get_by_label("Day of the news").fill("2024-02-05")
    expect(page.locator("#firms")).to_contain_text("your prices from 1 Jun 2022")
    expect(page.locator("#name")).to_have_attribute("placeholder", re.compile("5 Feb 2024"))
    measured(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("AAA")
    expect(page.locator("footer")).to_contain_text("the reader's own prices of AAA")


def test_by_keyboard_alone_on_a_phone_in_the_dark(
    open_page: OpenPage, picture: Callable[[Page], None]
) -> None:
    page = open_page("/new", width=390, height=844, scheme="dark")
    page.get_by_label("Name or ticker").focus()
    page.keyboard.type("NVDA")
    page.keyboard.press("Enter")
    page.keyboard.type("AMD")  # at once, while the first is looked up
    expect(page.locator("#firms")).to_contain_text("NVIDIA")
    expect(page.get_by_label("Name or ticker")).to_have_value("AMD")
    page.keyboard.press("Enter")
    expect(page.locator("#firms")).to_contain_text("AMD")
    page.get_by_label("Day of the news").focus()
    page.keyboard.type("01272025")
    expect(page.locator("#days")).to_contain_text("27 Jan 2025")
    page.get_by_label("Paste the text").focus()
    page.keyboard.insert_text(TEXT)
    keep = page.locator("#claims .keep").first
    keep.focus()
    page.keyboard.press("Enter")
    expect(keep).to_be_focused()
    expect(keep).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    picture(page)
    page.get_by_role("button", name="Measure").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(OWN)


def test_a_link_opens_elsewhere_and_an_event_is_edited_deleted_and_brought_back(
    open_page: OpenPage, browser: Browser
) -> None:
    page = open_page("/new")
    a_firm(page, "nvid", "NVDA")
    page.get_by_label("Day of the news").fill("2025-01-27")
    page.get_by_label("Name of the event").fill("Mine alone")
    measured(page)
    link = page.url
    page.goto(link.partition("/e/")[0] + "/new")
    page.get_by_role("button", name="Edit Mine alone").click()
    expect(page.get_by_label("Name of the event")).to_have_value("Mine alone")
    page.get_by_label("Name of the event").fill("Mine, changed")
    page.get_by_role("button", name="Measure the changed event").click()
    page.wait_for_url(OWN)
    assert page.url == link
    expect(page.locator("#event")).to_contain_text("Mine, changed")
    other = browser.new_context()
    other.set_default_timeout(PATIENCE)
    elsewhere = other.new_page()
    elsewhere.goto(link)
    expect(elsewhere.locator("#event")).to_contain_text("Mine, changed")
    page.goto(link.partition("/e/")[0] + "/new")
    page.get_by_role("button", name="Delete Mine, changed").click()
    expect(page.locator("#undo")).to_contain_text("Mine, changed is deleted.")
    gone = elsewhere.goto(link)
    assert gone is not None
    assert gone.status == 404
    page.reload()
    expect(page.locator("#own")).not_to_contain_text("Mine, changed")
    page.get_by_role("button", name="Bring back Mine, changed").click()
    expect(page.locator("#own")).to_contain_text("Mine, changed")
    page.get_by_label("Name of the event").fill("Mine, changed")
    expect(page.locator("#name-said")).to_contain_text("Another event of yours has this name")
    back = elsewhere.goto(link)
    assert back is not None
    assert back.status == 200
    other.close()


def test_the_second_of_two_editors_is_told_and_keeps_theirs(browser: Browser, address: str) -> None:
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    first, second = context.new_page(), context.new_page()
    first.goto(f"{address}/new")
    a_firm(first, "nvid", "NVDA")
    first.get_by_label("Day of the news").fill("2025-01-27")
    first.get_by_label("Name of the event").fill("Shared")
    measured(first)
    link = first.url
    first.goto(link.partition("/e/")[0] + "/new")
    first.get_by_role("button", name="Edit Shared").click()
    expect(first.get_by_label("Name of the event")).to_have_value("Shared")
    second.goto(f"{address}/new")
    expect(second.get_by_label("Name of the event")).to_have_value("Shared")
    first.get_by_label("Name of the event").fill("Shared, first")
    first.get_by_role("button", name="Measure the changed event").click()
    first.wait_for_url(OWN)
    second.get_by_label("Name of the event").fill("Shared, second")
    second.get_by_role("button", name="Measure the changed event").click()
    expect(second.locator('[data-field=""]')).to_contain_text("was changed meanwhile")
    expect(second.get_by_label("Name of the event")).to_have_value("Shared, second")
    second.get_by_role("button", name="Keep mine as a new event").click()
    measured(second)
    assert second.url != link
    context.close()


def test_on_an_open_server_an_event_belongs_to_the_browser_that_made_it(
    browser: Browser, tmp_path: Path
) -> None:
    database = f"sqlite:///{tmp_path}/own.db"
    command = (*APPLICATION, "--host", "0.0.0.0")
    with serving(command, AFTERSHOCK_DATABASE_URL=database, AFTERSHOCK_OWN_EVENTS="open") as served:
        address = served.replace("0.0.0.0", "127.0.0.1")
        pages = []
        for _ in range(2):
            context = browser.new_context()
            context.set_default_timeout(PATIENCE)
            pages.append(context.new_page())
        mine, theirs = pages
        mine.goto(f"{address}/new")
        a_firm(mine, "nvid", "NVDA")
        mine.get_by_label("Day of the news").fill("2025-01-27")
        mine.get_by_label("Name of the event").fill("Nobody else's")
        measured(mine)
        for page in pages:
            page.goto(f"{address}/new")
        expect(mine.locator("#own")).to_contain_text("Nobody else's")
        expect(theirs.locator("#own")).to_have_text("No event yet.")
        theirs.goto(f"{address}/")
        expect(theirs.locator("#main")).not_to_contain_text("Nobody else's")
        mine.get_by_role("button", name="Delete Nobody else's").click()
        expect(mine.locator("#undo")).to_contain_text("is deleted")
        for page in pages:
            page.context.close()


def test_a_firm_without_prices_is_fetched_alone_and_then_the_event_opens(
    browser: Browser, yahoo: StandIn, tmp_path: Path, picture: Callable[[Page], None]
) -> None:
    yahoo.listings = {"KO": made_up_listing("KO", "2023-01-03", "2025-12-31")}
    yahoo.delay = 0.5
    patient = {"ATTEMPTS": "1", "PAUSE": "0", "JITTER": "0", "BACKOFF": "0", "CACHE": str(tmp_path)}
    settings = {f"AFTERSHOCK_FETCH_{name}": value for name, value in patient.items()} | yahoo.environment
    with serving(AFTERSHOCK_DATABASE_URL=f"sqlite:///{tmp_path}/own.db", **settings) as served:
        context = browser.new_context()
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.goto(f"{served}/new")
        a_firm(page, "nvid", "NVDA")
        a_firm(page, "coca-cola", "KO")
        page.get_by_label("Day of the news").fill("2025-01-27")
        expect(page.locator("#firms")).to_contain_text("no prices here yet; they will be fetched")
        page.get_by_label("Name of the event").fill("A drink")
        page.get_by_role("button", name="Measure").click()
        expect(page.locator("#progress")).to_contain_text("A drink is kept.")
        picture(page)
        page.wait_for_url(OWN)
        expect(page.locator("main")).to_contain_text("Coca-Cola")
        expect(page.locator("main")).not_to_contain_text("Not studied")
        context.close()
    assert {request.symbol for request in yahoo.requests if request.symbol} == {"KO"}


def test_a_read_only_server_says_that_it_is_off(browser: Browser) -> None:
    with serving((*APPLICATION, "--read-only")) as address:
        page = browser.new_page()
        page.goto(f"{address}/new")
        expect(page.locator("main")).to_contain_text("Events of your own are switched off on this server.")
        page.close()
