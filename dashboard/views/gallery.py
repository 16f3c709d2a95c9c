"""The gallery: a card per event, to be sorted, narrowed and searched."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from analysis.claims.judgements import VERDICTS
from dashboard.views import claims, columns, cover, words
from dashboard.views.brief import Brief, Shelf, shelf
from dashboard.views.content import Block, Credit, EventCard, EventCards, Message, Section, Series, View
from dashboard.views.source import Collection
from dashboard.views.tables import Column, Table, To
from dashboard.views.words import count

PATH = "/"
TITLE = "Events"
MOST_CARDS, MOST_DELETED = 60, 1

KINDS = {
    "technology": "Technology",
    "results": "Results",
    "accounts": "Accounts",
    "deal": "Deals",
    "policy": "Policy",
    "market": "Whole market",
}


class Sort(NamedTuple):
    """An order of the cards: in words, and the key by which the first comes first."""

    label: str
    key: Callable[[Brief], tuple[float, ...]]


SORTS: dict[str, Sort] = {
    "move": Sort("largest move", lambda one: (-abs(one.move or 0.0),)),
    "newest": Sort("newest", lambda one: (-one.day.toordinal(),)),
    "disputed": Sort(
        "most disputed",
        lambda one: (-one.verdicts["contradicted"], -one.verdicts["seen_intraday"]),
    ),
}


class Facet(NamedTuple):
    """A way to narrow the list: its label, the values of an event, and how each is read."""

    label: str
    of: Callable[[Brief], Sequence[str]]
    names: Mapping[str, str]


FACETS: dict[str, Facet] = {
    "year": Facet("Year", lambda one: (one.date[:4],), {}),
    "kind": Facet("Kind", lambda one: (one.kind,) if one.kind else (), KINDS),
    "region": Facet("Region", lambda one: one.regions, {}),
    "sector": Facet("Sector", lambda one: one.sectors, {}),
}
KEYS = ("sort", *FACETS, "q")


def view(source: Collection, asked: Mapping[str, str]) -> View:
    """The events that are asked for: a card each, then all of them in a table."""
    found = shelf(source)
    every = found.briefs
    shown = chosen(every, asked)
    sections = (Section("as-table", "In a table", (table(shown),)),)
    lead: tuple[Block, ...] = (*_said(found, shown), _deleted(source), *_cards(shown))
    whose = credit(source)
    return View("", *finding(shown), lead, sections, whose, cover=cover.of_events(shown, whose))


def options(every: Iterable[Brief], key: str) -> list[tuple[str, str]]:
    """The values that narrow a list, each with its words, newest year first."""
    facet = FACETS[key]
    values = sorted({value for one in every for value in facet.of(one)}, reverse=key == "year")
    return [(value, facet.names.get(value, value)) for value in values]


def chosen(every: Sequence[Brief], asked: Mapping[str, str]) -> list[Brief]:
    """The events that a query leaves, in its order; what it cannot mean is as if it were not there."""
    wanted = {key: asked[key] for key in FACETS if asked.get(key)}
    left = [one for one in every if all(value in FACETS[key].of(one) for key, value in wanted.items())]
    search = asked.get("q", "").casefold().split()
    left = [one for one in left if all(word in _words(one) for word in search)]
    if order := SORTS.get(asked.get("sort", "")):
        return sorted(left, key=order.key)
    first = next((one for one in every if one.origin == "bundled"), None)
    return sorted(left, key=lambda one: (one is not first, -one.day.toordinal()))


def _words(one: Brief) -> str:
    """What a search looks through: the event, its firms, and what was said of them by whom."""
    firms = (f"{firm.name} {firm.symbol}" for firm in one.firms)
    said = (f"{claim.outlet} {claim.name} {claim.figure}" for claim in one.claims)
    return " ".join((one.name, one.headline, one.summary, *firms, *said)).casefold()


def finding(shown: Sequence[Brief]) -> tuple[str, str]:
    """How many events there are, how many claims were held against prices, and how they fared."""
    total = {key: sum(one.verdicts[key] for one in shown) for key in VERDICTS}
    about = sum(total.values()) - total["no_figure"]
    if not shown:
        return "No event to show", ""
    title = f"{count(len(shown), 'shock')}: what was said, and what held"
    if not about:
        return title, ""
    told = (
        f"{about:,} claims about prices, held against the prices: {total['confirmed']:,} confirmed, "
        f"{total['seen_intraday']:,} seen during the day but not at the close, "
        f"{total['contradicted']:,} contradicted, {total['not_checkable']:,} beyond the bars at hand. "
        "Paths are the mean abnormal return of an event's firms, added up from ten sessions before to ten "
        "after, on one scale."
    )
    return title, told


def _said(found: Shelf, shown: Sequence[Brief]) -> tuple[Message, ...]:
    """Events that cannot be read, and a list that is empty or long; each keeps its place while one types."""
    unread = tuple(found.unread.values())
    return (
        Message(
            f"{count(len(unread), 'event')} cannot be read" if unread else "", unread, "warning", "unread"
        ),
        Message(*(("", ()) if shown else _nothing(found)), key="nothing"),
        Message(*(_more(shown) if len(shown) > MOST_CARDS else ("", ())), key="more"),
        pending(found),
    )


def pending(found: Shelf) -> Message:
    """How many findings are still those of earlier prices, or none."""
    due = found.waiting + sum(one.pending for one in found.briefs)
    if not due:
        return Message("", key="pending")
    line = "Until then a card shows what was found before. Reload the page to see more."
    every = count(len(found.briefs) + found.waiting, "finding")
    title = f"{due:,} of {every} being computed on the newest prices"
    return Message(title, (line,), key="pending")


def _deleted(source: Collection) -> Message:
    """Own events that can still be brought back, and until when."""
    lines = tuple(
        f"“{one.name}” was deleted on {words.day(one.deleted)} and can be brought back until "
        f"{words.day(until)}, below New event."
        for one, until in source.deleted_events()[:MOST_DELETED]
    )
    return Message("Deleted" if lines else "", lines, key="deleted")


def _nothing(found: Shelf) -> tuple[str, tuple[str, ...]]:
    if found.briefs:
        return "No event fits", ("Search for less, or take a filter away.",)
    return "There is no event yet", ("Put a file into data/events/; data/README.md says how.",)


def _more(shown: Sequence[Brief]) -> tuple[str, tuple[str, ...]]:
    line = f"The table below holds all {len(shown):,}; filters and the search narrow both."
    return f"The first {MOST_CARDS} have cards", (line,)


def _cards(shown: Sequence[Brief]) -> Iterable[EventCards]:
    """Cards of events that readers made, then of the others."""
    for origin in ("own", "bundled"):
        cards = (card(one) for one in shown[:MOST_CARDS] if one.origin == origin)
        yield EventCards(f"{origin}-events", tuple(cards))


def card(one: Brief) -> EventCard:
    """An event as a card."""
    at = tuple(range(one.start, one.start + len(one.path)))
    path = Series("Mean abnormal return, added up", "path", at, one.path)
    counts = tuple((claims.badge(key), n) for key, n in one.verdicts.items() if n and key != "no_figure")
    tags = ("Yours" if one.origin == "own" else "", KINDS.get(one.kind, ""), *one.regions, *_state(one))
    finding = f"{one.headline}. {words.sentence(one.problem)}" if one.problem else one.headline
    return EventCard(
        one.slug, one.short, one.day, finding, path, lasted(one), counts, tuple(filter(None, tags))
    )


def _state(one: Brief) -> Iterator[str]:
    """What is to be known of a finding: that it is being computed, and when new prices changed it."""
    if one.pending:
        yield "being computed"
    if one.changed:
        yield f"changed by prices of {words.day(dt.date.fromisoformat(one.changed[0].date))}"


def lasted(one: Brief) -> str:
    """The mean move, and how long half of it lasted."""
    if one.move is None:
        return ""
    undone = "regained" if one.move < 0 else "given back"
    after = f"after {count(one.half, 'session')}" if one.half is not None else "not yet"
    how = f"half {undone} {after}" if one.half is not None else f"half {after} {undone}"
    return f"{one.moved[:1].upper()}{one.moved[1:]}; {how}"


def table(shown: Sequence[Brief]) -> Table:
    """All events, a row each."""
    return Table(
        "Day 0 of each event: the mean of its firms, abnormal returns with 95 % intervals",
        (
            columns.texts("Event", (To(one.short, event=one.slug) for one in shown)),
            columns.dates("Day 0", (one.day for one in shown)),
            columns.numbers("Firms", (len(one.firms) for one in shown), 0),
            columns.percents("Move", (one.move for one in shown)),
            abnormal(shown),
            columns.numbers("Half undone after", (one.half for one in shown), 0),
            *(
                columns.numbers(VERDICTS[key].label, (one.verdicts[key] for one in shown), 0)
                for key in ("confirmed", "seen_intraday", "contradicted", "not_checkable")
            ),
        ),
        "events",
    )


def abnormal(shown: Sequence[Brief]) -> Column:
    """Mean abnormal returns, each above its interval."""
    ends = (one.low for one in shown), (one.high for one in shown)
    below = (columns.intervals("95 % interval", *ends, style="interval"),)
    return columns.percents("Abnormal", (one.abnormal for one in shown), below=below)


def credit(source: Collection) -> Credit:
    """Whose prices they are."""
    for slug in source.events():
        return Credit.of(source.market(slug).provenance)
    return Credit("no prices", "none", dt.date.min)
