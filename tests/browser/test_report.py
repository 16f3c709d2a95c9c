"""The report of the real event on paper."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

import app

A4 = 180  # millimetres between the margins


def test_nothing_of_the_report_lies_beyond_the_paper(browser: Browser, tmp_path: Path) -> None:
    """What is too wide makes the printer shrink every page, and is cut at the end."""
    file = tmp_path / "report.html"
    assert app.main(["report", "--out", str(file)]) == 0
    page = browser.new_page(viewport={"width": round(A4 / 25.4 * 96), "height": 900})
    page.emulate_media(media="print")
    page.goto(file.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]
    page.close()
