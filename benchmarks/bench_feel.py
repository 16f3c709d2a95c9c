"""How a page feels: its first paint, and how soon a choice shows, in a real browser.

``python -m benchmarks.bench_feel`` makes choices on every page that has any, each twice: the first
time the server computes the view, the second time it has it. A choice has shown when the last change
in the window was painted; charts below the window follow and are not waited for. Then the same choices
are made on a plain Dash page that draws the same figures by one callback (`benchmarks/plain_dash.py`).
``python -m benchmarks.bench_feel 1`` makes fewer choices: one option of each control, for trying.
"""

from __future__ import annotations

import statistics
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from commands.source import DEFAULT_EVENT
from dashboard.views.choices import Choices
from dashboard.views.pages import PAGES, place, slug
from tools.chromium import browsing, chromium
from tools.serving import serving

if TYPE_CHECKING:
    from playwright.sync_api import Page

OPTIONS = 4  # of a control, beside the first
QUIET = 1200  # milliseconds without a change after which a page has settled
PAINT = 1000  # milliseconds asked for
HALF = 0.5  # of the time of the plain page

CHOOSE = """([control, value, quiet]) => new Promise(function (resolve) {
    const changes = [];
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
    if (control) {
        const select = document.getElementById(control);
        select.value = value;
        select.dispatchEvent(new Event("change", { bubbles: true }));
    } else { window.dash_clientside.set_props("search", { data: value }); }
    settle();
})"""


class Feel(NamedTuple):
    """A page's first paint and the times of its choices, new and kept, here and there, in milliseconds."""

    title: str
    paint: float
    new: list[float]
    kept: list[float]
    plain_new: list[float]
    plain_kept: list[float]


def feel(page: Page, address: str, plain: str, title: str, path: str, options: int) -> Feel:
    """Open a page and make its choices twice, then the same on the plain page, where it has charts."""
    page.goto(address + place(path, Choices(DEFAULT_EVENT), DEFAULT_EVENT), wait_until="networkidle")
    page.wait_for_timeout(QUIET)
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    chosen = list(choices(page, options))
    queries, new, plain_new, plain_kept = [], [], [], []
    for control, value in chosen:
        new.append(page.evaluate(CHOOSE, [control, value, QUIET]))
        queries.append(page.evaluate("location.search"))
    kept = [page.evaluate(CHOOSE, [*one, QUIET]) for one in chosen]
    answer = page.goto(f"{plain}/plain/{slug(path)}/", wait_until="networkidle") if chosen else None
    if answer and answer.ok:
        page.wait_for_timeout(QUIET)
        plain_new, plain_kept = (
            [page.evaluate(CHOOSE, ["", query, QUIET]) for query in queries] for _ in range(2)
        )
    return Feel(title, paint, new, kept, plain_new, plain_kept)


def choices(page: Page, options: int) -> Iterator[tuple[str, str]]:
    """Controls and values: some options of each, and back to the first; another event is another page."""
    for control in page.locator("select[data-control]:not(#control-event)").all():
        values = [option.get_attribute("value") or "" for option in control.locator("option").all()]
        name = control.get_attribute("id") or ""
        yield from ((name, value) for value in (*values[1 : options + 1], *values[:1]) if len(values) > 1)


def median(times: Sequence[float]) -> str:
    """In a column of the table."""
    return f"{statistics.median(times):8.0f}" if times else f"{'–':>8}"


def main(options: int = OPTIONS) -> bool:
    """Print a line per page and the medians; whether they are above what is asked for."""
    if chromium() is None:
        print("how a choice feels is not measured: there is no Chromium")
        return False
    plain = serving(("-m", "benchmarks.plain_dash"))
    with serving() as address, plain as there, browsing() as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        urllib.request.urlopen(address).close()  # the server is up
        found = []
        print("milliseconds first paint  choices      new     kept  plain new     kept")
        for entry in PAGES:
            one = feel(page, address, there, entry.TITLE, entry.PATH, options)
            found.append(one)
            here, other = (
                f"{median(one.new)} {median(one.kept)}",
                f"{median(one.plain_new)} {median(one.plain_kept)}",
            )
            print(f"{one.title:12} {one.paint:12.0f} {2 * len(one.new):8} {here}   {other}", flush=True)
    both = [one for one in found if one.plain_new]
    ours = statistics.median(t for one in both for t in (*one.new, *one.kept))
    theirs = statistics.median(t for one in both for t in (*one.plain_new, *one.plain_kept))
    paint = max(one.paint for one in found)
    print(f"slowest first paint {paint:.0f} ms (asked for: {PAINT}); median choice {ours:.0f} ms,")
    print(f"on a plain page {theirs:.0f} ms: {ours / theirs:.2f} of it (at most {HALF})")
    return paint > PAINT or ours > HALF * theirs


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
