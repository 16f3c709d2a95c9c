"""How a page feels: its first paint, and how soon a choice shows, in a real browser.

``python -m benchmarks.bench_feel`` makes choices on every page that has any, each twice: the first
time the server computes the view, the second time it has it. A choice has *shown* when the last change
in the window was painted, and is *done* when the last one anywhere was: what stands below the window follows.
Then the same choices are made on a plain Dash page that draws the same figures by one callback
(`benchmarks/plain_dash.py`). Asked for is that a choice shows, at the median over all of them, in at most
half the time in which the plain page has redrawn its figures. As that page draws in no order, its time until
the last change in the window is printed too.
``python -m benchmarks.bench_feel 1`` makes fewer choices: one option of each control, for trying.
"""

from __future__ import annotations

import math
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

DRAWN = """() => document.querySelector("#main > *") && Array.from(document.querySelectorAll(".dash-graph"))
    .every(function (chart) { return chart.querySelector(".main-svg"); })"""

# From a choice to the last change in the window, and to the last one anywhere, in milliseconds. A class by
# which Dash marks a chart that it may draw has no looks: it is no change.
CHOOSE = """([control, value, quiet]) => new Promise(function (resolve) {
    const changes = [];
    const start = performance.now();
    let timer;
    const settle = function () {
        clearTimeout(timer);
        timer = setTimeout(function () {
            const asks = document.querySelector("[data-dash-is-loading=true]"); // no answer yet
            if (asks && performance.now() - start < 60000) { settle(); return; }
            watcher.disconnect();
            const inSight = changes.filter(function (change) {
                const element = change[1].nodeType === 1 ? change[1] : change[1].parentElement;
                const part = element && element.isConnected && (element.closest(".plot") || element);
                const box = part && part.getBoundingClientRect();
                return box && box.bottom > 0 && box.top < window.innerHeight;
            });
            resolve([inSight, changes].map(function (all) { return all.length ? all.pop()[0] - start : 0; }));
        }, quiet);
    };
    const watcher = new MutationObserver(function (records) {
        const painted = performance.now() + 1000 / 60;  // the next frame shows it
        records.forEach(function (record) {
            const mark = record.attributeName === "class" && record.target.matches(".js-plotly-plot");
            if (!mark) changes.push([painted, record.target]);
        });
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


class Time(NamedTuple):
    """Until a choice had shown, and until all was done, in milliseconds."""

    shown: float
    done: float


class Feel(NamedTuple):
    """A page's first paint in milliseconds, and its choices, new and kept, and both on the plain page."""

    title: str
    paint: float
    new: Sequence[Time]
    kept: Sequence[Time]
    plain: Sequence[Time]


def feel(page: Page, address: str, plain: str, title: str, path: str, options: int) -> Feel:
    """Open a page and make its choices twice, then the same on the plain page, where it has charts."""
    page.goto(address + place(path, Choices(DEFAULT_EVENT), DEFAULT_EVENT))
    settle(page)
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    chosen = list(choices(page, options))
    queries, new = [], []
    for control, value in chosen:
        new.append(choose(page, control, value))
        queries.append(page.evaluate("location.search"))
    kept = [choose(page, *one) for one in chosen]
    answer = page.goto(f"{plain}/plain/{slug(path)}/") if chosen else None
    if not answer or not answer.ok:
        return Feel(title, paint, new, kept, [])
    settle(page)
    return Feel(title, paint, new, kept, [choose(page, "", query) for query in queries * 2])


def settle(page: Page) -> None:
    """Wait until all charts are drawn and nothing changes any more."""
    page.wait_for_function(DRAWN)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(QUIET)


def choose(page: Page, control: str, value: str) -> Time:
    """Make a choice and wait until it is done; on the plain page, which has no control, by its query."""
    return Time(*page.evaluate(CHOOSE, [control, value, QUIET]))


def choices(page: Page, options: int) -> Iterator[tuple[str, str]]:
    """Controls and values: some options of each, and back to the first; another event is another page."""
    for control in page.locator("select[data-control]:not(#control-event)").all():
        values = [option.get_attribute("value") or "" for option in control.locator("option").all()]
        name = control.get_attribute("id") or ""
        yield from ((name, value) for value in (*values[1 : options + 1], *values[:1]) if len(values) > 1)


def median(times: Sequence[Time]) -> Time:
    """Medians of both, each on its own; not a number without a choice."""
    return Time(*map(statistics.median, zip(*times, strict=True))) if times else Time(math.nan, math.nan)


def line(one: Feel) -> str:
    """A row of the table."""
    new, kept, plain = median(one.new), median(one.kept), median(one.plain)
    columns = (2 * len(one.new), new.shown, kept.shown, plain.shown, plain.done)
    return f"{one.title:12} {one.paint:12.0f}" + "".join(f" {number:8.0f}" for number in columns)


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
        print("milliseconds first paint  choices      new     kept    plain  redrawn")
        for entry in PAGES:
            found.append(feel(page, address, there, entry.TITLE, entry.PATH, options))
            print(line(found[-1]), flush=True)
    return verdict(found)


def verdict(found: Sequence[Feel]) -> bool:
    """Print the slowest first paint and the medians over all choices; whether one is above its limit."""
    both = [one for one in found if one.plain]
    ours = median([time for one in both for time in (*one.new, *one.kept)])
    theirs = median([time for one in both for time in one.plain])
    paint, ratio = max(one.paint for one in found), ours.shown / theirs.done
    print(f"slowest first paint {paint:.0f} ms (at most {PAINT}); at the median a choice shows in")
    print(
        f"{ours.shown:.0f} ms, a plain page has redrawn in {theirs.done:.0f}: {ratio:.2f} (at most {HALF})."
    )
    print(f"There it shows in {theirs.shown:.0f} ({ours.shown / theirs.shown:.2f}).")
    print(f"All is done here in {ours.done:.0f}.")
    return paint > PAINT or ratio > HALF


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
