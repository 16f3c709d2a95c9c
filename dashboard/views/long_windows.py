"""Windows of more than 20 sessions: the firms as a portfolio in calendar time, and what CARs then hide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from analysis.inference.calendar import LONG, NOT_TRUSTED, CalendarAlpha
from analysis.inference.trust import Group
from analysis.market.events import Window
from analysis.models.distributions import reach
from dashboard.views import columns, words
from dashboard.views.content import Block, Note, Section
from dashboard.views.tables import Table

MISLEADS = (
    f"Over more than {LONG} sessions a CAR adds up the errors of an alpha and a beta from before the event, "
    "a buy-and-hold return is skewed, and events whose windows share days are no independent observations. "
    "Here each calendar day is one observation: the mean return of the firms that are inside their window, "
    "explained by factors of the same day; a firm whose region has no factors is left out of their rows. "
    "Alpha is what the factors leave. It misleads where one day makes the effect, which it spreads over the "
    "window, and where risk changes within it."
)


def section(group: Group, window: Window) -> Iterator[Section]:
    """The table of a long window; nothing of a short one."""
    if found := tuple(blocks(group, (window,))):
        yield Section("long-window", "The window in calendar time", found)


def blocks(group: Group, windows: Sequence[Window]) -> Iterator[Block]:
    """Alphas of each long window, then what to make of them."""
    found = {window: alphas for window in windows if (alphas := group.alphas(window))}
    for window, alphas in found.items():
        if computed := [one for one in alphas if one.alpha is not None]:
            yield _table(window, computed)
    if group.no_alphas and any(len(window) > LONG for window in windows):
        yield Note(group.no_alphas, "small")
    if found:
        reasons = [f"{one.label}: {one.reason}." for alphas in found.values() for one in alphas if one.reason]
        told = " ".join(dict.fromkeys(reasons))
        yield Note(f"{MISLEADS} Not called trusted: {NOT_TRUSTED}. {told}".strip(), "small")


def _table(window: Window, alphas: Sequence[CalendarAlpha]) -> Table:
    lags = max((one.lags or 0 for one in alphas), default=0)
    half = [float(reach(np.asarray(one.df))) * (one.se or 0.0) for one in alphas]
    low, high = (
        [(one.alpha or 0.0) + sign * h for one, h in zip(alphas, half, strict=True)] for sign in (-1, 1)
    )
    return Table(
        f"Calendar-time alpha {words.span(window)}, errors by Newey and West over {words.count(lags, 'lag')}",
        (
            columns.texts("Factors", (one.label for one in alphas)),
            columns.numbers("Days", (one.days for one in alphas), 0),
            columns.numbers("Firms a day", (one.firms for one in alphas), 1),
            columns.percents("Alpha a day", (one.alpha for one in alphas), 3),
            columns.intervals("95 % interval", low, high),
            columns.numbers("t", (one.statistic for one in alphas), 2, True),
            columns.pvalues("p", (one.pvalue for one in alphas)),
        ),
        f"calendar-alphas-{window}",
        stacked=True,
    )
