"""A made-up event as the pages see it: two firms that fell, one that is shown through a stand-in."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from html import unescape
from typing import Any

import numpy as np

from analysis.claims.reported import Article, Dossier, ReportedFact, ReportedMove
from analysis.market.errors import DataError, UnknownNameError
from analysis.market.events import Event, Sessions, TimelineEntry
from analysis.market.prices import Instrument, Market
from analysis.study.study import StudyResults
from dashboard.render import html
from dashboard.views.case import Case
from dashboard.views.cautions import NONE, Cautions
from dashboard.views.choices import Choices
from dashboard.views.content import Chart, View
from dashboard.views.pages import place
from dashboard.views.tables import Table
from data.bundled.bundle import bundled_market
from data.catalogue.dossiers import dossier
from tests.analysis.markets import market_of

SLUG = "shock-2021"
SESSION = 320  # day 0 among 400 sessions
FALL = -0.10
DAY = dt.date(2021, 6, 1)
MOMENT = dt.datetime(2021, 6, 1, 22, 30, tzinfo=dt.timezone.utc)

INSTRUMENTS = {
    "AAA": Instrument("AAA", "Alpha <b>", "XTST", "EUR", "articles", "MKT"),
    "BBB": Instrument("BBB", "Beta", "XTST", "EUR", "articles", "MKT"),
    "CCC": Instrument("CCC", "Gamma", "XTST", "EUR", "articles", "MKT", stand_in="CCR"),
    "CCR": Instrument("CCR", "Gamma receipt", "XTST", "USD", "wider", "MKT"),
    "MKT": Instrument("MKT", "The market", "XTST", "EUR", "benchmark", "OTHER"),
    "OTHER": Instrument("OTHER", "Another market", "XTST", "EUR", "benchmark", "MKT"),
    "NONE": Instrument("NONE", "No bars", "XTST", "EUR", "wider", "MKT"),
}


@cache
def made_up_market() -> Market:
    """400 sessions of noise, with a fall of ten percent of the firms on day 0."""
    noise = np.random.default_rng(7).normal(0, 0.01, (400, 5))
    noise[SESSION - 1, :3] = FALL
    names = ("AAA", "BBB", "CCR", "MKT", "OTHER")
    return market_of(dict(zip(names, noise.T, strict=True)), instruments=INSTRUMENTS)


def made_up_dossier() -> Dossier:
    """Two articles, four claims of which one has no figure, and a fact on which they differ."""
    day = made_up_market().sessions["XTST"].dates[SESSION].item()
    timeline = (TimelineEntry(day, "The shock", "event"), TimelineEntry(day, "Results of Beta", "confounder"))
    claim: dict[str, Any] = {"featured": True, "date": day}
    return Dossier(
        Event(SLUG, "A shock", session=day, timeline=timeline),
        tuple(INSTRUMENTS.values()),
        (Article("one", "The One", "A <script>", "2021", ""), Article("two", "The Two", "B", "2021", "")),
        (
            ReportedMove("1", "one", symbol="AAA", basis="close", printed="-10", **claim),
            ReportedMove("2", "one", symbol="CCC", basis="close", printed="-50.0", **claim),
            ReportedMove("3", "one", symbol="NONE", basis="rank", statement="the largest fall", **claim),
            ReportedMove("4", "two", symbol=None, basis="none", statement="no figure reported", **claim),
            ReportedMove("o1", "Elsewhere", False, "BBB", day, "close", "about", "-10"),
        ),
        (ReportedFact("Cost", (("one", "5"), ("two", "6"))),),
    )


class MadeUpSource:
    """A data source of one event and one snapshot."""

    def events(self) -> tuple[str, ...]:
        return (SLUG,)

    def listed(self) -> tuple[str, ...]:
        return self.events()

    def origin(self, slug: str) -> str:
        return "bundled"

    def deleted_events(self, identifiers: Iterable[str] = ()) -> tuple[()]:
        return ()

    def state(self) -> str:
        return "made up"

    def found(self, slug: str, find: Callable[[str | None], str]) -> str:
        return find(None)

    def found_by_now(self, slug: str, find: Callable[[str | None], str]) -> tuple[str, bool]:
        return self.found(slug, find), True

    def news(self, slug: str) -> tuple[str, ...]:
        return ()

    def dossier(self, slug: str) -> Dossier:
        if slug != SLUG:
            raise UnknownNameError("event", slug, (SLUG,))
        return made_up_dossier()

    def edition(self, slug: str) -> str:
        return ""

    def snapshots(self) -> tuple[str, ...]:
        return ("made up",)

    def market(self, slug: str, snapshot: str | None = None) -> Market:
        return made_up_market()

    def cautions(self, slug: str, study: StudyResults) -> Cautions:
        return NONE

    def status(self, snapshot: str | None = None) -> MadeUpStatus:
        return MadeUpStatus()

    def notice(self) -> str | None:
        return None

    def refresh_now(self) -> None:
        raise AssertionError("nobody asked for a refresh")

    def ready(self) -> tuple[bool, str]:
        return True, "made up"


LATER, BROKEN = "later-2021", "broken"
TEN_YEARS = np.timedelta64(522 * 7, "D")


class SeveralEvents(MadeUpSource):
    """The made-up event, the same claims forty sessions later, when nothing happened, and a broken file."""

    def events(self) -> tuple[str, ...]:
        return (SLUG, LATER)

    def listed(self) -> tuple[str, ...]:
        return (SLUG, BROKEN, LATER)

    def dossier(self, slug: str) -> Dossier:
        if slug == BROKEN:
            raise DataError("broken.toml: moves: found 3; allowed: a list")
        return later_dossier() if slug == LATER else super().dossier(slug)


def later_dossier() -> Dossier:
    """The made-up event on a quiet day, of another kind."""
    day = made_up_market().sessions["XTST"].dates[SESSION + 40].item()
    moves = tuple(replace(move, date=day) for move in made_up_dossier().moves)
    event = Event(LATER, "A quiet day", session=day)
    return replace(made_up_dossier(), event=event, moves=moves, kind="policy", summary="Nothing <happened>.")


class NoSessionInCommon(SeveralEvents):
    """The quiet day comes ten years later, on prices that begin after those of the shock end."""

    def market(self, slug: str, snapshot: str | None = None) -> Market:
        market = super().market(slug)
        if slug != LATER:
            return market
        moved = {one.symbol: replace(one, dates=one.dates + TEN_YEARS) for one in market.histories.values()}
        sessions = Sessions("XTST", market.sessions["XTST"].dates + TEN_YEARS)
        return replace(market, histories=moved, sessions={"XTST": sessions})

    def dossier(self, slug: str) -> Dossier:
        found = super().dossier(slug)
        if slug != LATER or found.event.session is None:
            return found
        day = found.event.session + TEN_YEARS.item()
        moves = tuple(replace(move, date=day) for move in found.moves)
        return replace(found, event=replace(found.event, session=day), moves=moves)


@dataclass(frozen=True)
class MadeUpSnapshot:
    id: str = "made up"
    created: dt.datetime = MOMENT
    origin: str = "refresh"
    source: str = "nowhere"
    library: str = "none"
    sha256: str = "0" * 64
    as_of: dt.date = DAY
    complete: bool = True


@dataclass(frozen=True)
class MadeUpHolding:
    symbol: str
    kind: str = "daily"
    source: str = "nowhere"
    retrieved: dt.date = DAY
    first: dt.date = dt.date(2020, 1, 1)
    last: dt.date = DAY
    rows: int = 400


@dataclass(frozen=True)
class MadeUpFinding:
    symbol: str = "AAA"
    severity: str = "warning"
    sentence: str = "one session has no bar"
    sessions: tuple[dt.date, ...] = (dt.date(2021, 1, 4),)


@dataclass(frozen=True)
class MadeUpRun:
    status: str = "fresh"
    started: dt.datetime = MOMENT
    finished: dt.datetime | None = MOMENT + dt.timedelta(seconds=9)
    started_by: str = "schedule"
    done: int = 3
    total: int = 3
    message: str = "all 3 instruments fresh"


@dataclass(frozen=True)
class MadeUpStatus:
    snapshot: MadeUpSnapshot = MadeUpSnapshot()
    holdings: tuple[MadeUpHolding, ...] = (MadeUpHolding("AAA"), MadeUpHolding("AAA", "hourly"))
    findings: tuple[MadeUpFinding, ...] = (MadeUpFinding(),)
    runs: tuple[MadeUpRun, ...] = ()
    next_run: dt.datetime | None = None
    hourly_days_left: Mapping[str, int] = field(default_factory=lambda: {SLUG: 30})
    reasons: Mapping[str, str] = field(default_factory=dict)


@cache
def made_up_case(**choices: Any) -> Case:
    """The case of a view of the made-up event."""
    return Case(Choices(SLUG, **choices), made_up_dossier(), made_up_market(), MadeUpSource())


def mixed_case() -> Case:
    """NVIDIA's synthetic control of other instruments of a bundled event."""
    event = dossier("deepseek-2025-01-27")
    others = tuple(one.symbol for one in event.instruments if one.symbol != "NVDA")[:12]
    chosen = Choices(event.event.slug, model="synthetic", symbols=("NVDA",), donors=others)
    return Case(chosen, event, bundled_market(event.instruments))


def at(path: str) -> str:
    """Address of a page of the made-up event."""
    return place(path, Choices(SLUG), SLUG)


def told(view: View) -> str:
    """All words of a view, as a reader meets them; charts by their summary and caption."""
    page = html.page(view, lambda heading, chart: f"{heading} {chart.summary} {html.caption(chart.caption)}")
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def column(content: Chart | Table, name: str) -> tuple[Any, ...]:
    """Values of a column of a table, or of the one behind a chart."""
    table = content.table if isinstance(content, Chart) else content
    return next(one.values for column in table.columns for one in column.flat if one.name == name)


def text(component: Any) -> str:
    """All words of a component, joined by spaces; those of finished HTML too."""
    if component is None:
        return ""
    if isinstance(component, list | tuple):
        return " ".join(text(part) for part in component)
    if hasattr(component, "to_plotly_json"):
        finished = unescape(re.sub(r"<[^>]+>", " ", getattr(component, "data-html", None) or ""))
        return f"{finished} {text(getattr(component, 'children', None))}".strip()
    return str(component)


def found(component: Any, kind: str) -> list[Any]:
    """All components of a type inside a component."""
    if isinstance(component, list | tuple):
        return [hit for part in component for hit in found(part, kind)]
    if not hasattr(component, "to_plotly_json"):
        return []
    own = [component] if type(component).__name__ == kind else []
    return own + found(getattr(component, "children", None), kind)
