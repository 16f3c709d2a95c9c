"""What stands for a page where it is shared: a chart made for that, its first, or its finding in words."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import shorten

from analysis.claims.judgements import VERDICTS
from dashboard.views.brief import Brief
from dashboard.views.content import Caption, Chart, Credit, Exhibit, Panel, Row, Series, View
from dashboard.views.fractions import Told
from dashboard.views.tables import Table, floats
from dashboard.views.words import count, percent

KEY = "cover"
MOST_ROWS = 6
LONGEST = 300  # letters of a finding in words
SEEN = "seen_intraday"
ABOUT = "Aftershock shows what markets did around a piece of news, beside what the news said they did."


def cover(view: View) -> Exhibit:
    """The chart that stands for a page."""
    charts = (one for one in view.exhibits.values() if isinstance(one.content, Chart))
    if view.cover is None and (first := next(charts, None)):
        return first
    content = view.cover or _words(view)
    named = view.exhibits.get(content.key)
    return Exhibit(named.title if named else view.title, content)


def _words(view: View) -> Chart:
    told = shorten(view.words, LONGEST, placeholder=" …") or ABOUT
    return Chart(KEY, "words", told, (Panel(()),), Caption("", "", view.credit), Table("", ()))


def of_events(events: Sequence[Brief], credit: Credit) -> Chart | None:
    """A row per event: of the figures that its shares stood at, the one farthest from the close."""
    seen = [max(of_event, key=_apart) for event in events if (of_event := _seen(event))]
    told = sorted(seen, key=_apart, reverse=True)[:MOST_ROWS]
    found = [one.claim for one in told]
    at = tuple(range(len(found)))
    said, close = floats(claim.reported for claim in found), floats(claim.close for claim in found)
    ends = [sorted((claim.reported or 0.0, claim.close or 0.0)) for claim in found]
    series = (
        Series(
            "Between", "range", at, low=tuple(low for low, _ in ends), high=tuple(high for _, high in ends)
        ),
        Series("Close", "close", at, close),
        Series("Abnormal return", "abnormal", ()),
        Series(
            "Reported",
            "reported",
            at,
            said,
            sources=tuple(claim.outlet for claim in found),
            times=(None,) * len(found),
            labels=tuple(claim.figure for claim in found),
            verdicts=tuple(VERDICTS[claim.verdict].label for claim in found),
        ),
    )
    rows = tuple(
        Row(event.short, f"{claim.name} {claim.figure}, closed {percent(claim.close, 1)}")
        for event, claim in told
    )
    of = f"; {len(rows)} of {count(len(events), 'event')}" if len(rows) < len(events) else ""
    marks = (
        ("diamond", f"seen during the day: of each event the figure farthest from the close{of}"),
        ("dot", "close"),
    )
    summary = f"What was said of {len(rows)} events while prices moved, and where they closed."
    caption = Caption("", "", credit)
    chart = Chart(
        KEY, "close-claims", summary, (Panel(series),), caption, Table("", ()), marks=marks, rows=rows
    )
    return chart if rows else None


def _seen(event: Brief) -> list[Told]:
    """Figures that prices stood at during the day and not at the close."""
    both = (one for one in event.claims if one.reported is not None and one.close is not None)
    return [Told(event, claim) for claim in both if claim.verdict == SEEN]


def _apart(one: Told) -> float:
    return abs((one.claim.reported or 0.0) - (one.claim.close or 0.0))
