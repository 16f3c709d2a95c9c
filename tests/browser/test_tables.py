"""Tables are sorted and filtered where they stand, by keyboard too; times are told in the own zone too."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.test_pages import EVENT, ready

OpenPage = Callable[..., Page]


def column(table: Locator, place: int) -> list[str]:
    """Texts of a column, of the rows that are shown."""
    script = "(table, i) => [...table.tBodies[0].rows].filter(r => !r.hidden).map(r => r.cells[i].innerText)"
    found: list[str] = table.evaluate(script, place)
    return found


def test_a_table_is_sorted_by_keyboard_and_filtered(open_page: OpenPage) -> None:
    page = ready(open_page("/data"))
    table = page.locator("#coverage-table")
    heads = table.locator("thead th").evaluate_all("all => all.map(head => head.innerText.trim())")
    place, before = heads.index("Bars"), column(table, 0)
    button = table.get_by_role("button", name="Sort by Bars", exact=True)
    for direction, numbers in (("ascending", 1), ("descending", -1)):
        button.press("Enter")
        expect(table.locator(f"[aria-sort={direction}]")).to_have_count(1)
        bars = [int("".join(filter(str.isdigit, text))) for text in column(table, place) if text != "–"]
        assert bars == sorted(bars)[::numbers]
        assert column(table, place)[-1] == "–"
        expect(button).to_be_focused()
    button.press("Enter")
    assert column(table, 0) == before
    field = page.get_by_label("Filter: ").first
    field.fill("asml")
    assert column(table, 0) == [name for name in before if "ASML" in name]
    expect(page.locator(".filter [role=status]").first).to_have_text(f"2 of {len(before)} rows")


def test_a_sorted_table_stays_sorted_under_another_choice(open_page: OpenPage) -> None:
    page = ready(open_page(f"{EVENT}/reaction"))
    page.get_by_role("button", name="Sort by CAR [0]", exact=True).click()
    order = column(page.locator("#car-windows"), 0)
    page.get_by_label("Model", exact=True).select_option("constant_mean")
    expect(page.locator("#live")).to_contain_text("updated")
    expect(page.locator("#car-windows [aria-sort=ascending]")).to_have_count(1)
    assert column(page.locator("#car-windows"), 0)[0] == order[0] == "Siemens Energy"


def test_times_stand_in_the_readers_own_zone_too(open_page: OpenPage) -> None:
    page = ready(open_page("/data"))
    zone = page.context.new_cdp_session(page)
    zone.send("Emulation.setTimezoneOverride", {"timezoneId": "Asia/Kolkata"})
    page.reload()
    shown = ready(page).locator("#snapshot time").first
    expect(shown).to_contain_text("UTC (")
    expect(shown).to_contain_text("your time)")
