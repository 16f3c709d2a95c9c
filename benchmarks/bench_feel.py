"""How a page feels: its first paint, and how soon a choice shows, in a real browser.

``python -m benchmarks.bench_feel`` makes choices on every page that has any, each twice: the first
time the server computes the view, the second time it has it. A choice has shown when the last change
in the window was painted; charts below the window follow and are not waited for.
"""

from __future__ import annotations

import statistics
import sys
import urllib.request
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from commands.source import DEFAULT_EVENT
from dashboard.views.choices import Choices
from dashboard.views.pages import PAGES, place
from tools.chromium import browsing
from tools.serving import serving

if TYPE_CHECKING:
    from playwright.sync_api import Page

MOST_OPTIONS = 5
QUIET = 1200  # milliseconds without a change after which a page has settled
PAINT, ANSWER = 1000, 200  # milliseconds asked for

CHOOSE = """([control, value, quiet]) => new Promise(function (resolve) {
    const select = document.getElementById(control), changes = [];
    const start = performance.now();
    let timer;
    const settle = function () {
        clearTimeout(timer);
        timer = setTimeout(function () {
            watcher.disconnect();
            const inSight = changes.filter(function (change) {
                const element = change[1].nodeType === 1 ? change[1] : change[1].parentElement;
                const part = element && element.isConnected && (element.closest(".plot") || element);
                const box = part && part.getBoundingClientRect();
                return box && box.bottom > 0 && box.top < window.innerHeight;
            });
            resolve(inSight.length ? inSight.pop()[0] - start : 0);
        }, quiet);
    };
    const watcher = new MutationObserver(function (records) {
        const painted = performance.now() + 1000 / 60;  // the next frame shows it
        records.forEach(function (record) { changes.push([painted, record.target]); });
        settle();
    });
    watcher.observe(document.getElementById("main"),
        { subtree: true, childList: true, characterData: true, attributes: true });
    select.value = value;
    select.dispatchEvent(new Event("change", { bubbles: true }));
    settle();
})"""


class Feel(NamedTuple):
    """A page's first paint and the times of its choices, new and kept, in milliseconds."""

    title: str
    paint: float
    new: list[float]
    kept: list[float]


def feel(page: Page, address: str, title: str, path: str) -> Feel:
    """Open a page and make its choices twice."""
    page.goto(address + path, wait_until="networkidle")
    page.wait_for_timeout(QUIET)
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    chosen = list(choices(page))
    new, kept = ([page.evaluate(CHOOSE, [*one, QUIET]) for one in chosen] for _ in range(2))
    return Feel(title, paint, new, kept)


def choices(page: Page) -> Iterator[tuple[str, str]]:
    """Controls and values: some options of each, and back to the first; another event is another page."""
    for control in page.locator("select[data-control]:not(#control-event)").all():
        values = [option.get_attribute("value") or "" for option in control.locator("option").all()]
        name = control.get_attribute("id") or ""
        yield from ((name, value) for value in (*values[1:MOST_OPTIONS], *values[:1]) if len(values) > 1)


def main() -> None:
    """Print a line per page and the medians; exit 1 if they are above what is asked for."""
    with serving() as address, browsing() as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        urllib.request.urlopen(address).close()  # the server is up
        found = []
        print("milliseconds first paint  choices      new     kept  longest")
        for entry in PAGES:
            one = feel(page, address, entry.TITLE, place(entry.PATH, Choices(DEFAULT_EVENT), DEFAULT_EVENT))
            found.append(one)
            times = [*one.new, *one.kept]
            medians = [f"{statistics.median(t):8.0f}" if t else f"{'–':>8}" for t in (one.new, one.kept)]
            longest = f"{max(times):8.0f}" if times else f"{'–':>8}"
            print(
                f"{one.title:12} {one.paint:12.0f} {len(times):8} {' '.join(medians)} {longest}", flush=True
            )
    paint = max(one.paint for one in found)
    answer = statistics.median(t for one in found for t in (*one.new, *one.kept))
    print(
        f"slowest first paint {paint:.0f} ms (asked for: {PAINT}), median choice {answer:.0f} ms ({ANSWER})"
    )
    sys.exit(paint > PAINT or answer > ANSWER)


if __name__ == "__main__":
    main()
