"""The real application in a real Chromium: started as a user starts it, without a network."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect

from dashboard.render import packed
from dashboard.views.choices import Choices
from dashboard.views.pages import PAGES, place
from tools import pack_scripts
from tools.chromium import browsing
from tools.serving import serving

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "test-output"
SLUG = "deepseek-2025-01-27"
EVENT = f"/e/{SLUG}"
ADDRESSES = [place(page.PATH, Choices(SLUG), SLUG) for page in PAGES]
PATIENCE = 30_000  # milliseconds
DRAWN = ".js-plotly-plot .main-svg"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test below this folder drives a browser: one process the pages, another one the rest."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("pages" if item.path.stem == "test_pages" else "browser"))


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Address of the application, serving bundled prices on a free port, set up as by `make run`."""
    if packed.plotly(files := packed.read()).name not in files:
        pack_scripts.main()
    with serving() as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium without a window; patient, because a busy machine draws slowly."""
    expect.set_options(timeout=PATIENCE)
    with browsing() as browser:
        yield browser


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Open a path of the application; afterwards nobody else was asked, and nothing was complained of."""
    foreign: list[str] = []
    complaints: list[str] = []

    def request(request: Request) -> None:
        if urlsplit(request.url).scheme not in ("data", "blob") and not request.url.startswith(address):
            foreign.append(request.url)

    def message(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    def open_page(
        path: str = f"{EVENT}/", width: int = 1440, height: int = 900, scheme: str = "light"
    ) -> Page:
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.goto(address + path, wait_until="networkidle")
        return page

    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    context.on("request", request)
    context.on("console", message)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    yield open_page
    context.close()
    assert not foreign
    assert not complaints


@pytest.fixture
def picture(request: pytest.FixtureRequest) -> Callable[[Page], None]:
    """Keep a picture of a page in test-output/, named after the test."""

    def take(page: Page) -> None:
        PICTURES.mkdir(exist_ok=True)
        name = re.sub(r"[^\w.-]+", "-", request.node.name).strip("-")
        page.screenshot(path=PICTURES / f"{name}.png", full_page=True)

    return take
