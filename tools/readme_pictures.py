"""Take the pictures of the README and of the tour from the running application: ``make pictures``."""

from __future__ import annotations

from typing import NamedTuple

from playwright.sync_api import Browser

from tools.chromium import browsing
from tools.serving import ROOT, serving

PICTURES = ROOT / "docs" / "pictures"
LARGEST = 250_000  # bytes
EVENT = "/e/deepseek-2025-01-27"
SCALE = 1.25  # pixels per point: sharp, and small enough for a repository


class Shot(NamedTuple):
    """The head of a page, as wide and high as a reader sees it, or one of its sections."""

    name: str
    address: str
    scheme: str = "light"
    width: int = 1200
    height: int = 900
    section: str = ""


COMPARED = (
    "deepseek-2025-01-27,oracle-2025-09-09,siemens-energy-guarantees-2023-10-26,tariff-pause-2025-04-09"
)

SHOTS = (
    Shot("gallery-light", "/", height=1000),
    Shot("gallery-dark", "/", scheme="dark", height=1000),
    Shot("claims", "/claims", section="fractions"),
    Shot("compare", f"/compare?events={COMPARED}", section="paths"),
    Shot("overview-light", f"{EVENT}/", height=1180),
    Shot("reaction", f"{EVENT}/reaction", section="cumulative"),
    Shot("inference", f"{EVENT}/inference", section="placebo"),
    Shot("robustness", f"{EVENT}/robustness", section="curve"),
    Shot("reported", f"{EVENT}/reported?verdict=seen_intraday", section="spread"),
    Shot("since", f"{EVENT}/since", scheme="dark", section="paths-since"),
    Shot("phone", f"{EVENT}/", width=390, height=844),
)


# every chart of a section, or of what is seen first, because charts out of sight are drawn later
DRAWN = """part => Array.from(document.querySelectorAll(part + " .plot"))
  .filter(plot => part || plot.getBoundingClientRect().top < innerHeight)
  .every(plot => plot.querySelector(".main-svg"))"""


def picture(browser: Browser, address: str, shot: Shot) -> bytes:
    """What a shot asks for, once its charts are drawn."""
    size = {"width": shot.width, "height": shot.height}
    context = browser.new_context(viewport=size, color_scheme=shot.scheme, device_scale_factor=SCALE)  # type: ignore
    page = context.new_page()
    page.goto(address + shot.address, wait_until="networkidle")
    page.wait_for_selector("#main h1", timeout=60_000)
    page.wait_for_function(DRAWN, arg=f"section#{shot.section}" if shot.section else "", timeout=60_000)
    page.wait_for_timeout(500)  # fonts and transitions
    taken = page.locator(f"section#{shot.section}").screenshot() if shot.section else page.screenshot()
    context.close()
    return taken


def main() -> None:
    """Write docs/pictures/*.png."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with serving() as address, browsing() as browser:
        for shot in SHOTS:
            (PICTURES / f"{shot.name}.png").write_bytes(picture(browser, address, shot))


if __name__ == "__main__":
    main()
