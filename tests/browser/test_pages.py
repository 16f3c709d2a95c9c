"""Every page in a real browser: links, choices, light and dark, keyboard, print, and what axe-core finds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from itertools import combinations, pairwise
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect
from pypdf import PdfReader

from tests.browser.conftest import ADDRESSES, EVENT, SLUG

OpenPage = Callable[..., Page]


def ready(page: Page) -> Page:
    """A page whose heading stands, whose charts are drawn, and whose later parts are there."""
    expect(page.locator("#main h1")).to_be_visible()
    for chart in page.locator(".dash-graph").all():
        expect(chart.locator(".main-svg").first).to_be_attached()
    for part in page.locator("[id$=-later]").all():
        expect(part.locator("table").first).to_be_attached()
    return page


def colour_of(page: Page, selector: str, name: str) -> str:
    """A computed style of the first element that fits."""
    script = "([selector, name]) => getComputedStyle(document.querySelector(selector))[name]"
    return str(page.evaluate(script, [selector, name]))


COLOURS = ["color-contrast", "link-in-text-block"]  # contrast of a long page takes axe ten seconds
SHAPES = ["scrollable-region-focusable", "target-size"]
LOOKS: tuple[tuple[int, Any, Any, list[str]], ...] = (
    (1440, "dark", "none", COLOURS),
    (390, "light", "none", SHAPES),
    (390, "dark", "active", COLOURS + SHAPES),
)
# indices of formulas are smaller than their letters
SMALL = """() => [...document.querySelectorAll("body *:not(math, math *)")].filter(element =>
    [...element.childNodes].some(part => part.nodeType === Node.TEXT_NODE && part.textContent.trim())
    && element.getClientRects().length && parseFloat(getComputedStyle(element).fontSize) < 12
    ).map(element => element.outerHTML.slice(0, 80))"""


# Signs of a formula have the looks of the formula, which is examined: axe need not look at three thousand.
FORMULAS = {"exclude": [["math > *"]]}
OWN_LOOKS = """() => [...document.querySelectorAll("math *")].filter(sign => {
    const [own, its] = [sign, sign.closest("math")].map(one => getComputedStyle(one));
    return own.color !== its.color || own.opacity !== "1" || own.backgroundColor !== "rgba(0, 0, 0, 0)";
}).map(sign => sign.outerHTML)"""


def violations(page: Page, **options: Any) -> list[str]:
    """What axe-core finds serious or critical; it need not tell what passes, which is much."""
    options["resultTypes"] = ["violations"]
    found: dict[str, Any] = Axe().run(page, context=FORMULAS, options=options).response
    return [entry["id"] for entry in found["violations"] if entry["impact"] in ("serious", "critical")]


OUTSIDE = ["/", "/claims", f"/compare?events={SLUG},yen-carry-2024-08-05", "/new"]


@pytest.mark.parametrize("path", [*ADDRESSES, *OUTSIDE])
def test_a_page_fits_every_screen_and_axe_finds_nothing_serious(path: str, open_page: OpenPage) -> None:
    page = ready(open_page(path))
    assert violations(page) == []
    for width in (1440, 1024, 720, 390, 320):  # 720: 1440 at 200 %
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    for width, scheme, forced, rules in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, forced_colors=forced)
        assert violations(page, runOnly=rules) == [], (width, scheme, forced)
        assert page.evaluate(SMALL) == [], width
        assert page.evaluate(OWN_LOOKS) == [], (width, scheme, forced)


@pytest.mark.parametrize("width", [390, 360, 320])
def test_on_a_phone_no_word_of_a_chart_covers_another(width: int, open_page: OpenPage) -> None:
    page = ready(open_page(f"{EVENT}/", width=width))
    texts = page.locator("#reported-against-measured .annotation-text").all()
    boxes = [box for text in texts if (box := text.bounding_box())]
    assert len(boxes) > 10
    for one, other in combinations(boxes, 2):
        beside = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
        assert beside or one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]


def test_the_toggle_turns_page_and_charts_dark_without_drawing_again(open_page: OpenPage) -> None:
    page = ready(open_page(f"{EVENT}/"))
    page.evaluate("document.querySelector('.main-svg').dataset.same = 'yes'")
    before = [colour_of(page, "body", "backgroundColor"), colour_of(page, ".xtick text", "fill")]
    page.get_by_role("button", name="Switch between light and dark").click()
    after = [colour_of(page, "body", "backgroundColor"), colour_of(page, ".xtick text", "fill")]
    assert all(one != other for one, other in zip(before, after, strict=True))
    assert page.evaluate("document.querySelector('.main-svg').dataset.same") == "yes"
    page.reload()
    assert colour_of(ready(page), "body", "backgroundColor") == after[0]


def test_print_is_on_white_also_in_the_dark(open_page: OpenPage) -> None:
    page = ready(open_page(f"{EVENT}/", scheme="dark"))
    page.emulate_media(media="print", color_scheme="dark")
    light = "rgb(26, 29, 33)"
    assert colour_of(page, "body", "color") == light


def test_charts_are_drawn_to_the_width_of_the_paper_and_back(open_page: OpenPage) -> None:
    page = ready(open_page(f"{EVENT}/"))
    width = "document.querySelector('.plot .main-svg').getBoundingClientRect().width"
    chart = "document.querySelector('#reported-against-measured .js-plotly-plot')"
    words = f"{chart}.layout.annotations.map(note => [note.x, note.y])"
    before, places = page.evaluate(width), page.evaluate(words)
    printing(page, "beforeprint")
    page.wait_for_function(f"() => {width} < 182 / 25.4 * 96 + 1 && {width} > 170 / 25.4 * 96")
    box = page.evaluate("Array.from(document.styleSheets).pop().cssRules[0].cssText")
    assert "DeepSeek" in box
    assert f'content: "{page.url}"' in box
    printing(page, "afterprint")
    page.wait_for_function(f"() => Math.abs({width} - {before}) < 2")
    assert page.evaluate(words) == places


def test_a_chart_taller_than_a_sheet_is_drawn_lower_on_paper_and_back(open_page: OpenPage) -> None:
    page = ready(open_page(f"{EVENT}/robustness"))
    height = "document.querySelector('.plot .main-svg').getBoundingClientRect().height"
    before = page.evaluate(height)
    assert before > 170 / 25.4 * 96
    printing(page, "beforeprint")
    page.wait_for_function(f"() => {height} < 145 / 25.4 * 96")
    label = "#curve .annotation-text"
    size, tops = page.evaluate(f"""() => {{
        const labels = Array.from(document.querySelectorAll("{label}"));
        const zoom = parseFloat(getComputedStyle(labels[0].closest(".plot")).zoom);
        return [zoom * parseFloat(getComputedStyle(labels[0]).fontSize),
                labels.map(label => label.getBoundingClientRect().top).sort((a, b) => a - b)];
    }}""")
    assert all(below - above > size for above, below in pairwise(tops))  # no word touches another
    printing(page, "afterprint")
    page.wait_for_function(f"() => {height} === {before}")


def test_who_prints_before_all_charts_are_drawn_waits_for_them(open_page: OpenPage) -> None:
    page = ready(open_page(f"{EVENT}/since"))
    page.evaluate("""() => {
        window.print = () => { window.printed = document.querySelectorAll(".dash-graph:empty").length; };
        document.getElementById("main").insertAdjacentHTML("beforeend", "<div class='dash-graph'></div>");
    }""")
    page.keyboard.press("Control+p")
    page.wait_for_timeout(250)
    assert page.evaluate("window.printed") is None
    page.emulate_media(media="print")
    after = "getComputedStyle(document.querySelector('.dash-graph:empty'), '::after').content"
    assert "not drawn yet" in page.evaluate(after)
    page.evaluate("document.querySelector('.dash-graph:empty').remove()")
    page.wait_for_function("() => window.printed === 0")


def test_a_firm_that_is_no_longer_answered_for_leaves_the_address(open_page: OpenPage) -> None:
    page = ready(open_page(f"{EVENT}/robustness?target=NVDA"))
    expect(page.get_by_label("Answer for")).to_have_value("NVDA")
    assert page.url.endswith("?target=NVDA")
    page.locator("#control-symbols-summary").click()
    page.locator("#firm-NVDA").click()
    expect(page.locator("#notice")).to_contain_text("the group's is shown")
    expect(page.get_by_label("Answer for")).to_have_value("")
    expect(page).to_have_url(re.compile(r"^[^&]*\?symbols=[^&]*$"))


def printing(page: Page, event: str) -> None:
    """Tell a page that it is printed, or that it has been, and show it on that medium."""
    page.evaluate(f"window.dispatchEvent(new Event('{event}'))")
    page.emulate_media(media="print" if event == "beforeprint" else "screen")


def test_charts_in_sight_answer_first_and_the_others_follow(open_page: OpenPage) -> None:
    page = ready(open_page(f"{EVENT}/reaction"))
    expect(page.locator(".dash-graph--pending")).to_have_count(0)
    page.locator("#car-paths-0").scroll_into_view_if_needed()
    page.evaluate("""() => {
        window.order = [];
        document.querySelectorAll(".js-plotly-plot").forEach(function (chart) {
            const seen = chart.getBoundingClientRect().top < window.innerHeight;
            chart.on("plotly_afterplot", () => window.order.push([chart.closest(".dash-graph").id, seen]));
        });
    }""")
    page.select_option("#control-model", "market_adjusted")
    page.wait_for_function("() => window.order.some(([chart]) => chart === 'fitted-scatter-4')")
    seen = [seen for _, seen in page.evaluate("window.order")]
    assert seen[0]
    assert seen == sorted(seen, reverse=True)


SAID = """() => [document.querySelector("#main").textContent,
    ...Array.from(document.querySelectorAll(".js-plotly-plot"), chart => JSON.stringify(chart.data))]"""


def test_choices_in_quick_succession_leave_what_their_address_says(open_page: OpenPage) -> None:
    page = ready(open_page(f"{EVENT}/reaction"))
    for label, value in (("CAR window", "-1..1"), ("Model", "constant_mean"), ("CAR window", "0..1")):
        before = page.locator("#live").inner_text()
        page.get_by_label(label, exact=True).select_option(value)
        expect(page.locator("#live")).not_to_have_text(before)
    page.wait_for_function("() => !window.aftershock.waits()")
    there = ready(open_page(page.url[page.url.index("/e/") :]))
    assert page.evaluate(SAID) == there.evaluate(SAID)


@pytest.mark.parametrize(
    ("path", "charts"), [(f"{EVENT}/", 4), (f"{EVENT}/reaction", 5), (f"{EVENT}/robustness", 1)]
)
def test_on_paper_a_chart_stays_with_its_heading_and_its_caption(
    path: str, charts: int, open_page: OpenPage
) -> None:
    page = ready(open_page(path))
    kept = page.locator(".keep").all()
    assert len(kept) >= charts
    texts = [
        [part.locator(kind).first.inner_text() for kind in ("h2", "figcaption .source", "figcaption .shows")]
        for part in kept
    ]
    for paper in ("A4", "Letter"):
        sheets = [letters(sheet.extract_text()) for sheet in PdfReader(BytesIO(page.pdf(format=paper))).pages]
        assert letters(texts[0][0]) in sheets[0], "beside the finding"
        for heading, source, shows in texts:
            words = [letters(text) for text in (heading, source, shows[:40])]
            assert any(all(word in sheet for word in words) for sheet in sheets), (paper, heading)


def letters(text: str) -> str:
    """Text without its spaces, which a printed page places as it likes."""
    return "".join(text.split())


def test_a_choice_becomes_the_address_and_back_undoes_it(open_page: OpenPage) -> None:
    page = ready(open_page(f"{EVENT}/reaction"))
    heading = page.locator("#main h1")
    before = heading.inner_text()
    page.evaluate("document.querySelector('.main-svg').dataset.same = 'yes'")
    page.get_by_label("CAR window").focus()
    page.get_by_label("CAR window").select_option("-10..10")
    expect(heading).not_to_have_text(before)
    assert page.url.endswith("?car=-10..10")
    assert page.evaluate("document.querySelector('.main-svg').dataset.same") == "yes"
    expect(page.get_by_label("CAR window")).to_be_focused()
    page.go_back()
    expect(heading).to_have_text(before)
    expect(page.get_by_label("CAR window")).to_have_value("0..0")


@pytest.mark.parametrize(
    ("path", "choices"),
    [
        (
            f"{EVENT}/reaction",
            {
                "Model": "constant_mean",
                "Benchmark": "SPY",
                "Event window": "-5..5",
                "Estimation window": "-130..-11",
            },
        ),
        (f"{EVENT}/reported", {"Source": "Reuters", "Verdict": "confirmed"}),
    ],
)
def test_every_list_of_choices_answers(path: str, choices: dict[str, str], open_page: OpenPage) -> None:
    for label, value in choices.items():
        page = ready(open_page(path))
        page.get_by_label(label, exact=True).select_option(value)
        expect(page.locator("#live")).to_contain_text("updated")
        assert value in page.url
        page.get_by_role("link", name="Reset").click()
        expect(page).to_have_url(page.url.split("?")[0])
        expect(page.get_by_label(label, exact=True)).not_to_have_value(value)


@contextmanager
def held(page: Page, pattern: str) -> Iterator[None]:
    """The first request that fits is answered at the end, after all that was asked later."""
    late: list[Route] = []
    page.route(pattern, lambda route: late.append(route), times=1)
    yield
    with page.expect_response(pattern) as answer:
        late[0].continue_()
    answer.value.finished()
    page.wait_for_timeout(500)  # what it changes, if anything


def test_a_choice_that_is_taken_back_before_its_answer_leaves_nothing(open_page: OpenPage) -> None:
    page = ready(open_page(f"{EVENT}/reaction"))
    model = page.get_by_label("Model", exact=True)
    usual = model.input_value()
    with held(page, "**/_dash-update-component*"):
        model.select_option("constant_mean")
        expect(page).to_have_url(re.compile("model=constant_mean$"))
        page.get_by_role("link", name="Reset").click()
        expect(model).to_have_value(usual)
    expect(page.locator("#main h1")).to_contain_text("beyond the market")
    expect(model).to_have_value(usual)


def test_windows_that_are_given_up_before_they_are_checked_are_not_shown(open_page: OpenPage) -> None:
    page = ready(open_page(f"{EVENT}/reaction"))
    page.get_by_text("Other windows", exact=True).click()
    page.get_by_label("Event: first to last session").fill("-7 to 3")
    with held(page, "**/check/*"):
        page.get_by_role("button", name="Show").click()
        page.get_by_role("link", name="Reset").click()
    assert page.url.endswith(f"{EVENT}/reaction")
    expect(page.get_by_label("Event window")).not_to_have_value("-7..3")


def test_other_windows_can_be_written(open_page: OpenPage) -> None:
    page = ready(open_page(f"{EVENT}/reaction"))
    page.get_by_text("Other windows", exact=True).click()
    field = page.get_by_label("Event: first to last session")
    field.fill("3 to 10")
    field.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("must contain day 0")
    assert page.url.endswith(f"{EVENT}/reaction")
    field.fill("−7, +3")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_label("Event window")).to_have_value("-7..3")
    expect(page.get_by_role("alert")).to_be_empty()
    assert page.url.endswith("?window=-7..3")


def test_firms_that_are_not_drawn_can_be(open_page: OpenPage) -> None:
    symbols = "NVDA,AVGO,MRVL,MU,AMD,TSM,ARM,IFX.DE,AMAT,LRCX,KLAC,ASML,BESI.AS,VRT"
    page = ready(open_page(f"{EVENT}/reaction?symbols={symbols}"))
    page.get_by_role("link", name="Draw the other 2").click()
    expect(page.get_by_text("Firms: 2 chosen")).to_be_visible()
    assert page.url.endswith(f"{EVENT}/reaction?symbols=BESI.AS,VRT")


def test_the_link_of_a_view_can_be_copied(open_page: OpenPage) -> None:
    page = ready(open_page(f"{EVENT}/reaction?car=0..1"))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#copy-link").click()
    expect(page.locator("#live")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == page.url


def test_firms_are_chosen_by_buttons(open_page: OpenPage) -> None:
    page = ready(open_page(f"{EVENT}/reaction"))
    page.get_by_text("Firms: 5 chosen").click()
    page.get_by_role("button", name="Broadcom").click()
    expect(page.get_by_text("Firms: 6 chosen")).to_be_visible()
    expect(page.get_by_role("button", name="Broadcom")).to_have_attribute("aria-pressed", "true")
    assert "AVGO" in page.url


def test_firms_chosen_faster_than_the_server_answers_are_all_chosen(open_page: OpenPage) -> None:
    page = ready(open_page(f"{EVENT}/reaction"))
    pressed = page.evaluate("""() => ["AVGO", "MRVL", "MU", "AVGO"].map((symbol) => {
        const chip = document.getElementById("firm-" + symbol);
        chip.click();
        return chip.getAttribute("aria-pressed");
    })""")
    assert pressed == ["true", "true", "true", "false"]
    expect(page.get_by_text("Firms: 7 chosen")).to_be_attached()
    chosen = page.url.split("symbols=")[1].split(",")
    assert {"MRVL", "MU"} <= set(chosen)
    assert "AVGO" not in chosen
    page.go_back()
    expect(page.get_by_text("Firms: 8 chosen")).to_be_attached()
    assert page.locator("#firm-AVGO").get_attribute("aria-pressed") == "true"


def test_a_link_with_nonsense_opens_the_nearest_view_and_says_so(open_page: OpenPage) -> None:
    page = ready(open_page(f"{EVENT}/reaction?model=magic&car=0..1"))
    expect(page.get_by_text("Your choices were adjusted")).to_be_visible()
    expect(page.get_by_label("CAR window")).to_have_value("0..1")


def test_navigation_carries_the_choices_and_moves_the_focus(open_page: OpenPage) -> None:
    page = ready(open_page(f"{EVENT}/reaction?car=0..1"))
    known = "<link rel=canonical href=https://known.example/e/x/>"  # of a server that has a public address
    page.evaluate("known => document.head.insertAdjacentHTML('beforeend', known)", known)
    page.get_by_role("link", name="Since then").click()
    expect(page).to_have_title("Since then – DeepSeek, 27 Jan 2025 – Aftershock")
    expect(page.locator("#finding-title")).to_be_visible()
    described = page.locator("meta[name=description]").get_attribute("content") or ""
    assert described.startswith(page.locator("#finding-title").inner_text())
    canonical = page.locator("link[rel=canonical]").get_attribute("href")
    assert canonical == f"https://known.example{EVENT}/since?car=0..1"
    expect(page.locator("#main")).to_be_focused()
    assert page.url.endswith(f"{EVENT}/since?car=0..1")


def test_the_keyboard_reaches_the_content_first(open_page: OpenPage) -> None:
    page = ready(open_page(f"{EVENT}/reaction"))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
