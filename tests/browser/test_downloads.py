"""Taking things away, as a reader does: every kind of file clicked and opened, and what is copied pasted."""

from __future__ import annotations

import csv
import io
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from analysis.market.events import Window
from analysis.study.study import StudyDesign, StudyResults, event_study
from data.bundled.bundle import bundled_market
from data.catalogue.dossiers import dossier
from tests.browser.conftest import ADDRESSES, EVENT, SLUG
from tests.browser.test_pages import ready

OpenPage = Callable[..., Page]
NVIDIA = "NVIDIA"


@pytest.fixture(scope="module")
def results() -> StudyResults:
    """The default study, computed without any page."""
    known = dossier(SLUG)
    return event_study(StudyDesign(known.event, known.firms), bundled_market(known.instruments))


@pytest.fixture
def reaction(open_page: OpenPage) -> Page:
    return ready(open_page(f"{EVENT}/reaction"))


def taken(page: Page, exhibit: str, kind: str) -> Path:
    """The file behind a link, which arrives under the name that the link gives it."""
    link = page.locator(f"a[download$='_{exhibit}.{kind}']").first
    menu = page.locator("details.take", has=link).first
    if not menu.evaluate("menu => menu.open"):
        menu.locator("summary").click()
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == link.get_attribute("download")
    return Path(download.value.path())


def rows_of(content: bytes) -> list[dict[str, Any]]:
    """Rows of a workbook's first sheet by header."""
    header, *rows = openpyxl.load_workbook(io.BytesIO(content))["Data"].iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_a_chart_leaves_as_svg_png_and_pdf(reaction: Page) -> None:
    heading = reaction.locator("section:has(#car-paths-chart) h2").inner_text()
    drawing = ElementTree.parse(taken(reaction, "car-paths", "svg")).getroot()
    size = [int(float(drawing.attrib[name])) for name in ("width", "height")]
    assert heading in "".join(drawing.itertext())
    picture = taken(reaction, "car-paths", "png").read_bytes()
    assert struct.unpack(">II", picture[16:24]) == (2 * size[0], 2 * size[1])
    paper = PdfReader(taken(reaction, "car-paths", "pdf"))
    assert len(paper.pages) == 1
    assert heading in paper.pages[0].extract_text()


def test_a_picture_leaves_in_the_size_chosen_beside_it(reaction: Page) -> None:
    reaction.locator("#car-paths-take summary").click()
    reaction.get_by_label("Size of pictures: Abnormal returns added up").select_option("card")
    with reaction.expect_download() as download:
        reaction.locator("#car-paths-take a[download$='.png']").click()
    assert download.value.suggested_filename == f"{SLUG}_car-paths-card.png"
    picture = Path(download.value.path()).read_bytes()
    assert struct.unpack(">II", picture[16:24]) == (2400, 1260)


def test_data_of_a_chart_are_the_numbers_of_the_study(reaction: Page, results: StudyResults) -> None:
    path = "Cumulative abnormal return"
    sheet = rows_of(taken(reaction, "car-paths", "xlsx").read_bytes())
    found = [row["value"] for row in sheet if (row["symbol"], row["series"]) == ("NVDA", path)]
    assert found == pytest.approx(results.abnormal_returns["NVDA"].cumsum().tolist(), abs=1e-9)
    text = taken(reaction, "car-paths", "csv").read_text(encoding="utf-8-sig")
    listed = [row for row in csv.DictReader(io.StringIO(text)) if row["symbol"] == "NVDA"]
    assert [float(row["value"]) for row in listed if row["series"] == path] == pytest.approx(found, abs=1e-12)


def test_the_table_behind_a_chart_opens_and_follows_the_choices(reaction: Page) -> None:
    behind = reaction.locator("#car-paths-data")
    expect(behind).to_be_empty()
    reaction.locator("#car-paths-chart summary").first.click()
    expect(behind.locator("caption").last).to_contain_text("Every point that is drawn")
    table = behind.locator("table").first
    expect(table.locator("tbody tr")).to_have_count(21)
    expect(table.locator("thead th").nth(1)).to_have_text(NVIDIA)
    reaction.get_by_label("Event window").select_option("-1..1")
    expect(table.locator("tbody tr")).to_have_count(3)


def test_what_is_taken_is_what_is_shown(reaction: Page) -> None:
    reaction.get_by_label("Event window").select_option("-1..1")
    expect(reaction.locator("#live")).to_contain_text("updated")
    text = taken(reaction, "car-paths", "csv").read_text(encoding="utf-8-sig")
    assert {row["session"] for row in csv.DictReader(io.StringIO(text))} == {"-1", "0", "1"}


def test_a_table_leaves_as_csv_and_workbook_with_its_provenance(
    reaction: Page, results: StudyResults
) -> None:
    content = taken(reaction, "car-windows", "xlsx").read_bytes()
    row = next(row for row in rows_of(content) if row["Firm"] == NVIDIA)
    expected = results.car(Window(0, 0)).loc["NVDA"]
    assert row["CAR [0] [decimal]"] == pytest.approx(expected["car"], abs=1e-9)
    assert row["CAR [0], low [decimal]"] == pytest.approx(expected["ci_low"], abs=1e-9)
    assert row["CAR [0], p [probability]"] == pytest.approx(expected["pvalue"], abs=1e-9)
    about = openpyxl.load_workbook(io.BytesIO(content))["Design and source"]
    assert dict(about.iter_rows(values_only=True))["View"].startswith(f"{EVENT}/reaction")
    assert f"{expected['car']:.10g}" in taken(reaction, "car-windows", "csv").read_text(encoding="utf-8-sig")


def test_a_picture_says_that_it_is_drawn_and_what_became_of_it(reaction: Page) -> None:
    said = reaction.locator("#car-paths-take .told")
    taken(reaction, "car-paths", "png")
    expect(said).to_contain_text("The PNG is ready: ")
    svg = reaction.locator("#car-paths-take a[download$='.svg']")
    refused = "() => Promise.resolve(new Response('503 pictures need Chrome', { status: 503 }))"
    for answer, words in (
        (refused, "pictures need Chrome"),
        ("() => Promise.reject(new TypeError('lost'))", "The server could not be reached; try again."),
    ):
        reaction.evaluate(f"() => {{ window.fetch = {answer}; }}")
        svg.click()
        expect(said).to_have_text(words)


def test_a_view_that_takes_long_is_said_to_be_made(reaction: Page) -> None:
    held: list[Any] = []
    reaction.route("**/_dash-update-component*", lambda route: held.append(route))
    reaction.get_by_label("CAR window").select_option("0..1")
    expect(reaction.locator("#main")).to_have_attribute("aria-busy", "true")
    expect(reaction.locator("#live")).to_have_text("Working")
    word = "getComputedStyle(document.body, '::after').content"
    assert "Working" in reaction.evaluate(word)
    for route in held:
        route.continue_()
    reaction.unroute("**/_dash-update-component*")
    expect(reaction.locator("#main")).to_have_attribute("aria-busy", "false")
    expect(reaction.locator("#live")).to_contain_text("Reaction updated. Over sessions 0 to +1")
    assert reaction.evaluate(word) == "none"


@pytest.mark.parametrize(
    ("name", "says"),
    [("Copy link", f"{EVENT}/reaction?car=0..1#car-paths-chart"), ("Copy citation", "Aftershock, “")],
)
def test_what_is_copied_can_be_pasted_and_is_announced(name: str, says: str, reaction: Page) -> None:
    reaction.context.grant_permissions(["clipboard-read", "clipboard-write"])
    reaction.get_by_label("CAR window").select_option("0..1")
    expect(reaction.locator("#live")).to_contain_text("updated")
    reaction.locator("#car-paths-take summary").click()
    button = reaction.locator("#car-paths-chart").get_by_role("button", name=f"{name}: ")
    button.click()
    expect(reaction.locator("#live")).to_have_text("Copied")
    assert says in reaction.evaluate("navigator.clipboard.readText()")


def test_a_copied_link_opens_the_same_view(reaction: Page) -> None:
    reaction.context.grant_permissions(["clipboard-read", "clipboard-write"])
    reaction.get_by_label("CAR window").select_option("-1..1")
    expect(reaction.locator("#live")).to_contain_text("updated")
    heading = reaction.locator("#main h1").inner_text()
    reaction.locator("#controls").get_by_role("button", name="Copy link").click()
    expect(reaction.locator("#live")).to_have_text("Copied")
    link = reaction.evaluate("navigator.clipboard.readText()")
    other = reaction.context.new_page()
    other.goto(link)
    expect(other.locator("#main h1")).to_have_text(heading)


@pytest.mark.parametrize(
    ("link", "label", "value"),
    [
        (f"{EVENT}/?window=-5..5", "Event window", "-5..5"),
        (f"{EVENT}/reaction?model=market_adjusted&window=-5..5&car=-1..1", "Model", "market_adjusted"),
        (f"{EVENT}/inference?tests=trusted&symbols=NVDA,AVGO", "Tests", "trusted"),
        (f"{EVENT}/robustness?target=NVDA", "Answer for", "NVDA"),
        (f"{EVENT}/reported?verdict=confirmed", "Verdict", "confirmed"),
        (f"{EVENT}/since?symbols=NVDA,ENR.DE", None, None),
        ("/data", "Prices as of", ""),
        ("/method", None, None),
    ],
)
def test_a_link_with_choices_opens_its_view(
    link: str, label: str | None, value: str | None, open_page: OpenPage
) -> None:
    page = ready(open_page(link))
    assert page.get_by_text("Your choices were adjusted").count() == 0
    assert page.url.endswith(link)
    control = page.get_by_label(label or "", exact=True)
    if label and control.count():
        expect(control).to_have_value(value or "")


def test_back_and_forward_go_through_pages_and_choices(open_page: OpenPage) -> None:
    page = ready(open_page(f"{EVENT}/"))
    page.get_by_role("link", name="Reaction").click()
    expect(page).to_have_title("Reaction – DeepSeek, 27 Jan 2025 – Aftershock")
    page.get_by_label("CAR window").select_option("0..1")
    expect(page.locator("#live")).to_contain_text("updated")
    for step, address in (
        ("back", f"{EVENT}/reaction"),
        ("back", f"{EVENT}/"),
        ("forward", f"{EVENT}/reaction"),
    ):
        getattr(page, f"go_{step}")()
        expect(page.locator("#pages [aria-current=page] a")).to_have_attribute("href", address)
    page.go_forward()
    expect(page.get_by_label("CAR window")).to_have_value("0..1")


FLASHES = """
window.flashed = [];
new MutationObserver(changes => changes.forEach(change => {
  if (change.target.classList.contains("flash")) window.flashed.push(change.target.id);
})).observe(document, {subtree: true, attributes: true, attributeFilter: ["class"]});
"""


@pytest.mark.parametrize("place", ["fitted-scatter-chart", "car-windows-frame"])
def test_a_copied_link_opens_that_very_chart_or_table(place: str, open_page: OpenPage) -> None:
    page = open_page(f"{EVENT}/reaction")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.context.add_init_script(FLASHES)
    menu = page.locator(f"#{place} .take")
    menu.locator("summary").click()
    menu.get_by_role("button", name="Copy link to these prices").click()
    expect(page.locator("#live")).to_have_text("Copied")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.endswith(f"#{place}")
    assert "?snapshot=bundled-" in link
    other = page.context.new_page()
    other.goto(link)
    other.wait_for_function("place => (window.flashed || []).includes(place)", arg=place)
    expect(other.locator(f"#{place}")).to_be_in_viewport()
    expect(other.locator(f"#{place} .plot:not(:has(.main-svg))")).to_have_count(0)


@pytest.mark.parametrize("path", ADDRESSES)
def test_every_button_that_copies_a_link_leads_to_its_own_chart_or_table(
    path: str, open_page: OpenPage
) -> None:
    page = ready(open_page(path))
    page.evaluate(FLASHES)
    copied = page.locator(".take [data-copy^='/']").evaluate_all(
        "all => all.map(one => [one.closest('.chart, .frame').id, one.dataset.copy])"
    )
    places = {place: address for place, address in copied if address.startswith(path)}
    assert len(places) == page.locator(".take").count()
    for place, address in places.items():
        assert address == f"{path}#{place}"
        page.evaluate("place => { location.hash = place; }", place)
        page.wait_for_function("place => window.flashed.includes(place)", arg=place)
        expect(page.locator(f"#{place}")).to_be_in_viewport()


def test_back_restores_the_place(open_page: OpenPage) -> None:
    page = ready(open_page(f"{EVENT}/reaction"))
    page.evaluate("window.scrollTo(0, 1800)")
    page.wait_for_function("() => (history.state || {}).y === 1800")
    page.get_by_role("link", name="Since then").evaluate(
        "link => link.click()"
    )  # a click of Playwright scrolls first
    expect(page).to_have_title("Since then – DeepSeek, 27 Jan 2025 – Aftershock")
    page.wait_for_function("() => window.scrollY === 0")
    page.go_back()
    expect(page).to_have_title("Reaction – DeepSeek, 27 Jan 2025 – Aftershock")
    page.wait_for_function("() => Math.abs(window.scrollY - 1800) < 2")


def test_a_jump_keeps_its_place_under_a_choice_and_back_undoes_it(reaction: Page) -> None:
    reaction.evaluate(
        "() => { scrollTo(0, 700); document.querySelector('#contents a[href=\"#volume\"]').click(); }"
    )
    reaction.wait_for_function("() => window.scrollY > 1500")
    reaction.evaluate("window.scrollBy(0, 40)")
    place = reaction.evaluate("window.scrollY")
    reaction.wait_for_function("y => history.state && history.state.y === y", arg=place)
    reaction.locator("#control-car").evaluate(
        "list => { list.value = '-1..1'; list.dispatchEvent(new Event('change', {bubbles: true})); }"
    )
    expect(reaction.locator("#live")).to_contain_text("updated")
    assert abs(reaction.evaluate("window.scrollY") - place) < 100  # captions above may grow by a line
    reaction.go_back()
    expect(reaction.get_by_label("CAR window")).to_have_value("0..0")
    reaction.go_back()
    reaction.wait_for_function("() => Math.abs(window.scrollY - 700) < 2")


def test_an_embedded_chart_is_drawn_and_tells_how_high_it_is(reaction: Page) -> None:
    reaction.context.grant_permissions(["clipboard-read", "clipboard-write"])
    reaction.locator("#car-paths-take summary").click()
    reaction.locator("#car-paths-chart").get_by_role("button", name="Copy embed code").click()
    expect(reaction.locator("#live")).to_have_text("Copied")
    code = reaction.evaluate("navigator.clipboard.readText()")
    host = reaction.context.new_page()
    host.route(
        "**/host", lambda route: route.fulfill(body=f"<!doctype html>{code}", content_type="text/html")
    )
    host.goto(f"{reaction.url.split('/e/')[0]}/host")
    frame = host.frame_locator("iframe")
    expect(frame.locator(".plot .main-svg").first).to_be_visible()
    expect(frame.locator("figcaption .source")).to_contain_text("snapshot bundled-")
    host.wait_for_function("() => document.querySelector('iframe').style.height !== '480px'")
    fits = "body => body.ownerDocument.documentElement.scrollHeight <= innerHeight + 1"
    assert frame.locator("body").evaluate(
        fits.replace("innerHeight", "body.ownerDocument.defaultView.innerHeight")
    )
