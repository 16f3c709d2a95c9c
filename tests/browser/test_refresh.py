"""The button of the Data page, on a store of its own and without a network."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import EVENT
from tests.browser.test_pages import ready
from tools.serving import serving


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The application on an impatient fetcher: what cannot be reached is given up at once."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("refresh")
        patch.setenv("AFTERSHOCK_DATABASE_URL", f"sqlite:///{folder}/prices.db")
        patch.setenv("AFTERSHOCK_FETCH_CACHE", str(folder))
        for name, value in {"ATTEMPTS": "1", "PAUSE": "0", "JITTER": "0", "BACKOFF": "0"}.items():
            patch.setenv(f"AFTERSHOCK_FETCH_{name}", value)
        with serving() as address:
            yield address


def test_without_a_network_it_fails_in_words_and_the_pages_stay(open_page: Callable[..., Page]) -> None:
    page = ready(open_page("/data"))
    heading = page.locator("#main h1").inner_text()
    page.get_by_role("button", name="Refresh now").click()
    expect(page.locator("#refresh-answer")).to_have_text("Refresh started.")
    expect(page.locator("#refresh-history")).to_contain_text("a reader")
    expect(page.locator("#refresh-history")).to_contain_text("Nothing new")
    expect(page.locator("#refresh-ended")).to_contain_text("It has ended. No instrument is fresh")
    newest = page.locator("#refresh-history tbody tr").first
    expect(newest).to_contain_text("No instrument is fresh; bundled-")
    expect(newest.locator("details")).to_contain_text("Details")
    assert newest.locator("details").evaluate("details => !details.open")
    expect(page.locator("#refresh-history-take summary")).to_be_visible()
    page.get_by_role("button", name="Refresh now").click()
    expect(page.locator("#refresh-answer")).to_contain_text("less than a minute ago")
    expect(page.locator("#main h1")).to_have_text(heading)
    page = ready(open_page(f"{EVENT}/"))
    expect(page.locator("#state")).to_contain_text("brought nothing")
