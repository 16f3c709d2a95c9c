"""Take the README's pictures from the running application: ``make pictures``."""

from __future__ import annotations

from playwright.sync_api import Browser

from tools.chromium import browsing
from tools.serving import ROOT, serving

PICTURES = ROOT / "docs" / "pictures"
SCHEMES = ("light", "dark")
SIZE = {"width": 1200, "height": 1180}


def picture(browser: Browser, address: str, scheme: str) -> bytes:
    """The head of the first page, once its charts are drawn."""
    context = browser.new_context(viewport=SIZE, color_scheme=scheme, device_scale_factor=1.5)  # type: ignore
    page = context.new_page()
    page.goto(address, wait_until="networkidle")
    page.wait_for_selector(".js-plotly-plot .main-svg")
    shot = page.screenshot()
    context.close()
    return shot


def main() -> None:
    """Write docs/pictures/overview-light.png and -dark.png."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with serving() as address, browsing() as browser:
        for scheme in SCHEMES:
            (PICTURES / f"overview-{scheme}.png").write_bytes(picture(browser, address, scheme))


if __name__ == "__main__":
    main()
